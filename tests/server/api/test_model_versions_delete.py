"""DELETE model-versions/delete"""

from tests.server.api.answers import NOTHING, missing, not_found, said
from tests.server.api.registered import NO_NUMBER, NO_VERSION, add, delete, one_version, register
from tests.server.support import Asker

PATH = "model-versions/delete"


def test_deletes_a_version_and_its_aliases_and_keeps_its_number(app: Asker) -> None:
    register(app), add(app)
    app.post("registered-models/alias", {"name": "net", "alias": "champion", "version": "1"})
    assert delete(app, PATH, {"name": "net", "version": "1"}) == NOTHING
    gone = not_found("Model Version (name=net, version=1) not found")
    assert delete(app, PATH, {"name": "net", "version": "1"}) == gone
    assert said(app.get("model-versions/get?name=net&version=1")) == gone
    assert said(app.get("registered-models/get?name=net")) == (
        200,
        b'{"registered_model":{"name":"net","creation_timestamp":1700000000001,'
        b'"last_updated_timestamp":1700000000004}}',
    )
    add(app)
    newest = said(app.get("model-versions/get?name=net&version=2"))
    # The alias and the refused deletion looked at the clock, too.
    assert newest == one_version(2, 6, 6)


def test_says_what_is_wrong(untouched: Asker) -> None:
    assert delete(untouched, PATH, {"name": "nowhere"}) == missing("version")
    assert delete(untouched, PATH, {"name": "nowhere", "version": "x"}) == NO_NUMBER
    assert delete(untouched, PATH, {"name": "nowhere", "version": "1"}) == NO_VERSION
