"""Google Cloud Storage, by Google's own library, whose calls block and so run in threads.

obstore is faster, but speaks only the XML API of this service, for which there is no emulator, so
that nothing of it could be shown to work.

Like all object stores this has no folders: "a" and "a/b" may both be files. A file is put with one
request, or with a resumable upload, and is visible when that is finished.
"""

import asyncio
import mimetypes
from asyncio import Future, Task, create_task, get_running_loop
from collections.abc import AsyncIterable, AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Literal, ParamSpec, TypeVar
from urllib.parse import urlsplit

from google.api_core.exceptions import NotFound as ObjectNotFound

from sagwan.artifacts.base import (
    CHUNK,
    ArtifactReader,
    ArtifactStat,
    ArtifactStore,
    SignedUrl,
    SignsUrls,
)
from sagwan.artifacts.errors import is_folder, no_such_artifact, root_stays
from sagwan.artifacts.objects.gcs_bucket import PART, Bucket, Object, Upload, read_settings
from sagwan.artifacts.objects.gcs_errors import changed, explained
from sagwan.domain.artifact_paths import TEMPORARY_PREFIX, check_artifact_path
from sagwan.entities import FileInfo
from sagwan.errors import InvalidParameter

RANGE = 4 * 1024 * 1024
"""Bytes of a file that one request brings."""

THREADS = 10
"""Requests at once, at most: as many connections as the library keeps."""

_LONGEST = 1024
_GIVE_UP = 10.0
_BUCKET = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_.")

P = ParamSpec("P")
T = TypeVar("T")


def open_store(uri: str, environ: Mapping[str, str]) -> ArtifactStore:
    """The store at a gs: URI, with the login that `environ` gives.

    Connects to nothing. Raises InvalidParameter.
    """
    try:
        parts = urlsplit(uri)
    except ValueError:
        parts = urlsplit("")
    segments = [segment for segment in parts.path.split("/") if segment]
    fits = bool(parts.netloc) and set(parts.netloc) <= _BUCKET
    if not fits or parts.query or parts.fragment or "." in segments or ".." in segments:
        raise InvalidParameter(
            "An artifact URI of Google Cloud Storage must be like gs://BUCKET/PATH, without '.' or"
            " '..' in its path and without a key in it. Credentials come from"
            " GOOGLE_APPLICATION_CREDENTIALS."
        )
    return GcsArtifactStore(Bucket(parts.netloc, read_settings(environ)), "/".join(segments), uri)


class GcsArtifactStore(ArtifactStore, SignsUrls):
    """The objects of a bucket whose names begin with `root`.

    `name` is the store's URI as it may be shown.
    """

    def __init__(self, bucket: Bucket, root: str, name: str) -> None:
        self.bucket = bucket
        self._root = root
        self.name = name
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="sagwan-gcs")
        self._ending: set[Task[None]] = set()

    def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run a call that blocks in one of the store's threads."""
        return get_running_loop().run_in_executor(self._threads, lambda: function(*args, **kwargs))

    def _key(self, path: str) -> str:
        return f"{self._root}/{path}" if self._root and path else self._root or path

    def _below(self, path: str) -> str:
        """What the names of all objects in a folder begin with."""
        key = self._key(path)
        return f"{key}/" if key else ""

    def _file(self, path: str) -> str:
        """`path`, checked, where it may be a file. Raises InvalidParameter."""
        path = check_artifact_path(path)
        if not path:
            raise is_folder(path)
        return path

    async def list_folder(self, path: str = "") -> list[FileInfo]:
        path = check_artifact_path(path)
        below = self._below(path)
        with explained(path, self.name):
            objects, prefixes = await self.call(self.bucket.list_folder, below)
        start = len(below)
        infos = [FileInfo(prefix[start:-1], is_dir=True) for prefix in prefixes]
        infos += [
            FileInfo(found.name[start:], is_dir=False, file_size=found.size) for found in objects
        ]
        # An object "a/" marks a folder for some tools; an empty part of a name is none of ours.
        infos = [info for info in infos if info.path and not info.path.startswith(TEMPORARY_PREFIX)]
        infos.sort(key=lambda info: info.path)
        return infos

    async def _find(self, path: str) -> Object:
        with explained(path, self.name):
            found = await self.call(self.bucket.find, self._key(path))
            if found is not None:
                return found
            names = await self.call(lambda: list(self.bucket.names(self._below(path), most=1)))
        raise is_folder(path) if any(names) else no_such_artifact(path)

    async def stat(self, path: str) -> ArtifactStat:
        return stat_of(await self._find(self._file(path)))

    async def read(self, path: str) -> ArtifactReader:
        path = self._file(path)
        return _Reader(self, path, await self._find(path))

    async def read_range(self, path: str, found: Object, start: int, stop: int) -> bytes:
        """Bytes of an object. Raises Unavailable where it is another one now."""
        with explained(path, self.name):
            try:
                content = await self.call(self.bucket.read, found, start, stop)
            except ObjectNotFound:
                raise changed(path) from None
        if len(content) != stop - start:
            raise changed(path)
        return content

    async def write(self, path: str, chunks: AsyncIterable[bytes]) -> None:
        path = self._file(path)
        key = self._key(path)
        if len(key.encode()) > _LONGEST:
            raise InvalidParameter(f"Artifact path is too long for the artifact store: '{path}'")
        media_type, encoding = mimetypes.guess_type(path)
        if media_type is None or encoding:
            # A client that is told of an encoding undoes it, and has other bytes than were stored.
            media_type = "application/octet-stream"
        sending = _Sending(self, path, key, media_type)
        try:
            waiting: list[bytes] = []
            size = 0
            async for chunk in chunks:
                waiting.append(chunk)
                size += len(chunk)
                del chunk
                if size > PART:
                    await sending.send(waiting)
                    waiting, size = [], 0
            await sending.finish(waiting)
        except BaseException:
            await self._end(create_task(sending.give_up()))
            raise

    async def _end(self, ending: Task[None]) -> None:
        """See that a task comes to its end, and wait for that, but not for a dead store."""
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)
        await asyncio.wait([ending], timeout=_GIVE_UP)

    async def delete(self, path: str) -> None:
        path = check_artifact_path(path)
        if not path:
            raise root_stays()
        with explained(path, self.name):
            await self.call(self.bucket.delete, self._key(path))
            pages = self.bucket.names(self._below(path))
            while (names := await self.call(lambda: next(pages, None))) is not None:
                await asyncio.gather(*(self.call(self.bucket.delete, name) for name in names))

    async def sign_download(self, path: str, expires: int) -> SignedUrl:
        return await self._sign("GET", path, expires)

    async def sign_upload(self, path: str, expires: int) -> SignedUrl:
        return await self._sign("PUT", path, expires)

    async def _sign(self, method: Literal["GET", "PUT"], path: str, expires: int) -> SignedUrl:
        path = self._file(path)
        with explained(path, self.name):
            url = await self.call(self.bucket.sign, method, self._key(path), expires)
        return SignedUrl(url)

    async def close(self) -> None:
        await asyncio.gather(*self._ending, return_exceptions=True)
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)
        self.bucket.close()


