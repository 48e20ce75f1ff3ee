"""POST and GET experiments/search"""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.server.api.answers import NO_TOKEN, Said, refused, said
from tests.server.support import Answer, Asker

DEFAULT = (
    b'{"experiment_id":"0","name":"Default","artifact_location":"mlflow-artifacts:/0",'
    b'"lifecycle_stage":"active","last_update_time":1700000000000,"creation_time":1700000000000,'
    b'"workspace":"default"}'
)


@pytest.fixture(params=["POST", "GET"])
def method(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def search(app: Asker, method: str = "POST", **fields: Any) -> Answer:
    if method == "GET":
        return app.get(f"experiments/search?{urlencode(fields, doseq=True)}")
    return app.post("experiments/search", fields)


def names(answer: Answer) -> list[str]:
    return [found["name"] for found in answer.json.get("experiments", [])]


def fill(app: Asker, *created: str) -> None:
    for name in created:
        app.post("experiments/create", {"name": name, "tags": [{"key": "t", "value": name}]})


def test_a_page(app: Asker, method: str) -> None:
    assert said(search(app, method, max_results=1)) == (
        200,
        b'{"experiments":[' + DEFAULT + b"]}",
    )


def test_nothing_found(app: Asker, method: str) -> None:
    assert said(search(app, method, max_results=1, filter="name = 'x'")) == (200, b"{}")


def test_the_newest_first_page_by_page(app: Asker, method: str) -> None:
    fill(app, "a", "b", "c")
    first = search(app, method, max_results=3)
    assert names(first) == ["c", "b", "a"]
    rest = search(app, method, max_results=3, page_token=first.json["next_page_token"])
    assert said(rest) == (200, b'{"experiments":[' + DEFAULT + b"]}")


def test_an_order(app: Asker, method: str) -> None:
    fill(app, "a", "c", "b")
    answer = search(app, method, max_results=9, order_by=["name DESC"])
    assert names(answer) == ["c", "b", "a", "Default"]


def test_a_filter(app: Asker, method: str) -> None:
    fill(app, "alpha", "beta")
    answer = search(app, method, max_results=9, filter="tags.t = 'alpha' AND name LIKE 'a%'")
    assert names(answer) == ["alpha"]


@pytest.mark.parametrize(
    ("view", "found"),
    [
        (None, ["b"]),
        ("ACTIVE_ONLY", ["b"]),
        ("DELETED_ONLY", ["a"]),
        ("ALL", ["b", "a"]),
        (3, ["b", "a"]),
        ("3", ["b", "a"]),
        ("no such view", ["b"]),
    ],
)
def test_views(app: Asker, view: object, found: list[str]) -> None:
    fill(app, "a", "b")
    app.post("experiments/delete", {"experiment_id": "1"})
    filter_ = "name != 'Default'"
    assert names(search(app, max_results=9, filter=filter_, view_type=view)) == found


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        (
            {},
            refused(
                "Invalid value 0 for parameter 'max_results' supplied."
                " It must be a positive integer"
            ),
        ),
        (
            {"max_results": -1},
            refused(
                "Invalid value -1 for parameter 'max_results' supplied."
                " It must be a positive integer"
            ),
        ),
        (
            {"max_results": 50_001},
            refused(
                "Invalid value 50001 for parameter 'max_results' supplied. It must be at most 50000"
            ),
        ),
        ({"max_results": 1, "page_token": "x"}, NO_TOKEN),
        (
            {"max_results": 1, "filter": "name"},
            refused(
                "Invalid clause(s) in filter string: 'name' (character 1)."
                " A comparator and a value must follow it."
            ),
        ),
        (
            {"max_results": 1, "filter": "size = 'x'"},
            refused(
                "Invalid attribute key 'size' specified (character 1). Valid keys are"
                " ['name', 'experiment_id', 'creation_time', 'last_update_time']"
            ),
        ),
        (
            {"max_results": 1, "order_by": ["size"]},
            refused(
                "Invalid attribute key 'size' specified in order_by clause 'size'. Valid keys are"
                " ['name', 'experiment_id', 'creation_time', 'last_update_time']"
            ),
        ),
    ],
)
def test_says_what_is_wrong(
    untouched: Asker, method: str, fields: dict[str, object], answer: Said
) -> None:
    assert said(search(untouched, method, **fields)) == answer


def test_a_token_of_another_query_is_refused(app: Asker) -> None:
    fill(app, "a")
    token = search(app, max_results=1).json["next_page_token"]
    assert said(search(app, max_results=1, page_token=token, filter="name != 'x'")) == NO_TOKEN


def test_a_get_may_have_its_request_in_the_body(app: Asker) -> None:
    body = json.dumps({"max_results": "1"}).encode()
    assert names(app.ask("GET", "experiments/search", body)) == ["Default"]
