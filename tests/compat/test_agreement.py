"""The comparison itself: it finds what differs and pardons only what it says."""

import pytest

from tests.compat.agreement import differences
from tests.compat.normalize import Json


@pytest.mark.parametrize(
    ("ours", "theirs", "path"),
    [
        ({"a": 1}, {"a": 2}, "a"),
        ({"a": 1}, {"a": 1.0}, "a"),
        ({"a": 1}, {"a": True}, "a"),
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, "a/b/1"),
        ({"a": [1]}, {"a": [1, 2]}, "a"),
        ({}, {"a": 1}, "a"),
        ({"a": ""}, {}, "a"),
        ({"message": "one"}, {"message": "other"}, "message"),
        (
            {"filters": {"a": {"message": "our own words"}}},
            {"filters": {"a": {"message": "Invalid comparator"}}},
            "filters/a/message",
        ),
        ({"status": 500, "error_code": "X"}, {"status": 400, "error_code": "X"}, "status"),
    ],
)
def test_finds_the_place(ours: Json, theirs: Json, path: str) -> None:
    assert [found.path for found in differences(ours, theirs)] == [path]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}),
        (
            {"message": "Invalid comparator ='=='"},
            {"message": "Expected one of x, Invalid comparator"},
        ),
        ({"message": "taken"}, {"message": "(sqlite3.IntegrityError) UNIQUE"}),
        (
            {"filters": {"a = ": {"message": "our own words"}}},
            {"filters": {"a = ": {"message": "Could not be parsed"}}},
        ),
        (
            {"error": "RestException", "error_code": "X", "message": "no"},
            {"error": "MlflowException", "message": "too many 500 error responses"},
        ),
        (
            {"status": 400, "json": {"error_code": "BAD_REQUEST", "message": "no"}},
            {"status": 500, "json": None},
        ),
    ],
)
def test_agrees(ours: Json, theirs: Json) -> None:
    assert list(differences(ours, theirs)) == []


def test_a_failure_of_mlflow_needs_an_error_code_of_ours() -> None:
    found = differences({"status": 404, "json": None}, {"status": 500, "json": None})
    assert [each.path for each in found] == ["status"]


def test_a_deliberate_answer_is_the_only_other_one() -> None:
    deliberate = {"a/b": 3}
    assert list(differences({"a": {"b": 3}}, {"a": {"b": 1}}, deliberate)) == []
    assert [each.ours for each in differences({"a": {"b": 1}}, {"a": {"b": 1}}, deliberate)] == [1]
