"""POST runs/delete"""

import pytest

from tests.server.api.answers import NO_RUN, NOTHING, RUN, Said, missing, said, wrong_type
from tests.server.support import Asker


def delete(app: Asker, **fields: object) -> Said:
    return said(app.post("runs/delete", fields))


def test_deletes_a_run_and_does_not_mind_to_do_it_again(app: Asker) -> None:
    app.post("runs/create", {"experiment_id": "0"})
    for _ in range(2):
        assert delete(app, run_id=RUN) == NOTHING
        info = app.get(f"runs/get?run_id={RUN}").json["run"]["info"]
        assert info["lifecycle_stage"] == "deleted"
    assert said(app.post("runs/search", {"experiment_ids": ["0"]})) == NOTHING


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({}, missing("run_id")),
        ({"run_id": 1}, wrong_type("run_id", "1", "int")),
        ({"run_id": "nowhere"}, NO_RUN),
    ],
)
def test_says_what_is_wrong(untouched: Asker, fields: dict[str, object], answer: Said) -> None:
    assert delete(untouched, **fields) == answer
