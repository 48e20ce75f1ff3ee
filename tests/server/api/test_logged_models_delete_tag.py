"""DELETE logged-models/{model_id}/tags/{tag_key}"""

from tests.server.api.answers import MODEL, NO_MODEL, NOTHING, Said, not_found, said
from tests.server.support import Asker


def delete_tag(app: Asker, key: str, model_id: str = MODEL) -> Said:
    return said(app.ask("DELETE", f"logged-models/{model_id}/tags/{key}"))


def test_deletes_a_tag_once(app: Asker) -> None:
    tags = [{"key": "a", "value": "1"}, {"key": "b", "value": "2"}]
    app.post("logged-models", {"experiment_id": "0", "tags": tags})
    assert delete_tag(app, "a") == NOTHING
    info = app.get(f"logged-models/{MODEL}").json["model"]["info"]
    assert info["tags"] == [{"key": "b", "value": "2"}]
    assert delete_tag(app, "a") == not_found(
        f"No tag with key 'a' found for model with ID '{MODEL}'."
    )


def test_an_unknown_model_is_404(untouched: Asker) -> None:
    assert delete_tag(untouched, "a", "nowhere") == NO_MODEL
