"""Reading a local file, ahead of its receiver by one chunk."""

import os
import stat
from asyncio import AbstractEventLoop, Future, get_running_loop
from collections.abc import AsyncIterator
from concurrent.futures import Executor
from threading import Lock
from typing import Any

from sagwan.artifacts.base import CHUNK, ArtifactReader, ArtifactStat
from sagwan.artifacts.errors import is_folder, no_such_artifact
from sagwan.artifacts.local.errors import explained
from sagwan.errors import Unavailable

# Opening a FIFO must not wait for its writer, and a link that replaced the file isn't followed.
_READ = os.O_RDONLY
for _flag in ("O_BINARY", "O_CLOEXEC", "O_NONBLOCK", "O_NOFOLLOW"):
    _READ |= getattr(os, _flag, 0)


class LocalReader(ArtifactReader):
    """A file that is open; a small one is already read."""

    def __init__(self, executor: Executor | None, path: str, real: str) -> None:
        """Open the file `real` for the artifact `path`. Blocks."""
        self._executor = executor
        self._path = path
        self._guard = Lock()
        self._pending: Future[bytes] | None = None
        self._content: bytes | None = None
        self._descriptor: int | None = None
        with explained(path):
            descriptor = _open(path, real)
            try:
                status = os.fstat(descriptor)
                if stat.S_ISDIR(status.st_mode):
                    raise is_folder(path)
                if not stat.S_ISREG(status.st_mode):
                    raise no_such_artifact(path)
                self.stat = ArtifactStat(
                    size=status.st_size,
                    modified=status.st_mtime,
                    version=f"{status.st_mtime_ns:x}-{status.st_size:x}-{status.st_ino:x}",
                )
                if status.st_size <= CHUNK:
                    self._content = os.read(descriptor, status.st_size)
                else:
                    self._descriptor, descriptor = descriptor, -1
            finally:
                if descriptor >= 0:
                    os.close(descriptor)

    async def chunks(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        stop = self.stat.size if stop is None else stop
        if self._content is not None:
            if len(self._content) < stop:
                raise self._changed()
            if start < stop:
                yield self._content[start:stop]
            return
        loop = get_running_loop()
        position = start
        self._read_ahead(loop, position, stop)
        while position < stop:
            assert self._pending is not None
            data = await self._pending
            if not data:
                raise self._changed()
            position += len(data)
            self._read_ahead(loop, position, stop)
            yield data

    def _read_ahead(self, loop: AbstractEventLoop, position: int, stop: int) -> None:
        if position < stop:
            size = min(CHUNK, stop - position)
            self._pending = loop.run_in_executor(self._executor, self._read, position, size)
            self._pending.add_done_callback(retrieve)

    def _read(self, position: int, size: int) -> bytes:
        with self._guard, explained(self._path):
            if self._descriptor is None:
                raise self._changed()
            os.lseek(self._descriptor, position, os.SEEK_SET)
            return os.read(self._descriptor, size)

    def _changed(self) -> Unavailable:
        return Unavailable(f"The artifact changed while it was being read: '{self._path}'")

    async def close(self) -> None:
        if self._descriptor is not None:
            # A thread may still be reading, also where the task that asked for it was cancelled.
            await get_running_loop().run_in_executor(self._executor, self._close)

    def _close(self) -> None:
        with self._guard:
            descriptor, self._descriptor = self._descriptor, None
            if descriptor is not None:
                os.close(descriptor)


def _open(path: str, real: str) -> int:
    try:
        return os.open(real, _READ)
    except NotADirectoryError as error:
        raise no_such_artifact(path) from error
    except PermissionError as error:
        # What Windows says of folders.
        if os.path.isdir(real):
            raise is_folder(path) from error
        raise


def retrieve(future: Future[Any]) -> None:
    """Let nobody be told of the failure of a call for which nobody waits any more."""
    if not future.cancelled():
        future.exception()
