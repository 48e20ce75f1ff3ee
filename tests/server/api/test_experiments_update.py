"""POST experiments/update"""

import pytest

from tests.server.api.answers import (
    NO_EXPERIMENT,
    NO_INTEGER,
    NOTHING,
    Said,
    missing,
    refused,
    said,
    too_long,
)
from tests.server.support import Asker


def update(app: Asker, **changes: object) -> Said:
    return said(app.post("experiments/update", {"experiment_id": "0", "new_name": "b", **changes}))


def test_renames(app: Asker) -> None:
    assert update(app) == NOTHING
    found = app.get("experiments/get?experiment_id=0").json["experiment"]
    assert (found["name"], found["last_update_time"]) == ("b", 1700000000001)


def test_the_same_name_again(app: Asker) -> None:
    assert update(app, new_name="Default") == NOTHING


def test_a_name_is_taken_also_by_a_deleted_experiment(app: Asker) -> None:
    app.post("experiments/create", {"name": "b"})
    app.post("experiments/delete", {"experiment_id": "1"})
    assert update(app) == refused(
        "Experiment(name=b) already exists, so no other experiment can be renamed to it.",
        "BAD_REQUEST",
    )


def test_a_deleted_experiment_keeps_its_name(app: Asker) -> None:
    app.post("experiments/delete", {"experiment_id": "0"})
    assert update(app) == refused("Cannot rename a non-active experiment.", "INVALID_STATE")


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"experiment_id": None}, missing("experiment_id")),
        ({"new_name": None}, missing("new_name")),
        ({"new_name": ""}, missing("new_name")),
        ({"new_name": "a" * 501}, too_long("name", 500)),
        ({"experiment_id": "99"}, NO_EXPERIMENT),
        ({"experiment_id": "x"}, NO_INTEGER),
    ],
)
def test_says_what_is_wrong(untouched: Asker, changes: dict[str, object], answer: Said) -> None:
    assert update(untouched, **changes) == answer
