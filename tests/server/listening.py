"""Requests whose answers go on and on."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from sagwan.server.app import App


@dataclass
class Stream:
    """What came so far of an answer."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    ended: bool = False
    came: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def events(self) -> list[bytes]:
        return self.body.split(b"\n\n")[:-1]

    async def until(self, there: Callable[[], bool]) -> None:
        """Wait until what came is so."""
        async with asyncio.timeout(30):
            while not there():
                self.came.clear()
                await self.came.wait()


@asynccontextmanager
async def listening(
    app: App, path: str, headers: dict[str, str] | None = None, method: str = "GET"
) -> AsyncIterator[Stream]:
    """A client that listens and goes away at the end of the block."""
    plain, _, query = path.partition("?")
    scope = {
        "type": "http",
        "http_version": "1.1",
        "scheme": "http",
        "method": method,
        "path": plain,
        "query_string": query.encode(),
        "headers": [
            (name.encode(), value.encode())
            for name, value in {"host": "localhost", **(headers or {})}.items()
        ],
    }
    stream = Stream()
    leaves = asyncio.Event()
    asked = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> dict[str, Any]:
        for message in asked:
            return message
        await leaves.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            stream.status = message["status"]
            stream.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            stream.body += message.get("body", b"")
            stream.ended = not message.get("more_body")
        stream.came.set()

    answering = asyncio.create_task(app(scope, receive, send))
    try:
        yield stream
    finally:
        leaves.set()
        with suppress(asyncio.CancelledError):
            await answering
