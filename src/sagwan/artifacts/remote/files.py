"""The port below the port: the few things that a remote file system does.

Paths are absolute, as the store's URI and the artifact's path give them. Methods raise OSError, as
the operating system would: FileNotFoundError, IsADirectoryError, NotADirectoryError,
PermissionError, an OSError with ENOSPC where it is full, ConnectionError where the other end is
gone or does not answer.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator
from typing import NamedTuple


class Entry(NamedTuple):
    """A file or folder: its name, its size in bytes, its last change in Unix seconds."""

    name: str
    is_dir: bool
    size: int
    modified: float


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


class RemoteFiles(ABC):
    """A remote file system. For use from many tasks at once."""

    @abstractmethod
    async def list_folder(self, path: str) -> list[Entry]:
        """What is in a folder, in any order; without `.` and `..`."""

    @abstractmethod
    async def stat(self, path: str) -> Entry:
        """A file or folder."""

    @abstractmethod
    def read(self, path: str, start: int, stop: int) -> AsyncGenerator[bytes, None]:
        """The bytes of a file from `start` up to `stop`; fewer where the file is shorter.

        Connections are let go of when the iteration ends or is closed.
        """

    @abstractmethod
    async def create(self, path: str) -> RemoteFile:
        """A new file in a folder that is there, in place of one that may be there."""

    @abstractmethod
    async def make_folder(self, path: str) -> None:
        """Make a folder whose parent is there; nothing happens where it is there itself."""

    @abstractmethod
    async def replace(self, source: str, target: str) -> None:
        """Move a file or folder in one step; a file that is at `target` is replaced."""

    @abstractmethod
    async def remove_file(self, path: str) -> None:
        """Remove a file."""

    @abstractmethod
    async def remove_folder(self, path: str) -> None:
        """Remove an empty folder."""

    @abstractmethod
    async def close(self) -> None:
        """Let go of all connections."""
