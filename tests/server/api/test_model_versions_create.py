"""POST model-versions/create: what a version is; where it may come from is in …_sources.py"""

import json

import pytest

from tests.server.api.answers import (
    MODEL,
    RUN,
    Said,
    missing,
    not_found,
    refused,
    said,
    too_long,
)
from tests.server.api.registered import NO_NAME, NO_REGISTERED_MODEL, add, one_version, register
from tests.server.support import Asker

PROMPT = [{"key": "mlflow.prompt.is_prompt", "value": "true"}]
REMOTE = "s3://bucket/model"


def create(app: Asker, source: str | None = REMOTE, name: str = "net", **body: object) -> Said:
    return said(app.post("model-versions/create", {"name": name, "source": source, **body}))


def test_creates_versions(app: Asker) -> None:
    register(app)
    tags = [{"key": "b"}, {"key": "a", "value": "1"}, {"key": "a", "value": "2"}]
    assert create(app, run_id="r1", run_link="http://l", description="text", tags=tags) == (
        one_version(
            run_id="r1",
            run_link="http://l",
            description="text",
            tags=[{"key": "a", "value": "2"}, {"key": "b", "value": ""}],
        )
    )
    assert create(app, run_id="", tags=[]) == one_version(2, 3, 3)
    model = app.get("registered-models/get?name=net").json["registered_model"]
    assert model["last_updated_timestamp"] == 1_700_000_000_003


def test_a_version_of_a_logged_model_is_where_that_is_and_of_its_run(app: Asker) -> None:
    app.post("logged-models", {"experiment_id": "0", "source_run_id": RUN})
    register(app)
    source = f"models:/{MODEL}"
    made = one_version(1, 3, 3, source=source, run_id=RUN, model_id=MODEL)
    assert create(app, source, model_id=MODEL) == made
    assert app.get("model-versions/get-download-uri?name=net&version=1").json == {
        "artifact_uri": f"mlflow-artifacts:/0/models/{MODEL}/artifacts"
    }
    assert create(app, source, model_id=MODEL, run_id="other")[0] == 200
    tags = app.get(f"logged-models/{MODEL}").json["model"]["info"]["tags"]
    assert [(tag["key"], json.loads(tag["value"])) for tag in tags] == [
        ("mlflow.modelVersions", [{"name": "net", "version": 1}, {"name": "net", "version": 2}])
    ]


def test_a_copy_is_where_the_other_is_and_of_its_run(app: Asker) -> None:
    register(app), register(app, "copy")
    add(app, source="gs://b/1", run_id="r1"), add(app, source="gs://b/2", run_id="r2")
    app.post("registered-models/alias", {"name": "net", "alias": "champion", "version": "1"})
    app.post("model-versions/transition-stage", {"name": "net", "version": "2", "stage": "Staging"})
    for source, number in (
        ("models:/net/1", 1),
        ("models:/net@champion", 1),
        ("models:/net/latest", 2),
        ("models:/net/staging", 2),
    ):
        made = app.post("model-versions/create", {"name": "copy", "source": source}).json
        version = made["model_version"]
        assert (version["source"], version["run_id"]) == (f"models:/net/{number}", f"r{number}")
        query = f"name=copy&version={version['version']}"
        uri = app.get(f"model-versions/get-download-uri?{query}").json["artifact_uri"]
        assert uri == f"gs://b/{number}"
    # A copy of a copy is where the first one is.
    assert create(app, "models:/copy/1", "copy", run_id="r1")[0] == 200
    assert app.get("model-versions/get-download-uri?name=copy&version=5").json == {
        "artifact_uri": "gs://b/1"
    }


@pytest.mark.parametrize(
    ("source", "ids", "answer"),
    [
        ("models:/net/9", {}, not_found("Model Version (name=net, version=9) not found")),
        ("models:/nowhere/1", {}, NO_REGISTERED_MODEL),
        ("models:/net@no", {}, refused("Registered model alias no not found.")),
        (
            "models:/net/Production",
            {},
            not_found("No versions of model with name 'net' and stage 'Production' found"),
        ),
        *(
            (
                "models:/net/1",
                ids,
                refused(
                    "Invalid model version source: 'models:/net/1'. The run_id and model_id"
                    " request parameters must match the referenced model version."
                ),
            )
            for ids in ({"run_id": "other"}, {"model_id": MODEL})
        ),
        *(
            (
                source,
                {},
                refused(
                    f"Invalid model version source: '{source}'. Write models:/<name>/<version>,"
                    " models:/<name>/<stage>, models:/<name>@<alias> or"
                    " models:/<logged model's id>."
                ),
            )
            for source in ("models:/net", "models:/net/1/more", "models:/net@", "models://net/1")
        ),
    ],
)
def test_copies_of_nothing(app: Asker, source: str, ids: dict[str, object], answer: Said) -> None:
    register(app), add(app, run_id="r1")
    assert create(app, source, **ids) == answer


def test_prompts_have_no_source(app: Asker) -> None:
    register(app, "hello", tags=PROMPT), register(app)
    for source in ("dummy-source", "prompt-template"):
        assert create(app, source, "hello", tags=PROMPT)[0] == 200
    assert create(app, REMOTE, "hello", tags=PROMPT) == refused(
        f"Invalid prompt source: '{REMOTE}'. Prompt sources must use an MLflow placeholder"
        " (dummy-source or prompt-template)."
    )
    message = json.loads(create(app, "dummy-source", tags=PROMPT)[1])["message"]
    assert message.startswith("A prompt can't be a version of 'net', which is a model")


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ({"name": "nowhere", "source": None}, missing("source")),
        ({"name": None}, missing("name")),
        ({"name": "a/b"}, NO_NAME),
        ({"name": "nowhere"}, NO_REGISTERED_MODEL),
        ({"name": "nowhere", "source": "s3://" + "b" * 4092}, too_long("source", 4096)),
        ({"name": "nowhere", "run_id": "r" * 65}, too_long("run_id", 64)),
        ({"name": "nowhere", "model_id": "m" * 65}, too_long("model_id", 64)),
        ({"name": "nowhere", "run_link": "l" * 4097}, too_long("run_link", 4096)),
        ({"name": "nowhere", "description": "d" * 100_001}, too_long("description", 100_000)),
        ({"name": "nowhere", "tags": [{"key": "k" * 251}]}, too_long("key", 250)),
        ({"name": "nowhere", "tags": [{"value": "v"}]}, missing("tags[0].key")),
        (
            {"name": "nowhere", "model_id": "m-none"},
            not_found("Logged model with ID 'm-none' not found."),
        ),
    ],
)
def test_says_what_is_wrong(untouched: Asker, body: dict[str, object], answer: Said) -> None:
    assert said(untouched.post("model-versions/create", {"source": REMOTE, **body})) == answer
