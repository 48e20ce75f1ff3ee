"""Small files that are written together: one wait for the medium serves all that came meanwhile.

A flush takes milliseconds, and its cost is the medium's: many at once take about as long as one. So
whoever writes takes all files that wait, writes them, flushes them at once, moves them to their
places, flushes each folder once, and answers all of them in one turn of the event loop. A file that
fails does so alone.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from threading import Lock
from typing import TypeVar

from sagwan.artifacts.errors import deleted_meanwhile
from sagwan.artifacts.local.durable import Folders
from sagwan.artifacts.local.errors import explain
from sagwan.artifacts.local.upload import Upload
from sagwan.errors import SagwanError

T = TypeVar("T")

SMALL = 256 * 1024
"""Bytes up to which a file is small."""

GROUP = 32
"""Files that are written together at most."""

# While one group waits for the medium, the next one arrives and is written.
_WRITERS = 2

# With fewer than eight, the medium waits for us; beyond sixteen, nothing is gained.
_FLUSHERS = 16


class _File:
    """A file on its way: what it holds, and who waits for it. An error in a step is its own."""

    def __init__(self, path: str, chunks: Sequence[bytes], done: asyncio.Future[None]) -> None:
        self.done = done
        self.error: Exception | None = None
        self._path = path
        self._chunks = chunks
        self._upload: Upload | None = None

    def write(self, begin: Callable[[str], Upload]) -> None:
        """Write it in a temporary place."""
        try:
            self._upload = begin(self._path)
            self._upload.write(self._chunks)
        except Exception as error:
            self.failed(error)

    def flush(self) -> None:
        """Make it durable there."""
        assert self._upload is not None
        try:
            self._upload.flush()
        except Exception as error:
            self.failed(error)

    def place(self) -> str | None:
        """Make it visible; the folder to be flushed then."""
        assert self._upload is not None
        try:
            return self._upload.place()
        except Exception as error:
            self.failed(error)
            return None

    def failed(self, error: Exception) -> None:
        """It is not written, for this reason or an earlier one; what there is of it goes."""
        if self.error is None:
            self.error = self._explained(error)
        if self._upload is not None:
            self._upload.abort()

    def _explained(self, error: Exception) -> Exception:
        if not isinstance(error, OSError):
            return error
        if isinstance(error, FileNotFoundError) and self._upload is not None:
            explained: SagwanError = deleted_meanwhile(self._path)
        else:
            explained = explain(error, self._path)
        explained.__cause__ = error
        return explained

    def settle(self) -> None:
        """Tell who waits, in their event loop."""
        if self.done.done():
            return
        if self.error is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(self.error)


class SmallFiles:
    """Writes small files in groups, for callers in event loops.

    `beginning` gives, for each group, what opens the upload of a path and raises OSError.
    `executor` is the store's; without one, the event loop's threads write.
    """

    def __init__(
        self,
        beginning: Callable[[], Callable[[str], Upload]],
        folders: Folders,
        executor: Executor | None,
    ) -> None:
        self._beginning = beginning
        self._folders = folders
        self._executor = executor
        self._flushers = ThreadPoolExecutor(_FLUSHERS, "flush")
        self._guard = Lock()
        self._waiting: deque[_File] = deque()
        self._writers = 0

    def write(self, path: str, chunks: Sequence[bytes]) -> asyncio.Future[None]:
        """Done when the file is durable and visible; it raises what `ArtifactStore.write` does."""
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        self._waiting.append(_File(path, chunks, done))
        # Whoever comes in the same turn of the event loop comes along.
        loop.call_soon(self._start, loop)
        return done

    def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        with self._guard:
            if self._writers == _WRITERS or not self._waiting:
                return
            self._writers += 1
        loop.run_in_executor(self._executor, self._write_groups)

    def _take(self) -> list[_File]:
        with self._guard:
            group = [self._waiting.popleft() for _ in range(min(GROUP, len(self._waiting)))]
            if not group:
                self._writers -= 1
            return group

    def _write_groups(self) -> None:
        while group := self._take():
            try:
                self._write(group)
            except Exception as error:
                for file in group:
                    file.failed(error)
            for loop in {file.done.get_loop() for file in group}:
                with suppress(RuntimeError):  # nobody waits in a loop that is closed
                    loop.call_soon_threadsafe(_settle, loop, group)

    def _write(self, group: Sequence[_File]) -> None:
        begin = self._beginning()
        for file in group:
            file.write(begin)
        self._at_once(_File.flush, [file for file in group if file.error is None])
        folders: dict[str, list[_File]] = {}
        for file in group:
            folder = file.place() if file.error is None else None
            if folder is not None:
                folders.setdefault(folder, []).append(file)
        self._at_once(self._flush_folder, list(folders.items()))

    def _flush_folder(self, placed: tuple[str, Sequence[_File]]) -> None:
        folder, files = placed
        try:
            self._folders.sync(folder)
        except OSError as error:
            for file in files:
                file.failed(error)

    def _at_once(self, flush: Callable[[T], None], what: Sequence[T]) -> None:
        if len(what) == 1:
            flush(what[0])
        else:
            list(self._flushers.map(flush, what))

    def close(self) -> None:
        """Let go of threads, once all that was given is written."""
        self._flushers.shutdown()


def _settle(loop: asyncio.AbstractEventLoop, group: Sequence[_File]) -> None:
    for file in group:
        if file.done.get_loop() is loop:
            file.settle()
