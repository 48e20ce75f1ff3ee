"""The real client keeps a model and a folder in every kind of store, and reads them back."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.compat.environments import Environment
from tests.compat.program import PROGRAMS, SETTINGS, TIMEOUT
from tests.support.artifacts import ArtifactService, gcs
from tests.support.server import Server

Json = Any


class Case(NamedTuple):
    """A service: its module below `tests.support.artifacts`, and what the client can do with it.

    `direct` is false where the client can't use such a store by itself; `why` says so.
    """

    name: str
    module: str = ""
    start: str = "service"
    direct: bool = True
    why: str = ""


CASES = [
    Case("local"),
    Case("s3", "ceph"),
    Case("azure", "azurite"),
    Case("gcs", "gcs"),
    Case("ftp", "ftpd"),
    Case("sftp", "sshd"),
    Case("hdfs", "hadoop", direct=False, why="it needs libhdfs and a whole Hadoop installation"),
    Case("webhdfs", "hadoop", "webhdfs_service", direct=False, why="it knows no such scheme"),
]


@contextmanager
def local_service() -> Iterator[ArtifactService]:
    with tempfile.TemporaryDirectory() as folder:
        yield ArtifactService(str(Path(folder) / "artifacts"))


def service_of(case: Case) -> AbstractContextManager[ArtifactService]:
    if not case.module:
        return local_service()
    module = import_module(f"tests.support.artifacts.{case.module}")
    service: AbstractContextManager[ArtifactService] = getattr(module, case.start)()
    return service


def parameters(cases: list[Case]) -> list[Any]:
    return [
        pytest.param(case, id=case.name, marks=pytest.mark.xdist_group(case.module or case.name))
        for case in cases
    ]


@contextmanager
def server_of(folder: Path, environ: Mapping[str, str], *options: str) -> Iterator[Server]:
    """`sagwan server` with `options`, and `environ` in its environment, up for the block."""
    folder.mkdir()
    variables = [f"{name}={value}" for name, value in environ.items()]
    server = Server(["env", *variables, sys.executable, "-m", "sagwan", "server", *options], folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def _copy_keys(source: Path, target: Path) -> None:
    """Give the client a user's keys for SFTP; it looks for known hosts without their ports."""
    shutil.copytree(source, target)
    known = target / "known_hosts"
    known.write_text(re.sub(r"\[([^]]+)\]:\d+", r"\1", known.read_text()))


