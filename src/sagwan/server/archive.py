"""A folder as a zip file that is made while it is sent.

Files are stored as they are: weights and pictures hardly shrink, and a reader then needs no more
than the network gives. Sizes and checksums follow each file, since they are known only then.
"""

import time
from collections.abc import AsyncGenerator, AsyncIterator
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from sagwan.artifacts.base import ArtifactStore
from sagwan.domain.artifact_paths import join_path
from sagwan.errors import InvalidParameter, NotFound

# The earliest and the latest moment that the format can hold.
_EARLIEST, _LATEST = (1980, 1, 1, 0, 0, 0), (2107, 12, 31, 23, 59, 58)

_READABLE = 0o100644 << 16

# Deeper than anybody means: a link leads to a folder above it.
_DEEPEST = 500


class _Outlet:
    """Takes what the zip file writes until it is sent; it can't be sought in."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._waiting.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing happens: all is sent soon."""

    def close(self) -> None:
        """Nothing happens, for the same reason."""

    def taken(self) -> bytes:
        """What was written since the last call."""
        data = b"".join(self._waiting)
        self._waiting.clear()
        return data


async def zip_of(store: ArtifactStore, folder: str, shown: str) -> AsyncGenerator[bytes, None]:
    """The bytes of a zip file with all files below `folder`, at their paths relative to it.

    No more than a chunk of one file is held, and what the directory at the end needs, about half a
    kB a file. Raises NotFound, which calls the folder `shown`, before the first byte where there
    is no file, and what the store raises.
    """
    outlet = _Outlet()
    archive = ZipFile(outlet, "w", ZIP_STORED)
    empty = True
    async for path in _files(store, folder):
        empty = False
        async with await store.read(join_path(folder, path)) as reader:
            info = ZipInfo(path, _moment(reader.stat.modified))
            info.file_size = reader.stat.size
            info.external_attr = _READABLE
            with archive.open(info, "w") as entry:
                yield outlet.taken()
                async for chunk in reader.chunks():
                    entry.write(chunk)
                    yield outlet.taken()
            yield outlet.taken()
    if empty:
        raise NotFound(f"There are no files in the folder '{shown}'.")
    archive.close()
    yield outlet.taken()


async def _files(store: ArtifactStore, folder: str) -> AsyncIterator[str]:
    """The paths of all files below a folder, a folder's files before its folders."""
    ahead = [""]
    while ahead:
        inner = ahead.pop()
        if inner.count("/") >= _DEEPEST:
            raise InvalidParameter(f"Folders are more than {_DEEPEST} deep. Is a link among them?")
        infos = await store.list_folder(join_path(folder, inner))
        for info in infos:
            if not info.is_dir:
                yield join_path(inner, info.path)
        ahead += [join_path(inner, info.path) for info in reversed(infos) if info.is_dir]


def _moment(modified: float) -> tuple[int, int, int, int, int, int]:
    year, month, day, hour, minute, second, *_ = time.gmtime(max(modified, 0))
    return min(max((year, month, day, hour, minute, second), _EARLIEST), _LATEST)
