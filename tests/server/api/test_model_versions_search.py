"""GET model-versions/search"""

import json
from urllib.parse import urlencode

import pytest

from tests.server.api.answers import NO_TOKEN, NOTHING, Said, refused, said
from tests.server.api.registered import add, register, version, versions
from tests.server.support import Asker

PROMPT = [{"key": "mlflow.prompt.is_prompt", "value": "true"}]


def search(app: Asker, **query: object) -> Said:
    return said(app.get(f"model-versions/search?{urlencode(query, doseq=True)}"))


def found(answer: Said) -> list[str]:
    assert answer[0] == 200, answer
    shown = json.loads(answer[1]).get("model_versions", [])
    return [each["name"] + each["version"] for each in shown]


def test_shows_what_get_shows_but_for_aliases(app: Asker) -> None:
    assert search(app) == NOTHING
    register(app), add(app)
    app.post("registered-models/alias", {"name": "net", "alias": "champion", "version": "1"})
    assert search(app, filter="name = 'net'") == versions(version())


def test_pages_filters_and_orders(app: Asker) -> None:
    register(app, "a"), register(app, "b"), register(app, "p", tags=PROMPT)
    add(app, "a"), add(app, "b", run_id="r1"), add(app, "a", source="gs://b/m")
    add(app, "p", source="dummy-source", tags=PROMPT)
    page = search(app, max_results=2)
    assert found(page) == ["a2", "b1"]
    token = json.loads(page[1])["next_page_token"]
    assert found(search(app, max_results=2, page_token=token)) == ["a1"]
    assert found(search(app, order_by=["name DESC", "version_number"])) == ["b1", "a1", "a2"]
    assert found(search(app, filter="run_id = 'r1'")) == ["b1"]
    assert found(search(app, filter="source_path LIKE 'gs:%' AND version_number = '2'")) == ["a2"]
    assert found(search(app, filter="name = 'p'")) == []
    assert found(search(app, filter="tags.`mlflow.prompt.is_prompt` = 'true'")) == ["p1"]


@pytest.mark.parametrize("limit", [0, -1, 200_001])
def test_a_page_has_1_to_200_000(untouched: Asker, limit: int) -> None:
    assert search(untouched, max_results=limit) == refused(
        f"Invalid value {limit} for parameter 'max_results' supplied: It must be between 1 and"
        " 200000."
    )


@pytest.mark.parametrize(
    ("query", "said_of_it"),
    [
        ({"filter": "status = 'READY'"}, "Invalid attribute key 'status' specified (character 1)"),
        ({"filter": "version_number = 'x'"}, "Invalid version_number 'x'"),
        ({"filter": "version_number > 1.5"}, "Invalid version_number '1.5'"),
        ({"filter": "version_number IN (1)"}, "Invalid comparator 'IN'"),
        ({"filter": "version_number LIKE '1'"}, "Invalid comparator 'LIKE'"),
        ({"order_by": "run_id"}, "Invalid attribute key 'run_id'"),
        ({"order_by": ["name", "name"]}, "`order_by` contains duplicate fields"),
    ],
)
def test_says_what_is_wrong(untouched: Asker, query: dict[str, object], said_of_it: str) -> None:
    status, body = search(untouched, **query)
    assert status == 400
    assert said_of_it in json.loads(body)["message"]
    assert search(untouched, page_token="x") == NO_TOKEN
