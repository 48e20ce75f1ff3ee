"""One file on its way into an object store: whole or not at all.

obstore takes a body from an asynchronous iterator and uploads it in parts. It gives the upload up
where the iterator fails, but not where its own call is cancelled; so that call runs in a task of
its own, which nobody cancels, and the body's end is what tells it to give up.
"""

import asyncio
from asyncio import Event, Task, create_task
from collections.abc import AsyncGenerator, AsyncIterable, Iterator, Mapping
from contextlib import aclosing, contextmanager
from typing import TYPE_CHECKING, NamedTuple, Self

import obstore

from sagwan.artifacts.objects.errors import explained
from sagwan.artifacts.sized import size_of

if TYPE_CHECKING:
    from obstore import Attributes
    from obstore.store import ObjectStore

PART = 5 * 1024 * 1024
"""Bytes of a part, the least that S3 takes; smaller files are put as they are."""

UNSIZED_PART = 8 * 1024 * 1024
"""Bytes of a part where nobody knows how many will come: enough for a file of 78 GiB."""

PARTS = 10_000
"""A file's parts at most, as S3 has it; where its size is known they get as large as need be."""

BUFFER = 6 * PART
"""Bytes on their way at once that the uploads of a store share; each has one part at least."""

PIECE = 128 * 1024
"""Bytes that are handed to obstore at once, at least. Most chunks are larger and go as they are;
pieces of a MiB left so many holes in the memory that uploads took a third more."""

_GIVE_UP = 10.0


async def _pieces(chunks: AsyncIterable[bytes]) -> AsyncGenerator[bytes, None]:
    """`chunks`, joined to pieces of a PIECE or more, but for the last one."""
    waiting: list[bytes] = []
    size = 0
    async for chunk in chunks:
        waiting.append(chunk)
        size += len(chunk)
        if size >= PIECE:
            piece = b"".join(waiting)
            # Whoever sent the chunks may reuse or count them.
            del chunk
            waiting, size = [], 0
            yield piece
            del piece
    if size:
        yield b"".join(waiting)


class Budget:
    """What the uploads of a store that go in parts have on their way at once."""

    def __init__(self) -> None:
        self._uploads = 0
        self._held = 0

    @contextmanager
    def share(self, part: int) -> Iterator[int]:
        """How many parts of so many bytes an upload may have on their way while the block runs.

        A fair share of what is not taken: who came first keeps what it has, so that all together
        have BUFFER bytes and a part each at most.
        """
        self._uploads += 1
        at_once = max(min(BUFFER // self._uploads, BUFFER - self._held) // part, 1)
        self._held += at_once * part
        try:
            yield at_once
        finally:
            self._uploads -= 1
            self._held -= at_once * part


class _BrokenOff(Exception):
    """What obstore gets to see where a body has no end."""


class _Body:
    """Hands the pieces of a body to obstore, one at a time."""

    def __init__(self) -> None:
        self._piece = b""
        self._broken = False
        self._wanted = Event()
        self._ready = Event()
        self._wanted.set()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        await self._ready.wait()
        self._ready.clear()
        if self._broken:
            raise _BrokenOff
        piece, self._piece = self._piece, b""
        if not piece:
            raise StopAsyncIteration
        self._wanted.set()
        return piece

    def wake(self, _: object) -> None:
        """Let `send` return: nobody wants a piece any more."""
        self._wanted.set()

    async def send(self, piece: bytes, reader: Task[None]) -> None:
        """Hand over a piece, nothing for the end; raises what `reader` has failed with."""
        await self._wanted.wait()
        if reader.done():
            reader.result()
        self._wanted.clear()
        self._piece = piece
        self._ready.set()

    def break_off(self) -> None:
        self._broken = True
        self._ready.set()


class Beside(NamedTuple):
    """What is stored beside the bytes."""

    attributes: "Attributes"
    tags: Mapping[str, str]


class Upload:
    """A file that is written to the object `key` of `objects`.

    `path` and `name`, the store's, are for errors.
    """

    def __init__(
        self,
        objects: "ObjectStore",
        key: str,
        path: str,
        name: str,
        beside: Beside,
        budget: Budget,
    ) -> None:
        self._budget = budget
        self._objects = objects
        self._key = key
        self._path = path
        self._name = name
        self._beside = beside
        self.task: Task[None] | None = None
        """What may still be giving the upload up when `run` has returned."""

    async def run(self, chunks: AsyncIterable[bytes]) -> None:
        """Write all `chunks`."""
        total = size_of(chunks)
        part = UNSIZED_PART if total is None else max(PART, -(-total // PARTS))
        async with aclosing(_pieces(chunks)) as pieces:
            first = []
            size = 0
            async for piece in pieces:
                first.append(piece)
                size += len(piece)
                if size > PART:
                    del piece
                    with self._budget.share(part) as at_once:
                        await self._in_parts(first, pieces, part, at_once)
                    return
            body = b"".join(first)
            first.clear()
            await self._put(body)

    async def _put(self, body: bytes) -> None:
        with explained(self._path, self._name):
            await obstore.put_async(
                self._objects,
                self._key,
                body,
                attributes=self._beside.attributes,
                tags=dict(self._beside.tags),
                use_multipart=False,
            )

    async def _put_parts(self, body: _Body, part: int, at_once: int) -> None:
        with explained(self._path, self._name):
            await obstore.put_async(
                self._objects,
                self._key,
                body,
                attributes=self._beside.attributes,
                tags=dict(self._beside.tags),
                use_multipart=True,
                chunk_size=part,
                max_concurrency=at_once,
            )

    async def _in_parts(
        self, first: list[bytes], pieces: AsyncGenerator[bytes, None], part: int, at_once: int
    ) -> None:
        body = _Body()
        self.task = task = create_task(self._put_parts(body, part, at_once))
        task.add_done_callback(body.wake)
        try:
            first.reverse()
            while first:
                await body.send(first.pop(), task)
            async for piece in pieces:
                await body.send(piece, task)
            await body.send(b"", task)
            await asyncio.shield(task)
        except BaseException:
            body.break_off()
            if not task.done():
                # A cancelled request does not wait for a store that doesn't answer.
                await asyncio.wait([task], timeout=_GIVE_UP)
            if task.done() and not task.cancelled():
                task.exception()
            raise
