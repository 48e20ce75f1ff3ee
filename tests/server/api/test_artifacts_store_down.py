"""A store that does not answer: what clients are told, and what they are not."""

import http.client
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.artifacts.site import PROXY
from tests.support.server import Server, free_port

# Every credential holds one of these words, and nothing that a client or an operator sees may.
SECRETS = ("sEcReT", "c0VjUmVU")

AZURE = (
    "DefaultEndpointsProtocol=http;AccountName=account;AccountKey=c0VjUmVUc0VjUmVU;"
    "BlobEndpoint=http://127.0.0.1:{port}/account;"
)
# Google's library tries for long; the tests of its store have the rule.
STORES = {
    "s3": (
        "s3://bucket/root",
        {
            "AWS_ACCESS_KEY_ID": "KEY",
            "AWS_SECRET_ACCESS_KEY": "sEcReT",
            "AWS_DEFAULT_REGION": "us-east-1",
            "MLFLOW_S3_ENDPOINT_URL": "http://127.0.0.1:{port}",
        },
    ),
    "azure": (
        "wasbs://container@account.blob.core.windows.net/root",
        {"AZURE_STORAGE_CONNECTION_STRING": AZURE},
    ),
    "ftp": ("ftp://ann:sEcReT@127.0.0.1:{port}/root", {}),
    "sftp": ("sftp://ann:sEcReT@127.0.0.1:{port}/root", {}),
    "hdfs": ("hdfs://127.0.0.1:{port}/root", {}),
    "webhdfs": ("webhdfs://127.0.0.1:{port}/root", {}),
}


@contextmanager
def server_of(folder: Path, environ: Mapping[str, str], *options: str) -> Iterator[Server]:
    variables = [f"{name}={value}" for name, value in environ.items()]
    command = ["env", *variables, sys.executable, "-m", "sagwan", "server", *options]
    server = Server(command, folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def call(server: Server, method: str, target: str, body: bytes = b"") -> tuple[int, Any, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    try:
        connection.request(method, target, body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize("store", STORES)
def test_the_answer_says_what_failed_and_where(store: str, tmp_path: Path) -> None:
    """Nobody listens at the port: each way to the artifacts ends in 503 with the URI's place."""
    uri, variables = STORES[store]
    port = free_port()
    environ = {name: value.format(port=port) for name, value in variables.items()}
    destination = uri.format(port=port)
    options = ("--artifacts-destination", destination)
    shown = []
    with server_of(tmp_path, environ, *options) as server:
        run = json.loads(
            call(server, "POST", "/api/2.0/mlflow/runs/create", b'{"experiment_id": "0"}')[2]
        )["run"]["info"]["run_id"]
        for method, target, body in (
            ("GET", f"{PROXY}?path=d", b""),
            ("GET", f"{PROXY}/d/f", b""),
            ("PUT", f"{PROXY}/d/f", b"content"),
            ("DELETE", f"{PROXY}/d/f", b""),
            ("GET", f"/api/2.0/mlflow/artifacts/list?run_id={run}", b""),
            ("GET", f"/ajax-api/2.0/mlflow/get-artifact-folder?run_id={run}", b""),
        ):
            status, headers, content = call(server, method, target, body)
            text = content.decode()
            shown.append(text)
            assert status == 503, text
            assert headers["retry-after"]
            assert json.loads(text)["error_code"] == "TEMPORARILY_UNAVAILABLE"
            message = json.loads(text)["message"]
            place = destination.partition("://")[2].rpartition("@")[2].rpartition("/")[0]
            assert place in message or uri.split("/")[2] in message, message
        # The rest of the server works, and says what it can.
        status, _, info = call(server, "GET", "/api/3.0/mlflow/server-info")
        assert status == 200
        assert call(server, "GET", "/health")[0] == 200
        shown += [info.decode(), server.log]
    assert "Traceback" not in server.log
    for text in shown:
        assert not any(secret in text for secret in SECRETS), text
