"""Ctrl-C in the middle of a transfer, and the command that goes on from there."""

import hashlib
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from sagwan.domain.artifact_paths import TEMPORARY_PREFIX
from sagwan.wire.digests import format_digest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="there is no SIGINT to send")

CONTENT = bytes(range(256)) * 40_000
SENT = 6 * 1024 * 1024
ROUTE = "/api/2.0/mlflow-artifacts/artifacts"
INFO = {
    "run_id": "r",
    "run_uuid": "r",
    "run_name": "n",
    "experiment_id": "0",
    "user_id": "u",
    "status": "RUNNING",
    "start_time": 1,
    "artifact_uri": "mlflow-artifacts:/0/r/artifacts",
    "lifecycle_stage": "active",
}


class Stalling(ThreadingHTTPServer):
    """Has the files `big` and `small`; stops in the middle of `big` while `stalls` is set."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.stalls = threading.Event()
        self.stalls.set()
        self.reached = threading.Event()
        self.over = threading.Event()
        self.ranges: list[str] = []
        self.stored: set[str] = set()

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that are gone are what these tests are about."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Stalling

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _json(self, value: object) -> None:
        self._answer(200, json.dumps(value).encode())

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        if path.endswith("/runs/get"):
            self._json({"run": {"info": INFO, "data": {}, "inputs": {}}})
        elif path == ROUTE:
            sizes = {"big": len(CONTENT), "small": 5}
            self._json(
                {
                    "files": [
                        {"path": name, "is_dir": False, "file_size": size}
                        for name, size in sizes.items()
                    ]
                }
            )
        elif path.endswith("/small"):
            self._answer(200, b"small", etag='"s"', repr_digest=_digest(b"small"))
        else:
            self._big()

    def _big(self) -> None:
        asked, start = self.headers.get("range"), 0
        if asked is not None:
            self.server.ranges.append(asked)
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
        self.send_response(206 if start else 200)
        self.send_header("etag", '"b"')
        self.send_header("content-length", str(len(CONTENT) - start))
        self.end_headers()
        if self.server.stalls.is_set():
            self.wfile.write(CONTENT[start:SENT])
            self.wfile.flush()
            self.server.reached.set()
            self.server.over.wait(60)
        else:
            self.wfile.write(CONTENT[start:])

    def do_HEAD(self) -> None:
        content = b"small" if self.path.endswith("/small") else CONTENT
        self.send_response(200)
        self.send_header("etag", '"s"' if content == b"small" else '"b"')
        self.send_header("repr-digest", _digest(content))
        self.send_header("content-length", str(len(content)))
        self.end_headers()

    def do_PUT(self) -> None:
        if self.server.stalls.is_set() and self.path.endswith("/b"):
            self.server.reached.set()
            self.server.over.wait(60)
            return
        content = self.rfile.read(int(self.headers["content-length"]))
        self.server.stored.add(self.path.rpartition("/")[2])
        self._answer(200, b"", repr_digest=_digest(content))


def _digest(content: bytes) -> str:
    return format_digest(hashlib.sha256(content).digest())


@pytest.fixture
def server() -> Iterator[Stalling]:
    with Stalling() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.over.set()
        server.shutdown()
        thread.join()


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "sagwan", "artifacts", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def interrupt(
    process: subprocess.Popen[str], server: Stalling, begun: Callable[[], bool] = lambda: True
) -> str:
    """What it says on Ctrl-C, once the server has stopped in the middle and it has `begun`."""
    assert server.reached.wait(30)
    while not begun():
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, ""), err
    return err


def sizes(folder: Path) -> list[int]:
    return [path.stat().st_size for path in folder.rglob("*") if path.is_file()]


def the_command(said: str) -> list[str]:
    match = re.search(r"To go on:\n  sagwan artifacts (.*)\n", said)
    assert match is not None
    return shlex.split(match[1])


def url(server: Stalling) -> str:
    host, port = server.server_address[:2]
    return f"http://{host!s}:{port}"


@pytest.mark.parametrize("place", [None, "a place"])
def test_a_download_goes_on(
    server: Stalling, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str | None
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", url(server))
    options = ["-d", place] if place else []
    process = start("download", "--run-id", "r", "--jobs", "1", *options)
    said = interrupt(process, server, lambda: sum(sizes(tmp_path)) > 0)
    assert f"Stopped: 0 of 2 files ({len(CONTENT) / 2**20:.1f} MiB) downloaded." in said
    (kept,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert kept.name.startswith(TEMPORARY_PREFIX)
    size = kept.stat().st_size
    assert 0 < size <= SENT

    server.stalls.clear()
    again = start(*the_command(said))
    out, err = again.communicate(timeout=60)
    assert (again.returncode, err) == (0, "Downloaded 2 files.\n")
    assert (Path(out.strip()) / "big").read_bytes() == CONTENT
    assert server.ranges == [f"bytes={size}-"]
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == {"big", "small"}


def test_an_upload_goes_on(
    server: Stalling, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).write_text(name)
    address = url(server).replace("//", "//user:secret@")
    arguments = ["upload", "a", "b", "c", "-r", "r", "--jobs", "1", "--tracking-uri", address]
    said = interrupt(start(*arguments), server)
    assert "Stopped: 1 of 3 files (3 B) uploaded." in said
    assert "secret" not in said
    assert server.stored == {"a"}
    server.stalls.clear()
    again = start(*the_command(said))
    assert again.communicate(timeout=60) == ("", "Uploaded 3 files.\n")
    assert server.stored == {"a", "b", "c"}


def test_what_went_wrong_says_how_to_go_on(
    server: Stalling, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.stalls.clear()
    (tmp_path / "target" / "small").mkdir(parents=True)
    process = start("download", "-r", "r", "-d", "target", "--tracking-uri", url(server))
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, "")
    assert the_command(err)[:3] == ["download", "--run-id", "r"]
    assert "Error: " in err
