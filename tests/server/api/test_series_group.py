"""POST series/group"""

from typing import Any

import pytest

from tests.server.api.answers import RUN, missing, refused, said
from tests.server.api.frames import entries
from tests.server.support import Answer, Asker

OTHER = f"{2:032x}"


def read(app: Asker, **fields: Any) -> Answer:
    groups = [{"name": "both", "run_ids": [RUN, OTHER]}]
    return app.post("/api/sagwan/v1/series/group", {"groups": groups, "keys": ["m"], **fields})


@pytest.fixture
def filled(app: Asker) -> Asker:
    for number, run_id in enumerate((RUN, OTHER)):
        app.post("runs/create", {"experiment_id": "0", "start_time": 1000 + number})
        metrics = [
            {"key": "m", "value": (1 + number) * step, "timestamp": 2000 + step, "step": step}
            for step in range(4)
        ]
        app.post("runs/log-batch", {"run_id": run_id, "metrics": metrics})
    return app


def test_the_statistics_of_a_group(filled: Asker) -> None:
    root = 0.5**0.5
    assert entries(read(filled)) == [
        {
            "group": "both",
            "key": "m",
            "runs": 2,
            "n": 4,
            "arrays": {
                "x": [0, 1, 2, 3],
                "n": [2, 2, 2, 2],
                "mean": [0, 1.5, 3, 4.5],
                "std": [0, pytest.approx(root), pytest.approx(2 * root), pytest.approx(3 * root)],
                "min": [0, 1, 2, 3],
                "max": [0, 2, 4, 6],
            },
        }
    ]


def test_buckets_and_bounds(filled: Asker) -> None:
    [one] = entries(read(filled, buckets=2, **{"from": 1}))
    assert (one["arrays"]["x"], one["arrays"]["mean"]) == ([1, 3], [1.5, 3.75])
    [one] = entries(read(filled, x="relative", **{"from": 1002, "to": 1003}))
    assert (one["arrays"]["x"], one["arrays"]["n"]) == ([1002, 1003], [2, 1])


def test_groups_have_their_names_and_their_own_members(filled: Asker) -> None:
    groups = [
        {"name": "second", "run_ids": [OTHER]},
        {"name": "empty", "run_ids": []},
        {"name": "all", "run_ids": [RUN, OTHER, "nowhere"]},
    ]
    found = entries(read(filled, groups=groups, keys=["m", "none"]))
    assert [(one["group"], one["key"], one["runs"]) for one in found] == [
        ("second", "m", 1),
        ("all", "m", 2),
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"x": "time"},
            "Invalid value \"time\" for parameter 'x' supplied: It must be one of step, relative.",
        ),
        (
            {"groups": [{"name": "a", "run_ids": ["r"] * 2501}] * 2},
            "One request can read at most 5000 series. 5002 runs with 1 keys are 5002.",
        ),
        (
            {"groups": [{"name": "a", "run_ids": ["r"]}] * 501, "buckets": 4000},
            "One answer can hold at most 2000000 buckets. 501 series of 4000 are more: ask for"
            " fewer of one or the other.",
        ),
        (
            {"buckets": 0},
            "Invalid value 0 for parameter 'buckets' supplied: It must be from 2 to 4000.",
        ),
    ],
)
def test_what_cannot_be_asked_for(untouched: Asker, changes: dict[str, Any], message: str) -> None:
    assert said(read(untouched, **changes)) == refused(message)


def test_what_has_to_be_said(untouched: Asker) -> None:
    assert said(read(untouched, groups=[])) == missing("groups")
    assert said(read(untouched, keys=[])) == missing("keys")
    assert said(read(untouched, groups=[{"run_ids": []}])) == missing("groups[0].name")
