"""A download on its way: kept beside its target until it is whole, so that it can be continued.

The name of what is kept says of which version of the file it is. It is locked while it grows: of
two downloads to one place, one continues it and the other begins anew.
"""

import base64
import hashlib
import os
import re
import secrets
from contextlib import suppress
from pathlib import Path
from typing import IO

from sagwan.artifacts.local.staging import try_lock
from sagwan.domain.artifact_paths import TEMPORARY_PREFIX

RESUMABLE = 4 * 1024 * 1024
"""Bytes from which on a file is worth continuing."""

_CHUNK = 1024 * 1024

# What fits into the name of a file, with the rest of it.
_LONGEST_TAG = 120
_STRONG_TAG = re.compile(r'"[^"]*"')


class Partial:
    """The beginning of the file that is to be at `target`. Its methods block.

    `size` is what the whole file is expected to have. `start` bytes of the version `etag` are there
    already. Use it in a `with` block, at whose end it is closed: kept if it can be continued.
    """

    def __init__(self, target: Path, size: int) -> None:
        """Look for what an earlier download has left. Raises OSError."""
        self._target = target
        self._stem = TEMPORARY_PREFIX + hashlib.sha256(target.name.encode()).hexdigest()[:16]
        self._file: IO[bytes] | None = None
        self._path: Path | None = None
        self._resumable = size >= RESUMABLE
        self._sha256 = hashlib.sha256()
        self._unread = 0
        self.etag: str | None = None
        self.start = 0
        target.parent.mkdir(parents=True, exist_ok=True)
        if self._resumable:
            self._continue(size)

    def _continue(self, size: int) -> None:
        for path in self._kept():
            file = _locked(path, "r+b")
            if file is None:
                continue
            # One byte is left to fetch: a server can't be asked for none.
            self.start = min(os.fstat(file.fileno()).st_size, size - 1)
            self.etag = _tag_of(path.name)
            self._file, self._path = file, path
            return

    def _kept(self) -> list[Path]:
        with os.scandir(self._target.parent) as entries:
            names = [entry.name for entry in entries if entry.name.startswith(f"{self._stem}.")]
        return [self._target.parent / name for name in names]

    def begin(self, start: int, etag: str | None) -> None:
        """What is written next begins at `start`, which is `self.start` or 0, of version `etag`.

        Before that, `reread` is called until it returns False.
        """
        if start and self._file is not None:
            self._unread = start
            self._file.seek(start)
            self._file.truncate()
            self._file.seek(0)
            return
        self.discard()
        self._sha256 = hashlib.sha256()
        tag = base64.urlsafe_b64encode(etag.encode()).rstrip(b"=").decode() if etag else ""
        if (
            self._resumable
            and tag
            and len(tag) <= _LONGEST_TAG
            and _STRONG_TAG.fullmatch(etag or "")
        ):
            path = self._target.parent / f"{self._stem}.{tag}"
            self._file = _locked(path, "a+b")
            if self._file is not None:
                self._file.truncate(0)
                self._path, self.etag = path, etag
                return
        self._resumable = False
        self._path = self._target.parent / f"{self._stem}~{secrets.token_hex(8)}"
        self._file = self._path.open("xb")

    def reread(self) -> bool:
        """Take some more of what was there into the checksum; whether there is yet more."""
        if not self._unread or self._file is None:
            return False
        chunk = self._file.read(min(_CHUNK, self._unread))
        if not chunk:
            raise OSError(f"{self._path} was cut off while it was being continued")
        self._sha256.update(chunk)
        self._unread -= len(chunk)
        if not self._unread:
            # Between reading and writing, a file that does both wants to be told where.
            self._file.seek(0, os.SEEK_END)
        return self._unread > 0

    def write(self, chunk: bytes) -> None:
        """Append. Raises OSError."""
        assert self._file is not None
        self._file.write(chunk)
        self._sha256.update(chunk)

    def digest(self) -> bytes:
        """The SHA-256 of all that is there."""
        return self._sha256.digest()

    def finish(self) -> None:
        """Move it to the target, in place of what is there. Raises OSError."""
        assert self._file is not None
        assert self._path is not None
        self._file.close()
        self._path.replace(self._target)
        self._file = self._path = None
        if self._resumable:
            for path in self._kept():
                stale = _locked(path, "r+b")
                if stale is not None:
                    _remove(path)
                    stale.close()

    def discard(self) -> None:
        """Forget what is there."""
        if self._file is not None and self._path is not None:
            _remove(self._path)
            self._file.close()
        self._file = self._path = self.etag = None
        self.start = 0

    def close(self) -> None:
        """Keep what can be continued, remove the rest."""
        if self._file is None:
            return
        if not self._resumable:
            self.discard()
            return
        self._file.close()
        self._file = None


def _locked(path: Path, mode: str) -> IO[bytes] | None:
    """The file, locked until it is closed; None where another download has it, or no lock works."""
    try:
        file = path.open(mode)
    except FileNotFoundError:
        return None
    try:
        try_lock(file.fileno())
        # Another download may have finished, and moved the file, before we locked it.
        if os.path.samestat(os.fstat(file.fileno()), os.stat(path)):
            return file
    except OSError:
        pass
    file.close()
    return None


def _tag_of(name: str) -> str | None:
    tag = name.removeprefix(TEMPORARY_PREFIX).partition(".")[2]
    with suppress(ValueError):
        return base64.urlsafe_b64decode(tag + "=" * (-len(tag) % 4)).decode()
    return None


def _remove(path: Path) -> None:
    # Windows removes no file that is open: it is overwritten another time.
    with suppress(FileNotFoundError, PermissionError):
        path.unlink()
