"""POST runs/log-model"""

import json
from typing import Any

import pytest

from tests.server.api.answers import (
    NO_RUN,
    NOTHING,
    RUN,
    Said,
    deleted_run,
    missing,
    refused,
    said,
    wrong_type,
)
from tests.server.support import Asker

MLMODEL: dict[str, Any] = {
    "artifact_path": "model",
    "flavors": {"sklearn": {"code": None, "config": {"a": 1}}},
    "run_id": RUN,
    "utc_time_created": "2026-01-01 00:00:00.000000",
    "mlflow_version": "2.9.0",
}


def begin(app: Asker) -> None:
    app.post("runs/create", {"experiment_id": "0"})


def log(app: Asker, **changes: Any) -> Said:
    fields = {"run_id": RUN, "model_json": json.dumps(MLMODEL), **changes}
    return said(app.post("runs/log-model", fields))


def history(app: Asker) -> Any:
    tags = app.get(f"runs/get?run_id={RUN}").json["run"]["data"]["tags"]
    (text,) = [tag["value"] for tag in tags if tag["key"] == "mlflow.log-model.history"]
    return json.loads(text)


def test_appends_to_the_list_in_the_runs_tag(app: Asker) -> None:
    begin(app)
    assert log(app) == NOTHING
    assert log(app, model_json=json.dumps({**MLMODEL, "artifact_path": "other"})) == NOTHING
    first, second = history(app)
    assert first == {
        "artifact_path": "model",
        "flavors": {"sklearn": {"code": None}},
        "run_id": RUN,
        "utc_time_created": "2026-01-01 00:00:00.000000",
    }
    assert second == {**first, "artifact_path": "other"}


def test_a_tag_that_holds_something_else_is_left_alone(app: Asker) -> None:
    begin(app)
    app.post("runs/set-tag", {"run_id": RUN, "key": "mlflow.log-model.history", "value": '"text"'})
    assert log(app) == refused(
        f"The tag mlflow.log-model.history of run {RUN} does not hold a JSON list, so nothing can"
        " be appended to it. Delete the tag and try again."
    )
    assert history(app) == "text"


def test_a_deleted_run_is_refused(app: Asker) -> None:
    begin(app)
    app.post("runs/delete", {"run_id": RUN})
    assert log(app) == deleted_run()


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"run_id": None}, missing("run_id")),
        ({"run_id": "nowhere"}, NO_RUN),
        ({"model_json": None}, missing("model_json")),
        ({"model_json": {"a": 1}}, wrong_type("model_json", '{"a":1}', "dict")),
        (
            {"model_json": "{"},
            refused("Malformed model info. \n { \n is not a valid JSON."),
        ),
        (
            {"model_json": '{"flavors": {}, "run_id": "x"}'},
            refused(
                "Model json is missing mandatory fields: ['artifact_path', 'utc_time_created']"
            ),
        ),
        (
            {"model_json": "[]"},
            refused(
                "Model json is missing mandatory fields:"
                " ['artifact_path', 'flavors', 'run_id', 'utc_time_created']"
            ),
        ),
    ],
)
def test_says_what_is_wrong(untouched: Asker, changes: dict[str, Any], answer: Said) -> None:
    assert log(untouched, **changes) == answer
