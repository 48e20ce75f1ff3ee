"""POST runs/log-batch"""

from typing import Any

import pytest

from tests.server.api.answers import (
    CHARACTERS,
    NO_RUN,
    NOTHING,
    PATHS,
    RUN,
    Said,
    deleted_run,
    missing,
    refused,
    said,
    too_long,
    wrong_type,
)
from tests.server.support import Asker

POINT: dict[str, Any] = {"key": "m", "value": 1, "timestamp": 2, "step": 3}


def begin(app: Asker) -> None:
    app.post("runs/create", {"experiment_id": "0"})


def log(app: Asker, **fields: Any) -> Said:
    return said(app.post("runs/log-batch", {"run_id": RUN, **fields}))


def data(app: Asker) -> dict[str, Any]:
    found = app.get(f"runs/get?run_id={RUN}").json["run"]["data"]
    found["tags"] = [tag for tag in found["tags"] if tag["key"] != "mlflow.runName"]
    return {name: items for name, items in found.items() if items}


def items(count: int, **fields: object) -> list[dict[str, object]]:
    return [{"key": f"k{number}", **fields} for number in range(count)]


def crowd(name: str, limit: int, count: int) -> Said:
    return refused(
        f"A batch logging request can contain at most {limit} {name}. Got {count} {name}."
        f" Please split up {name} across multiple requests and try again."
    )


def test_logs_everything_at_once(app: Asker) -> None:
    begin(app)
    answer = log(
        app,
        metrics=[POINT, {**POINT, "key": "n", "value": "-Infinity"}],
        params=[{"key": "p", "value": "1"}, {"key": "q"}],
        tags=[{"key": "t", "value": "1"}],
    )
    assert answer == NOTHING
    assert data(app) == {
        "metrics": [
            {"key": "m", "value": 1.0, "timestamp": 2, "step": 3},
            {"key": "n", "value": -1.7976931348623157e308, "timestamp": 2, "step": 3},
        ],
        "params": [{"key": "p", "value": "1"}, {"key": "q", "value": ""}],
        "tags": [{"key": "t", "value": "1"}],
    }


def test_a_batch_of_nothing(app: Asker) -> None:
    begin(app)
    assert log(app) == NOTHING
    assert log(app, metrics=[], params=None) == NOTHING
    assert data(app) == {}


def test_of_tags_with_one_key_the_last_is_kept(app: Asker) -> None:
    begin(app)
    assert log(app, tags=[{"key": "t", "value": "1"}, {"key": "t", "value": "2"}]) == NOTHING
    assert data(app) == {"tags": [{"key": "t", "value": "2"}]}


def test_the_same_points_again_are_kept_once(app: Asker) -> None:
    begin(app)
    for _ in range(2):
        assert log(app, metrics=[POINT, POINT]) == NOTHING
    history = app.get(f"metrics/get-history?run_id={RUN}&metric_key=m").json["metrics"]
    assert len(history) == 1


def test_the_largest_batch(app: Asker) -> None:
    begin(app)
    answer = log(
        app,
        metrics=items(800, value=1, timestamp=1),
        params=items(100, value="x"),
        tags=items(100, value="x"),
    )
    assert answer == NOTHING
    assert [len(found) for found in data(app).values()] == [800, 100, 100]


def test_a_batch_with_a_changed_param_leaves_nothing(app: Asker) -> None:
    begin(app)
    log(app, params=[{"key": "p", "value": "1"}, {"key": "q", "value": "2"}])
    before = data(app)
    answer = log(
        app,
        metrics=[POINT],
        params=[{"key": "p", "value": "3"}, {"key": "q", "value": "2"}, {"key": "r"}],
        tags=[{"key": "t", "value": "1"}],
    )
    assert answer == refused(
        "Changing param values is not allowed. Params were already logged="
        "'[{'key': 'p', 'old_value': '1', 'new_value': '3'}]'"
        f" for run ID='{RUN}'."
    )
    assert data(app) == before


def test_a_deleted_run_is_refused(app: Asker) -> None:
    begin(app)
    app.post("runs/delete", {"run_id": RUN})
    assert log(app) == deleted_run()
    assert log(app, metrics=[POINT]) == deleted_run()


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({"run_id": None}, missing("run_id")),
        ({"run_id": "nowhere"}, NO_RUN),
        ({"metrics": "x"}, wrong_type("metrics", '"x"', "str")),
        ({"metrics": [{"value": 1, "timestamp": 1}]}, missing("metrics[0].key")),
        ({"metrics": [POINT, {"key": "m", "timestamp": 1}]}, missing("metrics[1].value")),
        ({"metrics": [{"key": "m", "value": 1}]}, missing("metrics[0].timestamp")),
        (
            {"metrics": [{**POINT, "value": "much"}]},
            wrong_type("metrics[0].value", '"much"', "str"),
        ),
        (
            {"metrics": [POINT, {**POINT, "timestamp": -1}]},
            refused(
                "Invalid value -1 for parameter 'metrics[1].timestamp' supplied: metric 'm'"
                " (value=1.0). Timestamp must be a nonnegative long (64-bit integer) "
            ),
        ),
        (
            {"metrics": [{**POINT, "step": 2**63}]},
            refused(
                "Invalid value 9223372036854775808 for parameter 'metrics[0].step' supplied:"
                " It must be a 64-bit integer."
            ),
        ),
        (
            {"metrics": [POINT, {**POINT, "key": "m$"}]},
            refused(f"Invalid value \"m$\" for parameter 'metrics[1].name' supplied: {CHARACTERS}"),
        ),
        ({"metrics": [{**POINT, "key": "m" * 251}]}, too_long("Metric name", 250)),
        (
            {"metrics": [{**POINT, "dataset_digest": "1"}]},
            refused("Both dataset_name and dataset_digest must be provided if one is provided"),
        ),
        ({"params": [{"value": "x"}]}, missing("params[0].key")),
        ({"params": [{"key": "p" * 251}]}, too_long("Param key", 250)),
        (
            {"params": [{"key": "p"}, {"key": "p/"}]},
            refused(f"Invalid value \"p/\" for parameter 'params[1].key' supplied: {PATHS}'p'"),
        ),
        (
            {"params": [{"key": "p", "value": "1"}, {"key": "p", "value": "1"}]},
            refused(
                "Duplicate parameter keys have been submitted: ['p']. Please ensure the request"
                " contains only one param value per param key."
            ),
        ),
        ({"tags": [{"value": "x"}]}, missing("tags[0].key")),
        ({"tags": [{"key": "t" * 251}]}, too_long("tags[0].key", 250)),
        (
            {"tags": [{"key": "."}]},
            refused(f"Invalid value \".\" for parameter 'tags[0].key' supplied: {PATHS}'.'"),
        ),
        ({"metrics": [POINT] * 1001}, crowd("metrics", 1000, 1001)),
        ({"params": items(101)}, crowd("params", 100, 101)),
        ({"tags": items(101)}, crowd("tags", 100, 101)),
        (
            {"metrics": [POINT] * 1000, "params": [], "tags": items(1)},
            crowd("metrics, params, and tags", 1000, 1001),
        ),
    ],
)
def test_says_what_is_wrong(untouched: Asker, fields: dict[str, Any], answer: Said) -> None:
    good = {"metrics": [POINT], "params": [{"key": "good"}], "tags": [{"key": "good"}]}
    assert log(untouched, **{**good, **fields}) == answer
