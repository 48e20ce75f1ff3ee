"""A local folder, or a network folder that is mounted, as an artifact store.

Blocking calls run in the store's threads, since a flush to the medium takes milliseconds and a
network folder any time. What is under a folder of the store is reachable through symbolic links
only where these stay below the root.
"""

import asyncio
import errno
import os
import shutil
import stat
import time
from asyncio import get_running_loop
from collections.abc import AsyncIterable, Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache, partial
from typing import TypeVar, TypeVarTuple

from sagwan.artifacts.base import (
    CHUNK,
    ArtifactReader,
    ArtifactStore,
    UploadedPart,
    UploadsInParts,
)
from sagwan.artifacts.errors import deleted_meanwhile, is_folder, root_stays
from sagwan.artifacts.local import upload
from sagwan.artifacts.local.durable import Folders
from sagwan.artifacts.local.errors import explain, explained
from sagwan.artifacts.local.group import SMALL, SmallFiles
from sagwan.artifacts.local.listing import list_entries
from sagwan.artifacts.local.parts import Parts
from sagwan.artifacts.local.places import Places
from sagwan.artifacts.local.reader import LocalReader, retrieve
from sagwan.artifacts.local.staging import Staging
from sagwan.artifacts.local.upload import Sink, Upload
from sagwan.artifacts.sized import size_of
from sagwan.domain.artifact_paths import check_artifact_path, local_path
from sagwan.entities import FileInfo

T = TypeVar("T")
Arguments = TypeVarTuple("Arguments")

# Most of them wait for the medium, and flushes that wait together share the work.
_THREADS = 32

# Chunks of a batch, so that a body of tiny chunks needs no more memory than one of large ones.
_BATCH = 256

# Seconds between two looks for uploads in parts to which nothing comes any more.
_SWEEPS = 3600.0


