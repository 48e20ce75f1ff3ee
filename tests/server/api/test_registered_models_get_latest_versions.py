"""POST and GET registered-models/get-latest-versions"""

from tests.server.api.answers import NOTHING, Said, missing, said
from tests.server.api.registered import (
    NO_REGISTERED_MODEL,
    NO_STAGE,
    add,
    register,
    version,
    versions,
)
from tests.server.support import Asker

PATH = "registered-models/get-latest-versions"


def latest(app: Asker, **body: object) -> Said:
    return said(app.post(PATH, body))


def test_the_newest_version_of_each_stage(app: Asker) -> None:
    register(app)
    for _ in range(3):
        add(app)
    app.post(
        "model-versions/transition-stage", {"name": "net", "version": "1", "stage": "Production"}
    )
    app.post("registered-models/alias", {"name": "net", "alias": "champion", "version": "3"})
    first = version(1, 2, 5, current_stage="Production")
    last = version(3, 4, 4, aliases=["champion"])
    assert latest(app, name="net") == versions(first, last)
    assert latest(app, name="net", stages=[]) == versions(first, last)
    assert latest(app, name="net", stages=["production", "STAGING"]) == versions(first)
    assert latest(app, name="net", stages=["Archived"]) == NOTHING
    by_query = said(app.get(f"{PATH}?name=net&stages=None&stages=Staging"))
    assert by_query == versions(last)


def test_says_what_is_wrong(untouched: Asker) -> None:
    assert latest(untouched) == missing("name")
    assert latest(untouched, name="nowhere", stages=["x"]) == NO_STAGE
    assert latest(untouched, name="nowhere") == NO_REGISTERED_MODEL
    assert said(untouched.get(f"{PATH}?name=nowhere")) == NO_REGISTERED_MODEL
