"""POST runs/restore"""

import pytest

from tests.server.api.answers import NO_RUN, NOTHING, RUN, Said, missing, said
from tests.server.support import Asker


def restore(app: Asker, **fields: object) -> Said:
    return said(app.post("runs/restore", fields))


def test_restores_a_run_and_does_not_mind_to_do_it_again(app: Asker) -> None:
    app.post("runs/create", {"experiment_id": "0"})
    app.post("runs/delete", {"run_id": RUN})
    for _ in range(2):
        assert restore(app, run_id=RUN) == NOTHING
        info = app.get(f"runs/get?run_id={RUN}").json["run"]["info"]
        assert info["lifecycle_stage"] == "active"
    answer = app.post("runs/set-tag", {"run_id": RUN, "key": "k", "value": "v"})
    assert said(answer) == NOTHING


@pytest.mark.parametrize(
    ("fields", "answer"), [({}, missing("run_id")), ({"run_id": "nowhere"}, NO_RUN)]
)
def test_says_what_is_wrong(untouched: Asker, fields: dict[str, object], answer: Said) -> None:
    assert restore(untouched, **fields) == answer
