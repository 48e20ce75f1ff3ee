"""PATCH logged-models/{model_id}"""

import pytest

from tests.server.api.answers import (
    MODEL,
    NO_MODEL,
    Said,
    missing,
    not_found,
    said,
    wrong_type,
)
from tests.server.support import Asker


def finalize(app: Asker, model: str = MODEL, /, **fields: object) -> Said:
    return said(app.post(f"logged-models/{model}", fields, "PATCH"))


def test_answers_with_the_model(app: Asker) -> None:
    app.post("logged-models", {"experiment_id": "0", "name": "m"})
    assert finalize(app, status="LOGGED_MODEL_READY") == (
        200,
        b'{"model":{"info":{"model_id":"m-00000000000000000000000000000001","experiment_id":"0",'
        b'"name":"m","creation_timestamp_ms":1700000000001,'
        b'"last_updated_timestamp_ms":1700000000002,'
        b'"artifact_uri":"mlflow-artifacts:/0/models/m-00000000000000000000000000000001/artifacts",'
        b'"status":"LOGGED_MODEL_READY","model_type":"","source_run_id":""},"data":{}}}',
    )


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("LOGGED_MODEL_UPLOAD_FAILED", "LOGGED_MODEL_UPLOAD_FAILED"),
        (2, "LOGGED_MODEL_READY"),
        ("1", "LOGGED_MODEL_PENDING"),
    ],
)
def test_a_status_by_name_or_number(app: Asker, sent: object, kept: str) -> None:
    app.post("logged-models", {"experiment_id": "0"})
    # Clients repeat the id in the body.
    finalize(app, status=sent, model_id=MODEL)
    assert app.get(f"logged-models/{MODEL}").json["model"]["info"]["status"] == kept


def test_a_deleted_model_is_not_there(app: Asker) -> None:
    app.post("logged-models", {"experiment_id": "0"})
    app.post(f"logged-models/{MODEL}", method="DELETE")
    gone = not_found(f"Logged model with ID '{MODEL}' not found.")
    assert finalize(app, status="LOGGED_MODEL_READY") == gone


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({}, missing("status")),
        ({"status": None}, missing("status")),
        ({"status": "READY"}, wrong_type("status", '"READY"', "str")),
        ({"status": 9}, wrong_type("status", "9", "int")),
    ],
)
def test_says_what_is_wrong(untouched: Asker, fields: dict[str, object], answer: Said) -> None:
    assert finalize(untouched, **fields) == answer


def test_an_unknown_model_is_404(untouched: Asker) -> None:
    assert finalize(untouched, "nowhere", status="LOGGED_MODEL_READY") == NO_MODEL
