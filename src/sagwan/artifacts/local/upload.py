"""One file on its way into a local folder: whole, durable, or not at all."""

import errno
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Lock
from typing import Generic, TypeVar

from sagwan.artifacts.base import CHUNK
from sagwan.artifacts.local.durable import Folders, flush
from sagwan.artifacts.local.staging import Staging
from sagwan.domain.artifact_paths import TEMPORARY_PREFIX

T_co = TypeVar("T_co", covariant=True)

NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_WRITE_BACK = 8 * 1024 * 1024
_ATTEMPTS = 5
# What a copy inside the kernel fails with where the file system or the kernel has none.
_NO_COPY = frozenset([errno.ENOSYS, errno.EXDEV, errno.EINVAL, errno.EOPNOTSUPP, errno.EPERM])


class Sink(ABC, Generic[T_co]):
    """Where an upload's bytes go. Its methods block, may run in any thread, and raise OSError."""

    def __init__(self, descriptor: int, position: int = 0) -> None:
        # A cancelled upload is aborted while a thread may still be writing to the descriptor.
        self._guard = Lock()
        self._descriptor: int | None = descriptor
        self._position = self._written_back = position

    def write(self, chunks: Sequence[bytes]) -> None:
        """Append; nothing happens after `abort`."""
        with self._guard:
            if self._descriptor is None:
                return
            for chunk in chunks:
                view = memoryview(chunk)
                while view:
                    view = view[os.write(self._descriptor, view) :]
                self._moved(len(chunk), self._descriptor)

    def append(self, source: int, start: int, size: int) -> None:
        """Append `size` bytes of the open file `source` from `start`, inside the kernel if it can.

        File systems that share blocks between files then copy nothing at all.
        """
        with self._guard:
            while size and self._descriptor is not None:
                count = _copy(
                    source, start, self._descriptor, self._position, min(size, _WRITE_BACK)
                )
                if not count:
                    raise OSError(errno.EIO, os.strerror(errno.EIO))
                start, size = start + count, size - count
                self._moved(count, self._descriptor)

    def _moved(self, count: int, descriptor: int) -> None:
        self._position += count
        if self._position - self._written_back < _WRITE_BACK:
            return
        # The medium gets its work while more is still arriving, not all of it at the end.
        if hasattr(os, "posix_fadvise"):
            start, self._written_back = self._written_back, self._position
            os.posix_fadvise(descriptor, start, self._position - start, os.POSIX_FADV_DONTNEED)

    def _flush(self) -> None:
        with self._guard:
            if self._descriptor is not None:
                flush(self._descriptor)

    def _close(self) -> None:
        with self._guard:
            descriptor, self._descriptor = self._descriptor, None
            if descriptor is not None:
                os.close(descriptor)

    @abstractmethod
    def commit(self) -> T_co:
        """Make what was written durable, and count."""

    @abstractmethod
    def abort(self) -> None:
        """Leave nothing behind; nothing happens after `commit`."""


class Upload(Sink[None]):
    """A file that is written in a temporary place and then moved to `target`."""

    def __init__(
        self,
        folders: Folders,
        staging: Staging,
        root: str,
        target: str,
        device: Callable[[str], int] | None = None,
    ) -> None:
        """Begin; `device` is `device_of` or remembers what that said. Raises OSError."""
        self._folders = folders
        self._target = target
        self._done = False
        folders.make(root)
        self._path, descriptor = _temporary(
            staging, root, os.path.dirname(target), device or device_of
        )
        super().__init__(descriptor)

    def flush(self) -> None:
        """Make the file durable where it is, and take no more."""
        self._flush()
        self._close()

    def place(self) -> str:
        """Make the flushed file visible, in place of what is there; the folder to be flushed."""
        folder = place(self._folders, self._path, self._target)
        self._done = True
        return folder

    def commit(self) -> None:
        """Make the file durable and visible, in place of what is there."""
        self.flush()
        self._folders.sync(self.place())

    def abort(self) -> None:
        if self._done:
            return
        self._close()
        with suppress(OSError):
            os.unlink(self._path)
        self._done = True


def move(folders: Folders, source: str, target: str) -> None:
    """Move a durable file to `target`, durably, in place of what is there. Raises OSError."""
    folders.sync(place(folders, source, target))


def place(folders: Folders, source: str, target: str) -> str:
    """Move a durable file to `target`; the folder whose flush makes that durable."""
    folder = os.path.dirname(target)
    for attempt in range(1, _ATTEMPTS + 1):
        folders.make(folder)
        try:
            os.replace(source, target)
            break
        except FileNotFoundError:
            # Someone deleted the folder between the two calls.
            folders.forget()
            if attempt == _ATTEMPTS:
                raise
    return folder


def _copy(source: int, start: int, target: int, position: int, size: int) -> int:
    if hasattr(os, "copy_file_range"):
        try:
            return os.copy_file_range(source, target, size, start, position)
        except OSError as error:
            if error.errno not in _NO_COPY:
                raise
    os.lseek(source, start, os.SEEK_SET)
    os.lseek(target, position, os.SEEK_SET)
    return os.write(target, os.read(source, min(size, CHUNK)))


def _temporary(
    staging: Staging, root: str, folder: str, device_at: Callable[[str], int]
) -> tuple[str, int]:
    """A new file on the file system of `folder`, so that it can be moved there at once."""
    while True:
        try:
            device = device_at(folder)
            break
        except FileNotFoundError:
            if folder == root:
                raise
            folder = os.path.dirname(folder)
    path = staging.path()
    if device != staging.device:
        name = f"{TEMPORARY_PREFIX}{os.path.basename(os.path.dirname(path))}"
        path = os.path.join(folder, f"{name}.{os.path.basename(path)}")
    try:
        return path, os.open(path, NEW_FILE, 0o666)
    except FileNotFoundError:
        # Someone removed the staging folder under us.
        staging.close()
        path = staging.path()
        return path, os.open(path, NEW_FILE, 0o666)


def device_of(folder: str) -> int:
    """The file system that a folder is on: files can be moved within it. Raises OSError."""
    return os.stat(folder).st_dev
