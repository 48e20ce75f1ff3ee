"""GET model-versions/get and model-versions/get-download-uri"""

import pytest

from tests.server.api.answers import Said, missing, not_found, said
from tests.server.api.registered import NO_NAME, NO_NUMBER, NO_VERSION, add, one_version, register
from tests.server.support import Asker


def test_shows_a_version_with_its_aliases(app: Asker) -> None:
    register(app), add(app, run_id="r1", tags=[{"key": "a", "value": "1"}])
    for alias in ("b", "a"):
        app.post("registered-models/alias", {"name": "net", "alias": alias, "version": "1"})
    expected = one_version(run_id="r1", tags=[{"key": "a", "value": "1"}], aliases=["a", "b"])
    for number in ("1", "%201", "01"):
        assert said(app.get(f"model-versions/get?name=net&version={number}")) == expected
    uri = said(app.get("model-versions/get-download-uri?name=net&version=1"))
    assert uri == (200, b'{"artifact_uri":"s3://bucket/model"}')


@pytest.mark.parametrize("path", ["get", "get-download-uri"])
@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("name=nowhere", missing("version")),
        ("version=1", missing("name")),
        ("name=a/b&version=1", NO_NAME),
        ("name=nowhere&version=x", NO_NUMBER),
        ("name=nowhere&version=1", NO_VERSION),
        ("name=a&version=-1", not_found("Model Version (name=a, version=-1) not found")),
        (f"name=a&version={'9' * 40}", not_found("Model Version (name=a, version=0) not found")),
    ],
)
def test_says_what_is_wrong(untouched: Asker, path: str, query: str, answer: Said) -> None:
    assert said(untouched.get(f"model-versions/{path}?{query}")) == answer
