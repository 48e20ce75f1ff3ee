"""POST experiments/delete-experiment-tag"""

import pytest

from tests.server.api.answers import (
    NO_EXPERIMENT,
    NO_INTEGER,
    NOTHING,
    Said,
    deleted_experiment,
    missing,
    not_found,
    said,
)
from tests.server.support import Asker


def set_tag(app: Asker) -> None:
    app.post("experiments/set-experiment-tag", {"experiment_id": "0", "key": "k", "value": "v"})


def delete_tag(app: Asker, **changes: object) -> Said:
    fields = {"experiment_id": "0", "key": "k", **changes}
    return said(app.post("experiments/delete-experiment-tag", fields))


def test_deletes_a_tag_once(app: Asker) -> None:
    set_tag(app)
    assert delete_tag(app) == NOTHING
    assert "tags" not in app.get("experiments/get?experiment_id=0").json["experiment"]
    assert delete_tag(app) == not_found("No tag with name: k in experiment with id 0")


def test_a_deleted_experiment_is_refused(app: Asker) -> None:
    set_tag(app)
    app.post("experiments/delete", {"experiment_id": "0"})
    assert delete_tag(app) == deleted_experiment("0")


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"experiment_id": None}, missing("experiment_id")),
        ({"key": ""}, missing("key")),
        ({"key": "other"}, not_found("No tag with name: other in experiment with id 0")),
        ({"experiment_id": "99"}, NO_EXPERIMENT),
        ({"experiment_id": "x"}, NO_INTEGER),
    ],
)
def test_says_what_is_wrong(untouched: Asker, changes: dict[str, object], answer: Said) -> None:
    assert delete_tag(untouched, **changes) == answer
