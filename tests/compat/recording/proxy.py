"""A proxy between a client and a server that notes every request and its answer."""

import contextlib
import http.client
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOP = {"connection", "keep-alive", "transfer-encoding", "host", "accept-encoding"}
PATIENCE = 120.0


@dataclass
class Noted:
    """One exchange as it went over the wire; `headers` have lower-case names."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    status: int = 0
    answer_headers: dict[str, str] = field(default_factory=dict)
    answer: bytes = b""


@dataclass
class Proxy:
    """What a running proxy has seen, in the order in which the server did it.

    Of requests that a client sends at the same time, the server has one at a time.
    """

    url: str
    seen: list[Noted] = field(default_factory=list)


@contextlib.contextmanager
def recording_proxy(upstream: str) -> Iterator[Proxy]:
    """A proxy of the server at `upstream` (`http://host:port`), up for the block."""
    lock = threading.Lock()
    address = upstream.removeprefix("http://")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body of an answer are two packets, which must not wait for each other.
        disable_nagle_algorithm = True

        def log_message(self, format: str, *args: object) -> None:
            pass

        def _exchange(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            noted = Noted(self.command, self.path, headers, self._body(headers))
            with lock:
                proxy.seen.append(noted)
                self._forward(noted)
            self.send_response_only(noted.status)
            for name, value in noted.answer_headers.items():
                if name not in HOP | {"content-length"}:
                    self.send_header(name, value)
            length = len(noted.answer)
            if self.command == "HEAD":
                length = int(noted.answer_headers.get("content-length", 0))
            self.send_header("content-length", str(length))
            self.end_headers()
            self.wfile.write(noted.answer)

        def _body(self, headers: dict[str, str]) -> bytes:
            if headers.get("transfer-encoding", "").lower() != "chunked":
                return self.rfile.read(int(headers.get("content-length", 0)))
            parts = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)

        def _forward(self, noted: Noted) -> None:
            passed = {name: value for name, value in noted.headers.items() if name not in HOP}
            passed |= {"content-length": str(len(noted.body)), "accept-encoding": "identity"}
            connection = http.client.HTTPConnection(address, timeout=PATIENCE)
            try:
                connection.request(noted.method, noted.target, noted.body, passed)
                answer = connection.getresponse()
                noted.answer = answer.read()
                noted.answer_headers = {name.lower(): value for name, value in answer.getheaders()}
                noted.status = answer.status
            finally:
                connection.close()

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _exchange

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    proxy = Proxy(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
