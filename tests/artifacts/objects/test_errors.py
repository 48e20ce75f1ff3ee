"""What is said of stores that answer nonsense, or nothing."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from sagwan.artifacts.objects.errors import explain
from sagwan.artifacts.objects.s3 import S3ArtifactStore, open_store
from sagwan.artifacts.objects.store import RETRY
from sagwan.errors import NotFound, PermissionDenied, Unavailable
from sagwan.testing.artifacts.bench import Bench, stream

ENVIRON = {"AWS_ACCESS_KEY_ID": "THEKEYSID", "AWS_SECRET_ACCESS_KEY": "the-secret"}
OK = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"
CUT = (
    b"HTTP/1.1 206 Partial\r\nConnection: close\r\n"
    b"Content-Length: 5000\r\nContent-Range: bytes 0-4999/5000\r\n"
    b'ETag: "x"\r\nLast-Modified: Tue, 24 Nov 2026 14:00:00 GMT\r\n\r\nhello'
)
DENIED = (
    b"HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n"
    b"<Error><Code>InvalidAccessKeyId</Code><Message>the-secret</Message></Error>"
)

Answer = Callable[[bytes], Bench]


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Iterator[Answer]:
    """Opens a store at an endpoint whose every answer is the same."""
    monkeypatch.setitem(RETRY, "max_retries", 0)
    with socket.create_server(("127.0.0.1", 0)) as listener, asyncio.Runner() as runner:
        opened: list[Bench] = []
        threads: list[threading.Thread] = []

        def serve(answer: bytes) -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    with connection, suppress(OSError):
                        connection.recv(65536)
                        connection.sendall(answer)
                        connection.shutdown(socket.SHUT_WR)
                        # Closing with something unread would take the answer back.
                        while connection.recv(65536):
                            pass

        def answering(answer: bytes) -> Bench:
            threads.append(threading.Thread(target=serve, args=[answer]))
            threads[-1].start()
            endpoint = f"http://127.0.0.1:{listener.getsockname()[1]}"
            environ = {**ENVIRON, "MLFLOW_S3_ENDPOINT_URL": endpoint}
            opened.append(Bench(lambda: open_store("s3://bucket/x", environ), runner))
            return opened[-1]

        yield answering
        for bench in opened:
            bench.close()
        listener.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"", "the connection was cut"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "it gave no proper answer"),
        (OK, "it gave no proper answer"),
        (b"HTTP/1.1 500 Oh\r\nConnection: close\r\n\r\n", "it answered 500 Internal Server Error"),
    ],
)
def test_nonsense(answering: Answer, answer: bytes, why: str) -> None:
    bench = answering(answer)
    for call in (
        bench.store.write("a", stream([b"x"])),
        bench.store.read("a"),
        bench.store.list_folder(),
    ):
        message = bench.refuses(Unavailable, call)
        assert message == f"The artifact store s3://bucket/x can't be used at the moment: {why}."
    assert isinstance(bench.store, S3ArtifactStore)
    message = bench.refuses(Unavailable, bench.store.begin_upload("a"))
    assert "s3://bucket/x" in message


def test_a_body_that_is_cut(answering: Answer) -> None:
    bench = answering(CUT)

    async def read() -> bytes:
        async with await bench.store.read("a") as reader:
            return b"".join([chunk async for chunk in reader.chunks()])

    message = bench.refuses(Unavailable, read())
    assert message.endswith("the connection was cut.")


def test_what_the_store_says_is_not_passed_on(answering: Answer) -> None:
    bench = answering(DENIED)
    for call in (bench.store.write("a", stream([b"x"])), bench.store.list_folder()):
        assert bench.refuses(PermissionDenied, call) == (
            "The artifact store s3://bucket/x does not accept the server's credentials"
            " (InvalidAccessKeyId)."
        )


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (OSError("https://host/?X-Amz-Signature=the-secret TimedOut"), Unavailable),
        (FileNotFoundError("https://host/?sig=the-secret status code: 404 Not Found: "), NotFound),
        (OSError("PUT http://169.254.169.254/the-secret kind: Connect"), PermissionDenied),
        (OSError("status code: 403 Forbidden: <Code>the-secret</Code>"), PermissionDenied),
        (OSError("status code: 403 Forbidden: <Code>ExpiredToken</Code>"), PermissionDenied),
        (OSError("status code: 503 Slow Down: <Code>SlowDown</Code>"), Unavailable),
        (OSError("status code: 507 Insufficient Storage: the-secret"), Unavailable),
        (OSError("status code: 301 Moved: <Code>PermanentRedirect</Code>"), Unavailable),
    ],
)
def test_no_error_holds_a_signature(error: Exception, kind: type[Exception]) -> None:
    explained = explain(error, "a", "s3://bucket/x")
    assert type(explained) is kind
    assert "the-secret" not in explained.message
