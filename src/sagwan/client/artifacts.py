"""Files of runs, up and down: through the server's artifact proxy, or straight from a folder."""

import asyncio
import os
import posixpath
import secrets
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote, urlsplit

import msgspec

from sagwan.client.http import Http
from sagwan.domain.artifact_paths import (
    PROXY_ROUTE,
    TEMPORARY_PREFIX,
    check_artifact_path,
    join_path,
    local_path,
    proxied_path,
)
from sagwan.entities import FileInfo
from sagwan.errors import InvalidParameter, NotFound, Unavailable
from sagwan.wire.artifacts import ListArtifactsResponse

T = TypeVar("T")

CHUNK = 1024 * 1024
PARALLEL = 8

Moved = Callable[[int], None]
"""Is told how many bytes more have been moved."""


def ignore(moved: int) -> None:
    """Tell nobody."""


class ArtifactFiles(ABC):
    """The files below one root. Paths are relative to it, with "/" between their parts."""

    @abstractmethod
    async def list_folder(self, path: str = "") -> list[FileInfo]:
        """What is in a folder, by path; empty where `path` is a file or nothing."""

    @abstractmethod
    async def read(self, path: str, moved: Moved) -> AsyncIterator[bytes]:
        """A file's bytes in chunks."""
        yield b""

    @abstractmethod
    async def write(self, path: str, source: Path, moved: Moved) -> None:
        """Store a local file under `path`."""

    async def find(self, path: str) -> FileInfo:
        """The file or folder at `path`. Raises NotFound."""
        path = check_artifact_path(path)
        if not path:
            return FileInfo(path="", is_dir=True)
        for info in await self.list_folder(posixpath.dirname(path)):
            if info.path == path:
                return info
        raise NotFound(f"No such artifact: '{path}'")

    async def walk(self, path: str) -> list[FileInfo]:
        """All files below a folder, also in its folders."""
        files, folders = [], [path]
        while folders:
            for info in await self.list_folder(folders.pop()):
                if info.is_dir:
                    folders.append(info.path)
                else:
                    files.append(info)
        return sorted(files, key=lambda info: info.path)


class ProxyFiles(ArtifactFiles):
    """Files that the server keeps, below `root` in its artifact store."""

    def __init__(self, http: Http, root: str) -> None:
        self._http = http
        self._root = check_artifact_path(root)

    async def list_folder(self, path: str = "") -> list[FileInfo]:
        folder = check_artifact_path(path)
        content = await self._http.request(
            "GET", PROXY_ROUTE.rstrip("/"), query={"path": join_path(self._root, folder)}
        )
        try:
            found = msgspec.json.decode(content, type=_Listing, strict=False).files
        except msgspec.MsgspecError as error:
            raise Unavailable(f"The server's list of artifacts can't be read: {error}") from None
        # The proxy tells names, not paths; one with a "/" would leave the folder.
        return [
            msgspec.structs.replace(
                info, path=join_path(folder, check_artifact_path(posixpath.basename(info.path)))
            )
            for info in found
        ]

    async def read(self, path: str, moved: Moved) -> AsyncIterator[bytes]:
        async with self._http.stream("GET", self._address(path)) as response:
            async for chunk in self._http.chunks(response, CHUNK):
                moved(len(chunk))
                yield chunk

    async def write(self, path: str, source: Path, moved: Moved) -> None:
        size = source.stat().st_size
        await self._http.request(
            "PUT",
            self._address(path),
            body=lambda: _chunks(source, moved),
            headers={
                "Content-Type": "application/octet-stream",
                "Content-Length": str(size),
            },
        )

    def _address(self, path: str) -> str:
        return PROXY_ROUTE + quote(join_path(self._root, check_artifact_path(path)), safe="/")


class LocalFiles(ArtifactFiles):
    """Files in a folder of this machine."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def list_folder(self, path: str = "") -> list[FileInfo]:
        folder = check_artifact_path(path)
        try:
            entries = list(os.scandir(self._root / folder))
        except (FileNotFoundError, NotADirectoryError):
            return []
        found = [_local_info(entry, folder) for entry in entries]
        return sorted((info for info in found if info), key=lambda info: info.path)

    async def read(self, path: str, moved: Moved) -> AsyncIterator[bytes]:
        async for chunk in _chunks(self._root / check_artifact_path(path), moved):
            yield chunk

    async def write(self, path: str, source: Path, moved: Moved) -> None:
        await _save(_chunks(source, moved), self._root / check_artifact_path(path))


class _Listing(ListArtifactsResponse):
    """The proxy's list, which has no `root_uri`."""

    root_uri: str = ""


