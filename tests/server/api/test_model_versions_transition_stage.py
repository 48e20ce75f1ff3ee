"""POST model-versions/transition-stage"""

from tests.server.api.answers import Said, missing, refused, said
from tests.server.api.registered import (
    NO_NUMBER,
    NO_STAGE,
    NO_VERSION,
    add,
    one_version,
    register,
)
from tests.server.support import Asker


def move(app: Asker, version: str, stage: str, **fields: object) -> Said:
    body = {"name": "net", "version": version, "stage": stage, **fields}
    return said(app.post("model-versions/transition-stage", body))


def test_moves_a_version_and_archives_others(app: Asker) -> None:
    register(app), add(app), add(app)
    assert move(app, "1", "production") == one_version(1, 2, 4, current_stage="Production")
    assert move(app, "2", "Production", archive_existing_versions=True) == one_version(
        2, 3, 5, current_stage="Production"
    )
    archived = said(app.get("model-versions/get?name=net&version=1"))
    assert archived == one_version(1, 2, 5, current_stage="Archived")
    assert move(app, "2", "None", archive_existing_versions=False) == one_version(2, 3, 6)


def test_says_what_is_wrong(untouched: Asker) -> None:
    assert move(untouched, "1", "") == missing("stage")
    assert move(untouched, "1", "x") == NO_STAGE
    assert move(untouched, "x", "None") == NO_NUMBER
    assert move(untouched, "1", "None", name="nowhere") == NO_VERSION
    for stage in ("None", "Archived"):
        assert move(untouched, "1", stage, archive_existing_versions=True) == refused(
            "Model version transition cannot archive existing model versions because"
            f" '{stage}' is not an Active stage. Valid stages are ['Staging', 'Production']"
        )
