"""A store that is slow slows its clients down: bytes wait in the network, not in the server."""

import asyncio
from collections.abc import AsyncIterable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.types import Message, Receive, Send

from sagwan.artifacts.base import UploadedPart
from sagwan.artifacts.local import LocalArtifactStore
from sagwan.config import Settings
from sagwan.server.app import create_app
from sagwan.server.context import Context
from sagwan.storage.memory import MemoryStore
from sagwan.testing.artifacts.suite import Tracked

MPU = "/api/2.0/mlflow-artifacts/mpu"
SIZE = 64 * 1024
CHUNKS = 50


class StallingStore(LocalArtifactStore):
    """Takes `TAKES` chunks, and no more before it is let go on."""

    TAKES = 3

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.stalled = asyncio.Event()
        self.go_on = asyncio.Event()
        self.size = 0

    async def _take(self, chunks: AsyncIterable[bytes]) -> None:
        taken = 0
        async for chunk in chunks:
            taken += 1
            self.size += len(chunk)
            del chunk
            if taken == self.TAKES:
                self.stalled.set()
                await self.go_on.wait()

    async def write(self, path: str, chunks: AsyncIterable[bytes]) -> None:
        await self._take(chunks)

    async def write_part(
        self, path: str, upload_id: str, number: int, chunks: AsyncIterable[bytes]
    ) -> UploadedPart:
        await self._take(chunks)
        return UploadedPart(number, "etag")


def scope(method: str, path: str, query: str = "") -> dict[str, Any]:
    return {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "server": ("localhost", 80),
        "root_path": "",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [
            (b"host", b"localhost"),
            (b"content-type", b"application/json"),
            (b"content-length", str(CHUNKS * SIZE).encode()),
        ],
    }


@pytest.mark.parametrize("way", ["whole", "in parts"])
def test_a_slow_store_slows_the_client_down(tmp_path: Path, way: str) -> None:
    asyncio.run(_slow(tmp_path, way))


async def _slow(tmp_path: Path, way: str) -> None:
    store = StallingStore(tmp_path)
    app = create_app(Context(Settings(), MemoryStore("mlflow-artifacts:/"), store))
    if way == "whole":
        asked = scope("PUT", "/api/2.0/mlflow-artifacts/artifacts/f")
    else:
        upload_id = await store.begin_upload("f")
        url = urlsplit(f"{MPU}/part/f?upload_id={upload_id}&part_number=1")
        asked = scope("PUT", url.path, url.query)
    given = 0
    answers: list[Message] = []

    async def receive() -> Message:
        nonlocal given
        given += 1
        body = Tracked.new(SIZE)
        return {"type": "http.request", "body": body, "more_body": given < CHUNKS}

    async def send(message: Message) -> None:
        answers.append(message)

    Tracked.alive = Tracked.most = 0
    handler: Callable[[Any, Receive, Send], Any] = app
    answering = asyncio.create_task(handler(asked, receive, send))
    await store.stalled.wait()
    for _ in range(100):
        await asyncio.sleep(0)
    assert given == StallingStore.TAKES
    assert Tracked.alive <= SIZE
    store.go_on.set()
    await answering
    assert answers[0]["status"] == 200
    assert store.size == CHUNKS * SIZE
    assert Tracked.most <= 2 * SIZE
    await store.close()
