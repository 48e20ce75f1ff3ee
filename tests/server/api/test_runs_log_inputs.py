"""POST runs/log-inputs"""

from typing import Any

import pytest

from tests.server.api.answers import (
    NO_RUN,
    NOTHING,
    RUN,
    Said,
    deleted_run,
    missing,
    said,
    too_long,
)
from tests.server.support import Asker

DATASET: dict[str, Any] = {"name": "d", "digest": "1", "source_type": "local", "source": "{}"}
TAG = {"key": "mlflow.data.context", "value": "train"}


def begin(app: Asker) -> None:
    app.post("runs/create", {"experiment_id": "0"})


def log(app: Asker, **fields: Any) -> Said:
    return said(app.post("runs/log-inputs", {"run_id": RUN, **fields}))


def inputs(app: Asker, run_id: str = RUN) -> object:
    return app.get(f"runs/get?run_id={run_id}").json["run"]["inputs"]


def test_logs_datasets_and_models(app: Asker) -> None:
    begin(app)
    described = {**DATASET, "schema": "s", "profile": "p"}
    answer = log(
        app, datasets=[{"dataset": described, "tags": [TAG]}], models=[{"model_id": "m-1"}]
    )
    assert answer == NOTHING
    assert inputs(app) == {
        "dataset_inputs": [{"dataset": described, "tags": [TAG]}],
        "model_inputs": [{"model_id": "m-1"}],
    }


def test_nothing_to_log(app: Asker) -> None:
    begin(app)
    assert log(app) == NOTHING
    assert inputs(app) == {}


def test_the_same_dataset_again_changes_nothing(app: Asker) -> None:
    begin(app)
    log(app, datasets=[{"dataset": DATASET, "tags": [TAG]}])
    before = inputs(app)
    assert log(app, datasets=[{"dataset": DATASET, "tags": [{**TAG, "value": "x"}]}]) == NOTHING
    assert inputs(app) == before


def test_of_copies_of_a_dataset_in_an_experiment_the_first_is_kept(app: Asker) -> None:
    begin(app)
    begin(app)
    log(app, datasets=[{"dataset": DATASET}])
    other = f"{2:032x}"
    log(app, run_id=other, datasets=[{"dataset": {**DATASET, "source": "elsewhere"}}])
    assert inputs(app, other) == {"dataset_inputs": [{"dataset": DATASET}]}


def test_a_deleted_run_is_refused(app: Asker) -> None:
    begin(app)
    app.post("runs/delete", {"run_id": RUN})
    assert log(app, datasets=[{"dataset": DATASET}]) == deleted_run()


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({"run_id": None}, missing("run_id")),
        ({"run_id": "nowhere"}, NO_RUN),
        ({"models": [{}]}, missing("models[0].model_id")),
        ({"datasets": [{"tags": [TAG]}]}, missing("datasets[0].dataset")),
        (
            {"datasets": [{"dataset": DATASET, "tags": [{"value": "x"}]}]},
            missing("datasets[0].tags[0].key"),
        ),
    ],
)
def test_says_what_is_wrong(untouched: Asker, fields: dict[str, Any], answer: Said) -> None:
    assert log(untouched, **{"datasets": [{"dataset": DATASET}], **fields}) == answer


@pytest.mark.parametrize("name", list(DATASET))
def test_what_a_dataset_must_have(untouched: Asker, name: str) -> None:
    part = {key: value for key, value in DATASET.items() if key != name}
    answer = missing(f"datasets[0].dataset.{name}")
    assert log(untouched, datasets=[{"dataset": part}]) == answer


@pytest.mark.parametrize(
    ("name", "limit"),
    [("name", 500), ("digest", 36), ("source_type", 36), ("source", 65_535), ("schema", 1_048_575)],
)
def test_the_limits_of_a_dataset(untouched: Asker, name: str, limit: int) -> None:
    long = {**DATASET, name: "x" * (limit + 1)}
    assert log(untouched, datasets=[{"dataset": long}]) == too_long(name, limit)


@pytest.mark.parametrize(("name", "limit"), [("key", 255), ("value", 500)])
def test_the_limits_of_a_tag(untouched: Asker, name: str, limit: int) -> None:
    tags = [TAG, {**TAG, name: "x" * (limit + 1)}]
    answer = log(untouched, datasets=[{"dataset": DATASET, "tags": tags}])
    assert answer == too_long(name, limit)
