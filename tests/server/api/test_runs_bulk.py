"""POST runs/bulk"""

import pytest

from tests.server.api.answers import (
    NO_INTEGER,
    NO_RUN,
    RUN,
    Said,
    deleted_run,
    missing,
    refused,
    said,
)
from tests.server.support import START, Answer, Asker

PATH = "/api/sagwan/v1/runs/bulk"
ALL = {"experiment_ids": ["0"]}


def fill(app: Asker) -> list[str]:
    for _ in range(3):
        app.post("runs/create", {"experiment_id": "0", "run_name": "a"})
    return [f"{number:032x}" for number in range(1, 4)]


def ask(app: Asker, **fields: object) -> Answer:
    return app.post(PATH, fields)


def test_deletes_and_restores_by_ids(app: Asker) -> None:
    runs = fill(app)
    answer = ask(app, action="delete", run_ids=runs[:2])
    time = answer.json["time"]
    assert time >= START
    assert said(answer) == (200, b'{"runs":2,"time":%d}' % time)
    assert said(ask(app, action="delete", run_ids=runs[:2], expected=0))[0] == 200
    undone = ask(app, action="restore", deleted_at=time, expected=2, **ALL)
    ids = b'"%s","%s"' % (runs[0].encode(), runs[1].encode())
    assert said(undone) == (
        200,
        b'{"runs":2,"time":%d,"run_ids":[%s]}' % (undone.json["time"], ids),
    )
    assert len(app.post("runs/search", ALL).json["runs"]) == 3


def test_tags_by_a_filter(app: Asker) -> None:
    fill(app)
    tags = [{"key": "team", "value": "vision"}]
    answer = ask(app, action="tag", filter="run_name = 'a'", expected=3, set_tags=tags, **ALL)
    assert said(answer) == (200, b'{"runs":3,"time":%d}' % answer.json["time"])
    found = app.post("runs/search", {**ALL, "filter": "tags.team = 'vision'"}).json["runs"]
    assert len(found) == 3
    ask(app, action="tag", run_ids=[RUN], remove_tags=["team"])
    found = app.post("runs/search", {**ALL, "filter": "tags.team = 'vision'"}).json["runs"]
    assert len(found) == 2


def test_another_number_than_expected(app: Asker) -> None:
    fill(app)
    assert said(ask(app, action="delete", expected=2, **ALL)) == refused(
        "3 runs would be changed and not 2, as was expected: the runs have changed since. Nothing"
        " was done. Look at them again and repeat with their number.",
        "INVALID_STATE",
    )
    assert len(app.post("runs/search", ALL).json["runs"]) == 3


def test_deleted_runs_are_not_tagged(app: Asker) -> None:
    fill(app)
    app.post("runs/delete", {"run_id": RUN})
    tags = [{"key": "t", "value": "v"}]
    assert said(ask(app, action="tag", run_ids=[RUN], set_tags=tags)) == deleted_run()


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({}, missing("action")),
        (
            {"action": "purge", "run_ids": [RUN]},
            refused(
                "Invalid value \"purge\" for parameter 'action' supplied: It must be one of"
                " ['delete', 'restore', 'tag']."
            ),
        ),
        ({"action": "delete"}, missing("run_ids")),
        ({"action": "delete", "experiment_ids": ["0"]}, missing("expected")),
        (
            {"action": "delete", "experiment_ids": ["0"], "run_ids": [RUN]},
            refused("Name runs by run_ids or by experiment_ids and filter, not by both."),
        ),
        ({"action": "delete", "run_ids": ["nowhere"]}, NO_RUN),
        ({"action": "delete", "experiment_ids": ["x"], "expected": 1}, NO_INTEGER),
        ({"action": "tag", "run_ids": [RUN]}, missing("set_tags")),
        (
            {"action": "restore", "run_ids": [RUN], "remove_tags": ["t"]},
            refused("Tags are for the action 'tag' only, not for 'restore'."),
        ),
        (
            {"action": "delete", "run_ids": ["r"] * 100_001},
            refused(
                "Invalid value 100001 for parameter 'run_ids' supplied: At most 100000 can be"
                " named."
            ),
        ),
        (
            {"action": "tag", "run_ids": [RUN], "set_tags": [{"key": "", "value": "v"}]},
            missing("set_tags[0].key"),
        ),
    ],
)
def test_says_what_is_wrong(untouched: Asker, fields: dict[str, object], answer: Said) -> None:
    assert said(ask(untouched, **fields)) == answer
