"""The real client keeps a model and a folder in every kind of store, and reads them back."""

import json
import re
import shutil
import sys
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.compat.client import Client
from tests.support.artifacts import ArtifactService, gcs
from tests.support.server import Server

Json = Any


SIGNS_WITH_ACCOUNT = "with an account's key"


class Case(NamedTuple):
    """A service: its module below `tests.support.artifacts`, and what can be done with it.

    `parts` says whether files may go in parts through the proxy, `signs` whether the store signs
    URLs. `direct` is false where the client can't use such a store by itself; `why` says so.
    """

    name: str
    module: str = ""
    start: str = "service"
    parts: bool = False
    signs: str = ""
    direct: bool = True
    why: str = ""


CASES = [
    Case("local", parts=True),
    Case("s3", "ceph", parts=True, signs="always"),
    Case("azure", "azurite", parts=True, signs="always"),
    Case("gcs", "gcs", signs=SIGNS_WITH_ACCOUNT),
    Case("ftp", "ftpd"),
    Case("sftp", "sshd"),
    Case("hdfs", "hadoop", direct=False, why="it needs libhdfs and a whole Hadoop installation"),
    Case("webhdfs", "hadoop", "webhdfs_service", direct=False, why="it knows no such scheme"),
]

# The client sends in parts what is as large as two of the smallest that all stores take.
IN_PARTS = {
    "MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD": "true",
    "MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE": str(5 * 1024 * 1024),
    "MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE": str(5 * 1024 * 1024),
}


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


def copy_keys(source: Path, home: Path) -> None:
    """Give a client a user's keys for SFTP; it looks for known hosts without their ports."""
    shutil.copytree(source, home / ".ssh")
    known = home / ".ssh" / "known_hosts"
    known.write_text(re.sub(r"\[([^]]+)\]:\d+", r"\1", known.read_text()))


def run_client(
    client: Client, folder: Path, servers: list[tuple[Server, Mapping[str, str]]]
) -> list[Json]:
    """What the program reads back from each server.

    Beside each stands what the client has in its environment from then on.
    """
    asked = [{"url": server.url, "environ": {**environ}} for server, environ in servers]
    try:
        printed = client.run("stores", folder, IN_PARTS, [json.dumps(asked)])
    except AssertionError as error:
        error.add_note("\n".join(server.log for server, _ in servers))
        raise
    documents: list[Json] = json.loads(printed.splitlines()[-1])
    return documents


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


def check_ways(document: Json, server: Server, parts: bool, signs: bool) -> None:
    """The large file went in parts, to the store where it signs; and came from there."""
    here = server.url.removeprefix("http://")
    assert len(document["parts"]) == (2 if parts else 0)
    assert (here in document["parts"]) == (parts and not signs)
    assert here not in document["signed"]
    assert bool(document["signed"]) == signs


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
def test_a_model_and_a_folder(case: Case, mlflow3: Client, tmp_path: Path) -> None:
    """First through the proxy, which alone knows the store, then straight to the store."""
    with ExitStack() as stack:
        service = stack.enter_context(service_of(case))
        environ = dict(service.environ)
        if case.signs == SIGNS_WITH_ACCOUNT:
            # Without a key nothing is signed.
            environ["GOOGLE_APPLICATION_CREDENTIALS"] = gcs.shared().account
        options = ("--artifacts-destination", service.uri)
        proxy = stack.enter_context(server_of(tmp_path / "proxy", environ, *options))
        servers: list[tuple[Server, Mapping[str, str]]] = [(proxy, {})]
        if case.direct:
            options = ("--no-serve-artifacts", "--default-artifact-root", f"{service.uri}/direct")
            direct = stack.enter_context(server_of(tmp_path / "direct", service.environ, *options))
            own = dict(service.environ)
            if "HOME" in own:
                copy_keys(Path(own["HOME"]) / ".ssh", tmp_path / "home")
                own["HOME"] = str(tmp_path / "home")
            servers.append((direct, own))
        documents = run_client(mlflow3, tmp_path / "client", servers)
        for (server, _), document in zip(servers, documents, strict=True):
            check(document)
            check_shown_by_server(server, document)
    assert documents[0]["artifact_uri"].startswith("mlflow-artifacts:/")
    check_ways(documents[0], proxy, case.parts, case.signs != "")
    for document in documents[1:]:
        assert document["artifact_uri"].startswith(f"{service.uri}/direct/")


@pytest.mark.parametrize("case", parameters([case for case in CASES if case.name == "s3"]))
def test_all_through_the_server(case: Case, mlflow3: Client, tmp_path: Path) -> None:
    """A store that could sign URLs, and a server that may not hand them out."""
    with service_of(case) as service:
        options = ("--artifacts-destination", service.uri, "--no-allow-presigned-urls")
        with server_of(tmp_path / "server", service.environ, *options) as server:
            (document,) = run_client(mlflow3, tmp_path / "client", [(server, {})])
    check(document)
    check_ways(document, server, True, False)


def test_a_store_that_is_not_used_straight_says_why() -> None:
    assert all(case.direct or case.why for case in CASES)
