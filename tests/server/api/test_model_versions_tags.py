"""POST model-versions/set-tag, DELETE model-versions/delete-tag"""

from tests.server.api.answers import NOTHING, Said, missing, said, too_long
from tests.server.api.registered import NO_NUMBER, NO_VERSION, add, delete, register
from tests.server.support import Asker

DELETE = "model-versions/delete-tag"


def set_tag(app: Asker, **body: object) -> Said:
    return said(app.post("model-versions/set-tag", {"name": "net", "version": "1", **body}))


def test_sets_tags_sets_them_anew_and_deletes_them(app: Asker) -> None:
    register(app), add(app)
    for value in ("1", "2"):
        assert set_tag(app, key="a", value=value) == NOTHING
    assert set_tag(app, key="b") == NOTHING
    found = app.get("model-versions/get?name=net&version=1").json["model_version"]
    assert found["tags"] == [{"key": "a", "value": "2"}, {"key": "b", "value": ""}]
    assert found["last_updated_timestamp"] == 1_700_000_000_002
    for _ in range(2):
        assert delete(app, DELETE, {"name": "net", "version": "1", "key": "a"}) == NOTHING
    found = app.get("model-versions/get?name=net&version=1").json["model_version"]
    assert found["tags"] == [{"key": "b", "value": ""}]


def test_says_what_is_wrong(untouched: Asker) -> None:
    nowhere = {"name": "nowhere", "version": "1"}
    assert set_tag(untouched, **nowhere) == missing("key")
    assert set_tag(untouched, version="x", key="k") == NO_NUMBER
    assert set_tag(untouched, **nowhere, key="k" * 251) == too_long("key", 250)
    assert set_tag(untouched, **nowhere, key="k", value="v" * 100_001) == too_long("value", 100_000)
    assert set_tag(untouched, **nowhere, key="k") == NO_VERSION
    assert delete(untouched, DELETE, {**nowhere, "key": "k"}) == NO_VERSION
    assert delete(untouched, DELETE, nowhere) == missing("key")
