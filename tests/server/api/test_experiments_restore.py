"""POST experiments/restore"""

import pytest

from tests.server.api.answers import (
    NO_EXPERIMENT,
    NO_INTEGER,
    NOTHING,
    Said,
    missing,
    not_found,
    said,
)
from tests.server.support import Asker


def restore(app: Asker, **fields: object) -> Said:
    return said(app.post("experiments/restore", fields))


def test_restores_the_experiment_and_all_its_runs(app: Asker) -> None:
    for number in (1, 2):
        app.post("runs/create", {"experiment_id": "0", "run_name": str(number)})
    app.post("runs/delete", {"run_id": f"{1:032x}"})
    app.post("experiments/delete", {"experiment_id": "0"})
    assert restore(app, experiment_id="0") == NOTHING
    found = app.get("experiments/get?experiment_id=0").json["experiment"]
    assert (found["lifecycle_stage"], found["last_update_time"]) == ("active", 1700000000003)
    assert len(app.post("runs/search", {"experiment_ids": ["0"]}).json["runs"]) == 2


def test_an_active_experiment_is_not_there_to_restore(app: Asker) -> None:
    assert restore(app, experiment_id="0") == not_found("No Experiment with id=0 exists")


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({}, missing("experiment_id")),
        ({"experiment_id": "99"}, NO_EXPERIMENT),
        ({"experiment_id": "x"}, NO_INTEGER),
    ],
)
def test_says_what_is_wrong(untouched: Asker, fields: dict[str, object], answer: Said) -> None:
    assert restore(untouched, **fields) == answer
