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
from asyncio import get_running_loop
from collections.abc import AsyncIterable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar, TypeVarTuple

from sagwan.artifacts.base import CHUNK, ArtifactReader, ArtifactStore
from sagwan.artifacts.errors import is_folder, root_stays
from sagwan.artifacts.local.durable import Folders
from sagwan.artifacts.local.errors import explain, explained
from sagwan.artifacts.local.places import Places
from sagwan.artifacts.local.reader import LocalReader, retrieve
from sagwan.artifacts.local.staging import Staging
from sagwan.artifacts.local.upload import Upload
from sagwan.domain.artifact_paths import TEMPORARY_PREFIX, check_artifact_path, local_path
from sagwan.entities import FileInfo
from sagwan.errors import Unavailable

T = TypeVar("T")
Arguments = TypeVarTuple("Arguments")

# Most of them wait for the medium, and flushes that wait together share the work.
_THREADS = 32

# Chunks of a batch, so that a body of tiny chunks needs no more memory than one of large ones.
_BATCH = 256


class LocalArtifactStore(ArtifactStore):
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

    def sweep(self) -> None:
        """Remove what uploads of processes that are gone have left. Blocks."""
        self._staging.sweep()

    def _run(
        self, function: Callable[[*Arguments], T], *arguments: *Arguments
    ) -> asyncio.Future[T]:
        return get_running_loop().run_in_executor(self._executor, function, *arguments)

    async def list_folder(self, path: str = "") -> list[FileInfo]:
        return await self._run(self._list, check_artifact_path(path))

    def _list(self, path: str) -> list[FileInfo]:
        infos = []
        with explained(path):
            try:
                entries = os.scandir(self._places.follow(path))
            except (FileNotFoundError, NotADirectoryError):
                return []
            with entries:
                for entry in entries:
                    info = self._info(entry)
                    if info is not None:
                        infos.append(info)
        infos.sort(key=lambda info: info.path)
        return infos

    def _info(self, entry: os.DirEntry[str]) -> FileInfo | None:
        """What to tell of an entry: nothing of temporary and special files or links that fail."""
        name = entry.name
        if name.startswith(TEMPORARY_PREFIX):
            return None
        if not name.isascii():
            name = os.fsencode(name).decode("utf-8", "replace")
        try:
            if entry.is_symlink():
                place = os.path.realpath(entry.path)
                if not self._places.is_inside(place):
                    return None
                status = os.stat(place)
            elif entry.is_dir(follow_symlinks=False):
                return FileInfo(name, is_dir=True)
            else:
                status = entry.stat(follow_symlinks=False)
        except OSError:
            return None
        if stat.S_ISREG(status.st_mode):
            return FileInfo(name, is_dir=False, file_size=status.st_size)
        return FileInfo(name, is_dir=True) if stat.S_ISDIR(status.st_mode) else None

    async def read(self, path: str) -> ArtifactReader:
        return await self._run(self._read, check_artifact_path(path))

    def _read(self, path: str) -> ArtifactReader:
        return LocalReader(self._executor, path, self._places.follow(path))

    async def write(self, path: str, chunks: AsyncIterable[bytes]) -> None:
        path = check_artifact_path(path)
        if not path:
            raise is_folder(path)
        upload: Upload | None = None
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
                if upload is None:
                    upload = await self._run(self._begin, path)
                writing = self._run(self._append, path, upload, waiting)
                writing.add_done_callback(retrieve)
                waiting, size = [], 0
            if writing is not None:
                await writing
            await self._run(self._finish, path, upload, waiting)
        except BaseException:
            if upload is not None:
                await self._run(upload.abort)
            raise

    def _begin(self, path: str) -> Upload:
        with explained(path):
            target = self._places.target(path)
            return Upload(self._folders, self._staging, self.root, target)

    def _append(self, path: str, upload: Upload, chunks: list[bytes]) -> None:
        with explained(path):
            upload.write(chunks)

    def _finish(self, path: str, upload: Upload | None, chunks: list[bytes]) -> None:
        # A small file takes one thread once: threads would else mostly pass the interpreter on.
        upload = upload or self._begin(path)
        try:
            upload.write(chunks)
            upload.commit()
        except FileNotFoundError as error:
            raise Unavailable(f"'{path}' was deleted while it was being written.") from error
        except OSError as error:
            raise explain(error, path) from error
        finally:
            upload.abort()

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
        self._staging.close()


def open_store(uri: str, environ: Mapping[str, str]) -> LocalArtifactStore:
    """The store in the folder at `uri`, a path or a `file:` URI; swept in the background."""
    path = local_path(uri)
    assert path is not None
    executor = ThreadPoolExecutor(_THREADS, "artifacts")
    store = LocalArtifactStore(path, executor)
    executor.submit(store.sweep)
    return store
