"""GET experiments/open"""

import pytest

from tests.server.api.answers import NO_INTEGER, Said, refused, said
from tests.server.support import Asker

PATH = "/api/sagwan/v1/experiments/open"

NO_SAMPLE = "Invalid value 0 for parameter 'sample' supplied: It must be between 1 and 1000."


def test_all_at_once(app: Asker) -> None:
    keys = app.post("/api/sagwan/v1/experiments/keys", {"experiment_ids": ["0"]}).body
    experiment = app.get("experiments/get?experiment_id=0").body
    body = experiment[:-1] + b',"keys":' + keys + b"}"
    assert said(app.get(f"{PATH}?experiment_id=0")) == (200, body)
    view = {"path": "/e/0", "name": "mine", "query": "rows=dense"}
    saved = app.post("/api/sagwan/v1/views", view)
    app.post("/api/sagwan/v1/default-view", {"slug": saved.json["view"]["slug"]})
    assert app.get(f"{PATH}?experiment_id=0").json["view"] == saved.json["view"]


@pytest.mark.parametrize(
    ("query", "answer"),
    [("experiment_id=x", NO_INTEGER), ("experiment_id=0&sample=0", refused(NO_SAMPLE))],
)
def test_says_what_is_wrong(untouched: Asker, query: str, answer: Said) -> None:
    assert said(untouched.get(f"{PATH}?{query}")) == answer


def test_an_experiment_that_is_not_there(untouched: Asker) -> None:
    assert untouched.get(f"{PATH}?experiment_id=99").json["error_code"] == "RESOURCE_DOES_NOT_EXIST"
