"""Sagwan's own answers: an entry is met by what it says alone, and names a place."""

import pytest

from tests.compat import deliberate
from tests.compat.agreement import differences
from tests.compat.deliberate import Deliberate, Refusal, deliberate_in
from tests.compat.normalize import Json

CODE = "INVALID_PARAMETER_VALUE"


@pytest.mark.parametrize(
    ("answer", "met"),
    [
        ({"status": 400, "json": {"error_code": CODE, "message": "no"}}, True),
        ({"error": "RestException", "error_code": CODE, "message": "no"}, True),
        ({"status": 404, "json": {"error_code": CODE, "message": "no"}}, False),
        ({"status": 400, "json": {"error_code": "BAD_REQUEST", "message": "no"}}, False),
        ({"status": 400, "json": {"error_code": CODE, "message": ""}}, False),
        ({"status": 400, "json": None}, False),
        ({"status": 200, "json": {}}, False),
        ({"error": "MlflowException", "error_code": CODE, "message": "no"}, False),
        ([], False),
        (None, False),
    ],
)
def test_a_refusal_is_a_clear_error(answer: Json, met: bool) -> None:
    assert Refusal().is_met_by(answer) is met
    assert [each.path for each in differences({"a": answer}, {"a": 1}, {"a": Refusal()})] == (
        [] if met else ["a"]
    )


def test_an_entry_names_a_place_of_either_document(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = Deliberate("nested", "why", {"a/b/c": 1, "list/1": 2, "gone": None})
    monkeypatch.setattr(deliberate, "DELIBERATE", (entry,))
    ours: Json = {"a": {"b/c": 1}, "list": [0, 2]}
    assert deliberate_in("nested", ours, {"gone": 3}) == entry.answers
    assert deliberate_in("basics", {}) == {}
    with pytest.raises(AssertionError, match="nested has no such place: gone"):
        deliberate_in("nested", ours, {})
