"""Files that arrive in parts, each maybe at another process that shares the folder.

An upload has a folder of its own, named by its id and its path, in one folder at the store's root.
In it, `file` becomes the file. A part whose size was announced goes straight to its place there,
as if all parts before it had the size of the first that came; so the parts of an ordinary upload
only need to be moved at its end, however large it is. All other parts get a file of their own, and
the end is a copy, inside the kernel where it can.

Only who made the file `<number>.claim` writes to a part's place, so that no two mix. The file
`<number>` says where a part is that has arrived. At its end, an upload's folder is renamed: from
then on no part can arrive, and nobody who still writes does so to a file that will be seen. A file
`<folder>.done` stays for a day and says of which parts it was made, for a client that asks again
because it didn't get the answer.
"""

import errno
import hashlib
import os
import re
import secrets
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from sagwan.artifacts.base import UploadedPart
from sagwan.artifacts.errors import being_completed, no_such_upload, other_parts
from sagwan.artifacts.local.durable import Folders, flush
from sagwan.artifacts.local.staging import Staging
from sagwan.artifacts.local.upload import NEW_FILE, Sink, Upload, move
from sagwan.domain.artifact_paths import TEMPORARY_PREFIX
from sagwan.errors import InvalidParameter, NotFound

PARTS = f"{TEMPORARY_PREFIX}parts"
MAX_NUMBER = 10_000
STALE = 24 * 3600.0
"""Seconds after which an upload to which nothing comes is rubbish."""

_ID = re.compile(r"[0-9a-f]{32}")
_FILE, _STRIDE, _CLAIM = "file", "stride", ".claim"
_TAKEN, _DONE = ".taken", ".done"
_WRITE = os.O_WRONLY | getattr(os, "O_BINARY", 0)
_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0)


class _Record(NamedTuple):
    """Where a part is: from `start` in `file` if `name` is that, else in a file of its own."""

    etag: str
    size: int
    start: int
    name: str

    @property
    def in_place(self) -> bool:
        return self.name == _FILE


class PartFile(Sink[UploadedPart]):
    """A part that is being written."""

    def __init__(self, folder: str, path: str, number: int, size: int | None) -> None:
        """Begin. Raises OSError; FileNotFoundError where there is no such upload."""
        self._folder = folder
        self._path = path
        self._number = number
        self._done = False
        self._token = secrets.token_hex(16)
        self._name = f"{number}-{self._token}"
        self._start, self._end = 0, size
        start = None if size is None else _claim(folder, number, size)
        if start is None or size is None:
            super().__init__(os.open(self._at(self._name), NEW_FILE, 0o666))
            return
        self._name, self._start, self._end = _FILE, start, start + size
        descriptor = os.open(self._at(_FILE), _WRITE)
        os.lseek(descriptor, start, os.SEEK_SET)
        super().__init__(descriptor, start)

    def _at(self, name: str) -> str:
        return os.path.join(self._folder, name)

    def write(self, chunks: Sequence[bytes]) -> None:
        if self._end is not None and self._position + sum(map(len, chunks)) > self._end:
            raise InvalidParameter(f"A part of '{self._path}' has more bytes than were announced.")
        super().write(chunks)

    def commit(self) -> UploadedPart:
        self._flush()
        self._close()
        size = self._position - self._start
        unfinished = self._at(f"{self._name}.{self._token}")
        try:
            with open(unfinished, "x", encoding="ascii") as record:
                record.write(f"{self._token} {size} {self._start} {self._name}")
            os.replace(unfinished, self._at(str(self._number)))
        except FileNotFoundError:
            raise no_such_upload(self._path) from None
        self._done = True
        return UploadedPart(self._number, f'"{self._token}"')

    def abort(self) -> None:
        if self._done:
            return
        self._close()
        # Others may write to the place from now on, since we no longer do.
        name = f"{self._number}{_CLAIM}" if self._name == _FILE else self._name
        with suppress(OSError):
            os.unlink(self._at(name))
        self._done = True


def _claim(folder: str, number: int, size: int) -> int | None:
    """Where a part of `size` bytes goes in `file`; None where it can't."""
    stride = _stride(folder, size)
    if stride is None or not 0 < size <= stride:
        return None
    try:
        os.close(os.open(os.path.join(folder, f"{number}{_CLAIM}"), NEW_FILE, 0o666))
    except FileExistsError:
        return None
    return (number - 1) * stride


def _stride(folder: str, size: int | None = None) -> int | None:
    """What all parts are taken to have but the last, which the first that comes decides.

    It is the target of a link, because that is there at once and whole or not at all. None where
    there are no links.
    """
    link = os.path.join(folder, _STRIDE)
    try:
        if size:
            os.symlink(str(size), link)
    except FileNotFoundError:
        raise
    except OSError:
        pass
    try:
        return int(os.readlink(link))
    except (OSError, ValueError):
        return None


