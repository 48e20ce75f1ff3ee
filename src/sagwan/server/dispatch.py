"""From a method and a path to a handler, on the shortest road.

JSON endpoints go from the body's bytes to a Struct to the handler to bytes, with no framework in
between: a training loop logs thousands of times a second. Endpoints that move files get Starlette's
request and give its response.
"""

import logging
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sagwan.errors import BadRequest, InvalidParameter, Overloaded, SagwanError, Unavailable
from sagwan.server.context import Context
from sagwan.server.packing import GZIP, VARY, packed
from sagwan.wire.base import Endpoint
from sagwan.wire.codec import RequestDecoder, encode
from sagwan.wire.errors import encode_error

JsonHandler = Callable[[Context, Any], Awaitable[Any]]
RawHandler = Callable[[Context, Request], Awaitable[Response]]

logger = logging.getLogger("sagwan")

MAX_BODY = 64 * 1024 * 1024

TOO_LARGE = f"The request's body is larger than {MAX_BODY} bytes."

_JSON = (b"content-type", b"application/json")


async def read_body(receive: Receive) -> bytes:
    """The whole body. Raises BadRequest beyond `MAX_BODY` bytes."""
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        return body
    parts, size = [body], len(body)
    while message.get("more_body"):
        message = await receive()
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MAX_BODY:
            raise BadRequest(TOO_LARGE)
    return b"".join(parts)


def check_content_type(headers: Mapping[bytes, bytes]) -> None:
    """Raise InvalidParameter where a body isn't declared as JSON."""
    given = headers.get(b"content-type")
    if not given:
        raise InvalidParameter("Bad Request. Content-Type header is missing.")
    if given.split(b";", 1)[0].strip().lower() != b"application/json":
        raise InvalidParameter("Bad Request. Content-Type must be one of ['application/json'].")


def problem(error: Exception) -> SagwanError:
    """The protocol's form of any error; one that nobody foresaw is logged."""
    if isinstance(error, SagwanError):
        return error
    logger.error("A request failed for an unforeseen reason.", exc_info=error)
    return SagwanError("The server could not answer this request; its log has the reason.")


class Reply(NamedTuple):
    """An answer in JSON, with the headers that only it has."""

    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()


def refuse(error: Exception) -> Reply:
    """The answer that an error is."""
    seen = problem(error)
    headers: tuple[tuple[bytes, bytes], ...] = ()
    if isinstance(seen, (Overloaded, Unavailable)):
        headers = ((b"retry-after", str(seen.retry_after).encode()),)
    return Reply(seen.status, encode_error(seen), headers)


async def send_reply(send: Send, reply: Reply, headers: Iterable[tuple[bytes, bytes]] = ()) -> None:
    """Send an answer, with `headers` beside its own."""
    length = (b"content-length", str(len(reply.body)).encode())
    await send(
        {
            "type": "http.response.start",
            "status": reply.status,
            "headers": [_JSON, length, *headers, *reply.headers],
        }
    )
    await send({"type": "http.response.body", "body": reply.body})


class Route:
    """What answers at a method and a path."""

    async def handle(
        self,
        context: Context,
        scope: Scope,
        receive: Receive,
        send: Send,
        headers: Mapping[bytes, bytes],
        extra: list[tuple[bytes, bytes]],
    ) -> None:
        """Answer; `headers` are the request's, `extra` go into the answer."""
        raise NotImplementedError


class JsonRoute(Route):
    """A JSON endpoint. Answers of Sagwan's own ones are compressed where the client takes it."""

    def __init__(self, endpoint: Endpoint, handler: JsonHandler) -> None:
        self._decoder: RequestDecoder[Any] = RequestDecoder(endpoint.request)
        self._by_query = endpoint.method == "GET"
        self._typed = endpoint.method in ("POST", "PUT")
        self._packs = endpoint.private
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
        query, path_params = scope["query_string"], scope.get("path_params")
        try:
            body = await read_body(receive)
        except BadRequest as error:
            await send_reply(send, refuse(error), extra)
            return
        reply = await self.answer(context, body, headers, query, path_params)
        await send_reply(send, reply, extra)

    async def answer(
        self,
        context: Context,
        body: bytes,
        headers: Mapping[bytes, bytes],
        query: bytes = b"",
        path_params: Mapping[str, str] | None = None,
    ) -> Reply:
        """The answer to a request; what goes wrong is an answer too."""
        try:
            if self._by_query and query:
                request = self._decoder.from_query(query.decode("latin-1"), path_params)
            else:
                if self._typed:
                    check_content_type(headers)
                request = self._decoder.from_body(body, path_params)
            result = await self._handler(context, request)
            encoded = b"{}" if result is None else encode(result)
            if not self._packs:
                return Reply(200, encoded)
            small = await packed(encoded, headers)
            if small is None:
                return Reply(200, encoded, (VARY,))
            return Reply(200, small, (VARY, GZIP))
        except Exception as error:
            return refuse(error)


class RawRoute(Route):
    """An endpoint that moves bytes."""

    def __init__(self, handler: RawHandler) -> None:
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
            response = await self._handler(context, Request(scope, receive))
        except Exception as error:
            await send_reply(send, refuse(error), extra)
            return
        have = {name for name, _ in response.raw_headers}
        response.raw_headers.extend(pair for pair in extra if pair[0] not in have)
        await response(scope, receive, send)


@dataclass(frozen=True)
class _Template:
    pattern: re.Pattern[str]
    routes: dict[str, Route]


class Router:
    """Exact paths in a dictionary; the few with parameters as patterns, the most exact first."""

    def __init__(self) -> None:
        self._exact: dict[str, dict[str, Route]] = {}
        self._templates: dict[str, _Template] = {}

    def add(self, method: str, path: str, route: Route) -> None:
        """Answer `method path` with `route`; `{name}` is one part, `{name:path}` the rest."""
        if "{" not in path:
            self._exact.setdefault(path, {})[method] = route
            return
        template = self._templates.get(path)
        if template is None:
            template = self._templates[path] = _Template(re.compile(_pattern(path)), {})
        template.routes[method] = route

    def find(self, path: str) -> tuple[dict[str, Route], dict[str, str]] | None:
        """The routes at a path by method, and the path's parameters."""
        exact = self._exact.get(path)
        if exact is not None:
            return exact, {}
        for template in self._templates.values():
            match = template.pattern.fullmatch(path)
            if match:
                return template.routes, match.groupdict()
        return None


def _pattern(path: str) -> str:
    pattern = ""
    for text, name, rest in re.findall(r"([^{]+)|\{(\w+)(:path)?\}", path):
        pattern += re.escape(text) if text else f"(?P<{name}>{'(?s:.*)' if rest else '[^/]+'})"
    return pattern
