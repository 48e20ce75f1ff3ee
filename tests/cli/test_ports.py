"""Ports that are taken."""

import errno
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sagwan.cli import ports
from sagwan.cli.ports import bind_message, free_neighbour, holder, is_taken, taken_message


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is no reason to fail."""
    monkeypatch.setattr(ports, "PATIENCE", 30.0)


@contextmanager
def listener(answer: bytes | None = b"") -> Iterator[int]:
    """A port that takes one connection after the other and says `answer` to each."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    if answer and connection.recv(1000):
                        connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def reply(body: str, status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return ("\r\n".join([*lines, "", ""]) + body).encode()


def test_a_port_is_taken_while_somebody_listens() -> None:
    with listener() as port:
        assert is_taken("127.0.0.1", port)
        assert is_taken("0.0.0.0", port)
    assert not is_taken("127.0.0.1", port)
    assert not is_taken("no.such.host.invalid", port)


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (reply("3.17.2"), "a tracking server (Sagwan or MLflow)"),
        (reply("", "403 Forbidden", "Server: AirTunes/775.3.1"), "AirPlay Receiver of macOS"),
        (reply("<p>", "404 Not Found", "Server: nginx"), "a web server (nginx)"),
        (reply("hello"), "a web server"),
        (b"SSH-2.0-x\r\n", "another program"),
        (b"", "another program"),
    ],
)
def test_who_holds_a_port(answer: bytes, name: str) -> None:
    with listener(answer) as port:
        assert holder("127.0.0.1", port) == name


def test_the_next_port_is_free() -> None:
    with listener() as port:
        other = free_neighbour("127.0.0.1", port)
        assert other is not None
        assert port < other <= port + 50
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", other))


def test_no_port_is_above_the_last() -> None:
    assert free_neighbour("127.0.0.1", 65535) is None


def test_the_message_says_who_and_which_one_to_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "free_neighbour", lambda host, port: port + 2)
    with listener(reply("3.17.2")) as port:
        assert taken_message("127.0.0.1", port, "sagwan server").splitlines() == [
            f"Port {port} on 127.0.0.1 is taken by a tracking server (Sagwan or MLflow).",
            f"Port {port + 2} is free: sagwan server --port {port + 2}",
        ]


def test_on_macos_port_5000_is_airplays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    monkeypatch.setattr(ports, "holder", lambda host, port: "another program")
    monkeypatch.setattr(ports, "free_neighbour", lambda host, port: None)
    assert "AirPlay" in taken_message("127.0.0.1", 5000, "sagwan server")
    assert "AirPlay" not in taken_message("127.0.0.1", 5001, "sagwan server")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.EACCES, "Permission denied"), "above 1023"),
        (OSError(errno.EADDRNOTAVAIL, "no"), "10.9.9.9 is no address of this machine"),
        (socket.gaierror(-2, "unknown"), "10.9.9.9 is no address of this machine"),
        (OSError(errno.ENOBUFS, "No buffers"), "10.9.9.9:80 can't be listened on: No buffers"),
    ],
)
def test_addresses_that_can_not_be_had(error: OSError, words: str) -> None:
    assert words in bind_message(error, "10.9.9.9", 80, "sagwan server")


def test_a_port_that_is_lost_between_the_look_and_the_bind() -> None:
    with listener() as port:
        message = bind_message(OSError(errno.EADDRINUSE, "in use"), "127.0.0.1", port, "sagwan ui")
    assert message.startswith(f"Port {port} on 127.0.0.1 is taken by ")