class Parts:
    """The uploads in parts that are under way in the store at `root`.

    For use from many threads and processes. Methods block, and raise OSError beside what they say.
    """

    def __init__(self, root: str, folders: Folders, staging: Staging) -> None:
        self._root = root
        self._base = os.path.join(root, PARTS)
        self._folders = folders
        self._staging = staging

    def begin(self, path: str) -> str:
        """Begin an upload of the artifact `path`; its id."""
        self._folders.make(self._root)
        upload_id = secrets.token_hex(16)
        folder = self._folder(path, upload_id)
        os.makedirs(folder)
        os.close(os.open(os.path.join(folder, _FILE), NEW_FILE, 0o666))
        return upload_id

    def _folder(self, path: str, upload_id: str) -> str:
        if not _ID.fullmatch(upload_id):
            raise no_such_upload(path)
        digest = hashlib.sha256(path.encode()).hexdigest()[:32]
        return os.path.join(self._base, f"{upload_id}-{digest}")

    def open_part(self, path: str, upload_id: str, number: int, size: int | None) -> PartFile:
        """A part that the caller writes. Raises NotFound, and InvalidParameter for its number."""
        folder = self._folder(path, upload_id)
        if not 1 <= number <= MAX_NUMBER:
            raise InvalidParameter(f"The number of a part is 1 to {MAX_NUMBER}, not {number}.")
        try:
            return PartFile(folder, path, number, size)
        except FileNotFoundError:
            raise no_such_upload(path) from None

    def complete(
        self, path: str, upload_id: str, parts: Sequence[UploadedPart], target: str
    ) -> None:
        """Make `target` of the parts; nothing happens where that was done with the same ones.

        Raises NotFound and InvalidParameter, and Unavailable while it is being done.
        """
        folder = self._folder(path, upload_id)
        taken = f"{folder}{_TAKEN}"
        try:
            os.rename(folder, taken)
        except FileNotFoundError:
            if _read(f"{folder}{_DONE}") == _digest(parts):
                return
            if os.path.exists(taken):
                raise being_completed(path) from None
            raise no_such_upload(path) from None
        try:
            records = _records(taken, path, parts)
            numbers = [part.number for part in parts]
            if not (_is_whole(taken, numbers, records) and self._moved(taken, records, target)):
                self._copy(taken, path, records, target)
        except BaseException:
            os.rename(taken, folder)
            raise
        with suppress(OSError), open(f"{folder}{_DONE}", "w", encoding="ascii") as file:
            file.write(_digest(parts))
        shutil.rmtree(taken, ignore_errors=True)

    def _moved(self, folder: str, records: Sequence[_Record], target: str) -> bool:
        """Whether `file` could be moved; it can't from one file system to another."""
        source = os.path.join(folder, _FILE)
        descriptor = os.open(source, _WRITE)
        try:
            os.ftruncate(descriptor, records[-1].start + records[-1].size)
            flush(descriptor)
        finally:
            os.close(descriptor)
        try:
            move(self._folders, source, target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            return False
        return True

    def _copy(self, folder: str, path: str, records: Sequence[_Record], target: str) -> None:
        upload = Upload(self._folders, self._staging, self._root, target)
        try:
            for record in records:
                source = os.open(os.path.join(folder, record.name), _READ)
                try:
                    if os.fstat(source).st_size < record.start + record.size:
                        raise other_parts(path)
                    upload.append(source, record.start, record.size)
                finally:
                    os.close(source)
            upload.commit()
        finally:
            upload.abort()

    def abort(self, path: str, upload_id: str) -> None:
        """Forget an upload."""
        with suppress(NotFound):
            _remove(self._folder(path, upload_id))

    def sweep(self) -> None:
        """Remove uploads to which nothing came for long."""
        try:
            names = os.listdir(self._base)
        except FileNotFoundError:
            return
        for name in names:
            folder = os.path.join(self._base, name)
            with suppress(OSError):
                if _changed(folder) >= time.time() - STALE:
                    continue
                if name.endswith(_DONE):
                    os.unlink(folder)
                else:
                    _remove(folder)


def _records(folder: str, path: str, parts: Sequence[UploadedPart]) -> list[_Record]:
    """Where the parts are. Raises InvalidParameter where they aren't there."""
    records = []
    for part in parts:
        try:
            with open(os.path.join(folder, str(part.number)), encoding="ascii") as file:
                etag, size, start, name = file.read().split(" ")
        except (FileNotFoundError, ValueError):
            raise other_parts(path) from None
        if part.etag.strip('"') != etag:
            raise other_parts(path)
        records.append(_Record(etag, int(size), int(start), name))
    if not records:
        raise InvalidParameter(f"The upload of '{path}' has no parts.")
    return records


def _is_whole(folder: str, numbers: Sequence[int], records: Sequence[_Record]) -> bool:
    """Whether `file` is what the parts make, and nobody can be writing to it any more."""
    stride = _stride(folder)
    claims = {name.removesuffix(_CLAIM) for name in os.listdir(folder) if name.endswith(_CLAIM)}
    return (
        list(numbers) == [*range(1, len(numbers) + 1)]
        and claims == {str(number) for number in numbers}
        and all(record.in_place for record in records)
        and all(record.size == stride for record in records[:-1])
    )


def _digest(parts: Sequence[UploadedPart]) -> str:
    """Which parts make the file."""
    named = [" ".join((str(part.number), part.etag.strip('"'))) for part in parts]
    return hashlib.sha256("\n".join(named).encode()).hexdigest()


def _read(file: str) -> str:
    """What a small file holds; nothing where it isn't there."""
    try:
        with open(file, encoding="ascii") as opened:
            return opened.read()
    except (OSError, ValueError):
        return ""


def _changed(folder: str) -> float:
    times = [os.stat(folder).st_mtime]
    if folder.endswith(_DONE):
        return times[0]
    with os.scandir(folder) as entries:
        times += [entry.stat(follow_symlinks=False).st_mtime for entry in entries]
    return max(times)


def _remove(folder: str) -> None:
    doomed = f"{folder}.{secrets.token_hex(4)}"
    with suppress(FileNotFoundError):
        os.rename(folder, doomed)
        shutil.rmtree(doomed, ignore_errors=True)
