"""A folder of a remote file system as an artifact store.

A file is written in a staging folder at the store's root and then moved to its place, so that it
appears whole. What uploads of processes that are gone have left there is removed when it has not
changed for a day: other processes may be uploading, and remote locks can't be relied on.
"""

import asyncio
import logging
import uuid
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator
from contextlib import aclosing, suppress

from sagwan.artifacts.base import CHUNK, ArtifactReader, ArtifactStat, ArtifactStore
from sagwan.artifacts.errors import below_file, is_folder, no_such_artifact, root_stays
from sagwan.artifacts.remote.errors import explained
from sagwan.artifacts.remote.files import Entry, RemoteFile, RemoteFiles, RemoteReader
from sagwan.domain.artifact_paths import TEMPORARY_PREFIX, check_artifact_path
from sagwan.entities import FileInfo
from sagwan.errors import Unavailable

STAGING = f"{TEMPORARY_PREFIX}staging"
STALE = 24 * 3600.0
"""Seconds after which an upload that does not go on is rubbish."""

_ATTEMPTS = 5
# A failed upload is answered soon, even if its rest can't be removed then.
_CLEAN_UP_TIME = 10.0
_KNOWN_FOLDERS = 50_000
# Chunks that are sent as one, so that a body of tiny chunks needs no more memory than another.
_BATCH = 256

_log = logging.getLogger(__name__)


