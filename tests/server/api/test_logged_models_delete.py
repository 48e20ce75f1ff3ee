"""DELETE logged-models/{model_id}"""

from tests.server.api.answers import MODEL, NO_MODEL, NOTHING, Said, said
from tests.server.support import Asker


def delete(app: Asker, model_id: str = MODEL) -> Said:
    return said(app.ask("DELETE", f"logged-models/{model_id}"))


def test_deletes_a_model(app: Asker) -> None:
    app.post("logged-models", {"experiment_id": "0"})
    assert delete(app) == NOTHING
    assert said(app.post("logged-models/search", {"experiment_ids": ["0"]})) == NOTHING
    assert delete(app) == NOTHING
    info = app.get(f"logged-models/{MODEL}?allow_deleted=true").json["model"]["info"]
    assert info["last_updated_timestamp_ms"] == 1700000000003


def test_an_unknown_model_is_404(untouched: Asker) -> None:
    assert delete(untouched, "nowhere") == NO_MODEL