def run_client(
    used: Environment,
    server: Server,
    folder: Path,
    environ: Mapping[str, str],
    program: str = "stores",
) -> Json:
    """What the program reads back from `server`; `environ` is all that it knows of the store."""
    (folder / "tmp").mkdir(parents=True)
    shutil.copytree(PROGRAMS, folder / "programs")
    if "HOME" in environ:
        _copy_keys(Path(environ["HOME"]) / ".ssh", folder / ".ssh")
    dropped = ("MLFLOW_", "SAGWAN_", "PYTHON", "PYTEST_", "COV_")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(dropped)}
    done = subprocess.run(
        [str(used.python), f"programs/{program}.py"],
        cwd=folder,
        env={
            **kept,
            **SETTINGS,
            **environ,
            "HOME": str(folder),
            "TMPDIR": str(folder / "tmp"),
            "MLFLOW_TRACKING_URI": server.url,
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{server.log}"
    return json.loads(done.stdout.splitlines()[-1])


def check(document: Json) -> None:
    assert document["back"] == document["sent"]
    assert len(document["sent"]) == 8
    assert document["single"] == "hello\n"
    assert document["twice"] == "twice"
    listed = document["listed"]
    in_folder = {name: size for name, size in listed.items() if name.startswith("a folder/")}
    assert in_folder == document["sizes"]
    assert listed["text/twice.txt"] == 5
    assert document["model"]["same"]
    assert "MLmodel" in document["model"]["files"]


def answer(server: Server, target: str, **query: str) -> bytes:
    url = f"{server.url}{target}?{urllib.parse.urlencode(query)}"
    with urllib.request.urlopen(url, timeout=60) as response:
        body: bytes = response.read()
        return body


def check_shown_by_server(server: Server, document: Json) -> None:
    """What a user interface shows of the run and the model comes through the server."""
    run_id, name = document["run_id"], "a folder/Résumé folder/日本語 (1).csv"
    listed = json.loads(
        answer(server, "/api/2.0/mlflow/artifacts/list", run_id=run_id, path="a folder")
    )
    assert listed["root_uri"] == document["artifact_uri"]
    sizes = {file["path"]: file.get("file_size") for file in listed["files"]}
    assert sizes["a folder/plain.txt"] == 6
    assert sizes["a folder/deep"] is None
    assert answer(server, "/get-artifact", run_id=run_id, path=name) == b"a,b\n1,2\n"
    model = f"/mlflow/logged-models/{document['model']['id']}/artifacts"
    files = json.loads(answer(server, f"/api/2.0{model}/directories"))["files"]
    assert "MLmodel" in {file["path"] for file in files}
    content = answer(server, f"/ajax-api/2.0{model}/files", artifact_file_path="MLmodel")
    assert b"sklearn" in content


@pytest.mark.parametrize("case", parameters(CASES))
def test_through_the_proxy(case: Case, stores_environment: Environment, tmp_path: Path) -> None:
    """The server alone knows where the store is and how to log in there."""
    with (
        service_of(case) as service,
        server_of(
            tmp_path / "server", service.environ, "--artifacts-destination", service.uri
        ) as server,
    ):
        document = run_client(stores_environment, server, tmp_path / "client", {})
        assert document["artifact_uri"].startswith("mlflow-artifacts:/")
        check(document)
        check_shown_by_server(server, document)


@pytest.mark.parametrize("case", parameters([case for case in CASES if case.direct]))
def test_straight_to_the_store(case: Case, stores_environment: Environment, tmp_path: Path) -> None:
    """The client uses the store by itself, and the server reads what it wrote there."""
    options = ("--no-serve-artifacts", "--default-artifact-root")
    with (
        service_of(case) as service,
        server_of(tmp_path / "server", service.environ, *options, service.uri) as server,
    ):
        document = run_client(stores_environment, server, tmp_path / "client", service.environ)
        assert document["artifact_uri"].startswith(service.uri)
        check(document)
        check_shown_by_server(server, document)


# The client sends files of any size in parts, as large as S3 wants them at least.
IN_PARTS = {
    "MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD": "true",
    "MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE": "1",
    "MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE": str(5 * 1024 * 1024),
}
SIGNING = [case for case in CASES if case.name in ("s3", "azure", "gcs")]
# A file to Google's store goes whole: its library signs no URL for a part.
WHOLE = [case for case in CASES if case.name == "gcs"]


@pytest.mark.parametrize("case", parameters([CASES[0], *SIGNING]))
@pytest.mark.parametrize("signed", [True, False], ids=["signed", "not signed"])
def test_in_parts(
    case: Case, signed: bool, stores_environment: Environment, tmp_path: Path
) -> None:
    """Parts go to the store where it signs URLs and the server may hand them out."""
    option = "--allow-presigned-urls" if signed else "--no-allow-presigned-urls"
    with service_of(case) as service:
        environ = dict(service.environ)
        if case.name == "gcs":
            # Without a key nothing is signed.
            environ["GOOGLE_APPLICATION_CREDENTIALS"] = gcs.shared().account
        options = ("--artifacts-destination", service.uri, option)
        with server_of(tmp_path / "server", environ, *options) as server:
            document = run_client(
                stores_environment, server, tmp_path / "client", IN_PARTS, program="parts"
            )
        here = server.url.removeprefix("http://")
    assert document["same"]
    assert document["size"] == 12 * 1024 * 1024 + 3
    straight = signed and case in SIGNING
    assert sum(document["parts"].values()) == (0 if case in WHOLE else 3)
    assert (here in document["parts"]) == (not straight and case not in WHOLE)
    assert len(document["downloads"]) == straight
    assert here not in document["downloads"]


def test_a_store_that_is_not_used_straight_says_why() -> None:
    assert all(case.direct or case.why for case in CASES)
