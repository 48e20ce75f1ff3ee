"""One file on its way into a local folder: whole, durable, or not at all."""

import errno
import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from threading import Lock

from sagwan.artifacts.local.durable import Folders, flush
from sagwan.artifacts.local.staging import Staging
from sagwan.domain.artifact_paths import TEMPORARY_PREFIX

_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_WRITE_BACK = 8 * 1024 * 1024
_ATTEMPTS = 5


class Upload:
    """A file that is written in a temporary place and then moved to `target`.

    Its methods block, and may run in any thread.
    """

    def __init__(self, folders: Folders, staging: Staging, root: str, target: str) -> None:
        """Begin. Raises OSError where `target` is a folder, or a file is in the way."""
        self._folders = folders
        self._target = target
        self._written = self._written_back = 0
        # A cancelled upload is aborted while a thread may still be writing to the descriptor.
        self._guard = Lock()
        with suppress(FileNotFoundError):
            if stat.S_ISDIR(os.stat(target).st_mode):
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        folders.make(root)
        self._path, descriptor = _temporary(staging, root, target)
        self._descriptor: int | None = descriptor

    def write(self, chunks: Sequence[bytes]) -> None:
        """Append; nothing happens after `abort`."""
        with self._guard:
            if self._descriptor is None:
                return
            for chunk in chunks:
                view = memoryview(chunk)
                while view:
                    view = view[os.write(self._descriptor, view) :]
                self._written += len(chunk)
            if self._written - self._written_back >= _WRITE_BACK:
                self._write_back(self._descriptor)

    def _write_back(self, descriptor: int) -> None:
        # The medium gets its work while the rest is still arriving, not all of it at the end.
        if hasattr(os, "posix_fadvise"):
            start, self._written_back = self._written_back, self._written
            os.posix_fadvise(descriptor, start, self._written - start, os.POSIX_FADV_DONTNEED)

    def commit(self) -> None:
        """Make the file durable and visible."""
        with self._guard:
            if self._descriptor is not None:
                flush(self._descriptor)
        self._close()
        folder = os.path.dirname(self._target)
        for attempt in range(1, _ATTEMPTS + 1):
            self._folders.make(folder)
            try:
                os.replace(self._path, self._target)
                break
            except FileNotFoundError:
                # Someone deleted the folder between the two calls.
                self._folders.forget()
                if attempt == _ATTEMPTS:
                    raise
        self._folders.sync(folder)

    def abort(self) -> None:
        """Leave nothing behind."""
        self._close()
        with suppress(OSError):
            os.unlink(self._path)

    def _close(self) -> None:
        with self._guard:
            descriptor, self._descriptor = self._descriptor, None
            if descriptor is not None:
                os.close(descriptor)


def same_file_system(path: str, other: str) -> bool:
    """Whether a file can be moved between two folders."""
    return os.stat(path).st_dev == os.stat(other).st_dev


def _temporary(staging: Staging, root: str, target: str) -> tuple[str, int]:
    """A new file on the file system of `target`, so that it can be moved there at once."""
    path = staging.path()
    near = os.path.dirname(target)
    while near != root and not os.path.isdir(near):
        near = os.path.dirname(near)
    if not same_file_system(os.path.dirname(path), near):
        name = f"{TEMPORARY_PREFIX}{os.path.basename(os.path.dirname(path))}"
        path = os.path.join(near, f"{name}.{os.path.basename(path)}")
    return path, os.open(path, _NEW_FILE, 0o666)
