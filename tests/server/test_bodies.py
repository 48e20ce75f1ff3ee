"""Large bodies past the parser: the same as through it."""

import json
import random
import socket
import time
from collections.abc import Iterator

import pytest

from sagwan.server.bodies import LARGE, length_of
from tests.support.server import Server, running_server

ROUTE = "/api/2.0/mlflow-artifacts/artifacts"
HEALTH = b"GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n"
CONTENT = random.Random(1).randbytes(5 * LARGE + 77)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("bodies")) as running:
        yield running


class Wire:
    """A raw connection."""

    def __init__(self, server: Server) -> None:
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=20)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self.socket.makefile("rb")

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def receive(self) -> tuple[int, bytes]:
        """Status and body of the next answer."""
        status = int(self._file.readline().split()[1])
        length = 0
        while line := self._file.readline().strip().lower():
            if line.startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        return status, self._file.read(length)


def put(path: str, content: bytes, length: int | None = None, **headers: str) -> bytes:
    size = len(content) if length is None else length
    lines = [f"PUT {ROUTE}/{path} HTTP/1.1", "Host: localhost", f"Content-Length: {size}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + content


def get(path: str) -> bytes:
    return f"GET {ROUTE}/{path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


@pytest.mark.parametrize("size", [LARGE - 1, LARGE, LARGE + 1, len(CONTENT)])
@pytest.mark.parametrize("piece", [70_001, LARGE, 10**9])
def test_what_is_sent_is_stored(server: Server, size: int, piece: int) -> None:
    whole = put("sent", CONTENT[:size])
    with Wire(server) as wire:
        for _ in range(2):
            for start in range(0, len(whole), piece):
                wire.send(whole[start : start + piece])
            assert wire.receive() == (200, b"")
            wire.send(get("sent"))
            assert wire.receive() == (200, CONTENT[:size])


@pytest.mark.parametrize("before", [1, 100, 5000])
def test_pieces_of_the_head_come_alone(server: Server, before: int) -> None:
    whole = put("slow", CONTENT)
    end = whole.index(b"\r\n\r\n") + 4
    with Wire(server) as wire:
        for piece in (
            whole[: end - 2],
            whole[end - 2 : end + before - 1],
            whole[end + before - 1 :],
        ):
            wire.send(piece)
            time.sleep(0.05)
        assert wire.receive() == (200, b"")
        wire.send(get("slow"))
        assert wire.receive() == (200, CONTENT)


def test_what_is_sent_ahead_is_answered_in_order(server: Server) -> None:
    with Wire(server) as wire:
        wire.send(HEALTH + put("a", CONTENT) + put("b", CONTENT[::-1]) + get("a") + get("b"))
        wire.send(put("c", b"small") + get("c") + HEALTH)
        answers = [wire.receive() for _ in range(8)]
    assert answers[0][0] == 200
    assert answers[1:7] == [
        (200, b""),
        (200, b""),
        (200, CONTENT),
        (200, CONTENT[::-1]),
        (200, b""),
        (200, b"small"),
    ]
    assert answers[7] == answers[0]


@pytest.mark.parametrize("late", [False, True])
def test_a_body_that_nobody_wants_is_passed_over(server: Server, late: bool) -> None:
    whole = put("a/../b", CONTENT)
    with Wire(server) as wire:
        wire.send(whole[:1000])
        if late:
            status, answer = wire.receive()
        wire.send(whole[1000:] + HEALTH)
        if not late:
            status, answer = wire.receive()
        assert status == 400
        assert json.loads(answer)["error_code"] == "INVALID_PARAMETER_VALUE"
        assert wire.receive()[0] == 200


def test_a_client_may_wait_to_be_asked(server: Server) -> None:
    whole = put("asked", CONTENT, expect="100-continue")
    end = whole.index(b"\r\n\r\n") + 4
    with Wire(server) as wire:
        wire.send(whole[:end])
        assert wire.receive() == (100, b"")
        wire.send(whole[end:])
        assert wire.receive() == (200, b"")
        wire.send(get("asked"))
        assert wire.receive() == (200, CONTENT)


def test_a_client_that_wants_no_more_is_left(server: Server) -> None:
    with Wire(server) as wire:
        wire.send(put("last", CONTENT, connection="close"))
        assert wire.receive() == (200, b"")
        assert wire.socket.recv(1) == b""


@pytest.mark.parametrize("sent", [0, 1000, LARGE, len(CONTENT) - 1])
def test_a_body_that_is_cut_off_is_not_stored(server: Server, sent: int) -> None:
    path = f"cut/{sent}"
    with Wire(server) as wire:
        wire.send(put(path, CONTENT[:sent], len(CONTENT)))
        time.sleep(0.05)
    with Wire(server) as wire:
        wire.send(get(path) + HEALTH)
        assert wire.receive()[0] == 404
        assert wire.receive()[0] == 200


def test_chunks_take_the_other_road(server: Server) -> None:
    head = f"PUT {ROUTE}/chunked HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    with Wire(server) as wire:
        wire.send(
            f"{head}{len(CONTENT):x}\r\n".encode() + CONTENT + b"\r\n0\r\n\r\n" + get("chunked")
        )
        assert wire.receive() == (200, b"")
        assert wire.receive() == (200, CONTENT)


@pytest.mark.parametrize(
    ("headers", "length"),
    [
        ({}, 0),
        ({b"content-length": b"0"}, 0),
        ({b"content-length": str(LARGE - 1).encode()}, 0),
        ({b"content-length": str(LARGE).encode()}, LARGE),
        ({b"content-length": b"1e9"}, 0),
        ({b"content-length": b"-999999"}, 0),
        ({b"content-length": b"999999", b"transfer-encoding": b"chunked"}, 0),
        ({b"content-length": b"999999", b"upgrade": b"websocket"}, 0),
    ],
)
def test_which_bodies_are_large(headers: dict[bytes, bytes], length: int) -> None:
    assert length_of(headers) == length
