"""Routes that answer with a stream of events."""

from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping
from typing import Any

from starlette.types import Receive, Scope, Send

from sagwan.server.context import Context
from sagwan.server.dispatch import Route, refuse, send_reply
from sagwan.server.streaming import endless_response
from sagwan.wire.base import Endpoint
from sagwan.wire.codec import RequestDecoder

EventHandler = Callable[[Context, Any], Coroutine[Any, Any, AsyncGenerator[bytes, None]]]


class EventRoute(Route):
    """An endpoint whose answer goes on until the client goes away or the server stops.

    A browser that connects again says in a header which event it got last; it counts as the
    request's `position`.
    """

    def __init__(self, endpoint: Endpoint, handler: EventHandler) -> None:
        self._decoder: RequestDecoder[Any] = RequestDecoder(endpoint.request)
        self._media_type = endpoint.media_type
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
            request = self._decoder.from_query(scope["query_string"].decode("latin-1"))
            last = headers.get(b"last-event-id")
            if last is not None:
                request.position = last.decode("latin-1")
            events = await self._handler(context, request)
            first = await anext(events)
        except Exception as error:
            await send_reply(send, refuse(error), extra)
            return
        response = await endless_response(
            first, events, self._media_type, scope["method"] == "HEAD"
        )
        response.raw_headers.extend(extra)
        await response(scope, receive, send)
