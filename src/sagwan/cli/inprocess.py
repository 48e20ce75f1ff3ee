"""An application of this process, called as if it were a server: how commands use a store."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

import httpx

Message = MutableMapping[str, Any]
AsgiApp = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]],
    Awaitable[None],
]

# Chunks of a body that may wait: a file of any size passes through little memory.
WAITING = 2


class AppTransport(httpx.AsyncBaseTransport):
    """Hands requests to an ASGI application; bodies are streamed in both directions."""

    def __init__(self, app: AsgiApp) -> None:
        self._app = app

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.AsyncByteStream)
        call = _Call(self._app, _scope(request), request.stream)
        try:
            return await call.response()
        except BaseException:
            # Nobody waits for it any more, and it would go on reading the body.
            await call.close()
            raise


class _Call:
    """One request on its way through the application."""

    def __init__(self, app: AsgiApp, scope: Message, body: httpx.AsyncByteStream) -> None:
        self._body = aiter(body)
        self._started: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._chunks: asyncio.Queue[bytes | None] = asyncio.Queue(WAITING)
        self._received = False
        self._over = asyncio.Event()
        self._task = asyncio.create_task(self._run(app, scope))

    async def _run(self, app: AsgiApp, scope: Message) -> None:
        try:
            await app(scope, self._receive, self._send)
        except BaseException as error:
            if self._started.done():
                raise
            self._started.set_exception(error)
        else:
            if not self._started.done():
                silent = httpx.RemoteProtocolError("the application gave no answer")
                self._started.set_exception(silent)

    async def _receive(self) -> Message:
        if self._received:
            await self._over.wait()
            return {"type": "http.disconnect"}
        try:
            chunk = await anext(self._body)
        except StopAsyncIteration:
            self._received = True
            return {"type": "http.request", "body": b"", "more_body": False}
        return {"type": "http.request", "body": chunk, "more_body": True}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._started.set_result(message)
            return
        if body := message.get("body", b""):
            await self._chunks.put(bytes(body))
        if not message.get("more_body", False):
            await self._chunks.put(None)
            self._over.set()

    async def response(self) -> httpx.Response:
        start = await self._started
        return httpx.Response(start["status"], headers=start["headers"], stream=_Stream(self))

    async def chunks(self) -> AsyncIterator[bytes]:
        while True:
            waiting = asyncio.create_task(self._chunks.get())
            await asyncio.wait((waiting, self._task), return_when=asyncio.FIRST_COMPLETED)
            if not waiting.done() and self._chunks.empty():
                waiting.cancel()
                await self._task
                raise httpx.RemoteProtocolError("the application ended its answer too early")
            chunk = await waiting
            if chunk is None:
                return
            yield chunk

    async def close(self) -> None:
        self._over.set()
        self._task.cancel()
        await asyncio.wait((self._task,))


class _Stream(httpx.AsyncByteStream):
    def __init__(self, call: _Call) -> None:
        self._call = call

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._call.chunks()

    async def aclose(self) -> None:
        await self._call.close()


def _scope(request: httpx.Request) -> Message:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.url.scheme,
        "path": request.url.path,
        "raw_path": request.url.raw_path.split(b"?")[0],
        "query_string": request.url.query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "server": ("localhost", 80),
        "client": ("127.0.0.1", 0),
    }
