"""From an artifact's path to its place in the file system, with links that stay below the root."""

import errno
import os
import stat
from collections.abc import Callable
from functools import cache

from sagwan.errors import InvalidParameter

_GONE = " (deleted)"


def real_folder(path: str) -> str:
    """What `os.path.realpath` says of a folder.

    Linux is asked once where the folder is, and not once for each part of its path.
    """
    if hasattr(os, "O_PATH"):
        try:
            descriptor = os.open(path, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                real = os.readlink(f"/proc/self/fd/{descriptor}")
            finally:
                os.close(descriptor)
        except OSError:
            return os.path.realpath(path)
        if real.startswith("/") and not real.endswith(_GONE):
            return real
    return os.path.realpath(path)


class Places:
    """The places below `root`, which is a real path. Paths are checked already."""

    def __init__(self, root: str, real: Callable[[str], str] = real_folder) -> None:
        self.root = root
        self._below = os.path.join(root, "")
        self._real = real

    def remembering(self) -> "Places":
        """The same places, for a moment in which each folder is looked up only once."""
        return Places(self.root, cache(self._real))

    def is_inside(self, real: str) -> bool:
        """Whether a real path is the root or below it."""
        return real == self.root or real.startswith(self._below)

    def locate(self, path: str) -> str:
        """The place of `path`, which need not be there; links are resolved but for the last part.

        Raises InvalidParameter where a link leads out of the root.
        """
        if os.sep == "\\" and ("\\" in path or ":" in path):
            raise InvalidParameter("Invalid path")
        if not path:
            return self.root
        folder, _, name = path.rpartition("/")
        real = self._checked(self._real(f"{self._below}{folder}"))
        return os.path.join(real, name)

    def follow(self, path: str) -> str:
        """The place of `path` with all links resolved, with the errors of `locate`."""
        place = self.locate(path)
        return self._checked(os.path.realpath(place)) if os.path.islink(place) else place

    def target(self, path: str) -> str:
        """The place at which to write a file, with the errors of `locate`.

        Raises OSError where a folder is there, or a file is in the way.
        """
        place = self.locate(path)
        try:
            mode = os.lstat(place).st_mode
            if stat.S_ISLNK(mode):
                place = self._checked(os.path.realpath(place))
                mode = os.stat(place).st_mode
        except FileNotFoundError:
            return place
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        return place

    def _checked(self, real: str) -> str:
        if not self.is_inside(real):
            raise InvalidParameter("Invalid path: it leads out of the artifact store.")
        return real
