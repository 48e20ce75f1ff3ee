"""Artifacts of a real server process: what cuts, kills and slow receivers do."""

import http.client
import json
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sagwan.testing.artifacts.suite import pattern
from tests.artifacts.site import PROXY
from tests.support.server import Server, running_server

MIB = 1024 * 1024


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with running_server(tmp_path) as server:
        yield server


def call(server: Server, method: str, target: str, body: bytes | None = None) -> tuple[int, bytes]:
    """Status and body of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.request(method, target, body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def names(server: Server, path: str) -> list[str]:
    status, body = call(server, "GET", f"{PROXY}?path={path}")
    assert status == 200
    return [info["path"] for info in json.loads(body).get("files", [])]


def begin_upload(server: Server, path: str, content: bytes, size: int) -> socket.socket:
    """A connection that has sent `content`, the first part of a file of `size` bytes."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=60)
    head = f"PUT {PROXY}/{path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n\r\n"
    connection.sendall(head.encode() + content)
    return connection


def stored(folder: Path) -> list[str]:
    """The files that are visible in the artifact folder."""
    root = folder / "sagwan" / "artifacts"
    return sorted(
        str(path.relative_to(root))
        for path in root.rglob("*")
        if path.is_file() and ".artifact.uploading." not in str(path)
    )


def test_bytes_come_back_as_they_went(server: Server) -> None:
    contents = {f"1/r/artifacts/f{size}": pattern(size) for size in (0, 1, 4096, 3 * MIB + 1)}
    with ThreadPoolExecutor(4) as pool:
        puts = pool.map(
            lambda item: call(server, "PUT", f"{PROXY}/{item[0]}", item[1]), contents.items()
        )
        assert list(puts) == [(200, b"")] * 4
    for path, content in contents.items():
        assert call(server, "GET", f"{PROXY}/{path}") == (200, content)
        assert call(server, "HEAD", f"{PROXY}/{path}") == (200, b"")
    assert names(server, "1/r/artifacts") == ["f0", "f1", "f3145729", "f4096"]


@pytest.mark.parametrize("sent", [0, 100, 3 * MIB])
def test_a_connection_that_is_cut_leaves_no_half_file(
    server: Server, tmp_path: Path, sent: int
) -> None:
    call(server, "PUT", f"{PROXY}/f/old", b"old")
    for path in ("f/old", "f/new", "g/new"):
        begin_upload(server, path, bytes(sent), 5 * MIB).close()
    # Whether the server has noticed yet or not:
    assert call(server, "GET", f"{PROXY}/f/old") == (200, b"old")
    assert names(server, "") == ["f"]
    assert stored(tmp_path) == ["f/old"]
    assert call(server, "PUT", f"{PROXY}/g/new", b"new") == (200, b"")
    assert call(server, "GET", f"{PROXY}/g/new") == (200, b"new")


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_a_killed_server_keeps_what_it_acknowledged_and_no_half_file(
    server: Server, tmp_path: Path
) -> None:
    acknowledged = [f"f/{i}" for i in range(20)]
    for path in acknowledged:
        assert call(server, "PUT", f"{PROXY}/{path}", path.encode() * 1000)[0] == 200
    uploads = [
        begin_upload(server, path, bytes(3 * MIB), 5 * MIB) for path in ("f/0", "f/x", "g/y")
    ]
    call(server, "GET", f"{PROXY}/f/0")
    server.kill()
    for upload in uploads:
        upload.close()
    assert stored(tmp_path) == sorted(acknowledged)
    server.start()
    for path in acknowledged:
        assert call(server, "GET", f"{PROXY}/{path}") == (200, path.encode() * 1000)
    assert names(server, "") == ["f"]
    assert call(server, "PUT", f"{PROXY}/g/y", b"again") == (200, b"")
    assert call(server, "GET", f"{PROXY}/g/y") == (200, b"again")


def test_slow_clients_keep_nobody_waiting(server: Server) -> None:
    """More stalled transfers than the server has threads, and the next client is served."""
    size = 16 * MIB
    call(server, "PUT", f"{PROXY}/large", bytes(size))
    stalled = []
    for i in range(20):
        stalled.append(begin_upload(server, f"up/{i}", bytes(MIB), size))
        reader = socket.create_connection(("127.0.0.1", server.port), timeout=60)
        reader.sendall(f"GET {PROXY}/large HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert reader.recv(12) == b"HTTP/1.1 200"
        stalled.append(reader)
    assert call(server, "PUT", f"{PROXY}/small", b"x") == (200, b"")
    assert call(server, "GET", f"{PROXY}/large") == (200, bytes(size))
    for connection in stalled:
        connection.close()
    assert names(server, "") == ["large", "small"]


@pytest.mark.parametrize("as_zip", [False, True], ids=["a file", "a folder"])
def test_an_answer_that_fails_half_way_breaks_the_connection(
    server: Server, tmp_path: Path, as_zip: bool
) -> None:
    """A file shrinks while it is sent: the client must not take what it got for all of it."""
    created = call(server, "POST", "/api/2.0/mlflow/runs/create", b'{"experiment_id": "0"}')[1]
    info = json.loads(created)["run"]["info"]
    path = f"{info['artifact_uri'].removeprefix('mlflow-artifacts:/')}/d/large"
    call(server, "PUT", f"{PROXY}/{path}", bytes(64 * MIB))
    folder = f"/ajax-api/2.0/mlflow/get-artifact-folder?run_id={info['run_id']}&path=d"
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("GET", folder if as_zip else f"{PROXY}/{path}")
    answer = connection.getresponse()
    assert answer.status == 200
    assert (answer.headers["Transfer-Encoding"] == "chunked") == as_zip
    assert len(answer.read(MIB)) == MIB
    (tmp_path / "sagwan" / "artifacts" / path).write_bytes(b"short")
    with pytest.raises(http.client.IncompleteRead):
        answer.read()
    connection.close()
    assert "Traceback" not in server.log
    assert "An answer broke off" in server.log
    assert call(server, "GET", f"{PROXY}/{path}") == (200, b"short")


def peak_memory(server: Server) -> int:
    """The most bytes that the server's process has held so far."""
    assert server.process is not None
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_ten_large_transfers_at_once_take_little_memory(server: Server) -> None:
    content = bytes(64 * MIB)
    call(server, "PUT", f"{PROXY}/first", b"x")
    before = peak_memory(server)
    with ThreadPoolExecutor(10) as pool:
        puts = [pool.submit(call, server, "PUT", f"{PROXY}/f{i}", content) for i in range(10)]
        assert [put.result() for put in puts] == [(200, b"")] * 10
    assert peak_memory(server) - before < 64 * MIB
    with ThreadPoolExecutor(10) as pool:
        gets = [pool.submit(call, server, "GET", f"{PROXY}/f{i}") for i in range(10)]
        assert all(get.result() == (200, content) for get in gets)
    # The peak, in which there still is what the allocator keeps for the threads of the uploads.
    assert peak_memory(server) - before < 96 * MIB
