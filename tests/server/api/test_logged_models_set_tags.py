"""PATCH logged-models/{model_id}/tags"""

import pytest

from tests.server.api.answers import (
    MODEL,
    NO_MODEL,
    NOTHING,
    Said,
    missing,
    not_found,
    said,
    too_long,
    wrong_type,
)
from tests.server.support import Asker


def set_tags(app: Asker, tags: object, model_id: str = MODEL) -> Said:
    return said(app.post(f"logged-models/{model_id}/tags", {"tags": tags}, "PATCH"))


def test_sets_tags_and_sets_them_anew(app: Asker) -> None:
    app.post("logged-models", {"experiment_id": "0", "tags": [{"key": "a", "value": "1"}]})
    assert set_tags(app, [{"key": "b", "value": "2"}, {"key": "a", "value": "3"}]) == NOTHING
    info = app.get(f"logged-models/{MODEL}").json["model"]["info"]
    assert info["tags"] == [{"key": "a", "value": "3"}, {"key": "b", "value": "2"}]


@pytest.mark.parametrize("tags", [[], None])
def test_no_tags(untouched: Asker, tags: object) -> None:
    assert set_tags(untouched, tags) == NOTHING


def test_a_deleted_model_is_not_there(app: Asker) -> None:
    app.post("logged-models", {"experiment_id": "0"})
    app.post(f"logged-models/{MODEL}", method="DELETE")
    gone = not_found(f"Logged model with ID '{MODEL}' not found.")
    assert set_tags(app, [{"key": "a", "value": "1"}]) == gone


@pytest.mark.parametrize(
    ("tags", "answer"),
    [
        ("x", wrong_type("tags", '"x"', "str")),
        ([{"value": "1"}], missing("tags[0].key")),
        ([{"key": "a"}, {"key": "t" * 256}], too_long("key", 255)),
    ],
)
def test_says_what_is_wrong(untouched: Asker, tags: object, answer: Said) -> None:
    assert set_tags(untouched, tags) == answer


def test_an_unknown_model_is_404(untouched: Asker) -> None:
    assert set_tags(untouched, [{"key": "a", "value": "1"}], "nowhere") == NO_MODEL
