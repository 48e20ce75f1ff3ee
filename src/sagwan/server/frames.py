"""Routes that take JSON and answer with a frame of numbers."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from starlette.types import Receive, Scope, Send

from sagwan.server.context import Context
from sagwan.server.dispatch import Route, check_content_type, read_body, refuse, send_reply
from sagwan.server.packing import GZIP, VARY, packed
from sagwan.wire.base import Endpoint
from sagwan.wire.codec import RequestDecoder

FrameHandler = Callable[[Context, Any], Coroutine[Any, Any, bytes]]


class FrameRoute(Route):
    """An endpoint whose answer is a frame, compressed where that pays and the client takes it."""

    def __init__(self, endpoint: Endpoint, handler: FrameHandler) -> None:
        self._decoder: RequestDecoder[Any] = RequestDecoder(endpoint.request)
        self._media_type = endpoint.media_type.encode()
        self._handler = handler

    async def handle(
        self,
        context: Context,
        scope: Scope,
        receive: Receive,
        send: Send,
        headers: Mapping[bytes, bytes],
        extra: list[tuple[bytes, bytes]],
    ) -> None:
        try:
            body = await read_body(receive)
            check_content_type(headers)
            request = self._decoder.from_body(body)
            frame = await _unless_gone(self._handler(context, request), receive)
        except Exception as error:
            await send_reply(send, refuse(error), extra)
            return
        if frame is None:
            return
        start = [(b"content-type", self._media_type), VARY, *extra]
        small = await packed(frame, headers)
        if small is not None:
            frame = small
            start.append(GZIP)
        start.append((b"content-length", str(len(frame)).encode()))
        await send({"type": "http.response.start", "status": 200, "headers": start})
        await send({"type": "http.response.body", "body": frame})


async def _unless_gone(work: Coroutine[Any, Any, bytes], receive: Receive) -> bytes | None:
    """What `work` gives; None where the client goes away first.

    Who zooms asks for one frame after the other and waits for the last alone: a read that has not
    begun by then never does.
    """
    working = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_disconnected(receive))
    try:
        await asyncio.wait((working, gone), return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        working.cancel()
        gone.cancel()
        await asyncio.gather(working, gone, return_exceptions=True)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
