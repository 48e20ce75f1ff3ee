"""POST logged-models/search"""

from typing import Any

import pytest

from tests.server.api.answers import (
    MODEL,
    NO_INTEGER,
    NO_TOKEN,
    NOTHING,
    RUN,
    Said,
    missing,
    refused,
    said,
)
from tests.server.support import Answer, Asker


def search(app: Asker, **fields: Any) -> Answer:
    return app.post("logged-models/search", {"experiment_ids": ["0"], **fields})


def names(answer: Answer) -> list[str]:
    return [model["info"]["name"] for model in answer.json.get("models", [])]


def begin(app: Asker, *created: str) -> None:
    for name in created:
        app.post("logged-models", {"experiment_id": "0", "name": name})


def measure(app: Asker, *measured: tuple[int, float, str | None]) -> None:
    """Log `acc` on models, given as number, value and name of a dataset."""
    app.post("runs/create", {"experiment_id": "0"})
    for number, value, dataset in measured:
        point = {"key": "acc", "value": value, "timestamp": 1, "model_id": f"m-{number:032x}"}
        on = {"dataset_name": dataset, "dataset_digest": "1"} if dataset else {}
        app.post("runs/log-metric", {"run_id": RUN, **point, **on})


def test_a_page(untouched: Asker) -> None:
    assert said(search(untouched)) == (
        200,
        b'{"models":[{"info":{"model_id":"m-00000000000000000000000000000001","experiment_id":"0",'
        b'"name":"m","creation_timestamp_ms":1700000000001,'
        b'"last_updated_timestamp_ms":1700000000001,'
        b'"artifact_uri":"mlflow-artifacts:/0/models/m-00000000000000000000000000000001/artifacts",'
        b'"status":"LOGGED_MODEL_PENDING","model_type":"","source_run_id":""},"data":{}}]}',
    )


def test_experiments_that_are_not_there_have_none(untouched: Asker) -> None:
    assert said(search(untouched, experiment_ids=["99"])) == NOTHING


def test_the_newest_first_page_by_page(app: Asker) -> None:
    begin(app, "a", "b", "c")
    first = search(app, max_results=2)
    assert names(first) == ["c", "b"]
    rest = search(app, max_results=2, page_token=first.json["next_page_token"])
    assert names(rest) == ["a"]
    assert "next_page_token" not in rest.json


def test_a_filter_by_name(app: Asker) -> None:
    begin(app, "a", "b")
    assert names(search(app, filter="name = 'a' AND status = 1")) == ["a"]


def test_a_metric_on_any_dataset_or_on_one(app: Asker) -> None:
    begin(app, "a", "b")
    measure(app, (1, 0.9, "d"), (2, 0.9, None))
    over = "metrics.acc > 0.5"
    assert names(search(app, filter=over)) == ["b", "a"]
    datasets = [{"dataset_name": "d", "dataset_digest": "1"}]
    assert names(search(app, filter=over, datasets=datasets)) == ["a"]


def test_an_order_by_a_metric(app: Asker) -> None:
    begin(app, "a", "b", "c")
    measure(app, (1, 0.2, None), (2, 0.1, None))
    up = {"field_name": "metrics.acc"}
    assert names(search(app, order_by=[up])) == ["b", "a", "c"]
    assert names(search(app, order_by=[{**up, "ascending": False}])) == ["a", "b", "c"]


def test_deleted_models_are_not_found(app: Asker) -> None:
    begin(app, "a")
    app.post(f"logged-models/{MODEL}", method="DELETE")
    assert said(search(app)) == NOTHING


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({"experiment_ids": []}, missing("experiment_ids")),
        ({"experiment_ids": None}, missing("experiment_ids")),
        ({"experiment_ids": ["x"]}, NO_INTEGER),
        (
            {"max_results": -1},
            refused(
                "Invalid value -1 for parameter 'max_results' supplied:"
                " It must be between 1 and 10000."
            ),
        ),
        (
            {"max_results": 10_001},
            refused(
                "Invalid value 10001 for parameter 'max_results' supplied:"
                " It must be between 1 and 10000."
            ),
        ),
        ({"page_token": "x"}, NO_TOKEN),
        (
            {"filter": "name ="},
            refused(
                "Invalid clause(s) in filter string: '=' (character 6). A value must follow it."
            ),
        ),
        ({"order_by": [{}]}, missing("order_by[0].field_name")),
        ({"datasets": [{"dataset_digest": "1"}]}, missing("datasets[0].dataset_name")),
    ],
)
def test_says_what_is_wrong(untouched: Asker, fields: dict[str, Any], answer: Said) -> None:
    assert said(search(untouched, **fields)) == answer


@pytest.mark.parametrize(
    ("fields", "beginning"),
    [
        (
            {"filter": "size = 'x'"},
            "Invalid attribute key 'size' specified (character 1). Valid keys are ['name', ",
        ),
        (
            {"order_by": [{"field_name": "size"}]},
            "Invalid order by field name: size. Use metrics.<key> or one of artifact_location, ",
        ),
    ],
)
def test_names_the_fields_that_there_are(
    untouched: Asker, fields: dict[str, Any], beginning: str
) -> None:
    answer = search(untouched, **fields)
    assert (answer.status, answer.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    assert answer.json["message"].startswith(beginning)
