"""GET experiments/get-by-name"""

import pytest

from tests.server.api.answers import Said, missing, not_found, said
from tests.server.support import Asker


def test_finds_an_experiment(app: Asker) -> None:
    app.post("experiments/create", {"name": "a b/ä"})
    assert said(app.get("experiments/get-by-name?experiment_name=a+b%2F%C3%A4")) == (
        200,
        b'{"experiment":{"experiment_id":"1","name":"a b/\xc3\xa4",'
        b'"artifact_location":"mlflow-artifacts:/1","lifecycle_stage":"active",'
        b'"last_update_time":1700000000001,"creation_time":1700000000001,"workspace":"default"}}',
    )


def test_finds_a_deleted_experiment_too(app: Asker) -> None:
    app.post("experiments/delete", {"experiment_id": "0"})
    found = app.get("experiments/get-by-name?experiment_name=Default").json["experiment"]
    assert found["lifecycle_stage"] == "deleted"


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("", missing("experiment_name")),
        ("?experiment_name=", missing("experiment_name")),
        ("?experiment_name=default", not_found("Could not find experiment with name 'default'")),
    ],
)
def test_says_what_is_wrong(untouched: Asker, query: str, answer: Said) -> None:
    assert said(untouched.get(f"experiments/get-by-name{query}")) == answer
