"""A store under test, called without `await`, and shorthands for what most tests need."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

import httpx
import pytest

from sagwan.artifacts.base import ArtifactReader, ArtifactStore
from sagwan.errors import SagwanError

T = TypeVar("T")


class Bench:
    """A store and the event loop that it runs in.

    `bench(call)` gives the result of a call of the store.
    """

    def __init__(self, open_store: Callable[[], ArtifactStore], runner: asyncio.Runner) -> None:
        self._runner = runner
        self.store = self(_opened(open_store))

    def __call__(self, call: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(call)

    def close(self) -> None:
        self(self.store.close())

    def put(self, path: str, *chunks: bytes) -> None:
        """Write a file."""
        self(self.store.write(path, stream(chunks)))

    def get(self, path: str, start: int = 0, stop: int | None = None) -> bytes:
        """A file's bytes, or a range of them."""
        return self(self._get(path, start, stop))

    async def _get(self, path: str, start: int, stop: int | None) -> bytes:
        async with await self.store.read(path) as reader:
            return await read_all(reader, start, stop)

    def names(self, path: str = "") -> list[str]:
        """The names in a folder; those of folders end with "/"."""
        infos = self(self.store.list_folder(path))
        return [f"{info.path}/" if info.is_dir else info.path for info in infos]

    def refuses(self, error: type[SagwanError], call: Coroutine[Any, Any, Any]) -> str:
        """The message of the error, of exactly this type, that a call must raise."""
        with pytest.raises(SagwanError) as caught:
            self(call)
        assert type(caught.value) is error
        return caught.value.message


@contextmanager
def benches() -> Iterator[Callable[[Callable[[], ArtifactStore]], Bench]]:
    """Makes benches in one event loop, and closes them all at the end of the block."""
    made: list[Bench] = []
    with asyncio.Runner() as runner:

        def new(open_store: Callable[[], ArtifactStore]) -> Bench:
            made.append(Bench(open_store, runner))
            return made[-1]

        yield new
        for bench in made:
            bench.close()


async def _opened(open_store: Callable[[], ArtifactStore]) -> ArtifactStore:
    return open_store()


async def stream(chunks: Iterable[bytes]) -> AsyncIterator[bytes]:
    """`chunks`, as an upload brings them: other tasks have their turn between them."""
    for chunk in chunks:
        await asyncio.sleep(0)
        yield chunk


async def read_all(reader: ArtifactReader, start: int = 0, stop: int | None = None) -> bytes:
    """What `reader` gives from `start` to `stop`."""
    return b"".join([chunk async for chunk in reader.chunks(start, stop)])


@cache
def _certificates() -> ssl.SSLContext:
    # They take long to load.
    return ssl.create_default_context()


def http_client() -> httpx.AsyncClient:
    """A client for signed URLs."""
    return httpx.AsyncClient(verify=_certificates())
