"""GET registered-models/search"""

import json
from urllib.parse import urlencode

import pytest

from tests.server.api.answers import NO_TOKEN, NOTHING, Said, refused, said
from tests.server.api.registered import add, register, version
from tests.server.support import Asker

PROMPT = [{"key": "mlflow.prompt.is_prompt", "value": "true"}]


def search(app: Asker, **query: object) -> Said:
    return said(app.get(f"registered-models/search?{urlencode(query, doseq=True)}"))


def names(answer: Said) -> list[str]:
    assert answer[0] == 200, answer
    return [model["name"] for model in json.loads(answer[1]).get("registered_models", [])]


def test_shows_what_get_shows(app: Asker) -> None:
    assert search(app) == NOTHING
    register(app), add(app)
    assert search(app) == (
        200,
        (
            '{"registered_models":[{"name":"net","creation_timestamp":1700000000001,'
            f'"last_updated_timestamp":1700000000002,"latest_versions":[{version()}]}}]}}'
        ).encode(),
    )


def test_pages_filters_and_orders(app: Asker) -> None:
    for name in ("b", "a", "c"):
        register(app, name)
    register(app, "p", tags=PROMPT)
    page = search(app, max_results=2)
    assert names(page) == ["a", "b"]
    token = json.loads(page[1])["next_page_token"]
    assert names(search(app, max_results=2, page_token=token)) == ["c"]
    assert names(search(app, order_by=["timestamp DESC", "name"])) == ["c", "a", "b"]
    assert names(search(app, filter="name IN ('b', 'p')")) == ["b"]
    clause = "tag.`mlflow.prompt.is_prompt` {} 'true'"
    assert names(search(app, filter=clause.format("="))) == ["p"]
    assert names(search(app, filter=clause.format("!="))) == ["a", "b", "c"]


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_a_page_has_1_to_1000(untouched: Asker, limit: int) -> None:
    assert search(untouched, max_results=limit) == refused(
        f"Invalid value {limit} for parameter 'max_results' supplied: It must be between 1 and"
        " 1000."
    )


@pytest.mark.parametrize(
    ("query", "said_of_it"),
    [
        ({"filter": "timestamp > 1"}, "Invalid attribute key 'timestamp' specified (character 1)"),
        ({"filter": "tags.k IS NULL"}, "IS NULL / IS NOT NULL is not supported here"),
        ({"filter": "name > 'a'"}, "Invalid comparator '>' for attribute 'name'"),
        ({"order_by": "name FOO"}, "Invalid ordering key in order_by clause 'name FOO'"),
        ({"order_by": ["name", "name DESC"]}, "`order_by` contains duplicate fields"),
        ({"order_by": "creation_timestamp"}, "Invalid attribute key 'creation_timestamp'"),
    ],
)
def test_says_what_is_wrong(untouched: Asker, query: dict[str, object], said_of_it: str) -> None:
    status, body = search(untouched, **query)
    assert status == 400
    assert said_of_it in json.loads(body)["message"]
    assert search(untouched, page_token="x") == NO_TOKEN