class RemoteArtifactStore(ArtifactStore):
    """The folder `root` of `files`, made when something is first written.

    `name` is the store's URI as it may be shown, without credentials.
    """

    def __init__(self, files: RemoteFiles, root: str, name: str) -> None:
        self._files = files
        self.root = "/" + root.strip("/")
        self._name = name
        self._staging = self._place(STAGING)
        # Folders that were there a moment ago, so that not every write has to look.
        self._known: set[str] = set()
        self._next_sweep = 0.0
        self._sweeping: asyncio.Task[None] | None = None

    def _place(self, path: str) -> str:
        return f"{self.root.rstrip('/')}/{path}" if path else self.root

    async def list_folder(self, path: str = "") -> list[FileInfo]:
        path = check_artifact_path(path)
        with explained(path, self._name):
            try:
                entries = await self._files.list_folder(self._place(path))
            except (FileNotFoundError, NotADirectoryError):
                return []
        infos = [
            FileInfo(_shown(entry.name), is_dir=True)
            if entry.is_dir
            else FileInfo(_shown(entry.name), is_dir=False, file_size=entry.size)
            for entry in entries
            if not entry.is_other and not entry.name.startswith(TEMPORARY_PREFIX)
        ]
        infos.sort(key=lambda info: info.path)
        return infos

    async def read(self, path: str) -> ArtifactReader:
        path = check_artifact_path(path)
        with explained(path, self._name):
            try:
                reader = await self._files.open(self._place(path))
            except NotADirectoryError as error:
                raise no_such_artifact(path) from error
        if reader.entry.is_other:
            await reader.close()
            raise no_such_artifact(path)
        return _Reader(reader, path, self._name)

    async def stat(self, path: str) -> ArtifactStat:
        path = check_artifact_path(path)
        with explained(path, self._name):
            try:
                entry = await self._files.stat(self._place(path))
            except NotADirectoryError as error:
                raise no_such_artifact(path) from error
        if entry.is_dir:
            raise is_folder(path)
        if entry.is_other:
            raise no_such_artifact(path)
        return _stat_of(entry)

    async def write(self, path: str, chunks: AsyncIterable[bytes]) -> None:
        path = check_artifact_path(path)
        if not path:
            raise is_folder(path)
        with explained(path, self._name):
            old = await self._check_target(path)
            staged, file = await self._create(path)
        self._sweep_when_due()
        try:
            try:
                size = await self._fill(file, path, chunks)
            except BaseException:
                await file.abort()
                raise
            with explained(path, self._name):
                await file.close()
                if old is not None and old.size == size:
                    await self._tell_apart(staged, old)
                await self._move(staged, path)
        except BaseException:
            with suppress(OSError):
                async with asyncio.timeout(_CLEAN_UP_TIME):
                    await self._files.remove_file(staged)
            raise

    async def _check_target(self, path: str) -> Entry | None:
        """What is at `path`. Raises InvalidParameter for a folder, or where a file is above."""
        with suppress(FileNotFoundError, NotADirectoryError):
            entry = await self._files.stat(self._place(path))
            if entry.is_dir:
                raise is_folder(path)
            return entry
        folder = path
        while folder := folder.rpartition("/")[0]:
            if self._place(folder) in self._known:
                break
            with suppress(FileNotFoundError, NotADirectoryError):
                entry = await self._files.stat(self._place(folder))
                if not entry.is_dir and not entry.is_other:
                    raise below_file(path)
                self._know(self._place(folder))
                break
        return None

    async def _create(self, path: str) -> tuple[str, RemoteFile]:
        """A new file in the staging folder, and its place."""
        for _ in range(_ATTEMPTS):
            with suppress(FileNotFoundError):
                await self._make_folders(self._staging)
                staged = self._new_place()
                return staged, await self._files.create(staged)
            self._known.clear()
        raise _deleted(path)

    def _new_place(self) -> str:
        return f"{self._staging}/{uuid.uuid4().hex}"

    async def _fill(self, file: RemoteFile, path: str, chunks: AsyncIterable[bytes]) -> int:
        """Write `chunks`; how many bytes that were."""
        written = size = 0
        waiting: list[bytes] = []
        writing: asyncio.Task[None] | None = None
        try:
            async for chunk in chunks:
                waiting.append(chunk)
                size += len(chunk)
                if size < CHUNK and len(waiting) < _BATCH:
                    continue
                # One batch is being written while the next one arrives, and no more.
                if writing is not None:
                    await writing
                writing = asyncio.create_task(self._append(file, path, b"".join(waiting)))
                written += size
                waiting, size = [], 0
            if writing is not None:
                await writing
                writing = None
        finally:
            if writing is not None:
                writing.cancel()
                await asyncio.gather(writing, return_exceptions=True)
        if waiting:
            await self._append(file, path, b"".join(waiting))
        return written + size

    async def _append(self, file: RemoteFile, path: str, data: bytes) -> None:
        with explained(path, self._name):
            await file.write(data)

    async def _tell_apart(self, staged: str, old: Entry) -> None:
        """Give a file another version than that of the one of equal size that it replaces."""
        new = await self._files.stat(staged)
        if new.version == old.version and new.modified <= old.modified:
            await self._files.set_modified(staged, int(old.modified) + 1)

    async def _make_folders(self, place: str) -> None:
        """Make a folder with its parents, from the lowest that is known to be there.

        Raises FileNotFoundError where that has gone meanwhile.
        """
        if place in self._known:
            return
        parent = place.rpartition("/")[0]
        if self._is_below_known(parent):
            await self._make_folders(parent)
            await self._files.make_folder(place)
        else:
            try:
                await self._files.make_folder(place)
            except FileNotFoundError:
                if not parent:
                    raise
                await self._make_folders(parent)
                await self._files.make_folder(place)
        self._know(parent)
        self._know(place)

    def _is_below_known(self, place: str) -> bool:
        while place and place not in self._known:
            place = place.rpartition("/")[0]
        return bool(place)

    def _know(self, place: str) -> None:
        if len(self._known) >= _KNOWN_FOLDERS:
            self._known.clear()
        self._known.add(place)

    async def _move(self, staged: str, path: str) -> None:
        target = self._place(path)
        for _ in range(_ATTEMPTS):
            with suppress(FileNotFoundError):
                await self._make_folders(target.rpartition("/")[0])
                await self._files.replace(staged, target)
                return
            # Someone deleted the folder between the two calls, or since it was known.
            self._known.clear()
        raise _deleted(path)

    async def delete(self, path: str) -> None:
        path = check_artifact_path(path)
        if not path:
            raise root_stays()
        place = self._place(path)
        with explained(path, self._name):
            for _ in range(_ATTEMPTS):
                try:
                    entry = await self._files.stat(place)
                except (FileNotFoundError, NotADirectoryError):
                    return
                with suppress(FileNotFoundError):
                    if entry.is_dir:
                        await self._delete_folder(place)
                    else:
                        await self._files.remove_file(place)
                    return
                self._known.clear()
        raise Unavailable(f"'{path}' was changed while it was being deleted.")

    async def _delete_folder(self, place: str) -> None:
        # It vanishes at once; if the rest is cut short, a sweep finds it.
        await self._make_folders(self._staging)
        doomed = self._new_place()
        await self._files.replace(place, doomed)
        self._known.clear()
        self._sweep_when_due()
        with suppress(OSError):
            await self._files.remove_tree(doomed)

    def _sweep_when_due(self) -> None:
        """Sweep in the background: at the first change, and then from time to time."""
        now = asyncio.get_running_loop().time()
        if now >= self._next_sweep and (self._sweeping is None or self._sweeping.done()):
            self._next_sweep = now + STALE
            self._sweeping = asyncio.create_task(self.sweep())

    async def sweep(self) -> None:
        """Remove what uploads and deletions that are long dead have left."""
        try:
            now, entries = await self._staged()
            for entry in entries:
                if now - entry.modified > STALE:
                    place = f"{self._staging}/{entry.name}"
                    with suppress(FileNotFoundError):
                        remove = (
                            self._files.remove_tree if entry.is_dir else self._files.remove_file
                        )
                        await remove(place)
        except FileNotFoundError:
            pass
        except OSError as error:
            _log.warning("Old uploads in %s were not removed: %s", self._name, error)

    async def _staged(self) -> tuple[float, list[Entry]]:
        """The time, by the other end's clock, and what is in the staging folder."""
        marker = self._new_place()
        await (await self._files.create(marker)).close()
        try:
            entries = await self._files.list_folder(self._staging)
        finally:
            await self._files.remove_file(marker)
        return max(
            (entry.modified for entry in entries if marker.endswith(entry.name)), default=0
        ), entries

    async def close(self) -> None:
        if self._sweeping is not None:
            self._sweeping.cancel()
            await asyncio.gather(self._sweeping, return_exceptions=True)
        await self._files.close()


