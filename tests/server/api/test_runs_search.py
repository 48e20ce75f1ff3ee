"""POST runs/search"""

from typing import Any

import pytest

from tests.server.api.answers import NO_INTEGER, NO_TOKEN, NOTHING, RUN, Said, refused, said
from tests.server.support import Answer, Asker


def search(app: Asker, **fields: Any) -> Answer:
    return app.post("runs/search", {"experiment_ids": ["0"], **fields})


def names(answer: Answer) -> list[str]:
    return [run["info"]["run_name"] for run in answer.json.get("runs", [])]


def begin(app: Asker, *created: str) -> None:
    for moment, name in enumerate(created):
        app.post("runs/create", {"experiment_id": "0", "run_name": name, "start_time": moment})


def test_a_page(app: Asker) -> None:
    begin(app, "r")
    app.post("runs/log-parameter", {"run_id": RUN, "key": "p", "value": "1"})
    app.post("runs/log-metric", {"run_id": RUN, "key": "m", "value": 0.5, "timestamp": 1})
    app.post(
        "runs/log-inputs",
        {
            "run_id": RUN,
            "datasets": [
                {"dataset": {"name": "d", "digest": "1", "source_type": "s", "source": "x"}}
            ],
            "models": [{"model_id": "m-1"}],
        },
    )
    app.post("runs/outputs", {"run_id": RUN, "models": [{"model_id": "m-2", "step": 4}]})
    assert said(search(app)) == (
        200,
        b'{"runs":[{"info":{"run_uuid":"00000000000000000000000000000001","experiment_id":"0",'
        b'"run_name":"r","user_id":"","status":"RUNNING","start_time":0,'
        b'"artifact_uri":"mlflow-artifacts:/0/00000000000000000000000000000001/artifacts",'
        b'"lifecycle_stage":"active","run_id":"00000000000000000000000000000001"},'
        b'"data":{"metrics":[{"key":"m","value":0.5,"timestamp":1,"step":0}],'
        b'"params":[{"key":"p","value":"1"}],"tags":[{"key":"mlflow.runName","value":"r"}]},'
        b'"inputs":{"dataset_inputs":[{"dataset":{"name":"d","digest":"1","source_type":"s",'
        b'"source":"x"}}]},"outputs":{"model_outputs":[{"model_id":"m-2","step":4}]}}]}',
    )


@pytest.mark.parametrize("ids", [[], ["99"], None])
def test_without_an_experiment_there_is_no_run(untouched: Asker, ids: object) -> None:
    assert said(search(untouched, experiment_ids=ids)) == NOTHING


def test_experiments_that_are_not_there_are_passed_over(app: Asker) -> None:
    begin(app, "r")
    assert names(search(app, experiment_ids=["99", "0", "0"])) == ["r"]


def test_the_newest_first_page_by_page(app: Asker) -> None:
    begin(app, "a", "b", "c")
    first = search(app, max_results=2)
    assert names(first) == ["c", "b"]
    rest = search(app, max_results=2, page_token=first.json["next_page_token"])
    assert names(rest) == ["a"]
    assert "next_page_token" not in rest.json


def test_a_filter_and_an_order(app: Asker) -> None:
    begin(app, "a", "b", "c")
    for number, value in ((1, 3.0), (2, 1.0), (3, 2.0)):
        app.post(
            "runs/log-metric",
            {"run_id": f"{number:032x}", "key": "m", "value": value, "timestamp": 1},
        )
    answer = search(app, filter="metrics.m >= 2 and run_name != 'x'", order_by=["metrics.m ASC"])
    assert names(answer) == ["c", "a"]


def test_runs_without_the_value_come_last(app: Asker) -> None:
    begin(app, "a", "b", "c")
    for number, value in ((1, "NaN"), (2, 1.0)):
        app.post(
            "runs/log-metric",
            {"run_id": f"{number:032x}", "key": "m", "value": value, "timestamp": 1},
        )
    for direction in ("ASC", "DESC"):
        assert names(search(app, order_by=[f"metrics.m {direction}"])) == ["b", "a", "c"]


@pytest.mark.parametrize(
    ("view", "found"),
    [
        (None, ["b"]),
        ("ACTIVE_ONLY", ["b"]),
        ("DELETED_ONLY", ["a"]),
        ("ALL", ["b", "a"]),
        (2, ["a"]),
        ("no such view", ["b"]),
    ],
)
def test_views(app: Asker, view: object, found: list[str]) -> None:
    begin(app, "a", "b")
    app.post("runs/delete", {"run_id": RUN})
    assert names(search(app, run_view_type=view)) == found


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({"experiment_ids": ["x"]}, NO_INTEGER),
        (
            {"max_results": 0},
            refused(
                "Invalid value 0 for parameter 'max_results' supplied:"
                " It must be a positive integer."
            ),
        ),
        (
            {"max_results": 50_001},
            refused(
                "Invalid value 50001 for parameter 'max_results' supplied:"
                " It must be at most 50000."
            ),
        ),
        ({"page_token": "x"}, NO_TOKEN),
        (
            {"filter": "metrics.a = 'x'"},
            refused("Expected numeric value type for metric. Found 'x'"),
        ),
        (
            {"filter": "params.a = 1"},
            refused("Expected a quoted string value for parameter (e.g. 'my-value'). Got value 1"),
        ),
        (
            {"filter": "params.a > '1'"},
            refused(
                "Invalid comparator '>' for parameter 'a', not one of"
                " ['=', '!=', 'LIKE', 'ILIKE', 'IS NULL', 'IS NOT NULL']"
            ),
        ),
        (
            {"filter": "things.a = 'x'"},
            refused(
                "Invalid entity type 'things' (character 1). Valid values are"
                " ['metric', 'parameter', 'tag', 'attribute', 'dataset']"
            ),
        ),
        (
            {"order_by": ["metrics.a", "metrics.a"]},
            refused("`order_by` contains duplicate fields: ['metrics.a', 'metrics.a']"),
        ),
        (
            {"order_by": ["start_time nulls first"]},
            refused(
                "Invalid order_by clause 'start_time nulls first'. Could not be parsed. Write a"
                " field and ASC or DESC; put keys with other signs than letters, digits, _ and ."
                " in backticks."
            ),
        ),
    ],
)
def test_says_what_is_wrong(untouched: Asker, fields: dict[str, object], answer: Said) -> None:
    assert said(search(untouched, **fields)) == answer


def test_a_token_of_another_query_is_refused(app: Asker) -> None:
    begin(app, "a", "b")
    token = search(app, max_results=1).json["next_page_token"]
    assert said(search(app, page_token=token, order_by=["run_name"])) == NO_TOKEN
