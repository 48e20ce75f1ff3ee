"""POST experiments/create"""

import os
from pathlib import Path

import pytest

from sagwan.config import Settings
from tests.server.api.answers import (
    CHARACTERS,
    PATHS,
    Said,
    missing,
    refused,
    said,
    too_long,
    wrong_type,
)
from tests.server.support import Asker, asking


def create(app: Asker, **fields: object) -> Said:
    return said(app.post("experiments/create", fields))


def experiment(app: Asker, number: str) -> dict[str, object]:
    found = app.get(f"experiments/get?experiment_id={number}").json["experiment"]
    assert isinstance(found, dict)
    return found


def test_answers_with_the_new_id(app: Asker) -> None:
    assert create(app, name="a") == (200, b'{"experiment_id":"1"}')
    assert create(app, name="b") == (200, b'{"experiment_id":"2"}')
    assert experiment(app, "2")["name"] == "b"


def test_artifacts_are_kept_below_the_servers_root(app: Asker) -> None:
    create(app, name="a", artifact_location="")
    assert experiment(app, "1")["artifact_location"] == "mlflow-artifacts:/1"


def test_a_location_of_ones_own(app: Asker) -> None:
    create(app, name="a", artifact_location="s3://bucket/x")
    assert experiment(app, "1")["artifact_location"] == "s3://bucket/x"


def test_a_relative_location_becomes_absolute(app: Asker) -> None:
    create(app, name="a", artifact_location="some/folder")
    assert experiment(app, "1")["artifact_location"] == os.path.abspath("some/folder")


def test_of_tags_with_one_key_the_last_is_kept(app: Asker) -> None:
    create(app, name="a", tags=[{"key": "t", "value": "1"}, {"key": "t", "value": "2"}])
    assert experiment(app, "1")["tags"] == [{"key": "t", "value": "2"}]


def test_a_name_is_taken_also_by_a_deleted_experiment(app: Asker) -> None:
    taken = refused(
        "Experiment(name=a) already exists."
        " Choose another name; a deleted experiment keeps its name until it is purged.",
        "RESOURCE_ALREADY_EXISTS",
    )
    create(app, name="a")
    assert create(app, name="a") == taken
    app.post("experiments/delete", {"experiment_id": "1"})
    assert create(app, name="a") == taken


def test_names_of_500_characters(app: Asker) -> None:
    assert create(app, name="a" * 500)[0] == 200


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({}, missing("name")),
        ({"name": ""}, missing("name")),
        ({"name": None}, missing("name")),
        ({"name": 1}, wrong_type("name", "1", "int")),
        ({"name": "a" * 501}, too_long("name", 500)),
        ({"name": "a", "tags": "x"}, wrong_type("tags", '"x"', "str")),
        ({"name": "a", "tags": [{"value": "x"}]}, missing("tags[0].key")),
        (
            {"name": "a", "tags": [{"key": "a$", "value": "x"}]},
            refused(f"Invalid value \"a$\" for parameter 'key' supplied: {CHARACTERS}"),
        ),
        (
            {"name": "a", "tags": [{"key": "a//b", "value": "x"}]},
            refused(f"Invalid value \"a//b\" for parameter 'key' supplied: {PATHS}'a/b'"),
        ),
        ({"name": "a", "tags": [{"key": "a" * 251, "value": "x"}]}, too_long("key", 250)),
        ({"name": "a", "tags": [{"key": "a", "value": "x" * 20_001}]}, too_long("value", 20_000)),
        (
            {
                "name": "a",
                "tags": [{"key": f"mlflow.customView.view{n}", "value": "x"} for n in range(51)],
            },
            refused("An experiment can have at most 50 custom views. Got 51."),
        ),
        (
            {"name": "a", "artifact_location": "runs:/x"},
            refused("Artifact location cannot be a runs:/ URI. Given: 'runs:/x'"),
        ),
        (
            {"name": "a", "artifact_location": "s3://bucket/x#part"},
            refused("'artifact_location' URL can't include fragments or params."),
        ),
        (
            {"name": "a", "artifact_location": "s3://bucket/x?a=.."},
            refused("Invalid query string"),
        ),
        (
            {"name": "a", "artifact_location": "http://host/x"},
            refused(
                "'artifact_location' cannot use the 'http' scheme: it names a host that the server"
                " would connect to on behalf of a client. Allow the scheme when you start the"
                " server (SAGWAN_ALLOWED_HOST_ADDRESSED_ARTIFACT_SCHEMES)."
            ),
        ),
        (
            {"name": "a", "artifact_location": "s3://" + "x" * 2044},
            refused(
                "Invalid artifact path length. The length of the artifact path cannot be greater"
                " than 2048 characters."
            ),
        ),
    ],
)
def test_says_what_is_wrong(untouched: Asker, fields: dict[str, object], answer: Said) -> None:
    assert create(untouched, **fields) == answer


def test_schemes_with_a_host_can_be_allowed(tmp_path: Path) -> None:
    settings = Settings(allowed_host_addressed_artifact_schemes=("http",))
    with asking(tmp_path, settings) as app:
        assert create(app, name="a", artifact_location="http://host/x")[0] == 200
