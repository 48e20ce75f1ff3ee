"""GET /model-versions/get-artifact"""

import pytest

from tests.server.api.answers import RUN, Said, missing, refused, said
from tests.server.api.registered import NO_NAME, NO_NUMBER, NO_VERSION, add, register
from tests.server.support import Asker

PATH = "/model-versions/get-artifact"
FILES = "/api/2.0/mlflow-artifacts/artifacts"


def test_sends_files_wherever_the_version_came_from(app: Asker) -> None:
    app.post("runs/create", {"experiment_id": "0"})
    content = b"flavors: {}\n"
    put = app.ask("PUT", f"{FILES}/0/{RUN}/artifacts/model/MLmodel", content)
    assert put.status == 200
    register(app), register(app, "copy")
    add(app, source=f"mlflow-artifacts:/0/{RUN}/artifacts/model", run_id=RUN)
    add(app, source=f"runs:/{RUN}/model", run_id=RUN)
    add(app, "copy", source="models:/net/2")
    for name, number in (("net", 1), ("net", 2), ("copy", 1)):
        answer = app.get(f"{PATH}?name={name}&version={number}&path=MLmodel")
        assert (answer.status, answer.body) == (200, content)
        assert answer.headers["content-disposition"] == "attachment; filename=MLmodel"
    part = app.ask("GET", f"{PATH}?name=net&version=1&path=MLmodel", b"", {"range": "bytes=0-6"})
    assert (part.status, part.body) == (206, b"flavors")
    assert app.get(f"{PATH}?name=net&version=1&path=nothing").status == 404


def test_reads_no_store_that_the_server_was_not_started_with(app: Asker) -> None:
    register(app), add(app)
    status, body = said(app.get(f"{PATH}?name=net&version=1&path=x"))
    assert (status, b"This server does not read these artifacts" in body) == (400, True)


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("version=1&path=x", missing("name")),
        ("name=nowhere&path=x", missing("version")),
        ("name=nowhere&version=1", missing("path")),
        ("name=a/b&version=1&path=x", NO_NAME),
        ("name=nowhere&version=x&path=x", NO_NUMBER),
        ("name=nowhere&version=1&path=x", NO_VERSION),
        ("name=nowhere&version=1&path=../x", refused("Invalid path")),
        ("name=nowhere&version=1&path=%252e%252e/x", refused("Invalid path")),
    ],
)
def test_says_what_is_wrong(untouched: Asker, query: str, answer: Said) -> None:
    assert said(untouched.get(f"{PATH}?{query}")) == answer