def _shown(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _stat_of(entry: Entry) -> ArtifactStat:
    version = f"{int(entry.modified * 1000):x}-{entry.size:x}"
    if entry.version:
        version += f"-{entry.version}"
    return ArtifactStat(size=entry.size, modified=entry.modified, version=version)


def _deleted(path: str) -> Unavailable:
    return Unavailable(f"'{path}' was deleted while it was being written.")


class _Reader(ArtifactReader):
    """A remote file. One that is replaced meanwhile is read as it was, or not to its end."""

    def __init__(self, reader: RemoteReader, path: str, name: str) -> None:
        self._reader = reader
        self._path = path
        self._name = name
        self._data: AsyncGenerator[bytes, None] | None = None
        self.stat = _stat_of(reader.entry)

    async def chunks(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        stop = self.stat.size if stop is None else stop
        position = start
        if start >= stop:
            return
        with explained(self._path, self._name):
            self._data = self._reader.chunks(start, stop)
            async with aclosing(self._data) as data:
                async for chunk in data:
                    position += len(chunk)
                    yield chunk
        if position < stop:
            raise Unavailable(f"The artifact changed while it was being read: '{self._path}'")

    async def close(self) -> None:
        # Where the iteration was left early, its connection waits for more.
        if self._data is not None:
            await self._data.aclose()
        await self._reader.close()
