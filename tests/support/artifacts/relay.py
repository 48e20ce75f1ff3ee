"""A relay in front of an HTTP service, which changes what is asked and lets requests fail."""

import http.client
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


class Relay:
    """Passes requests on to `port` of this machine, with the target that `change` makes of it.

    `requests` are those that came, by method and target. As long as there are `failures`, each
    request meets the next: "cut" for a connection that is closed, otherwise the status of an empty
    answer.
    """

    def __init__(self, port: int, change: Callable[[str], str] = str) -> None:
        self.requests: list[tuple[str, str]] = []
        self.failures: list[str] = []
        relay = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def relay(self) -> None:
                relay.requests.append((self.command, self.path))
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                if relay.failures:
                    self._fail(relay.failures.pop(0))
                    return
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                try:
                    self._pass_on(connection, body)
                except (OSError, http.client.HTTPException):
                    self._fail("cut")
                finally:
                    connection.close()

            def _pass_on(self, connection: http.client.HTTPConnection, body: bytes) -> None:
                connection.request(self.command, change(self.path), body, dict(self.headers))
                answer = connection.getresponse()
                content = answer.read()
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in ("connection", "keep-alive", "transfer-encoding"):
                        self.send_header(name, value)
                if answer.getheader("Content-Length") is None:
                    self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_DELETE = do_GET = do_HEAD = do_POST = do_PUT = relay

            def _fail(self, failure: str) -> None:
                self.close_connection = True
                if failure != "cut":
                    self.send_response(int(failure))
                    self.send_header("Content-Length", "0")
                    # Else the next request might still be sent on what is being closed.
                    self.send_header("Connection", "close")
                    self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
