"""POST runs/delete-tag"""

import pytest

from tests.server.api.answers import (
    NO_RUN,
    NOTHING,
    RUN,
    Said,
    deleted_run,
    missing,
    not_found,
    said,
)
from tests.server.support import Asker


def begin(app: Asker) -> None:
    app.post("runs/create", {"experiment_id": "0", "tags": [{"key": "k", "value": "v"}]})


def delete_tag(app: Asker, **changes: object) -> Said:
    return said(app.post("runs/delete-tag", {"run_id": RUN, "key": "k", **changes}))


def test_deletes_a_tag_once(app: Asker) -> None:
    begin(app)
    assert delete_tag(app) == NOTHING
    data = app.get(f"runs/get?run_id={RUN}").json["run"]["data"]
    assert data == {"tags": [{"key": "mlflow.runName", "value": "name-1"}]}
    assert delete_tag(app) == not_found(f"No tag with name: k in run with id {RUN}")


def test_a_deleted_run_is_refused(app: Asker) -> None:
    begin(app)
    app.post("runs/delete", {"run_id": RUN})
    assert delete_tag(app) == deleted_run()


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"run_id": None}, missing("run_id")),
        ({"run_id": "nowhere"}, NO_RUN),
        ({"key": ""}, missing("key")),
        ({"key": "other"}, not_found(f"No tag with name: other in run with id {RUN}")),
    ],
)
def test_says_what_is_wrong(untouched: Asker, changes: dict[str, object], answer: Said) -> None:
    assert delete_tag(untouched, **changes) == answer
