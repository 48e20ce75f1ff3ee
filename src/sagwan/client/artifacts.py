"""The files of runs and models: behind the server's artifact proxy, or in a folder."""

import asyncio
import hashlib
import os
import posixpath
import secrets
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from pathlib import Path
from typing import NamedTuple, TypeVar
from urllib.parse import quote, urlsplit

import httpx
import msgspec

from sagwan.client.http import Http
from sagwan.client.multipart import MULTIPART, upload_in_parts
from sagwan.client.parallel import in_thread
from sagwan.client.progress import Meter
from sagwan.client.reading import CHUNK, chunks_of
from sagwan.domain.artifact_paths import (
    PROXY_ROUTE,
    TEMPORARY_PREFIX,
    check_artifact_path,
    join_path,
    local_path,
    proxied_path,
)
from sagwan.entities import FileInfo
from sagwan.errors import (
    InvalidParameter,
    NotFound,
    NotImplementedByStore,
    SagwanError,
    Unavailable,
)
from sagwan.wire import endpoints
from sagwan.wire.artifacts import ListArtifactsResponse
from sagwan.wire.digests import (
    REPR_DIGEST,
    WANT_REPR_DIGEST,
    WANTED,
    format_digest,
    parse_digest,
)
from sagwan.wire.server import ServerInfo

T = TypeVar("T")

# A server that reads or stores a file before it answers does so at this rate at least, in bytes/s.
_SLOWEST = 10 * 1024 * 1024

# What a proxy has compressed could neither be continued nor compared.
_AS_IT_IS = {"Accept-Encoding": "identity", WANT_REPR_DIGEST: WANTED}


class Seen(NamedTuple):
    """Which version of a file there is, and its SHA-256; None where nobody tells."""

    etag: str | None
    digest: bytes | None


class Opened(NamedTuple):
    """A file's bytes from `start` on, with its version and its SHA-256 where they are told."""

    chunks: AsyncIterator[bytes]
    start: int
    etag: str | None
    digest: bytes | None


class ArtifactFiles(ABC):
    """The files below one root. Paths are relative to it, with "/" between their parts."""

    @abstractmethod
    async def list_folder(self, path: str = "") -> list[FileInfo]:
        """What is in a folder, by path; empty where `path` is a file or nothing."""

    @abstractmethod
    def open(
        self, path: str, start: int = 0, etag: str | None = None
    ) -> AbstractAsyncContextManager[Opened]:
        """A file from `start` on if it is still the version `etag`, otherwise all of it.

        Raises NotFound.
        """

    @abstractmethod
    async def see(self, path: str, size: int) -> Seen:
        """A file's version and SHA-256, where it has about `size` bytes. Raises NotFound."""

    @abstractmethod
    async def write(
        self, path: str, source: Path, moved: Meter, digest: bytes | None = None
    ) -> bytes | None:
        """Store a local file under `path`; the SHA-256 of what was stored, where that is told.

        With `digest` nothing else is stored where the store can tell. Raises OSError where the
        file can't be read, and Changed.
        """

    @abstractmethod
    async def delete(self, path: str) -> None:
        """Delete a file."""

    async def persist(
        self, work: Callable[[], Awaitable[T]], progress: Callable[[], int] = lambda: 0
    ) -> T:
        """Do `work`, again where a connection broke; see `Http.persist`."""
        return await work()

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
        self._in_parts: bool | None = None

    async def list_folder(self, path: str = "") -> list[FileInfo]:
        folder = check_artifact_path(path)
        query = {"path": join_path(self._root, folder)}
        content = await self.persist(
            lambda: self._http.request("GET", PROXY_ROUTE.rstrip("/"), query=query)
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

    @asynccontextmanager
    async def open(
        self, path: str, start: int = 0, etag: str | None = None
    ) -> AsyncIterator[Opened]:
        headers = dict(_AS_IT_IS)
        if start and etag:
            headers |= {"Range": f"bytes={start}-", "If-Range": etag}
        async with self._http.stream("GET", self._address(path), headers=headers) as response:
            begun = start if response.status_code == 206 else 0
            chunks = self._http.chunks(response, CHUNK)
            yield Opened(chunks, begun, *_seen(response))

    async def see(self, path: str, size: int) -> Seen:
        async with self._http.stream(
            "HEAD", self._address(path), headers=_AS_IT_IS, work=size / _SLOWEST
        ) as response:
            return _seen(response)

    async def write(
        self, path: str, source: Path, moved: Meter, digest: bytes | None = None
    ) -> bytes | None:
        size = (await asyncio.to_thread(source.stat)).st_size
        place = join_path(self._root, check_artifact_path(path))
        if size >= MULTIPART and "/" in place and await self._takes_parts():
            try:
                await upload_in_parts(self._http, place, source, size, moved)
            except NotImplementedByStore:
                self._in_parts = False
            else:
                return None
        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(size)}
        if digest is not None:
            headers[REPR_DIGEST] = format_digest(digest)

        def body() -> AsyncGenerator[bytes, None]:
            moved.reset()
            return chunks_of(source, moved, 0, size)

        async with self._http.stream(
            "PUT", self._address(path), body=body, headers=headers, work=size / _SLOWEST
        ) as response:
            return _seen(response).digest

    async def _takes_parts(self) -> bool:
        """Whether the server takes large files in parts."""
        if self._in_parts is None:
            try:
                content = await self._http.request("GET", next(endpoints.SERVER_INFO.paths()))
                info = msgspec.json.decode(content, type=ServerInfo, strict=False)
                self._in_parts = info.multipart_uploads_enabled
            except (SagwanError, msgspec.MsgspecError):
                self._in_parts = False
        return self._in_parts

    async def delete(self, path: str) -> None:
        await self._http.request("DELETE", self._address(path))

    async def persist(
        self, work: Callable[[], Awaitable[T]], progress: Callable[[], int] = lambda: 0
    ) -> T:
        return await self._http.persist(work, progress)

    def _address(self, path: str) -> str:
        return PROXY_ROUTE + quote(join_path(self._root, check_artifact_path(path)), safe="/")


