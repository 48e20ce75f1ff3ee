"""uvicorn's HTTP protocol with a short road for the endpoints that training loops call.

A POST to a JSON endpoint needs no ASGI messages: its body is collected, its route is asked, and the
answer leaves in one write (uvicorn writes head and body apart, which costs a system call more and,
with some workers, a delayed packet). Everything else takes uvicorn's own road. Both give the same
bytes; a test compares them.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sagwan.errors import BadRequest
from sagwan.server.app import App
from sagwan.server.bodies import LargeBody, length_of
from sagwan.server.dispatch import MAX_BODY, TOO_LARGE, JsonRoute, Reply, refuse

_STATUS_LINES = {
    status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus
}


class _Cycle:
    """One request on the short road, in the place of uvicorn's RequestResponseCycle."""

    def __init__(
        self, protocol: "Protocol", route: JsonRoute, headers: Mapping[bytes, bytes]
    ) -> None:
        self.body = b""
        self.more_body = True
        self.disconnected = False
        self.response_complete = False
        self.keep_alive = protocol.parser.should_keep_alive()
        self.waiter: asyncio.Future[None] | None = None
        self._protocol = protocol
        self._route = route
        self._headers = headers

    @property
    def message_event(self) -> "_Cycle":
        """What uvicorn sets when a part of the body is there.

        Not an `asyncio.Event`, which costs something also where the whole body came with the head;
        and not an object of its own: a cycle of references would keep bodies until a collection.
        """
        return self

    def set(self) -> None:
        """See `message_event`."""
        if self.waiter is not None and not self.waiter.done():
            self.waiter.set_result(None)

    async def run_asgi(self, app: App) -> None:
        """Answer; uvicorn starts a request by this name."""
        if await self._whole_body():
            reply = await self._route.answer(app.context, self.body, self._headers)
        else:
            reply = refuse(BadRequest(TOO_LARGE))
            self.keep_alive = False
        if not self.disconnected:
            self._send(app.head, reply)

    async def _whole_body(self) -> bool:
        while self.more_body and not self.disconnected:
            if len(self.body) > MAX_BODY:
                return False
            self._protocol.flow.resume_reading()
            self.waiter = self._protocol.loop.create_future()
            await self.waiter
        return True

    def _send(self, head: bytes, reply: Reply) -> None:
        lines = [_STATUS_LINES[reply.status], head]
        lines += [b"%b: %b\r\n" % pair for pair in reply.headers]
        if not self.keep_alive:
            lines.append(b"connection: close\r\n")
        lines += [b"content-length: %d\r\n\r\n" % len(reply.body), reply.body]
        self._protocol.transport.write(b"".join(lines))
        self.response_complete = True
        if not self.keep_alive:
            self._protocol.transport.close()
        self._protocol.on_response_complete()


class Protocol(HttpToolsProtocol):
    """Decides for each request which road it takes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._answered = 0.0
        self._large: LargeBody | None = None

    # uvicorn sets a timer after each answer and cancels it at the next request. One timer that
    # looks when the last answer was does the same for less.

    def _unset_keepalive_if_required(self) -> None:
        pass

    def on_response_complete(self) -> None:
        """Called when an answer is sent."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            cycle, app = self.pipeline.pop()
            self._start_asgi_task(cycle, app)
            return
        self._answered = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._look_again_in(self.timeout_keep_alive)

    def _look_again_in(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(
            seconds, self.timeout_keep_alive_handler
        )

    def timeout_keep_alive_handler(self) -> None:
        """Close the connection if nothing happened on it for long."""
        busy = self.cycle is not None and not self.cycle.response_complete
        left = self._answered + self.timeout_keep_alive - self.loop.time()
        if busy or left > 0:
            self._look_again_in(max(left, 1.0))
        elif not self.transport.is_closing():
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Called when the connection is gone."""
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Called by the parser; the scope of ASGI is made only where it is needed."""
        self.url = b""
        self.expect_100_continue = False
        self.headers = []

    def on_headers_complete(self) -> None:
        """Called by the parser; the body may follow."""
        headers = dict(self.headers)
        route = self._short_road(headers)
        if route is None:
            length = length_of(headers)
            self._long_road(LargeBody(self.flow, length) if length else None)
            return
        before = self.cycle
        cycle: Any = _Cycle(self, route, headers)
        self.cycle = cycle
        if before is None or before.response_complete:
            self._start_asgi_task(cycle, self.app)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((cycle, self.app))

    def _long_road(self, large: LargeBody | None) -> None:
        url, expect, headers = self.url, self.expect_100_continue, self.headers
        super().on_message_begin()
        self.url, self.expect_100_continue = url, expect
        self.headers += headers
        self._large = large
        if large is None:
            super().on_headers_complete()
            return
        app = self.app
        self.app = large.received_by(app)
        super().on_headers_complete()
        self.app = app
        large.cycle = self.cycle

    def on_body(self, body: bytes) -> None:
        """Called by the parser with a piece of the body."""
        if self._large is not None:
            self._large.missing -= len(body)
        super().on_body(body)

    def data_received(self, data: bytes) -> None:
        """Called with what was read from the socket."""
        large = self._large
        if large is None or not large.begun:
            super().data_received(data)
            if self._large is not None:
                self._large.begun = True
            return
        if len(data) < large.missing:
            large.add(data)
            return
        end = large.missing
        large.add(data[:end])
        self._large = None
        # The parser still waits for the body: another one takes the next request.
        self.parser = httptools.HttpRequestParser(self)
        with suppress(AttributeError):  # of httptools before 0.6.3
            self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self.on_message_complete()
        if len(data) > end:
            super().data_received(data[end:])

    def on_message_complete(self) -> None:
        """Called by the parser at the end of a request."""
        self._large = None
        super().on_message_complete()

    def _short_road(self, headers: Mapping[bytes, bytes]) -> JsonRoute | None:
        parser = self.parser
        if (
            parser.get_method() != b"POST"
            or parser.get_http_version() != "1.1"
            or parser.should_upgrade()
            or self.expect_100_continue
            or not isinstance(self.app, App)
        ):
            return None
        return self.app.short_road(self.url, headers)
