"""A local folder as the other end of a connection, for rules that no real server shows."""

import os
import shutil
import stat
from collections.abc import AsyncGenerator
from pathlib import Path

from sagwan.artifacts.remote.files import Entry, RemoteFile, RemoteFiles

_CHUNK = 100_000


class FolderFile(RemoteFile):
    def __init__(self, place: Path) -> None:
        self._file = place.open("wb")

    async def write(self, data: bytes) -> None:
        self._file.write(data)

    async def close(self) -> None:
        self._file.close()

    async def abort(self) -> None:
        self._file.close()


class FolderFiles(RemoteFiles):
    """What is below `folder`; its clock ticks once a second, like those of many servers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.calls: list[str] = []

    def place(self, path: str) -> Path:
        return self.folder / path.lstrip("/")

    def _entry(self, place: Path) -> Entry:
        status = place.lstat()
        is_dir = stat.S_ISDIR(status.st_mode)
        is_other = not is_dir and not stat.S_ISREG(status.st_mode)
        return Entry(place.name, is_dir, status.st_size, int(status.st_mtime), is_other=is_other)

    async def list_folder(self, path: str) -> list[Entry]:
        self.calls.append("list_folder")
        return [self._entry(place) for place in self.place(path).iterdir()]

    async def stat(self, path: str) -> Entry:
        self.calls.append("stat")
        return self._entry(self.place(path))

    async def read(self, path: str, start: int, stop: int) -> AsyncGenerator[bytes, None]:
        self.calls.append("read")
        with self.place(path).open("rb") as file:
            file.seek(start)
            while start < stop and (data := file.read(min(_CHUNK, stop - start))):
                start += len(data)
                yield data

    async def create(self, path: str) -> RemoteFile:
        self.calls.append("create")
        return FolderFile(self.place(path))

    async def make_folder(self, path: str) -> None:
        self.calls.append("make_folder")
        place = self.place(path)
        try:
            place.mkdir()
        except FileExistsError:
            if not place.is_dir():
                raise NotADirectoryError(path) from None

    async def replace(self, source: str, target: str) -> None:
        self.calls.append("replace")
        self.place(source).rename(self.place(target))

    async def set_modified(self, path: str, modified: int) -> None:
        self.calls.append("set_modified")
        os.utime(self.place(path), (modified, modified))

    async def remove_file(self, path: str) -> None:
        self.calls.append("remove_file")
        self.place(path).unlink()

    async def remove_folder(self, path: str) -> None:
        self.calls.append("remove_folder")
        self.place(path).rmdir()

    async def close(self) -> None:
        shutil.rmtree(self.folder / "connections", ignore_errors=True)
