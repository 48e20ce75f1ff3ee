"""A receiver of webhooks: an HTTP server that keeps what it gets."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PATIENCE = 60.0


@dataclass
class Delivered:
    """A request: its path, its headers by lower-case names, its body."""

    path: str
    headers: dict[str, str]
    body: str


@dataclass
class Receiver:
    """What came, and what is answered: the next of `answers`, else `usual`.

    An answer is a status, headers and a body; None is none: the connection is left open until the
    receiver closes.
    """

    port: int = 0
    got: list[Delivered] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str], bytes] | None] = field(default_factory=list)
    usual: tuple[int, dict[str, str], bytes] | None = (204, {}, b"")
    came: threading.Condition = field(default_factory=threading.Condition)
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?a=b"

    def wait(self, count: int) -> Sequence[Delivered]:
        """What came, once there are so many."""
        return self.wait_until(lambda: len(self.got) >= count)

    def wait_until(self, there: Callable[[], bool]) -> Sequence[Delivered]:
        """What came, once it is so."""
        deadline = time.monotonic() + PATIENCE
        with self.came:
            while not there():
                left = deadline - time.monotonic()
                assert left > 0, self.got
                self.came.wait(left)
            return list(self.got)

    def take(self, request: BaseHTTPRequestHandler) -> None:
        """Keep a request and answer it."""
        body = request.rfile.read(int(request.headers["Content-Length"])).decode()
        headers = {name.lower(): value for name, value in request.headers.items()}
        with self.came:
            self.got.append(Delivered(request.path, headers, body))
            answer = self.answers.pop(0) if self.answers else self.usual
            self.came.notify_all()
        if answer is None:
            self.closing.wait(PATIENCE)
            return
        status, fields, content = answer
        request.send_response(status)
        for name, value in fields.items():
            request.send_header(name, value)
        if status != 204:
            request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asked went away: nobody needs to know."""


@contextlib.contextmanager
def receiving(receiver: Receiver | None = None) -> Iterator[Receiver]:
    """A receiver for the block, on its port or, where that is 0, on a free one."""
    receiver = receiver or Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.take(self)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with _Server(("127.0.0.1", receiver.port), Handler) as server:
        receiver.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield receiver
        finally:
            receiver.closing.set()
            server.shutdown()
            thread.join()
