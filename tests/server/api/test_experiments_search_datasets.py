"""POST experiments/search-datasets"""

import pytest

from tests.server.api.answers import NO_INTEGER, NOTHING, RUN, Said, refused, said
from tests.server.support import Asker


def search(app: Asker, **fields: object) -> Said:
    return said(app.post("experiments/search-datasets", fields))


def dataset(name: str, context: str | None = None, digest: str = "1") -> dict[str, object]:
    tags = [{"key": "mlflow.data.context", "value": context}] if context else []
    described = {"name": name, "digest": digest, "source_type": "local", "source": "{}"}
    return {"dataset": described, "tags": tags}


def log(app: Asker, run_id: str, *datasets: dict[str, object]) -> None:
    app.post("runs/log-inputs", {"run_id": run_id, "datasets": list(datasets)})


def test_distinct_datasets(app: Asker) -> None:
    for _ in range(2):
        app.post("runs/create", {"experiment_id": "0"})
    log(app, RUN, dataset("a", "train"), dataset("b"))
    log(app, f"{2:032x}", dataset("a", "train"), dataset("a", "train", "2"))
    assert search(app, experiment_ids=["0"]) == (
        200,
        b'{"dataset_summaries":['
        b'{"experiment_id":"0","name":"a","digest":"1","context":"train"},'
        b'{"experiment_id":"0","name":"a","digest":"2","context":"train"},'
        b'{"experiment_id":"0","name":"b","digest":"1"}]}',
    )


def test_an_experiment_that_is_not_there_has_none(app: Asker) -> None:
    assert search(app, experiment_ids=["99"]) == NOTHING


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({}, refused("SearchDatasets request must specify at least one experiment_id.")),
        (
            {"experiment_ids": ["0"] * 21},
            refused(
                "SearchDatasets request cannot specify more than 20 experiment_ids."
                " Received 21 experiment_ids."
            ),
        ),
        ({"experiment_ids": ["x"]}, NO_INTEGER),
    ],
)
def test_says_what_is_wrong(untouched: Asker, fields: dict[str, object], answer: Said) -> None:
    assert search(untouched, **fields) == answer
