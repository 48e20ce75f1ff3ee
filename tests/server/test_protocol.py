"""The short road of POSTs gives the bytes that uvicorn's own road gives."""

import asyncio
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from sagwan.config import Settings
from sagwan.server import protocol, run
from sagwan.server.listener import bind
from tests.support.server import Server, running_server

LOG = "/api/2.0/mlflow/runs/log-metric"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("protocol"), "--static-prefix", "/p") as running:
        yield running


class Wire:
    """A raw connection."""

    def __init__(self, server: Server) -> None:
        self._socket = socket.create_connection(("127.0.0.1", server.port), timeout=20)
        self._file = self._socket.makefile("rb")

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._socket.close()

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def receive(self) -> tuple[str, dict[str, str], bytes]:
        """The next answer: status line, headers, body."""
        status = self._file.readline().decode().strip()
        if status == "HTTP/1.1 100 Continue":
            assert self._file.readline() == b"\r\n"
            status = self._file.readline().decode().strip()
        headers = {}
        while line := self._file.readline().decode().strip():
            name, _, value = line.partition(": ")
            headers[name] = value
        return status, headers, self._file.read(int(headers["content-length"]))

    def ended(self) -> bool:
        return self._file.read() == b""


def request(path: str, body: bytes, **headers: str) -> bytes:
    lines = {"host": "localhost", "content_type": "application/json", **headers}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
    return f"POST {path} HTTP/1.1\r\n{head}content-length: {len(body)}\r\n\r\n".encode() + body


@pytest.fixture(scope="module")
def run_id(server: Server) -> str:
    with Wire(server) as wire:
        wire.send(request("/api/2.0/mlflow/runs/create", b'{"experiment_id":"0"}'))
        created: str = json.loads(wire.receive()[2])["run"]["info"]["run_id"]
        return created


def point(run: str, **changes: Any) -> bytes:
    body = {"run_id": run, "key": "k", "value": 1, "timestamp": 1, **changes}
    return json.dumps(body).encode()


@pytest.mark.parametrize("path", [LOG, "/p" + LOG, "/ajax-api/2.0/mlflow/runs/log-metric"])
@pytest.mark.parametrize(
    "body", [{}, {"run_id": "nowhere"}, {"key": 1}, {"key": ""}, {"value": "NaN"}]
)
@pytest.mark.parametrize("kind", ["application/json", "text/plain"])
def test_both_roads_give_the_same(
    server: Server, run_id: str, path: str, body: dict[str, Any], kind: str
) -> None:
    sent = point(run_id, **body)
    with Wire(server) as wire:
        wire.send(request(path, sent, content_type=kind))
        short = wire.receive()
        # A request that waits for "100 Continue" goes uvicorn's road.
        wire.send(request(path, sent, content_type=kind, expect="100-continue"))
        long = wire.receive()
    assert short == long


def test_a_body_may_come_in_pieces(server: Server, run_id: str) -> None:
    whole = request(LOG, point(run_id))
    with Wire(server) as wire:
        for start in range(0, len(whole), 40):
            wire.send(whole[start : start + 40])
        assert wire.receive()[0] == "HTTP/1.1 200 OK"


def test_a_body_may_be_chunked(server: Server, run_id: str) -> None:
    body = point(run_id)
    head = f"POST {LOG} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
    with Wire(server) as wire:
        wire.send(f"{head}transfer-encoding: chunked\r\n\r\n{len(body):x}\r\n".encode())
        wire.send(body + b"\r\n0\r\n\r\n")
        assert wire.receive()[0] == "HTTP/1.1 200 OK"


def test_requests_that_are_sent_ahead_are_answered_in_order(server: Server, run_id: str) -> None:
    health = b"GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n"
    log, bad = request(LOG, point(run_id)), request(LOG, b"{}")
    with Wire(server) as wire:
        wire.send(log + bad + health + log + health + bad)
        statuses = [wire.receive()[0].split()[1] for _ in range(6)]
    assert statuses == ["200", "400", "200", "200", "200", "400"]


def test_the_connection_ends_when_the_client_says_so(server: Server, run_id: str) -> None:
    with Wire(server) as wire:
        wire.send(request(LOG, point(run_id), connection="close"))
        status, headers, _ = wire.receive()
        assert (status, headers["connection"]) == ("HTTP/1.1 200 OK", "close")
        assert wire.ended()


def test_a_client_that_leaves_in_the_middle_harms_nobody(server: Server, run_id: str) -> None:
    with Wire(server) as wire:
        wire.send(request(LOG, point(run_id))[:-5])
    with Wire(server) as wire:
        wire.send(request(LOG, point(run_id)))
        assert wire.receive()[0] == "HTTP/1.1 200 OK"
    assert "Traceback" not in server.log


def test_a_body_beyond_all_measure_is_refused(server: Server) -> None:
    size = protocol.MAX_BODY + 1_000_000
    head = f"POST {LOG} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
    with Wire(server) as wire:
        wire.send(f"{head}content-length: {size}\r\n\r\n".encode())
        try:
            for _ in range(size // 1_000_000):
                wire.send(b" " * 1_000_000)
        except OSError:
            pass  # it may stop listening at once
        else:
            status, _, body = wire.receive()
            assert status == "HTTP/1.1 400 Bad Request"
            assert json.loads(body)["error_code"] == "BAD_REQUEST"
    with Wire(server) as wire:
        wire.send(b"GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n")
        assert wire.receive()[2] == b"OK"


@pytest.mark.parametrize("headers", [{"host": "evil.example"}, {"origin": "http://evil.example"}])
def test_the_guard_stands_on_both_roads(
    server: Server, run_id: str, headers: dict[str, str]
) -> None:
    with Wire(server) as wire:
        wire.send(request(LOG, point(run_id), **headers))
        assert wire.receive()[0] == "HTTP/1.1 403 Forbidden"


def test_a_connection_that_is_idle_for_long_is_closed(tmp_path: Path) -> None:
    async def main() -> bytes:
        async with run.open_app(Settings(backend_store_uri=str(tmp_path))) as app:
            config = uvicorn.Config(
                app, http=protocol.Protocol, lifespan="off", ws="none", timeout_keep_alive=1
            )
            server = uvicorn.Server(config)
            listener = bind("127.0.0.1", 0)
            task = asyncio.create_task(server.serve(sockets=[listener]))
            port = listener.getsockname()[1]
            while not server.started:
                await asyncio.sleep(0.01)
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            for _ in range(3):
                writer.write(request(LOG, b"{}"))
                await reader.readuntil(b"}")
            rest = await reader.read()
            writer.close()
            server.should_exit = True
            await task
            return rest

    assert asyncio.run(main()) == b""
