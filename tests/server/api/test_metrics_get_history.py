"""GET metrics/get-history"""

from typing import Any

import pytest

from tests.server.api.answers import (
    NO_TOKEN,
    NOTHING,
    RUN,
    Said,
    missing,
    refused,
    said,
    wrong_type,
)
from tests.server.support import Answer, Asker


def log(app: Asker, *points: tuple[object, int, int]) -> None:
    metrics = [
        {"key": "m", "value": value, "timestamp": timestamp, "step": step}
        for value, timestamp, step in points
    ]
    app.post("runs/create", {"experiment_id": "0"})
    app.post("runs/log-batch", {"run_id": RUN, "metrics": metrics})


def history(app: Asker, query: str = "") -> Answer:
    return app.get(f"metrics/get-history?run_id={RUN}&metric_key=m{query}")


def points(answer: Answer) -> list[tuple[Any, int, int]]:
    return [(p["value"], p["timestamp"], p["step"]) for p in answer.json["metrics"]]


def test_all_points(app: Asker) -> None:
    log(app, (0.5, 1, 0), ("NaN", 2, -1), ("Infinity", 3, 1))
    assert said(history(app)) == (
        200,
        b'{"metrics":[{"key":"m","value":0.5,"timestamp":1,"step":0},'
        b'{"key":"m","value":"NaN","timestamp":2,"step":-1},'
        b'{"key":"m","value":1.7976931348623157e308,"timestamp":3,"step":1}]}',
    )


def test_points_come_by_time_then_step_then_value(app: Asker) -> None:
    log(app, (1, 2, 0), (2, 1, 9), (4, 1, 3), (3, 1, 3), (3, 1, 3))
    assert points(history(app)) == [(3.0, 1, 3), (4.0, 1, 3), (2.0, 1, 9), (1.0, 2, 0)]


def test_page_by_page(app: Asker) -> None:
    log(app, *((number / 2, number, number) for number in range(5)))
    found: list[tuple[Any, int, int]] = []
    token, pages = "", 0
    while pages == 0 or token:
        answer = history(app, f"&max_results=2&page_token={token}")
        found += points(answer)
        token, pages = answer.json.get("next_page_token", ""), pages + 1
    assert found == [(number / 2, number, number) for number in range(5)]
    assert pages == 3


def test_a_page_of_all_has_no_token(app: Asker) -> None:
    log(app, (1, 1, 1), (2, 2, 2))
    assert "next_page_token" not in history(app, "&max_results=2").json


def test_an_id_by_its_older_name(app: Asker) -> None:
    log(app, (1, 1, 1))
    assert len(app.get(f"metrics/get-history?run_uuid={RUN}&metric_key=m").json["metrics"]) == 1


def test_a_deleted_run_keeps_its_history(app: Asker) -> None:
    log(app, (1, 1, 1))
    app.post("runs/delete", {"run_id": RUN})
    assert points(history(app)) == [(1.0, 1, 1)]


@pytest.mark.parametrize(
    "query", [f"run_id={RUN}&metric_key=unknown", "run_id=nowhere&metric_key=m"]
)
def test_what_is_not_there_has_no_history(untouched: Asker, query: str) -> None:
    assert said(untouched.get(f"metrics/get-history?{query}")) == NOTHING


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("metric_key=m", missing("run_id")),
        (f"run_id={RUN}", missing("metric_key")),
        (f"run_id={RUN}&metric_key=", missing("metric_key")),
        (
            f"run_id={RUN}&metric_key=m&max_results=0",
            refused(
                "Invalid value 0 for parameter 'max_results' supplied."
                " It must be a positive integer."
            ),
        ),
        (
            f"run_id={RUN}&metric_key=m&max_results=-5",
            refused(
                "Invalid value -5 for parameter 'max_results' supplied."
                " It must be a positive integer."
            ),
        ),
        (f"run_id={RUN}&metric_key=m&max_results=x", wrong_type("max_results", '"x"', "str")),
        (f"run_id={RUN}&metric_key=m&page_token=x", NO_TOKEN),
    ],
)
def test_says_what_is_wrong(untouched: Asker, query: str, answer: Said) -> None:
    assert said(untouched.get(f"metrics/get-history?{query}")) == answer
