"""Making files and folders survive a power cut.

A file survives once its data was flushed and then the folder that names it was. Flushes are slow
and the same for one file or a hundred, so uploads that finish together share those of a folder.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

if sys.platform == "darwin":
    from fcntl import F_FULLFSYNC, fcntl

    def flush(descriptor: int) -> None:
        """Flush a file's data to the medium, through the drive's cache."""
        fcntl(descriptor, F_FULLFSYNC)

elif sys.platform == "win32":

    def flush(descriptor: int) -> None:
        """Flush a file's data to the medium."""
        os.fsync(descriptor)

else:

    def flush(descriptor: int) -> None:
        """Flush a file's data to the medium."""
        os.fdatasync(descriptor)


def flush_folder(folder: str) -> None:
    """Flush a folder's entries to the medium. Windows does that by itself."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class _Turn:
    """Who waits for the flush of one folder, and how many flushes began and succeeded."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.users = 0
        self.begun = 0
        self.done = 0


class Folders:
    """Folders whose entries are durable. For use from many threads."""

    KNOWN = 50_000

    def __init__(self, root: str) -> None:
        self._root = root
        self._guard = Lock()
        self._turns: dict[str, _Turn] = {}
        self._known: set[str] = set()

    def sync(self, folder: str) -> None:
        """Return after a flush of `folder` that began after this call."""
        with self._turn(folder) as turn:
            wanted = turn.begun + 1
            with turn.lock:
                if turn.done >= wanted:
                    return
                turn.begun += 1
                number = turn.begun
                flush_folder(folder)
                turn.done = number

    @contextmanager
    def _turn(self, folder: str) -> Iterator[_Turn]:
        with self._guard:
            turn = self._turns.setdefault(folder, _Turn())
            turn.users += 1
        try:
            yield turn
        finally:
            with self._guard:
                turn.users -= 1
                if not turn.users:
                    del self._turns[folder]

    def make(self, folder: str) -> None:
        """Make `folder`, at or below the root, and all above it, durably.

        A folder that another process made counts as durable only after a flush of our own.
        """
        if folder in self._known:
            return
        chain = []
        path = folder
        while path not in self._known:
            chain.append(path)
            if path == self._root:
                break
            path = os.path.dirname(path)
        # All are made before the first flush, so that most of the later flushes find nothing to do.
        made = [path for path in reversed(chain) if _make(path) or path != self._root]
        for path in made:
            self.sync(os.path.dirname(path))
        if len(self._known) > self.KNOWN:
            self.forget()
        self._known.update(chain)

    def forget(self) -> None:
        """Take no folder for durable any more, since some were deleted."""
        self._known = set()


def _make(folder: str) -> bool:
    try:
        os.makedirs(folder)
    except FileExistsError:
        if not os.path.isdir(folder):
            raise
        return False
    return True