def stat_of(found: Object) -> ArtifactStat:
    """What a caller is told of an object."""
    return ArtifactStat(size=found.size, modified=found.modified, version=f"{found.generation:x}")


class _Sending:
    """A file on its way. One request is under way while the next one's bytes are gathered."""

    def __init__(self, store: GcsArtifactStore, path: str, key: str, media_type: str) -> None:
        self._store = store
        self._path = path
        self._key = key
        self._media_type = media_type
        self._upload: Upload | None = None
        self._running: Future[None] | None = None

    async def send(self, pieces: list[bytes]) -> None:
        """Send more than PART bytes, when those before are sent."""
        await self._done()
        self._running = self._store.call(self._send, pieces)

    def _send(self, pieces: list[bytes]) -> None:
        if self._upload is None:
            self._upload = self._store.bucket.upload(self._key, self._media_type)
        content = b"".join(pieces)
        pieces.clear()
        self._upload.write(content)

    async def finish(self, pieces: list[bytes]) -> None:
        """Send the last bytes, and make the file visible."""
        await self._done()
        self._running = self._store.call(self._finish, pieces)
        await self._done()

    def _finish(self, pieces: list[bytes]) -> None:
        content = b"".join(pieces)
        pieces.clear()
        if self._upload is None:
            self._store.bucket.put(self._key, self._media_type, content)
        else:
            self._upload.finish(content)
            self._upload = None

    async def _done(self) -> None:
        if self._running is not None:
            with explained(self._path, self._store.name):
                # The thread goes on where the caller is cancelled, and `give_up` waits for it.
                await asyncio.shield(self._running)

    async def give_up(self) -> None:
        """Leave nothing behind, when what is under way has come to its end."""
        if self._running is not None:
            await asyncio.wait([self._running])
            self._running.exception()
        if self._upload is not None:
            with suppress(Exception):
                await self._store.call(self._upload.abort)


class _Reader(ArtifactReader):
    """A file that is read in ranges, each only if the file is still the one that was opened."""

    def __init__(self, store: GcsArtifactStore, path: str, found: Object) -> None:
        self._store = store
        self._path = path
        self._found = found
        self.stat = stat_of(found)

    async def chunks(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        stop = self.stat.size if stop is None else stop
        ahead: Task[bytes] | None = None
        try:
            for begin in range(start, stop, RANGE):
                content = await (ahead or self._fetch(begin, stop))
                following = begin + RANGE
                ahead = create_task(self._fetch(following, stop)) if following < stop else None
                for at in range(0, len(content), CHUNK):
                    yield content[at : at + CHUNK]
        finally:
            if ahead is not None:
                ahead.cancel()
                await asyncio.wait([ahead])

    async def _fetch(self, begin: int, stop: int) -> bytes:
        return await self._store.read_range(
            self._path, self._found, begin, min(begin + RANGE, stop)
        )

    async def close(self) -> None:
        pass
