"""POST registered-models/set-tag, DELETE registered-models/delete-tag"""

from tests.server.api.answers import NOTHING, PATHS, Said, missing, refused, said, too_long
from tests.server.api.registered import NO_NAME, NO_REGISTERED_MODEL, delete, register
from tests.server.support import Asker

DELETE = "registered-models/delete-tag"


def set_tag(app: Asker, **body: object) -> Said:
    return said(app.post("registered-models/set-tag", body))


def test_sets_tags_sets_them_anew_and_deletes_them(app: Asker) -> None:
    register(app)
    for value in ("1", "2"):
        assert set_tag(app, name="net", key="a", value=value) == NOTHING
    assert set_tag(app, name="net", key="b") == NOTHING
    model = app.get("registered-models/get?name=net").json["registered_model"]
    assert model["tags"] == [{"key": "a", "value": "2"}, {"key": "b", "value": ""}]
    assert model["last_updated_timestamp"] == 1_700_000_000_001
    for _ in range(2):
        assert delete(app, DELETE, {"name": "net", "key": "a"}) == NOTHING
    model = app.get("registered-models/get?name=net").json["registered_model"]
    assert model["tags"] == [{"key": "b", "value": ""}]


def test_says_what_is_wrong(untouched: Asker) -> None:
    assert set_tag(untouched, name="nowhere") == missing("key")
    assert set_tag(untouched, name="a/b", key="k") == NO_NAME
    assert set_tag(untouched, name="nowhere", key="k" * 251) == too_long("key", 250)
    assert set_tag(untouched, name="nowhere", key="b/") == refused(
        f"Invalid value \"b/\" for parameter 'key' supplied: {PATHS}'b'"
    )
    assert set_tag(untouched, name="nowhere", key="k") == NO_REGISTERED_MODEL
    assert delete(untouched, DELETE, {"name": "nowhere"}) == missing("key")
    assert delete(untouched, DELETE, {"name": "nowhere", "key": "k"}) == NO_REGISTERED_MODEL
