"""One file on its way into a local folder: whole, durable, or not at all."""

import os
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
        """Begin. Raises OSError."""
        self._folder = os.path.dirname(target)
        self._folders = folders
        self._target = target
        self._written = self._written_back = 0
        self._done = False
        # A cancelled upload is aborted while a thread may still be writing to the descriptor.
        self._guard = Lock()
        folders.make(root)
        self._path, descriptor = _temporary(staging, root, self._folder)
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
        # The medium gets its work while more is still arriving, not all of it at the end.
        if hasattr(os, "posix_fadvise"):
            start, self._written_back = self._written_back, self._written
            os.posix_fadvise(descriptor, start, self._written - start, os.POSIX_FADV_DONTNEED)

    def commit(self) -> None:
        """Make the file durable and visible, in place of what is there. Raises OSError."""
        with self._guard:
            if self._descriptor is not None:
                flush(self._descriptor)
        self._close()
        for attempt in range(1, _ATTEMPTS + 1):
            self._folders.make(self._folder)
            try:
                os.replace(self._path, self._target)
                break
            except FileNotFoundError:
                # Someone deleted the folder between the two calls.
                self._folders.forget()
                if attempt == _ATTEMPTS:
                    raise
        self._done = True
        self._folders.sync(self._folder)

    def abort(self) -> None:
        """Leave nothing behind; nothing happens after `commit`."""
        if self._done:
            return
        self._close()
        with suppress(OSError):
            os.unlink(self._path)
        self._done = True

    def _close(self) -> None:
        with self._guard:
            descriptor, self._descriptor = self._descriptor, None
            if descriptor is not None:
                os.close(descriptor)


def _temporary(staging: Staging, root: str, folder: str) -> tuple[str, int]:
    """A new file on the file system of `folder`, so that it can be moved there at once."""
    while True:
        try:
            device = device_of(folder)
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
        return path, os.open(path, _NEW_FILE, 0o666)
    except FileNotFoundError:
        # Someone removed the staging folder under us.
        staging.close()
        path = staging.path()
        return path, os.open(path, _NEW_FILE, 0o666)


def device_of(folder: str) -> int:
    """The file system that a folder is on: files can be moved within it. Raises OSError."""
    return os.stat(folder).st_dev
