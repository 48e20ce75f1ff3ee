"""POST registered-models/rename"""

from tests.server.api.answers import Said, missing, refused, said
from tests.server.api.registered import NO_NAME, NO_REGISTERED_MODEL, add, register, version
from tests.server.support import Asker


def rename(app: Asker, **body: object) -> Said:
    return said(app.post("registered-models/rename", body))


def test_renames_a_model_and_its_versions(app: Asker) -> None:
    register(app, "old"), add(app, "old")
    assert rename(app, name="old", new_name="net") == (
        200,
        (
            '{"registered_model":{"name":"net","creation_timestamp":1700000000001,'
            f'"last_updated_timestamp":1700000000003,"latest_versions":[{version(1, 2, 3)}]}}}}'
        ).encode(),
    )
    assert said(app.get("registered-models/get?name=old"))[0] == 404


def test_a_taken_name_is_refused(app: Asker) -> None:
    register(app, "a"), register(app, "b")
    assert rename(app, name="a", new_name="b") == refused(
        "Registered Model (name=b) already exists.", "RESOURCE_ALREADY_EXISTS"
    )


def test_says_what_is_wrong(untouched: Asker) -> None:
    assert rename(untouched, name="a") == missing("new_name")
    assert rename(untouched, name="a", new_name=" ") == missing("new_name")
    assert rename(untouched, name="a", new_name="a/b") == NO_NAME
    assert rename(untouched, name="nowhere", new_name="x") == NO_REGISTERED_MODEL
