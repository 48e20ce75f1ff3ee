"""A folder of a remote file system as an artifact store.

A file is written in a staging folder at the store's root and then moved to its place, so that it
appears whole. What uploads of processes that are gone have left there is removed when it has not
changed for a day: other processes may be uploading, and remote locks can't be relied on.
"""

import logging
import time
import uuid
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import aclosing, suppress

from sagwan.artifacts.base import ArtifactReader, ArtifactStat, ArtifactStore
from sagwan.artifacts.errors import below_file, is_folder, no_such_artifact, root_stays
from sagwan.artifacts.remote.errors import explained
from sagwan.artifacts.remote.files import Entry, RemoteFiles
from sagwan.domain.artifact_paths import TEMPORARY_PREFIX, check_artifact_path
from sagwan.entities import FileInfo
from sagwan.errors import Unavailable

STAGING = f"{TEMPORARY_PREFIX}staging"
STALE = 24 * 3600.0
"""Seconds after which an upload that does not go on is rubbish."""

_ATTEMPTS = 5

_log = logging.getLogger(__name__)


class RemoteArtifactStore(ArtifactStore):
    """The folder `root` of `files`, made when something is first written.

    `name` is the store's URI as it may be shown, without credentials.
    """

    def __init__(self, files: RemoteFiles, root: str, name: str) -> None:
        self._files = files
        self._root = "/" + root.strip("/")
        self._name = name

    def _place(self, path: str) -> str:
        return f"{self._root.rstrip('/')}/{path}" if path else self._root

    async def list_folder(self, path: str = "") -> list[FileInfo]:
        path = check_artifact_path(path)
        with explained(path, self._name):
            try:
                entries = await self._files.list_folder(self._place(path))
            except (FileNotFoundError, NotADirectoryError):
                return []
        infos = [
            FileInfo(entry.name, is_dir=True)
            if entry.is_dir
            else FileInfo(entry.name, is_dir=False, file_size=entry.size)
            for entry in entries
            if not entry.name.startswith(TEMPORARY_PREFIX)
        ]
        infos.sort(key=lambda info: info.path)
        return infos

    async def read(self, path: str) -> ArtifactReader:
        path = check_artifact_path(path)
        with explained(path, self._name):
            try:
                entry = await self._files.stat(self._place(path))
            except (FileNotFoundError, NotADirectoryError) as error:
                raise no_such_artifact(path) from error
        if entry.is_dir:
            raise is_folder(path)
        return _Reader(self._files, self._place(path), path, entry, self._name)

    async def write(self, path: str, chunks: AsyncIterable[bytes]) -> None:
        path = check_artifact_path(path)
        if not path:
            raise is_folder(path)
        staged = f"{self._place(STAGING)}/{uuid.uuid4().hex}"
        with explained(path, self._name):
            await self._check_target(path)
            await self._make_folders(self._place(STAGING))
            file = await self._files.create(staged)
        try:
            try:
                async for chunk in chunks:
                    with explained(path, self._name):
                        await file.write(chunk)
            except BaseException:
                await file.abort()
                raise
            with explained(path, self._name):
                await file.close()
                await self._move(staged, path)
        except BaseException:
            with suppress(OSError):
                await self._files.remove_file(staged)
            raise

    async def _check_target(self, path: str) -> None:
        """Raise InvalidParameter where `path` is a folder or leads through a file."""
        parts = path.split("/")
        for count in range(len(parts), 0, -1):
            with suppress(FileNotFoundError, NotADirectoryError):
                entry = await self._files.stat(self._place("/".join(parts[:count])))
                if count == len(parts) and entry.is_dir:
                    raise is_folder(path)
                if count < len(parts) and not entry.is_dir:
                    raise below_file(path)
                return

    async def _make_folders(self, place: str) -> None:
        """Make a folder with its parents, from the lowest that is missing."""
        try:
            await self._files.make_folder(place)
        except FileNotFoundError:
            parent = place.rpartition("/")[0]
            if not parent:
                raise
            await self._make_folders(parent)
            await self._files.make_folder(place)

    async def _move(self, staged: str, path: str) -> None:
        target = self._place(path)
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                await self._files.replace(staged, target)
                return
            except FileNotFoundError as error:
                # The folder is new, or someone deleted it in between.
                if attempt == _ATTEMPTS:
                    raise Unavailable(
                        f"'{path}' was deleted while it was being written."
                    ) from error
                with suppress(FileNotFoundError):
                    await self._make_folders(target.rpartition("/")[0])

    async def delete(self, path: str) -> None:
        path = check_artifact_path(path)
        if not path:
            raise root_stays()
        place = self._place(path)
        with explained(path, self._name):
            try:
                entry = await self._files.stat(place)
                if not entry.is_dir:
                    await self._files.remove_file(place)
                    return
                # It vanishes at once; if the rest is cut short, a sweep finds it.
                await self._make_folders(self._place(STAGING))
                doomed = f"{self._place(STAGING)}/{uuid.uuid4().hex}"
                await self._files.replace(place, doomed)
            except (FileNotFoundError, NotADirectoryError):
                return
            await self._remove_tree(doomed)

    async def _remove_tree(self, place: str) -> None:
        for entry in await self._files.list_folder(place):
            inner = f"{place}/{entry.name}"
            if entry.is_dir:
                await self._remove_tree(inner)
            else:
                await self._files.remove_file(inner)
        await self._files.remove_folder(place)

    async def sweep(self) -> None:
        """Remove what uploads and deletions that are long dead have left."""
        try:
            for entry in await self._files.list_folder(self._place(STAGING)):
                if time.time() - entry.modified > STALE:
                    place = f"{self._place(STAGING)}/{entry.name}"
                    await (self._remove_tree if entry.is_dir else self._files.remove_file)(place)
        except FileNotFoundError:
            pass
        except OSError as error:
            _log.warning("Old uploads in %s were not removed: %s", self._name, error)

    async def close(self) -> None:
        await self._files.close()


class _Reader(ArtifactReader):
    """A remote file. One that is replaced meanwhile can't be read to its end."""

    def __init__(self, files: RemoteFiles, place: str, path: str, entry: Entry, name: str) -> None:
        self._files = files
        self._place = place
        self._path = path
        self._name = name
        self.stat = ArtifactStat(
            size=entry.size,
            modified=entry.modified,
            version=f"{int(entry.modified * 1000):x}-{entry.size:x}",
        )

    async def chunks(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        stop = self.stat.size if stop is None else stop
        position = start
        if start >= stop:
            return
        with explained(self._path, self._name):
            async with aclosing(self._files.read(self._place, start, stop)) as data:
                async for chunk in data:
                    position += len(chunk)
                    yield chunk
        if position < stop:
            raise Unavailable(f"The artifact changed while it was being read: '{self._path}'")

    async def close(self) -> None:
        pass
