"""The port below the port: the few things that a remote file system does.

Paths are absolute, as the store's URI and the artifact's path give them. Methods raise OSError, as
the operating system would: FileNotFoundError, IsADirectoryError, NotADirectoryError,
PermissionError, an OSError with ENOSPC where it is full, ConnectionError where the other end is
gone or refuses us, TimeoutError where it does not answer. Their texts hold no credentials.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from itertools import islice
from typing import NamedTuple

_AT_ONCE = 16


class Entry(NamedTuple):
    """A file or folder: its name, its size in bytes, its last change in Unix seconds.

    `version` is a word that changes whenever a file is replaced, where the other end has one.
    `is_other` marks links and whatever else is neither a file nor a folder: it is not followed.
    """

    name: str
    is_dir: bool
    size: int
    modified: float
    version: str = ""
    is_other: bool = False


class RemoteFile(ABC):
    """A new file that is being written."""

    @abstractmethod
    async def write(self, data: bytes) -> None:
        """Append."""

    @abstractmethod
    async def close(self) -> None:
        """Finish; then all of it is there, as durable as the other end can make it."""

    @abstractmethod
    async def abort(self) -> None:
        """Give up; what is left of the file doesn't matter. Raises nothing."""


class RemoteReader(ABC):
    """A file that is open for reading: the one that was there when it was opened."""

    entry: Entry

    @abstractmethod
    def chunks(self, start: int, stop: int) -> AsyncGenerator[bytes, None]:
        """The bytes from `start` up to `stop`; fewer where the file is shorter or was replaced."""

    @abstractmethod
    async def close(self) -> None:
        """Let go of the file. Raises nothing."""


class RemoteFiles(ABC):
    """A remote file system. For use from many tasks at once."""

    @abstractmethod
    async def list_folder(self, path: str) -> list[Entry]:
        """What is in a folder, in any order; without `.` and `..`."""

    @abstractmethod
    async def stat(self, path: str) -> Entry:
        """A file or folder; of a link, the link itself where the other end can tell."""

    @abstractmethod
    def read(self, path: str, start: int, stop: int) -> AsyncGenerator[bytes, None]:
        """The bytes of a file from `start` up to `stop`; fewer where the file is shorter.

        Connections are let go of when the iteration ends or is closed.
        """

    async def open(self, path: str) -> RemoteReader:
        """Open a file for reading. Raises IsADirectoryError for a folder."""
        return _ReaderByPath(self, path, await self.stat(path))

    @abstractmethod
    async def create(self, path: str) -> RemoteFile:
        """A new file in a folder that is there, in place of one that may be there."""

    @abstractmethod
    async def make_folder(self, path: str) -> None:
        """Make a folder whose parent is there; nothing happens where it is there itself.

        Raises FileNotFoundError where the parent isn't there, NotADirectoryError where a file is.
        """

    @abstractmethod
    async def replace(self, source: str, target: str) -> None:
        """Move a file or folder in one step; a file that is at `target` is replaced.

        Raises FileNotFoundError where the source or the target's folder isn't there.
        """

    async def set_modified(self, path: str, modified: int) -> None:
        """Set a file's last change, in Unix seconds, where the other end can do that.

        For those whose entries have no `version` and whose clocks tick once a second.
        """
        return

    @abstractmethod
    async def remove_file(self, path: str) -> None:
        """Remove a file, or a link."""

    @abstractmethod
    async def remove_folder(self, path: str) -> None:
        """Remove an empty folder."""

    async def remove_tree(self, path: str) -> None:
        """Remove a folder with all that is in it, also where others are doing the same."""
        with suppress(FileNotFoundError):
            entries = iter(await self.list_folder(path))
            while some := list(islice(entries, _AT_ONCE)):
                await asyncio.gather(*(self._remove(f"{path}/{e.name}", e.is_dir) for e in some))
            await self.remove_folder(path)

    async def _remove(self, path: str, is_dir: bool) -> None:
        with suppress(FileNotFoundError):
            await (self.remove_tree(path) if is_dir else self.remove_file(path))

    @abstractmethod
    async def close(self) -> None:
        """Let go of all connections."""


class _ReaderByPath(RemoteReader):
    """A file at the other end that can only be named, not held open."""

    def __init__(self, files: RemoteFiles, path: str, entry: Entry) -> None:
        if entry.is_dir:
            raise IsADirectoryError(path)
        self.entry = entry
        self._files = files
        self._path = path

    async def chunks(self, start: int, stop: int) -> AsyncGenerator[bytes, None]:
        checked = False
        async with aclosing(self._files.read(self._path, start, stop)) as data:
            async for chunk in data:
                # Now the other end has opened a file. If the name still stands for the one that we
                # know, it is that one, whatever happens to the name from here on.
                if not checked and await self._files.stat(self._path) != self.entry:
                    return
                checked = True
                yield chunk

    async def close(self) -> None:
        pass