def open_files(artifact_uri: str, http: Http) -> ArtifactFiles:
    """The files below an artifact URI. Raises InvalidParameter where it can't be reached."""
    proxied = proxied_path(artifact_uri)
    if proxied is not None:
        split = urlsplit(artifact_uri)
        if split.netloc and split.netloc.rpartition("@")[2] != urlsplit(http.url).netloc:
            raise InvalidParameter(
                f"{artifact_uri} is kept by the server at {split.netloc}. Name that server with"
                f" --tracking-uri http://{split.netloc}."
            )
        return ProxyFiles(http, proxied)
    path = local_path(artifact_uri)
    if path is not None:
        return LocalFiles(Path(path))
    raise InvalidParameter(
        f"{artifact_uri} does not go through the server: use the tools of the"
        f" {urlsplit(artifact_uri).scheme} store."
    )


async def download(
    files: ArtifactFiles,
    path: str,
    target: Path,
    begin: Callable[[int, int], Moved] = lambda count, size: ignore,
) -> Path:
    """Copy a file to `target`, or the contents of a folder into it. Returns `target`.

    `begin` is told the number of files and of bytes, and returns what is told of progress. Files
    appear whole. Raises NotFound; OSError where files can't be written here.
    """
    info = await files.find(path)
    found = await files.walk(info.path) if info.is_dir else [info]
    moved = begin(len(found), sum(file.file_size or 0 for file in found))

    async def fetch(file: FileInfo) -> None:
        inside = file.path[len(info.path) :].lstrip("/") if info.is_dir else ""
        await _save(files.read(file.path, moved), target / inside if inside else target)

    if info.is_dir:
        target.mkdir(parents=True, exist_ok=True)
    await each(found, fetch)
    return target


async def upload(
    files: ArtifactFiles,
    source: Path,
    folder: str = "",
    begin: Callable[[int, int], Moved] = lambda count, size: ignore,
) -> int:
    """Store a file in `folder`, or the contents of a folder; returns the number of files.

    `begin` is as in `download`. Raises OSError where a file can't be read.
    """
    folder = check_artifact_path(folder)
    if source.is_dir():
        found = sorted(Path(where) / name for where, _, names in os.walk(source) for name in names)
        paths = {file: join_path(folder, file.relative_to(source).as_posix()) for file in found}
    else:
        paths = {source: join_path(folder, source.name)}
    moved = begin(len(paths), sum(file.stat().st_size for file in paths))
    await each(paths.items(), lambda item: files.write(item[1], item[0], moved))
    return len(paths)


async def each(
    items: Iterable[T], work: Callable[[T], Awaitable[None]], parallel: int = PARALLEL
) -> None:
    """Do `work` on all items, several at a time. The first error stops the rest and is raised."""
    waiting = iter(items)

    async def worker() -> None:
        for item in waiting:
            await work(item)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(parallel):
                group.create_task(worker())
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None


def _local_info(entry: os.DirEntry[str], folder: str) -> FileInfo | None:
    """A file or a folder; None for what is neither, and for links to folders: they may cycle."""
    path = join_path(folder, entry.name)
    if entry.name.startswith(TEMPORARY_PREFIX):
        return None
    if entry.is_dir(follow_symlinks=False):
        return FileInfo(path=path, is_dir=True)
    if entry.is_file():
        return FileInfo(path=path, is_dir=False, file_size=entry.stat().st_size)
    return None


async def _chunks(source: Path, moved: Moved) -> AsyncIterator[bytes]:
    with source.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
            moved(len(chunk))


async def _save(chunks: AsyncIterator[bytes], target: Path) -> None:
    """Write a file so that it appears whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.parent / f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}"
    try:
        with temporary.open("xb") as file:
            async for chunk in chunks:
                file.write(chunk)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
