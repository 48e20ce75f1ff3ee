"""Where uploads wait until they are whole, and how those of dead processes are swept.

Each process has a folder of its own in one staging folder of the store, and holds a lock for as
long as it lives. A folder whose lock is free is rubbish. So one look at the staging folder finds
all rubbish, however many artifacts the store holds, and no age has to be guessed.

Only in a network folder, where locks may not reach other machines, what another machine has made is
left alone until it has not changed for a day. So folders have their machine's name.
"""

import itertools
import os
import platform
import re
import shutil
import sys
import time
import uuid
from contextlib import suppress
from threading import Lock

from sagwan.domain.artifact_paths import TEMPORARY_PREFIX

STAGING = f"{TEMPORARY_PREFIX}staging"
STALE = 24 * 3600.0
"""Seconds after which what another machine does not go on with is rubbish."""

_LOCK_SUFFIX = ".lock"
# A new lock can fail because a sweep holds it; if it fails this often, locks don't work here.
_ATTEMPTS = 10

if sys.platform == "win32":
    import msvcrt

    def try_lock(descriptor: int) -> None:
        """Lock a file until it is closed. Raises OSError where another process holds it."""
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def try_lock(descriptor: int) -> None:
        """Lock a file until it is closed. Raises OSError where another process holds it."""
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _lock(path: str) -> int | None:
    """A descriptor that holds the lock file `path`, made if need be; None where it's held."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        try_lock(descriptor)
        # A sweep may have removed the file between our opening and our locking it.
        if os.path.samestat(os.fstat(descriptor), os.stat(path)):
            return descriptor
    except OSError:
        pass
    os.close(descriptor)
    return None


class Staging:
    """A process's temporary files in the store at `root`. For use from many threads."""

    def __init__(self, root: str) -> None:
        self.device = -1
        self._base = os.path.join(root, STAGING)
        self._machine = re.sub(r"[^A-Za-z0-9-]", "-", platform.node())[:64]
        self._guard = Lock()
        self._numbers = itertools.count()
        self._own: str | None = None
        self._locked: int | None = None

    def path(self) -> str:
        """A path in this process's folder at which nothing has been."""
        with self._guard:
            if self._own is None:
                self._own = self._make()
            return os.path.join(self._own, str(next(self._numbers)))

    def _make(self) -> str:
        os.makedirs(self._base, exist_ok=True)
        for _ in range(_ATTEMPTS):
            own = os.path.join(self._base, f"{self._machine}.{uuid.uuid4().hex}")
            self._locked = _lock(own + _LOCK_SUFFIX)
            if self._locked is not None:
                break
        os.mkdir(own)
        self.device = os.stat(own).st_dev
        return own

    def sweep(self) -> None:
        """Remove what processes that are gone have left."""
        try:
            names = os.listdir(self._base)
        except FileNotFoundError:
            return
        for stem in {name.removesuffix(_LOCK_SUFFIX) for name in names}:
            path = os.path.join(self._base, stem)
            with suppress(OSError):
                if self._is_of_this_machine(stem) or _changed(path) < time.time() - STALE:
                    _sweep(path)

    def _is_of_this_machine(self, stem: str) -> bool:
        machine, dot, _ = stem.partition(".")
        return not dot or machine == self._machine

    def close(self) -> None:
        """Remove this process's folder."""
        with self._guard:
            self._release()

    def _release(self) -> None:
        if self._own is not None:
            _remove(self._own, self._locked)
        self._own = self._locked = None


def _changed(path: str) -> float:
    """The last change to a folder or a file in it, in Unix seconds."""
    times = [0.0]
    for place in (path + _LOCK_SUFFIX, path):
        with suppress(FileNotFoundError):
            times.append(os.stat(place).st_mtime)
    with suppress(FileNotFoundError), os.scandir(path) as entries:
        times += [entry.stat(follow_symlinks=False).st_mtime for entry in entries]
    return max(times)


def _sweep(path: str) -> None:
    # Where locks don't work, all seem to be held, and nothing is swept.
    locked = _lock(path + _LOCK_SUFFIX)
    if locked is not None:
        _remove(path, locked)


def _remove(path: str, locked: int | None) -> None:
    shutil.rmtree(path, ignore_errors=True)
    with suppress(OSError):
        os.unlink(path + _LOCK_SUFFIX)
    if locked is not None:
        os.close(locked)
