"""POST, GET and DELETE registered-models/alias"""

import pytest

from tests.server.api.answers import NOTHING, Said, missing, refused, said, too_long
from tests.server.api.registered import (
    BAD_ALIAS,
    NO_NAME,
    NO_NUMBER,
    NO_REGISTERED_MODEL,
    NO_VERSION,
    add,
    delete,
    one_version,
    register,
)
from tests.server.support import Asker

PATH = "registered-models/alias"


def set_alias(app: Asker, **body: object) -> Said:
    return said(app.post(PATH, body))


def get(app: Asker, alias: str, name: str = "net") -> Said:
    return said(app.get(f"{PATH}?name={name}&alias={alias}"))


def test_an_alias_is_set_moved_and_deleted(app: Asker) -> None:
    register(app), add(app), add(app)
    for number in (1, 2):
        assert set_alias(app, name="net", alias="champion", version=str(number)) == NOTHING
        expected = one_version(number, number + 1, number + 1, aliases=["champion"])
        assert get(app, "champion") == expected
    for _ in range(2):
        assert delete(app, PATH, {"name": "net", "alias": "champion"}) == NOTHING
    assert get(app, "champion") == refused("Registered model alias champion not found.")


def test_latest_needs_no_alias(app: Asker) -> None:
    register(app), add(app), add(app)
    assert get(app, "latest") == get(app, "LATEST") == one_version(2, 3, 3)


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({}, missing("alias")),
        ({"alias": "a"}, missing("version")),
        ({"alias": "a b", "version": "1"}, BAD_ALIAS),
        ({"alias": "a" * 256, "version": "1"}, too_long("alias", 255)),
        (
            {"alias": "Latest", "version": "1"},
            refused("'latest' alias name (case insensitive) is reserved."),
        ),
        ({"alias": "V12", "version": "1"}, refused("Version alias name 'V12' is reserved.")),
        ({"alias": "a", "version": "x"}, NO_NUMBER),
        ({"alias": "a", "version": "1", "name": "a/b"}, NO_NAME),
        ({"alias": "v1x", "version": "1"}, NO_VERSION),
    ],
)
def test_says_what_is_wrong(untouched: Asker, fields: dict[str, str], answer: Said) -> None:
    assert set_alias(untouched, **{"name": "nowhere", **fields}) == answer


def test_says_what_is_wrong_with_reading_and_deleting(untouched: Asker) -> None:
    assert get(untouched, "a%20b") == BAD_ALIAS
    assert get(untouched, "a", "nowhere") == NO_REGISTERED_MODEL
    assert said(untouched.get(f"{PATH}?name=net")) == missing("alias")
    assert delete(untouched, PATH, {"name": "nowhere", "alias": "a b"}) == BAD_ALIAS
    assert delete(untouched, PATH, {"name": "nowhere", "alias": "a"}) == NO_REGISTERED_MODEL
