"""GET logged-models/{model_id}"""

import pytest

from tests.server.api.answers import MODEL, NO_MODEL, RUN, not_found, refused, said
from tests.server.support import Asker


def test_a_model_that_nothing_was_measured_on(untouched: Asker) -> None:
    assert said(untouched.get(f"logged-models/{MODEL}")) == (
        200,
        b'{"model":{"info":{"model_id":"m-00000000000000000000000000000001","experiment_id":"0",'
        b'"name":"m","creation_timestamp_ms":1700000000001,'
        b'"last_updated_timestamp_ms":1700000000001,'
        b'"artifact_uri":"mlflow-artifacts:/0/models/m-00000000000000000000000000000001/artifacts",'
        b'"status":"LOGGED_MODEL_PENDING","model_type":"","source_run_id":""},"data":{}}}',
    )


def test_a_model_with_metrics(app: Asker) -> None:
    app.post("runs/create", {"experiment_id": "0"})
    app.post("logged-models", {"experiment_id": "0", "name": "m"})
    point = {"run_id": RUN, "key": "acc", "value": 0.5, "timestamp": 1, "model_id": MODEL}
    app.post("runs/log-metric", {**point, "dataset_name": "d", "dataset_digest": "1"})
    app.post("runs/log-metric", {**point, "key": "loss", "value": "NaN"})
    assert app.get(f"logged-models/{MODEL}").body.endswith(
        b'"data":{"metrics":[{"key":"acc","value":0.5,"timestamp":1,"step":0,'
        b'"model_id":"m-00000000000000000000000000000001","dataset_name":"d","dataset_digest":"1",'
        b'"run_id":"00000000000000000000000000000001"},'
        b'{"key":"loss","value":"NaN","timestamp":1,"step":0,'
        b'"model_id":"m-00000000000000000000000000000001",'
        b'"run_id":"00000000000000000000000000000001"}]}}}'
    )


def test_a_deleted_model_is_shown_only_where_that_is_asked_for(app: Asker) -> None:
    app.post("logged-models", {"experiment_id": "0"})
    app.post(f"logged-models/{MODEL}", method="DELETE")
    gone = not_found(f"Logged model with ID '{MODEL}' not found.")
    assert said(app.get(f"logged-models/{MODEL}")) == gone
    assert said(app.get(f"logged-models/{MODEL}?allow_deleted=False")) == gone
    for yes in ("true", "True", "TRUE"):
        assert app.get(f"logged-models/{MODEL}?allow_deleted={yes}").status == 200


def test_an_unknown_model_is_404(untouched: Asker) -> None:
    assert said(untouched.get("logged-models/nowhere")) == NO_MODEL


@pytest.mark.parametrize("value", ["1", "yes", ""])
def test_what_is_neither_true_nor_false(untouched: Asker, value: str) -> None:
    assert said(untouched.get(f"logged-models/{MODEL}?allow_deleted={value}")) == refused(
        f"Invalid boolean value: {value}, must be 'true' or 'false'."
    )
