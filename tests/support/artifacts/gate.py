"""A gate in front of a TCP service, which holds back what is sent to it."""

import contextlib
import socket
import socketserver
import threading
from typing import Self


class Gate:
    """Passes connections on to `port` of this machine; while it is not `open`, nothing goes in."""

    def __init__(self, port: int) -> None:
        self.open = threading.Event()
        self.open.set()
        gate = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                address = ("127.0.0.1", port)
                with contextlib.suppress(OSError), socket.create_connection(address) as service:
                    back = threading.Thread(
                        target=gate._pass, args=(service, self.request), daemon=True
                    )
                    back.start()
                    gate._pass(self.request, service, gate.open)
                    back.join()

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @staticmethod
    def _pass(
        source: socket.socket, target: socket.socket, allowed: threading.Event | None = None
    ) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if allowed is not None:
                    allowed.wait()
                target.sendall(data)
            target.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.open.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
