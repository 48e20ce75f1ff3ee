"""POST runs/create"""

import pytest

from tests.server.api.answers import (
    CHARACTERS,
    NO_EXPERIMENT,
    NO_INTEGER,
    Said,
    deleted_experiment,
    missing,
    refused,
    said,
    too_long,
    wrong_type,
)
from tests.server.support import Asker


def create(app: Asker, **changes: object) -> Said:
    return said(app.post("runs/create", {"experiment_id": "0", **changes}))


def test_answers_with_the_new_run(app: Asker) -> None:
    answer = create(
        app, user_id="ann", run_name="r", start_time=5, tags=[{"key": "t", "value": "1"}]
    )
    assert answer == (
        200,
        b'{"run":{"info":{"run_uuid":"00000000000000000000000000000001","experiment_id":"0",'
        b'"run_name":"r","user_id":"ann","status":"RUNNING","start_time":5,'
        b'"artifact_uri":"mlflow-artifacts:/0/00000000000000000000000000000001/artifacts",'
        b'"lifecycle_stage":"active","run_id":"00000000000000000000000000000001"},'
        b'"data":{"tags":[{"key":"mlflow.runName","value":"r"},{"key":"t","value":"1"}]},'
        b'"inputs":{}}}',
    )


def test_what_a_run_has_when_nothing_is_said(app: Asker) -> None:
    assert create(app) == (
        200,
        b'{"run":{"info":{"run_uuid":"00000000000000000000000000000001","experiment_id":"0",'
        b'"run_name":"name-1","user_id":"","status":"RUNNING","start_time":0,'
        b'"artifact_uri":"mlflow-artifacts:/0/00000000000000000000000000000001/artifacts",'
        b'"lifecycle_stage":"active","run_id":"00000000000000000000000000000001"},'
        b'"data":{"tags":[{"key":"mlflow.runName","value":"name-1"}]},"inputs":{}}}',
    )


@pytest.mark.parametrize("name", ["", "n"])
def test_the_name_may_come_as_a_tag(app: Asker, name: str) -> None:
    app.post(
        "runs/create",
        {
            "experiment_id": "0",
            "run_name": name,
            "tags": [{"key": "mlflow.runName", "value": "n"}],
        },
    )
    (run,) = app.post("runs/search", {"experiment_ids": ["0"]}).json["runs"]
    assert run["info"]["run_name"] == "n"
    assert run["data"]["tags"] == [{"key": "mlflow.runName", "value": "n"}]


def test_numbers_may_come_as_text(app: Asker) -> None:
    assert (
        app.post("runs/create", {"experimentId": "0", "startTime": "7"}).json["run"]["info"][
            "start_time"
        ]
        == 7
    )


def test_long_tag_values_are_cut(app: Asker) -> None:
    answer = app.post(
        "runs/create", {"experiment_id": "0", "tags": [{"key": "a", "value": "x" * 8001}]}
    )
    assert answer.json["run"]["data"]["tags"][0] == {"key": "a", "value": "x" * 8000}


def test_a_deleted_experiment_is_refused(app: Asker) -> None:
    app.post("experiments/delete", {"experiment_id": "0"})
    assert create(app) == deleted_experiment("0")


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"experiment_id": None}, missing("experiment_id")),
        ({"experiment_id": ""}, missing("experiment_id")),
        ({"experiment_id": 0}, wrong_type("experiment_id", "0", "int")),
        ({"experiment_id": "99"}, NO_EXPERIMENT),
        ({"experiment_id": "x"}, NO_INTEGER),
        ({"start_time": "soon"}, wrong_type("start_time", '"soon"', "str")),
        ({"tags": [{"key": "a" * 251, "value": "x"}]}, too_long("tags[0].key", 250)),
        (
            {"tags": [{"key": "a", "value": "x"}, {"key": "a$", "value": "x"}]},
            refused(f"Invalid value \"a$\" for parameter 'tags[1].key' supplied: {CHARACTERS}"),
        ),
        (
            {"tags": [{"key": "a", "value": "x"}, {"key": "a", "value": "x"}]},
            refused("The tags of a new run hold a key more than once. Send each tag key once."),
        ),
        (
            {"run_name": "a", "tags": [{"key": "mlflow.runName", "value": "b"}]},
            refused(
                "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with"
                " different values (run_name='a', mlflow.runName='b')."
            ),
        ),
    ],
)
def test_says_what_is_wrong(untouched: Asker, changes: dict[str, object], answer: Said) -> None:
    assert create(untouched, **changes) == answer
