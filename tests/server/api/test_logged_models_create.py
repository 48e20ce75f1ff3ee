"""POST logged-models"""

import pytest

from tests.server.api.answers import (
    MODEL,
    NO_EXPERIMENT,
    NO_INTEGER,
    RUN,
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
    return said(app.post("logged-models", {"experiment_id": "0", **changes}))


def test_answers_with_the_new_model(app: Asker) -> None:
    answer = create(
        app,
        name="m",
        model_type="agent",
        source_run_id=RUN,
        params=[{"key": "p", "value": "1"}],
        tags=[{"key": "t", "value": "2"}],
    )
    assert answer == (
        200,
        b'{"model":{"info":{"model_id":"m-00000000000000000000000000000001","experiment_id":"0",'
        b'"name":"m","creation_timestamp_ms":1700000000001,'
        b'"last_updated_timestamp_ms":1700000000001,'
        b'"artifact_uri":"mlflow-artifacts:/0/models/m-00000000000000000000000000000001/artifacts",'
        b'"status":"LOGGED_MODEL_PENDING","model_type":"agent",'
        b'"source_run_id":"00000000000000000000000000000001","tags":[{"key":"t","value":"2"}]},'
        b'"data":{"params":[{"key":"p","value":"1"}]}}}',
    )


@pytest.mark.parametrize("name", ["", None])
def test_a_model_without_a_name_gets_one(app: Asker, name: str | None) -> None:
    create(app, name=name)
    assert app.get(f"logged-models/{MODEL}").json["model"]["info"]["name"] == "name-1"


def test_names_need_not_differ(app: Asker) -> None:
    assert create(app, name="m")[0] == 200
    assert create(app, name="m")[0] == 200


def test_of_tags_with_one_key_the_last_is_kept(app: Asker) -> None:
    create(app, tags=[{"key": "t", "value": "1"}, {"key": "t", "value": "2"}])
    info = app.get(f"logged-models/{MODEL}").json["model"]["info"]
    assert info["tags"] == [{"key": "t", "value": "2"}]


def test_a_deleted_experiment_is_refused(app: Asker) -> None:
    app.post("experiments/delete", {"experiment_id": "0"})
    assert create(app) == deleted_experiment("0")


@pytest.mark.parametrize("sign", list("/:.%\"'"))
def test_signs_that_a_name_must_not_have(untouched: Asker, sign: str) -> None:
    name = f"a{sign}b"
    assert create(untouched, name=name) == refused(
        f"Invalid model name ({name!r}) provided. Model name must be a non-empty string and cannot"
        " contain the following characters: ('/', ':', '.', '%', '\"', \"'\")."
    )


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"experiment_id": None}, missing("experiment_id")),
        ({"experiment_id": "99"}, NO_EXPERIMENT),
        ({"experiment_id": "x"}, NO_INTEGER),
        ({"name": 1}, wrong_type("name", "1", "int")),
        ({"name": "m" * 501}, too_long("name", 500)),
        ({"params": [{"value": "1"}]}, missing("params[0].key")),
        ({"params": [{"key": "p" * 256}]}, too_long("key", 255)),
        ({"tags": [{"key": "t" * 256}]}, too_long("key", 255)),
        (
            {"params": [{"key": "p", "value": "1"}, {"key": "p", "value": "1"}]},
            refused(
                "Duplicate parameter keys have been submitted: ['p']. Please ensure the request"
                " contains only one param value per param key."
            ),
        ),
    ],
)
def test_says_what_is_wrong(untouched: Asker, changes: dict[str, object], answer: Said) -> None:
    assert create(untouched, **changes) == answer
