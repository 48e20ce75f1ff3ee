"""GET registered-models/get"""

from tests.server.api.answers import missing, said
from tests.server.api.registered import NO_NAME, NO_REGISTERED_MODEL, add, register, version
from tests.server.support import Asker


def test_shows_a_model_with_its_newest_versions_and_aliases(app: Asker) -> None:
    register(app, tags=[{"key": "a", "value": "1"}])
    add(app, tags=[{"key": "b", "value": "2"}]), add(app)
    app.post("registered-models/alias", {"name": "net", "alias": "champion", "version": "1"})
    assert said(app.get("registered-models/get?name=net")) == (
        200,
        (
            '{"registered_model":{"name":"net","creation_timestamp":1700000000001,'
            '"last_updated_timestamp":1700000000003,'
            f'"latest_versions":[{version(2, 3, 3)}],"tags":[{{"key":"a","value":"1"}}],'
            '"aliases":[{"alias":"champion","version":"1"}]}}'
        ).encode(),
    )


def test_says_what_is_wrong(untouched: Asker) -> None:
    for query, answer in (
        ("", missing("name")),
        ("?name=a/b", NO_NAME),
        ("?name=nowhere", NO_REGISTERED_MODEL),
    ):
        assert said(untouched.get(f"registered-models/get{query}")) == answer
