"""POST runs/log-metric"""

import pytest

from tests.server.support import Asker

RUN = f"{1:032x}"


@pytest.fixture(autouse=True)
def run(app: Asker) -> None:
    app.post("runs/create", {"experiment_id": "0"})


def log(app: Asker, **changes: object) -> tuple[int, bytes]:
    point = {"run_id": RUN, "key": "loss", "value": 0.5, "timestamp": 1, "step": 2}
    answer = app.post("runs/log-metric", {**point, **changes})
    return answer.status, answer.body


def metrics(app: Asker) -> object:
    return app.get(f"runs/get?run_id={RUN}").json["run"]["data"].get("metrics", [])


def test_logs_a_point(app: Asker) -> None:
    assert log(app) == (200, b"{}")
    assert metrics(app) == [{"key": "loss", "value": 0.5, "timestamp": 1, "step": 2}]
    assert app.get(f"metrics/get-history?run_id={RUN}&metric_key=loss").body == (
        b'{"metrics":[{"key":"loss","value":0.5,"timestamp":1,"step":2}]}'
    )


def test_step_is_0_where_none_is_sent(app: Asker) -> None:
    assert log(app, step=None) == (200, b"{}")
    assert metrics(app) == [{"key": "loss", "value": 0.5, "timestamp": 1, "step": 0}]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("NaN", "NaN"), ("Infinity", 1.7976931348623157e308), ("-Infinity", -1.7976931348623157e308)],
)
def test_values_that_are_not_finite(app: Asker, sent: str, kept: object) -> None:
    assert log(app, value=sent) == (200, b"{}")
    assert metrics(app) == [{"key": "loss", "value": kept, "timestamp": 1, "step": 2}]


def test_the_latest_point_is_by_step_then_time_then_value(app: Asker) -> None:
    for value, timestamp, step in ((3.0, 5, 9), (1.0, 9, 8), (4.0, 5, 9), (2.0, 4, 9)):
        log(app, value=value, timestamp=timestamp, step=step)
    assert metrics(app) == [{"key": "loss", "value": 4.0, "timestamp": 5, "step": 9}]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"run_id": None},
            "Missing value for required parameter 'run_id'."
            " See the API docs for more information about request parameters.",
        ),
        (
            {"key": ""},
            "Missing value for required parameter 'key'."
            " See the API docs for more information about request parameters.",
        ),
        (
            {"key": "a" * 251},
            "'Metric name' exceeds the maximum length of 250 characters",
        ),
        (
            {"key": "a//b"},
            "Invalid value \"a//b\" for parameter 'name' supplied: Names may be treated as files in"
            " certain cases, and must not resolve to other names when treated as such. This name"
            " would resolve to 'a/b'",
        ),
        (
            {"timestamp": -1},
            "Invalid value -1 for parameter 'timestamp' supplied: metric 'loss' (value=0.5)."
            " Timestamp must be a nonnegative long (64-bit integer) ",
        ),
        (
            {"dataset_name": "d"},
            "Both dataset_name and dataset_digest must be provided if one is provided",
        ),
    ],
)
def test_says_what_is_wrong(app: Asker, changes: dict[str, object], message: str) -> None:
    answer = app.post(
        "runs/log-metric",
        {"run_id": RUN, "key": "loss", "value": 0.5, "timestamp": 1, **changes},
    )
    assert (answer.status, answer.json) == (
        400,
        {"error_code": "INVALID_PARAMETER_VALUE", "message": message},
    )
    assert metrics(app) == []


def test_an_unknown_run_is_404(app: Asker) -> None:
    assert log(app, run_id="nowhere") == (
        404,
        b'{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"Run with id=nowhere not found"}',
    )


def test_a_deleted_run_is_refused(app: Asker) -> None:
    app.post("runs/delete", {"run_id": RUN})
    status, body = log(app)
    assert status == 400
    assert body == (
        b'{"error_code":"INVALID_PARAMETER_VALUE","message":"The run ' + RUN.encode() + b" must be"
        b" in the 'active' state. Current state is deleted.\"}"
    )
