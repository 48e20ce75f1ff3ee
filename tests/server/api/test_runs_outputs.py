"""POST runs/outputs"""

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

MODEL = {"model_id": "m-1", "step": 2}


def begin(app: Asker) -> None:
    app.post("runs/create", {"experiment_id": "0"})


def log(app: Asker, **changes: Any) -> Said:
    return said(app.post("runs/outputs", {"run_id": RUN, "models": [MODEL], **changes}))


def outputs(app: Asker) -> object:
    return app.get(f"runs/get?run_id={RUN}").json["run"]["outputs"]


def test_links_models(app: Asker) -> None:
    begin(app)
    assert log(app, models=[MODEL, {"model_id": "m-2", "step": 0}]) == NOTHING
    assert outputs(app) == {"model_outputs": [MODEL, {"model_id": "m-2", "step": 0}]}


def test_a_model_is_linked_once(app: Asker) -> None:
    begin(app)
    log(app)
    again = refused(
        f"Logged models ['m-1'] are already linked as outputs of run {RUN}."
        " A model can be linked once."
    )
    assert log(app, models=[{"model_id": "m-2", "step": 0}, MODEL]) == again
    assert outputs(app) == {"model_outputs": [MODEL]}


def test_a_deleted_run_is_refused(app: Asker) -> None:
    begin(app)
    app.post("runs/delete", {"run_id": RUN})
    assert log(app) == deleted_run()


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"run_id": None}, missing("run_id")),
        ({"run_id": "nowhere"}, NO_RUN),
        ({"models": []}, missing("models")),
        ({"models": {}}, wrong_type("models", "{}", "dict")),
        ({"models": [{"step": 1}]}, missing("models[0].model_id")),
        ({"models": [MODEL, {"model_id": "m-2"}]}, missing("models[1].step")),
    ],
)
def test_says_what_is_wrong(untouched: Asker, changes: dict[str, Any], answer: Said) -> None:
    assert log(untouched, **changes) == answer
