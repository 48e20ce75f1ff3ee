"""DELETE registered-models/delete"""

from tests.server.api.answers import NOTHING, missing, said
from tests.server.api.registered import NO_NAME, NO_REGISTERED_MODEL, add, delete, register
from tests.server.support import Asker

PATH = "registered-models/delete"


def test_deletes_a_model_with_its_versions(app: Asker) -> None:
    register(app), add(app)
    assert delete(app, PATH, {"name": "net"}) == NOTHING
    assert said(app.get("registered-models/get?name=net"))[0] == 404
    assert said(app.get("model-versions/search")) == NOTHING


def test_says_what_is_wrong(untouched: Asker) -> None:
    assert delete(untouched, PATH, {}) == missing("name")
    assert delete(untouched, PATH, {"name": "a/b"}) == NO_NAME
    assert delete(untouched, PATH, {"name": "nowhere"}) == NO_REGISTERED_MODEL


def test_the_query_is_not_read(untouched: Asker) -> None:
    assert delete(untouched, f"{PATH}?name=net", {}) == missing("name")
