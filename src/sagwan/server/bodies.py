"""Bodies of uploads, from the socket to the handler without being copied on the way.

uvicorn copies a body three times: the parser cuts it out of what was read, it is appended to what
waits, and that is copied for the handler. Where a body's length is known and much of it is still to
come, nothing of it needs a parser: what is read from the socket is handed on as it is.
"""

from collections import deque
from collections.abc import Mapping
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

LARGE = 256 * 1024
"""Bytes from which on a body is taken past the parser."""

_WAITING = 512 * 1024
"""Bytes that may wait for the handler before the socket is read no further."""


def length_of(headers: Mapping[bytes, bytes]) -> int:
    """The length of a body that is to be taken past the parser; 0 for all others."""
    if b"transfer-encoding" in headers or b"upgrade" in headers:
        return 0
    given = headers.get(b"content-length", b"")
    length = int(given) if given.isdigit() else 0
    return length if length >= LARGE else 0


class LargeBody:
    """What has been read of a request's body, after what the parser saw of it.

    `missing` bytes are still to come; once it has `begun`, they come past the parser.
    """

    def __init__(self, flow: FlowControl, length: int) -> None:
        self.cycle: RequestResponseCycle | None = None
        self.missing = length
        self.begun = False
        self._flow = flow
        self._pieces: deque[bytes] = deque()
        self._size = 0

    def received_by(self, app: Any) -> ASGIApp:
        """The application with this body."""

        async def with_body(scope: Scope, receive: Receive, send: Send) -> None:
            await app(scope, self.receive, send)

        return with_body

    def add(self, piece: bytes) -> None:
        """More of it was read."""
        self.missing -= len(piece)
        cycle = self.cycle
        if cycle is None or cycle.response_complete:
            return
        self._pieces.append(piece)
        self._size += len(piece)
        if self._size > _WAITING:
            self._flow.pause_reading()
        cycle.message_event.set()

    async def receive(self) -> Any:
        """What the handler calls in place of the cycle's own `receive`."""
        cycle = self.cycle
        assert cycle is not None
        ended = cycle.disconnected or cycle.response_complete
        if not self._pieces or cycle.body or ended:
            message: Any = await cycle.receive()
            if self._pieces and message["type"] == "http.request":
                message["more_body"] = True
            return message
        piece = self._pieces.popleft()
        self._size -= len(piece)
        if self._size <= _WAITING:
            self._flow.resume_reading()
        more = bool(self._pieces) or cycle.more_body
        return {"type": "http.request", "body": piece, "more_body": more}
