"""The load generator of artifacts, on a server of a few lines."""

import hashlib
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from benchmarks.artifact_load import (
    ROUTE,
    connected,
    digest_at,
    get_many,
    put_all,
    put_many,
)
from benchmarks.load import LoadError


class Files(ThreadingHTTPServer):
    """Keeps what is put; answers 404 for what isn't there."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files: dict[str, bytes] = {}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Files

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_PUT(self) -> None:
        self.server.files[self.path] = self.rfile.read(int(self.headers["content-length"]))
        self._answer(200, b"")

    def do_GET(self) -> None:
        found = self.server.files.get(self.path)
        self._answer(404 if found is None else 200, found or b"")

    def do_DELETE(self) -> None:
        self.server.files.pop(self.path, None)
        self._answer(200, b"{}")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def server() -> Iterator[Files]:
    with Files() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


CONTENT = bytes(range(256)) * 40_000


def test_a_file_goes_up_and_comes_down(server: Files, tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(CONTENT)
    port = server.server_address[1]
    with connected(port) as connection:
        connection.put_file("a/large", tmp_path / "large")
        assert server.files == {f"{ROUTE}/a/large": CONTENT}
        assert connection.get(f"{ROUTE}/a/large") == len(CONTENT)
        connection.delete("a/large")
        assert server.files == {}
        with pytest.raises(LoadError, match="404"):
            connection.get(f"{ROUTE}/a/large")


def test_what_comes_down_is_seen_whole(server: Files) -> None:
    server.files[f"{ROUTE}/x"] = CONTENT
    assert digest_at(server.server_address[1], "x") == hashlib.sha256(CONTENT).hexdigest()


def test_many_at_once(server: Files, tmp_path: Path) -> None:
    port = server.server_address[1]
    paths = [f"many/{number}" for number in range(50)]
    assert put_many(port, paths, b"x" * 100, 4) > 0
    assert server.files == {f"{ROUTE}/{path}": b"x" * 100 for path in paths}
    assert get_many(port, paths, 100, 4) > 0
    with pytest.raises(LoadError, match="has not the size"):
        get_many(port, paths, 99, 4)
    (tmp_path / "f").write_bytes(CONTENT)
    put_all(port, [(f"large/{number}", tmp_path / "f") for number in range(3)])
    assert sum(content == CONTENT for content in server.files.values()) == 3


def test_an_error_is_told(server: Files) -> None:
    with pytest.raises(LoadError):
        get_many(server.server_address[1], ["nothing"], 1, 2)


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\ncontent-"]
)
def test_answers_that_are_none(answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        with connected(listener.getsockname()[1]) as connection, pytest.raises(LoadError):
            connection.get("/x")
        thread.join()