class LocalArtifactStore(ArtifactStore, UploadsInParts):
    """The folder `root`, made when something is first written.

    `executor` runs the blocking calls and is shut down by `close`; without one, the event loop's
    own threads do. `close` is needed after a write.
    """

    def __init__(
        self, root: str | os.PathLike[str], executor: ThreadPoolExecutor | None = None
    ) -> None:
        self.root = os.path.realpath(root)
        self._places = Places(self.root)
        self._executor = executor
        self._folders = Folders(self.root)
        self._staging = Staging(self.root)
        self._parts = Parts(self.root, self._folders, self._staging)
        self._small = SmallFiles(self._beginning, self._folders, executor)
        self._swept = time.monotonic()

    def sweep(self) -> None:
        """Remove what uploads have left that won't go on. Blocks."""
        self._staging.sweep()
        self._parts.sweep()

    def _run(
        self, function: Callable[[*Arguments], T], *arguments: *Arguments
    ) -> asyncio.Future[T]:
        return get_running_loop().run_in_executor(self._executor, function, *arguments)

    async def list_folder(self, path: str = "") -> list[FileInfo]:
        return await self._run(self._list, check_artifact_path(path))

    def _list(self, path: str) -> list[FileInfo]:
        with explained(path):
            try:
                return list_entries(self._places.follow(path), self._places.is_inside)
            except (FileNotFoundError, NotADirectoryError):
                return []

    async def read(self, path: str) -> ArtifactReader:
        return await self._run(self._read, check_artifact_path(path))

    def _read(self, path: str) -> ArtifactReader:
        return LocalReader(self._executor, path, self._places.follow(path))

    async def write(self, path: str, chunks: AsyncIterable[bytes]) -> None:
        path = _file_path(path)
        small = partial(self._small.write, path)
        await self._pour(path, chunks, partial(self._begin, path), small)

    def _begin(self, path: str) -> Upload:
        target = self._places.target(path)
        return Upload(self._folders, self._staging, self.root, target)

    def _beginning(self) -> Callable[[str], Upload]:
        """Begins the files of one group, with one look at each of their folders."""
        places, device = self._places.remembering(), cache(upload.device_of)

        def begin(path: str) -> Upload:
            target = places.target(path)
            return Upload(self._folders, self._staging, self.root, target, device)

        return begin

    async def _pour(
        self,
        path: str,
        chunks: AsyncIterable[bytes],
        begin: Callable[[], Sink[T]],
        small: Callable[[Sequence[bytes]], Awaitable[T]] | None = None,
    ) -> T:
        """Write what comes to what `begin` opens, in threads, and commit it.

        What is not more than `SMALL` bytes is left to `small`, where that is given.
        """
        sink: Sink[T] | None = None
        writing: asyncio.Future[None] | None = None
        waiting: list[bytes] = []
        size = 0
        try:
            async for chunk in chunks:
                waiting.append(chunk)
                size += len(chunk)
                if size < CHUNK and len(waiting) < _BATCH:
                    continue
                # One batch is being written while the next one arrives, and no more.
                if writing is not None:
                    await writing
                if sink is None:
                    sink = await self._run(_opened, path, begin)
                writing = self._run(_append, path, sink, waiting)
                writing.add_done_callback(retrieve)
                waiting, size = [], 0
            if small is not None and sink is None and size <= SMALL:
                return await small(waiting)
            if writing is not None:
                await writing
            return await self._run(_finish, path, begin, sink, waiting)
        except BaseException:
            if sink is not None:
                await self._run(sink.abort)
            raise

    async def begin_upload(self, path: str) -> str:
        return await self._run(self._begin_parts, _file_path(path))

    def _begin_parts(self, path: str) -> str:
        with explained(path):
            if time.monotonic() - self._swept > _SWEEPS:
                self._swept = time.monotonic()
                self._parts.sweep()
            self._places.target(path)
            return self._parts.begin(path)

    async def write_part(
        self, path: str, upload_id: str, number: int, chunks: AsyncIterable[bytes]
    ) -> UploadedPart:
        """A part is durable when this returns; one whose size is known needs no copy later."""
        path = _file_path(path)
        begin = partial(self._parts.open_part, path, upload_id, number, size_of(chunks))
        return await self._pour(path, chunks, begin)

    async def complete_upload(
        self, path: str, upload_id: str, parts: Sequence[UploadedPart]
    ) -> None:
        path = _file_path(path)
        ordered = sorted(parts, key=lambda part: part.number)
        await self._run(self._complete, path, upload_id, ordered)

    def _complete(self, path: str, upload_id: str, parts: Sequence[UploadedPart]) -> None:
        with explained(path):
            target = self._places.target(path)
            try:
                self._parts.complete(path, upload_id, parts, target)
            except FileNotFoundError as error:
                raise deleted_meanwhile(path) from error

    async def abort_upload(self, path: str, upload_id: str) -> None:
        path = _file_path(path)
        with explained(path):
            await self._run(self._parts.abort, path, upload_id)

    async def delete(self, path: str) -> None:
        path = check_artifact_path(path)
        if not path:
            raise root_stays()
        await self._run(self._delete, path)

    def _delete(self, path: str) -> None:
        with explained(path):
            place = self._places.locate(path)
            try:
                mode = os.lstat(place).st_mode
            except (FileNotFoundError, NotADirectoryError):
                return
            if stat.S_ISDIR(mode):
                self._delete_folder(place)
                return
            with suppress(FileNotFoundError):
                os.unlink(place)
            self._folders.sync(os.path.dirname(place))

    def _delete_folder(self, place: str) -> None:
        # It vanishes at once; if the rest is cut short, it is rubbish that a sweep finds.
        doomed = self._staging.path()
        try:
            os.rename(place, doomed)
        except FileNotFoundError:
            # It's gone, or someone removed the staging folder.
            if not os.path.lexists(place):
                return
            self._staging.close()
            doomed = self._staging.path()
            os.rename(place, doomed)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            doomed = place
        self._folders.forget()
        self._folders.sync(os.path.dirname(place))
        shutil.rmtree(doomed, ignore_errors=doomed != place)

    async def close(self) -> None:
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        if self._executor is not None:
            self._executor.shutdown()
        self._small.close()
        self._staging.close()


def _file_path(path: str) -> str:
    path = check_artifact_path(path)
    if not path:
        raise is_folder(path)
    return path


def _opened(path: str, begin: Callable[[], Sink[T]]) -> Sink[T]:
    with explained(path):
        return begin()


def _append(path: str, sink: Sink[T], chunks: list[bytes]) -> None:
    with explained(path):
        sink.write(chunks)
    # A thread keeps its arguments for a moment after others have heard that it is done.
    chunks.clear()


def _finish(
    path: str, begin: Callable[[], Sink[T]], sink: Sink[T] | None, chunks: list[bytes]
) -> T:
    # What fits into one batch takes one thread once, and the interpreter is not passed on so often.
    sink = sink or _opened(path, begin)
    try:
        sink.write(chunks)
        return sink.commit()
    except FileNotFoundError as error:
        raise deleted_meanwhile(path) from error
    except OSError as error:
        raise explain(error, path) from error
    finally:
        sink.abort()


def open_store(uri: str, environ: Mapping[str, str]) -> LocalArtifactStore:
    """The store in the folder at `uri`, a path or a `file:` URI; swept in the background."""
    path = local_path(uri)
    assert path is not None
    executor = ThreadPoolExecutor(_THREADS, "artifacts")
    store = LocalArtifactStore(path, executor)
    executor.submit(store.sweep)
    return store