class LocalFiles(ArtifactFiles):
    """Files in a folder of this machine."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def list_folder(self, path: str = "") -> list[FileInfo]:
        return await asyncio.to_thread(self._list, check_artifact_path(path))

    def _list(self, folder: str) -> list[FileInfo]:
        try:
            entries = list(os.scandir(self._root / folder))
        except (FileNotFoundError, NotADirectoryError):
            return []
        found = [_local_info(entry, folder) for entry in entries]
        return sorted((info for info in found if info), key=lambda info: info.path)

    @asynccontextmanager
    async def open(
        self, path: str, start: int = 0, etag: str | None = None
    ) -> AsyncIterator[Opened]:
        place = self._root / check_artifact_path(path)
        status = await asyncio.to_thread(place.stat)
        version = _version(status)
        begun = start if etag == version else 0
        async with aclosing(chunks_of(place, Meter(), begun, status.st_size - begun)) as chunks:
            yield Opened(chunks, begun, version, None)

    async def see(self, path: str, size: int) -> Seen:
        place = self._root / check_artifact_path(path)
        version = _version(await asyncio.to_thread(place.stat))
        return Seen(version, await digest_of(place))

    async def write(
        self, path: str, source: Path, moved: Meter, digest: bytes | None = None
    ) -> bytes | None:
        size = (await asyncio.to_thread(source.stat)).st_size
        moved.reset()
        target = self._root / check_artifact_path(path)
        async with aclosing(chunks_of(source, moved, 0, size)) as chunks:
            await _save(chunks, target)
        return None

    async def delete(self, path: str) -> None:
        await asyncio.to_thread((self._root / check_artifact_path(path)).unlink, missing_ok=True)


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


async def digest_of(source: Path) -> bytes:
    """The SHA-256 of a local file. Raises OSError."""
    size = (await asyncio.to_thread(source.stat)).st_size
    async with aclosing(chunks_of(source, Meter(), 0, size)) as chunks:
        return await digest_in(chunks)


async def digest_in(chunks: AsyncIterator[bytes]) -> bytes:
    """The SHA-256 of what chunks hold together."""
    sha256 = hashlib.sha256()
    async for chunk in chunks:
        await in_thread(sha256.update, chunk)
    return sha256.digest()


def _seen(response: httpx.Response) -> Seen:
    try:
        digest = parse_digest(response.headers.get(REPR_DIGEST))
    except InvalidParameter:
        digest = None
    return Seen(response.headers.get("etag"), digest)


def _version(status: os.stat_result) -> str:
    return f'"{status.st_mtime_ns:x}-{status.st_size:x}-{status.st_ino:x}"'


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


async def _save(chunks: AsyncIterator[bytes], target: Path) -> None:
    """Write a file so that it appears whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.parent / f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}"
    try:
        with temporary.open("xb") as file:
            async for chunk in chunks:
                await in_thread(file.write, chunk)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
