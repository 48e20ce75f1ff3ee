"""POST experiments/delete"""

import pytest

from tests.server.api.answers import (
    NO_EXPERIMENT,
    NO_INTEGER,
    NOTHING,
    RUN,
    Said,
    missing,
    not_found,
    said,
)
from tests.server.support import Asker


def delete(app: Asker, **fields: object) -> Said:
    return said(app.post("experiments/delete", fields))


def test_deletes_the_experiment_and_its_runs(app: Asker) -> None:
    app.post("runs/create", {"experiment_id": "0"})
    assert delete(app, experiment_id="0") == NOTHING
    found = app.get("experiments/get?experiment_id=0").json["experiment"]
    assert (found["lifecycle_stage"], found["last_update_time"]) == ("deleted", 1700000000001)
    run = app.get(f"runs/get?run_id={RUN}").json["run"]
    assert run["info"]["lifecycle_stage"] == "deleted"


def test_a_deleted_experiment_is_not_there_to_delete(app: Asker) -> None:
    delete(app, experiment_id="0")
    assert delete(app, experiment_id="0") == not_found("No Experiment with id=0 exists")


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({}, missing("experiment_id")),
        ({"experiment_id": "99"}, NO_EXPERIMENT),
        ({"experiment_id": "x"}, NO_INTEGER),
    ],
)
def test_says_what_is_wrong(untouched: Asker, fields: dict[str, object], answer: Said) -> None:
    assert delete(untouched, **fields) == answer
