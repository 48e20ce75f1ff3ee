"""POST registered-models/create"""

import pytest

from tests.server.api.answers import CHARACTERS, PATHS, Said, missing, refused, said, too_long
from tests.server.api.registered import NO_NAME, register
from tests.server.support import Asker

PROMPT = [{"key": "mlflow.prompt.is_prompt", "value": "true"}]


def create(app: Asker, **body: object) -> Said:
    return said(app.post("registered-models/create", body))


def test_creates_a_model(app: Asker) -> None:
    tags = [{"key": "b", "value": "1"}, {"key": "a"}, {"key": "b", "value": "2"}]
    assert create(app, name="모델 1", tags=tags, description="text") == (
        200,
        '{"registered_model":{"name":"모델 1","creation_timestamp":1700000000001,'
        '"last_updated_timestamp":1700000000001,"description":"text",'
        '"tags":[{"key":"a","value":""},{"key":"b","value":"2"}]}}'.encode(),
    )


def test_no_description_and_an_empty_one_are_the_same(app: Asker) -> None:
    expected = (
        200,
        b'{"registered_model":{"name":"a","creation_timestamp":1700000000001,'
        b'"last_updated_timestamp":1700000000001}}',
    )
    assert create(app, name="a", description="") == expected


def test_taken_names(app: Asker) -> None:
    register(app, "net"), register(app, "hello", tags=PROMPT)
    code = "RESOURCE_ALREADY_EXISTS"
    assert create(app, name="net") == refused("Registered Model (name=net) already exists.", code)
    assert create(app, name="net", tags=PROMPT) == refused(
        "Tried to create a prompt with name 'net', but the name is already taken by a registered"
        " model. A model and a prompt can't have the same name.",
        code,
    )
    assert create(app, name="hello", tags=PROMPT) == refused(
        "Prompt (name=hello) already exists.", code
    )


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ({}, missing("name")),
        ({"name": "  "}, missing("name")),
        ({"name": "a/b"}, NO_NAME),
        ({"name": "a:b"}, refused("Invalid model name 'a:b'. Names cannot contain '/' or ':'.")),
        (
            {"name": ".."},
            refused(f"Invalid value \"..\" for parameter 'name' supplied: {PATHS}'..'"),
        ),
        ({"name": "n" * 257}, too_long("name", 256)),
        (
            {"name": "a", "tags": [{"key": "k$"}]},
            refused(f"Invalid value \"k$\" for parameter 'key' supplied: {CHARACTERS}"),
        ),
        ({"name": "a", "tags": [{"key": "k" * 251}]}, too_long("key", 250)),
        ({"name": "a", "tags": [{"key": "k", "value": "v" * 100_001}]}, too_long("value", 100_000)),
        ({"name": "a", "description": "d" * 100_001}, too_long("description", 100_000)),
    ],
)
def test_says_what_is_wrong(untouched: Asker, body: dict[str, object], answer: Said) -> None:
    assert create(untouched, **body) == answer
