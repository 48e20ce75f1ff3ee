"""POST logged-models/{model_id}/params"""

import pytest

from tests.server.api.answers import (
    MODEL,
    NO_MODEL,
    NOTHING,
    Said,
    missing,
    not_found,
    refused,
    said,
    too_long,
)
from tests.server.support import Asker


def log(app: Asker, params: object, model_id: str = MODEL) -> Said:
    return said(app.post(f"logged-models/{model_id}/params", {"params": params}))


def params(app: Asker) -> object:
    return app.get(f"logged-models/{MODEL}").json["model"]["data"]["params"]


def test_adds_params(app: Asker) -> None:
    app.post("logged-models", {"experiment_id": "0", "params": [{"key": "a", "value": "1"}]})
    assert log(app, [{"key": "b", "value": "2"}, {"key": "c"}]) == NOTHING
    assert params(app) == [
        {"key": "a", "value": "1"},
        {"key": "b", "value": "2"},
        {"key": "c", "value": ""},
    ]


def test_params_are_written_once_and_all_or_none(app: Asker) -> None:
    app.post("logged-models", {"experiment_id": "0", "params": [{"key": "a", "value": "1"}]})
    assert log(app, [{"key": "b", "value": "2"}, {"key": "a", "value": "1"}]) == refused(
        f"Params ['a'] were already logged for model with ID '{MODEL}'."
        " Params of a logged model can't be changed."
    )
    assert params(app) == [{"key": "a", "value": "1"}]


@pytest.mark.parametrize("none", [[], None])
def test_no_params(untouched: Asker, none: object) -> None:
    assert log(untouched, none) == NOTHING


def test_a_deleted_model_is_not_there(app: Asker) -> None:
    app.post("logged-models", {"experiment_id": "0"})
    app.post(f"logged-models/{MODEL}", method="DELETE")
    gone = not_found(f"Logged model with ID '{MODEL}' not found.")
    assert log(app, [{"key": "a", "value": "1"}]) == gone


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        ([{"value": "1"}], missing("params[0].key")),
        ([{"key": "p" * 256}], too_long("key", 255)),
        (
            [{"key": "p", "value": "1"}, {"key": "p", "value": "2"}],
            refused(
                "Duplicate parameter keys have been submitted: ['p']. Please ensure the request"
                " contains only one param value per param key."
            ),
        ),
    ],
)
def test_says_what_is_wrong(untouched: Asker, given: object, answer: Said) -> None:
    assert log(untouched, given) == answer


def test_an_unknown_model_is_404(untouched: Asker) -> None:
    assert log(untouched, [{"key": "a", "value": "1"}], "nowhere") == NO_MODEL
