"""PATCH registered-models/update"""

from tests.server.api.answers import Said, missing, said, too_long
from tests.server.api.registered import NO_REGISTERED_MODEL, register
from tests.server.support import Asker


def update(app: Asker, **body: object) -> Said:
    return said(app.post("registered-models/update", body, "PATCH"))


def test_sets_a_description_and_takes_it_away(app: Asker) -> None:
    register(app)
    shown = (
        '{"registered_model":{"name":"net","creation_timestamp":1700000000001,'
        '"last_updated_timestamp":170000000000%d%s}}'
    )
    assert update(app, name="net", description="new") == (
        200,
        (shown % (2, ',"description":"new"')).encode(),
    )
    assert update(app, name="net") == (200, (shown % (3, "")).encode())
    assert update(app, name="net", description="") == (200, (shown % (4, "")).encode())


def test_says_what_is_wrong(untouched: Asker) -> None:
    assert update(untouched) == missing("name")
    assert update(untouched, name="nowhere") == NO_REGISTERED_MODEL
    long = update(untouched, name="nowhere", description="d" * 100_001)
    assert long == too_long("description", 100_000)
