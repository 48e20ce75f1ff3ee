"""POST model-versions/create: a source leads to no file that isn't its own run's or model's."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sagwan.config import Settings
from tests.server.api.answers import MODEL, RUN, Said, refused, said
from tests.server.api.registered import register
from tests.server.support import Asker, asking

ROOT = f"mlflow-artifacts:/0/{RUN}/artifacts"
MODEL_ROOT = f"mlflow-artifacts:/0/models/{MODEL}/artifacts"


def create(app: Asker, source: str, **ids: str) -> Said:
    return said(app.post("model-versions/create", {"name": "net", "source": source, **ids}))


def message(answer: Said) -> str:
    assert answer[0] == 400, answer
    text: str = json.loads(answer[1])["message"]
    return text


def relative(source: str) -> Said:
    return refused(
        f"Invalid model version source: '{source}'. If supplying a source as an http, https, local"
        " file path, ftp, objectstore, or mlflow-artifacts uri, an absolute path must be provided"
        " without relative path references present. Please provide an absolute path."
    )


def outside(source: str) -> Said:
    return refused(
        f"Invalid model version source: '{source}'. To use a local path as a model version source,"
        " the run_id request parameter has to be specified and the local path has to be contained"
        " within the artifact directory of the run specified by the run_id."
    )


def unnamed(source: str, parameter: str = "run_id") -> Said:
    return refused(
        f"Invalid model version source: '{source}'. The {parameter} request parameter must identify"
        " the resource that contains the source."
    )


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    """An application with a run, a logged model of it, and a registered model."""
    with asking(tmp_path_factory.mktemp("sources")) as app:
        app.post("runs/create", {"experiment_id": "0"})
        app.post("logged-models", {"experiment_id": "0", "source_run_id": RUN})
        register(app)
        yield app


@pytest.mark.parametrize(
    "source", ["s3://b/m", "gs://b/m?x=y", "wasbs://c@a.b/m", "dbfs:/m", "abc:/m/with space"]
)
def test_other_stores_are_taken_as_they_are(app: Asker, source: str) -> None:
    assert json.loads(create(app, source)[1])["model_version"]["source"] == source
    assert create(app, source, run_id="never")[0] == 200


@pytest.mark.parametrize(
    "source",
    [
        *(
            "s3://b/../m",
            "s3://b/%2e%2e/m",
            "s3://b/%252e%252e/m",
            "s3://b/m?x=../..",
            "s3://b/m#..",
        ),
        *("/etc/..", "file:///a/%2E%2E/b", "a\\..\\b", f"{ROOT}/../../1/x", f"{ROOT}/%2e./x"),
        *("models:/../1", f"runs:/{RUN}/../x", "gs://b", "s3:m", "nonsense://"),
    ],
)
def test_none_leads_upwards_or_is_relative(app: Asker, source: str) -> None:
    assert create(app, source, run_id=RUN) == relative(source)


@pytest.mark.parametrize("source", ["s3://b/\t", "s3://b/\n", "/etc/\x7f"])
def test_none_has_control_characters(app: Asker, source: str) -> None:
    assert message(create(app, source)) == "'source' can't include control characters."


@pytest.mark.parametrize(
    "source",
    [
        *("http://h/m", "https://h/m", "ftp://h/m", "sftp://h/m", "hdfs://h/m", "hdfs:/m"),
        f"mlflow-artifacts://evil/0/{RUN}/artifacts/m",
        f"http://evil/api/2.0/mlflow-artifacts/artifacts/0/{RUN}/artifacts/m",
    ],
)
def test_none_names_a_host_that_the_server_would_connect_to(app: Asker, source: str) -> None:
    scheme = source.partition(":")[0]
    said_of_it = message(create(app, source, run_id=RUN))
    assert said_of_it.startswith(f"'source' cannot use the '{scheme}' scheme: it names a host")


def test_the_proxys_files_must_be_the_named_runs_or_models(app: Asker) -> None:
    assert create(app, f"{ROOT}/model", run_id=RUN)[0] == 200
    assert create(app, ROOT, run_id=RUN)[0] == 200
    assert create(app, f"{MODEL_ROOT}/x", model_id=MODEL)[0] == 200
    for source, ids in (
        (f"{ROOT}/model", {}),
        (f"{ROOT}/model", {"run_id": "never"}),
        (f"{ROOT}/model", {"model_id": MODEL}),
        (f"{ROOT}x/model", {"run_id": RUN}),
        (f"{MODEL_ROOT}/x", {"run_id": RUN}),
        ("mlflow-artifacts:/", {"run_id": RUN}),
        ("mlflow-artifacts:/0", {"run_id": RUN}),
    ):
        assert create(app, source, **ids) == unnamed(source)


def test_runs_and_logged_models_must_be_named(app: Asker) -> None:
    assert create(app, f"runs:/{RUN}/model", run_id=RUN)[0] == 200
    assert create(app, "runs:/never/model", run_id="never")[0] == 200
    for ids in ({}, {"run_id": "other"}):
        assert create(app, f"runs:/{RUN}/model", **ids) == unnamed(f"runs:/{RUN}/model")
    for ids in ({}, {"run_id": RUN}, {"model_id": "m-other"}):
        assert create(app, f"models:/{MODEL}", **ids) == unnamed(f"models:/{MODEL}", "model_id")


@pytest.mark.parametrize("source", ["/etc/passwd", "file:///etc/passwd", "m", "./m"])
def test_local_files_are_none_of_a_proxied_run(app: Asker, source: str) -> None:
    for ids in ({}, {"run_id": RUN}, {"model_id": MODEL}):
        assert create(app, source, **ids) == outside(source)


def test_a_file_uri_of_another_host(app: Asker) -> None:
    assert "another host" in message(create(app, "file://host/etc", run_id=RUN))


def test_local_files_must_be_the_runs_all_links_followed(tmp_path: Path) -> None:
    root = tmp_path / "root"
    settings = Settings(default_artifact_root=str(root), serve_artifacts=False)
    with asking(tmp_path, settings) as app:
        app.post("runs/create", {"experiment_id": "0"})
        app.post("runs/create", {"experiment_id": "0"})
        register(app)
        own = root / "0" / RUN / "artifacts"
        other = root / "0" / f"{2:032x}" / "artifacts"
        for folder in (own, other):
            folder.mkdir(parents=True)
        os.symlink(other, own / "link")
        os.symlink(own, tmp_path / "way")
        for source in (str(own), f"{own}/model", f"file://{own}/model", f"{tmp_path}/way/model"):
            assert create(app, source, run_id=RUN)[0] == 200
            assert create(app, source) == outside(source)
            assert create(app, source, run_id="never") == outside(source)
        for source in (
            *(str(other), f"{own}x", f"{own}/link", f"{own}/link/model", str(root), "/"),
            *("/etc/passwd", f"{own}/%6cink/x"),
        ):
            assert create(app, source, run_id=RUN) == outside(source)


def test_a_pattern_must_be_found_too(tmp_path: Path) -> None:
    with asking(tmp_path, Settings(model_version_source_pattern="^s3://ours/")) as app:
        register(app)
        assert create(app, "s3://ours/m")[0] == 200
        for source in ("s3://theirs/m", "s3://theirs/s3://ours/m"):
            assert create(app, source) == refused(
                f"Invalid model version source: '{source}'. This server takes only sources that its"
                " setting model_version_source_pattern matches."
            )
        assert create(app, "s3://ours/../m") == relative("s3://ours/../m")


def test_schemes_that_name_hosts_can_be_allowed(tmp_path: Path) -> None:
    settings = Settings(allowed_host_addressed_artifact_schemes=("hdfs",))
    with asking(tmp_path, settings) as app:
        register(app)
        assert create(app, "hdfs://h/m")[0] == 200
        assert "'http' scheme" in message(create(app, "http://h/m"))
