"""GET experiments/get"""

import pytest

from tests.server.api.answers import NO_EXPERIMENT, NO_INTEGER, Said, missing, said
from tests.server.support import Asker


def test_the_experiment_that_every_store_begins_with(app: Asker) -> None:
    assert said(app.get("experiments/get?experiment_id=0")) == (
        200,
        b'{"experiment":{"experiment_id":"0","name":"Default",'
        b'"artifact_location":"mlflow-artifacts:/0","lifecycle_stage":"active",'
        b'"last_update_time":1700000000000,"creation_time":1700000000000,"workspace":"default"}}',
    )


def test_an_experiment_with_tags(app: Asker) -> None:
    tags = [{"key": "b", "value": ""}, {"key": "a", "value": 'é"\n'}]
    app.post("experiments/create", {"name": "mine", "tags": tags})
    assert said(app.get("experiments/get?experiment_id=1")) == (
        200,
        b'{"experiment":{"experiment_id":"1","name":"mine",'
        b'"artifact_location":"mlflow-artifacts:/1","lifecycle_stage":"active",'
        b'"last_update_time":1700000000001,"creation_time":1700000000001,"workspace":"default",'
        b'"tags":[{"key":"a","value":"\xc3\xa9\\"\\n"},{"key":"b","value":""}]}}',
    )


def test_a_deleted_experiment_is_shown(app: Asker) -> None:
    app.post("experiments/delete", {"experiment_id": "0"})
    found = app.get("experiments/get?experiment_id=0").json["experiment"]
    assert (found["lifecycle_stage"], found["last_update_time"]) == ("deleted", 1700000000001)


def test_a_get_may_have_its_request_in_the_body(app: Asker) -> None:
    assert app.ask("GET", "experiments/get", b'{"experimentId": "0"}').status == 200


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("", missing("experiment_id")),
        ("?experiment_id=", missing("experiment_id")),
        ("?experiment_id=99", NO_EXPERIMENT),
        ("?experiment_id=x", NO_INTEGER),
    ],
)
def test_says_what_is_wrong(untouched: Asker, query: str, answer: Said) -> None:
    assert said(untouched.get(f"experiments/get{query}")) == answer
