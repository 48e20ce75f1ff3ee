"""PATCH model-versions/update"""

from tests.server.api.answers import Said, missing, said, too_long
from tests.server.api.registered import NO_NUMBER, NO_VERSION, add, one_version, register
from tests.server.support import Asker


def update(app: Asker, **body: object) -> Said:
    return said(app.post("model-versions/update", body, "PATCH"))


def test_sets_a_description_and_takes_it_away(app: Asker) -> None:
    register(app), add(app)
    assert update(app, name="net", version="1", description="new") == one_version(
        1, 2, 3, description="new"
    )
    assert update(app, name="net", version="1") == one_version(1, 2, 4, description=None)
    assert update(app, name="net", version="1", description="") == one_version(1, 2, 5)


def test_says_what_is_wrong(untouched: Asker) -> None:
    assert update(untouched, name="nowhere") == missing("version")
    assert update(untouched, name="nowhere", version="x") == NO_NUMBER
    assert update(untouched, name="nowhere", version="1") == NO_VERSION
    long = update(untouched, name="nowhere", version="1", description="d" * 100_001)
    assert long == too_long("description", 100_000)
