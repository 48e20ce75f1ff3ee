import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from sagwan.artifacts.base import CHUNK
from sagwan.artifacts.remote.hadoop import process_user
from sagwan.artifacts.remote.webhdfs import TOKEN_VARIABLE, open_store
from sagwan.errors import InvalidParameter, PermissionDenied, Unavailable
from sagwan.testing.artifacts.bench import Bench, benches, stream
from sagwan.testing.artifacts.suite import ArtifactStoreConformance, OpenStore
from tests.support.artifacts.hadoop import hadoop, https_front, new_root

pytestmark = pytest.mark.xdist_group("hadoop")


class TestConformance(ArtifactStoreConformance):
    HELD = 6 * CHUNK
    SNAPSHOTS = False

    @pytest.fixture
    def open_store(self) -> OpenStore:
        uri = hadoop().webhdfs_uri + new_root()
        return lambda: open_store(uri, {})


OpenBench = Callable[[str, Mapping[str, str]], Bench]


@pytest.fixture
def open_bench() -> Iterator[OpenBench]:
    with benches() as new:
        yield lambda uri, environ: new(lambda: open_store(uri, environ))


# Who asks.


def test_a_delegation_token_is_never_shown(
    open_bench: OpenBench, caplog: pytest.LogCaptureFixture
) -> None:
    """A cluster without Kerberos does not look at it, and takes who asks for a stranger."""
    caplog.set_level(logging.DEBUG)
    uri = hadoop().webhdfs_uri + new_root()
    open_bench(uri, {}).put("a", b"x")
    stranger = open_bench(uri, {TOKEN_VARIABLE: "the-secret", "HADOOP_USER_NAME": process_user()})
    assert stranger.get("a") == b"x"
    message = stranger.refuses(PermissionDenied, stranger.store.write("b", stream([b"x"])))
    assert "delegation=***" in caplog.text
    for shown in (caplog.text, message, repr(stranger.store), repr(vars(stranger.store))):
        assert "the-secret" not in shown


# HTTPS. The NameNode's is that of a server in front of it.


def test_https(open_bench: OpenBench) -> None:
    with https_front() as address:
        uri = address + new_root()
        bench = open_bench(uri, {"SSL_CERT_FILE": str(hadoop().certificate)})
        bench.put("a/b", b"x" * (2 * CHUNK))
        assert bench.get("a/b") == b"x" * (2 * CHUNK)
        assert bench.names() == ["a/"]
        other = open_bench(uri, {})
        assert "CERTIFICATE_VERIFY_FAILED" in other.refuses(Unavailable, other.store.list_folder())


def test_certificates_that_can_not_be_read(tmp_path: Path) -> None:
    with pytest.raises(InvalidParameter) as refused:
        open_store("swebhdfs://host/x", {"SSL_CERT_FILE": str(tmp_path / "none.pem")})
    assert "SSL_CERT_FILE" in refused.value.message


@pytest.mark.parametrize("uri", ["webhdfs:///x", "swebhdfs:/x"])
def test_a_uri_without_a_host(uri: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        open_store(uri, {})
    assert "must name the NameNode's host" in refused.value.message


# Servers that answer otherwise.

Answer = tuple[int, dict[str, str], bytes]


@contextmanager
def server(answer: Callable[[str], Answer]) -> Iterator[tuple[int, list[str]]]:
    """A server that gives the `answer` to each target: its port, and what came."""
    came = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            came.append(f"{self.path} {self.headers}")
            status, headers, body = answer(self.path)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_PUT = do_DELETE = do_GET

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        listening.daemon_threads = True
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield listening.server_address[1], came
        finally:
            listening.shutdown()
            thread.join()


STATUS = b'{"FileStatus": {"type": "FILE", "length": 3, "modificationTime": 1, "fileId": 7}}'


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, b"<html>"), (200, b"{}"), (200, b""), (404, b"<html>"), (500, b"{}"), (302, b"")],
)
def test_an_answer_that_is_no_webhdfs(open_bench: OpenBench, status: int, body: bytes) -> None:
    with server(lambda target: (status, {}, body)) as (port, _):
        uri = f"webhdfs://127.0.0.1:{port}/x"
        bench = open_bench(uri, {})
        for call in (bench.store.list_folder(), bench.store.read("a"), bench.store.delete("a")):
            assert uri in bench.refuses(Unavailable, call)


def read_by(open_bench: OpenBench, location: str, name_node: list[str]) -> bytes:
    """What is read of a file where the NameNode sends us to `location`."""

    def answer(target: str) -> Answer:
        if "op=OPEN" in target:
            return 307, {"Location": location} if location else {}, b""
        return 200, {}, STATUS

    with server(answer) as (port, came):
        bench = open_bench(f"webhdfs://127.0.0.1:{port}/x", {TOKEN_VARIABLE: "the-secret"})
        try:
            return bench.get("a")
        finally:
            name_node += came


def test_credentials_go_to_the_name_node_alone(open_bench: OpenBench) -> None:
    came: list[str] = []
    with server(lambda target: (200, {}, b"abc")) as (port, elsewhere):
        assert read_by(open_bench, f"http://127.0.0.1:{port}/data?x=1", came) == b"abc"
    assert all("delegation=the-secret" in request for request in came)
    assert not any("user.name" in request for request in came)
    assert [request.split()[0] for request in elsewhere] == ["/data?x=1"]
    assert "the-secret" not in "".join(elsewhere)


@pytest.mark.parametrize("location", ["", "https://127.0.0.1:1/x", "ftp://127.0.0.1/x", "/x"])
def test_other_places_are_not_gone_to(open_bench: OpenBench, location: str) -> None:
    with pytest.raises(Unavailable) as refused:
        read_by(open_bench, location, [])
    assert "named no DataNode" in refused.value.message


def test_only_one_redirect_is_followed(open_bench: OpenBench) -> None:
    further = {"Location": "http://127.0.0.1:1/"}
    with server(lambda target: (307, further, b"")) as (port, came), pytest.raises(Unavailable):
        read_by(open_bench, f"http://127.0.0.1:{port}/data", [])
    assert len(came) == 1
