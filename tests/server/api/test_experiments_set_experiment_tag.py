"""POST experiments/set-experiment-tag"""

import pytest

from tests.server.api.answers import (
    CHARACTERS,
    NO_EXPERIMENT,
    NO_INTEGER,
    NOTHING,
    Said,
    deleted_experiment,
    missing,
    refused,
    said,
    too_long,
    wrong_type,
)
from tests.server.support import Asker


def set_tag(app: Asker, **changes: object) -> Said:
    fields = {"experiment_id": "0", "key": "k", "value": "v", **changes}
    return said(app.post("experiments/set-experiment-tag", fields))


def experiment(app: Asker) -> dict[str, object]:
    found = app.get("experiments/get?experiment_id=0").json["experiment"]
    assert isinstance(found, dict)
    return found


def test_sets_a_tag_and_sets_it_anew(app: Asker) -> None:
    assert set_tag(app) == NOTHING
    assert experiment(app)["tags"] == [{"key": "k", "value": "v"}]
    assert set_tag(app, value="w") == NOTHING
    assert experiment(app)["tags"] == [{"key": "k", "value": "w"}]


def test_a_tag_is_no_update_of_the_experiment(app: Asker) -> None:
    set_tag(app)
    assert experiment(app)["last_update_time"] == 1700000000000


def test_a_tag_without_a_value_is_empty(app: Asker) -> None:
    assert set_tag(app, value=None) == NOTHING
    assert experiment(app)["tags"] == [{"key": "k", "value": ""}]


def test_the_largest_value(app: Asker) -> None:
    assert set_tag(app, value="x" * 20_000) == NOTHING


def test_a_deleted_experiment_is_refused(app: Asker) -> None:
    app.post("experiments/delete", {"experiment_id": "0"})
    assert set_tag(app) == deleted_experiment("0")


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"experiment_id": None}, missing("experiment_id")),
        ({"key": ""}, missing("key")),
        ({"value": 3}, wrong_type("value", "3", "int")),
        ({"key": "a" * 251}, too_long("key", 250)),
        (
            {"key": "a$"},
            refused(f"Invalid value \"a$\" for parameter 'key' supplied: {CHARACTERS}"),
        ),
        ({"value": "x" * 20_001}, too_long("value", 20_000)),
        ({"experiment_id": "99"}, NO_EXPERIMENT),
        ({"experiment_id": "x"}, NO_INTEGER),
    ],
)
def test_says_what_is_wrong(untouched: Asker, changes: dict[str, object], answer: Said) -> None:
    assert set_tag(untouched, **changes) == answer


def test_custom_views_are_limited(app: Asker) -> None:
    views = [{"key": f"mlflow.customView.view{n}", "value": "x"} for n in range(50)]
    app.post("experiments/create", {"name": "a", "tags": views})
    assert set_tag(app, experiment_id="1", key="mlflow.customView.view0") == NOTHING
    assert set_tag(app, experiment_id="1", key="mlflow.customView.view50")[0] == 400
