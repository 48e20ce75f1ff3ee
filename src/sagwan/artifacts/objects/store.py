"""A prefix of a bucket as an artifact store, by means of obstore.

A provider (`s3`, `azure`, `gcs`) builds an obstore store, with `CLIENT` in its `client_options`
and `RETRY` as its `retry_config`, and hands it to `ObjectArtifactStore` with

- `root`, the key prefix of all artifacts, without "/" at its ends; "" for the whole bucket;
- `name`, the store's URI as it may be shown, without credentials.

It may override `attributes` and set `tags`, for what is stored beside the bytes, and override
`sweep`, for what uploads that were cut off have left. `SigningArtifactStore` adds signed URLs where
obstore can sign.

An object store has no folders: "a" and "a/b" may both be files, since telling would take requests
before each write. A file is put as a whole, or in parts that become visible when the last one has
arrived; where an upload breaks off, its parts are given up.
"""

import asyncio
import atexit
import logging
import mimetypes
import time
from asyncio import Task, create_task
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Iterator, Mapping
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Literal

import obstore

from sagwan.artifacts.base import (
    CHUNK,
    ArtifactReader,
    ArtifactStat,
    ArtifactStore,
    SignedUrl,
    SignsUrls,
)
from sagwan.artifacts.errors import is_folder, no_such_artifact, root_stays
from sagwan.artifacts.objects.errors import changed, explained
from sagwan.artifacts.objects.upload import Beside, Budget, Upload
from sagwan.domain.artifact_paths import TEMPORARY_PREFIX, check_artifact_path
from sagwan.entities import FileInfo
from sagwan.errors import NotFound, SagwanError

if TYPE_CHECKING:
    from obstore import Attributes, GetOptions, GetResult, ObjectMeta
    from obstore.store import (
        AzureStore,
        ClientConfig,
        GCSStore,
        ObjectStore,
        RetryConfig,
        S3Store,
    )
    from typing_extensions import Buffer

CLIENT: "ClientConfig" = {
    "connect_timeout": timedelta(seconds=5),
    "read_timeout": timedelta(seconds=30),
    # Of a whole request, which moves 8 MiB at most.
    "timeout": timedelta(minutes=5),
}
"""How obstore's HTTP client is set up."""

RETRY: "RetryConfig" = {
    "max_retries": 4,
    "retry_timeout": timedelta(seconds=20),
    "backoff": {"init_backoff": timedelta(milliseconds=100), "max_backoff": timedelta(seconds=2)},
}
"""How often obstore tries again, so that a store that is down is told from a slow one soon."""

FIRST = CHUNK
"""Bytes of a file that come with the request that opens it: small ones take no second request."""

RANGE = 4 * 1024 * 1024
"""Bytes of a larger file that one request brings."""

AHEAD = 4
"""Requests of one reader at once, at most."""

STALE = 24 * 3600.0
"""Seconds after which an upload that was not completed is rubbish."""

_DELETED_AT_ONCE = 1000

_log = logging.getLogger(__name__)

# Before Python 3.14, a thread of obstore that still lets go of a Python object when the interpreter
# ends aborts the process.
atexit.register(time.sleep, 0.1)


def stat_of(meta: "ObjectMeta") -> ArtifactStat:
    """What the store tells of an object."""
    modified = meta["last_modified"].timestamp()
    tag = (meta["e_tag"] or "").removeprefix("W/").strip('"')
    return ArtifactStat(
        size=meta["size"],
        modified=modified,
        version=tag or f"{int(modified * 1000):x}-{meta['size']:x}",
    )


class ObjectArtifactStore(ArtifactStore):
    """The objects of `store` whose keys begin with `root`; see the module."""

    def __init__(self, store: "ObjectStore", root: str, name: str) -> None:
        self.objects = store
        self.name = name
        self.root = root
        self.tags: Mapping[str, str] = {}
        self._swept = -STALE
        self._sweeping: Task[None] | None = None
        self._tasks: set[Task[None]] = set()
        self._budget = Budget()

    def key(self, path: str) -> str:
        """The key of the object at a path, which is checked."""
        return f"{self.root}/{path}" if self.root and path else self.root or path

    def attributes(self, path: str) -> "Attributes":
        """What to store with a file, such as its media type."""
        media_type, encoding = mimetypes.guess_type(path)
        # A client that is told of an encoding undoes it, and has other bytes than were stored.
        return {} if media_type is None or encoding else {"Content-Type": media_type}

    async def sweep(self) -> None:
        """Remove what uploads that were cut off more than a day ago have left."""

    async def list_folder(self, path: str = "") -> list[FileInfo]:
        path = check_artifact_path(path)
        key = self.key(path)
        with explained(path, self.name):
            found = await obstore.list_with_delimiter_async(self.objects, key or None)
        start = len(key) + 1 if key else 0
        infos = [FileInfo(prefix[start:], is_dir=True) for prefix in found["common_prefixes"]]
        infos += [
            FileInfo(meta["path"][start:], is_dir=False, file_size=meta["size"])
            for meta in found["objects"]
        ]
        # An object "a/" marks a folder for some tools; here it has the folder's own name.
        infos = [info for info in infos if info.path and not info.path.startswith(TEMPORARY_PREFIX)]
        infos.sort(key=lambda info: info.path)
        return infos

    async def stat(self, path: str) -> ArtifactStat:
        path = self._file(path)
        try:
            with explained(path, self.name):
                return stat_of(await obstore.head_async(self.objects, self.key(path)))
        except NotFound:
            raise await self._missing(path) from None

    async def read(self, path: str) -> ArtifactReader:
        path = self._file(path)
        key = self.key(path)
        try:
            with explained(path, self.name):
                try:
                    result = await obstore.get_async(
                        self.objects, key, options={"range": (0, FIRST)}
                    )
                except obstore.exceptions.GenericError:
                    # An empty file has no range.
                    meta = await obstore.head_async(self.objects, key)
                    if meta["size"]:
                        raise
                    return _Reader(self, path, meta, None)
        except NotFound:
            raise await self._missing(path) from None
        return _Reader(self, path, result.meta, result)

    def _file(self, path: str) -> str:
        """`path`, checked, where it may be a file. Raises InvalidParameter."""
        path = check_artifact_path(path)
        if not path:
            raise is_folder(path)
        return path

    async def _missing(self, path: str) -> SagwanError:
        """The error for a path at which there is no file."""
        with explained(path, self.name):
            async for metas in obstore.list(self.objects, self.key(path), chunk_size=1):
                if metas:
                    return is_folder(path)
        return no_such_artifact(path)

    async def write(self, path: str, chunks: AsyncIterable[bytes]) -> None:
        path = self._file(path)
        self._sweep_at_times()
        beside = Beside(self.attributes(path), self.tags)
        key = self.key(path)
        upload = Upload(self.objects, key, path, self.name, beside, self._budget)
        try:
            await upload.run(chunks)
        finally:
            if upload.task is not None and not upload.task.done():
                self._keep(upload.task)

    async def delete(self, path: str) -> None:
        path = check_artifact_path(path)
        if not path:
            raise root_stays()
        with explained(path, self.name):
            await self._delete_keys([self.key(path)])
            async for metas in obstore.list(
                self.objects, self.key(path), chunk_size=_DELETED_AT_ONCE
            ):
                await self._delete_keys([meta["path"] for meta in metas])

    async def _delete_keys(self, keys: list[str]) -> None:
        try:
            await obstore.delete_async(self.objects, keys)
        except FileNotFoundError:
            # Some stores say so of one that is missing, perhaps without going on to the next.
            for key in keys if len(keys) > 1 else []:
                await self._delete_keys([key])

    def _sweep_at_times(self) -> None:
        """Sweep in the background at the first write, and a day later again."""
        if time.monotonic() - self._swept < STALE:
            return
        self._swept = time.monotonic()
        self._sweeping = create_task(self._sweep())

    def _keep(self, task: Task[None]) -> None:
        """See that a task comes to its end before the store is closed."""
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()

    async def _sweep(self) -> None:
        try:
            await self.sweep()
        except SagwanError as error:
            _log.warning("Old uploads in %s were not removed: %s", self.name, error)

    async def close(self) -> None:
        tasks = list(self._tasks)
        if self._sweeping is not None:
            self._sweeping.cancel()
            tasks.append(self._sweeping)
        await asyncio.gather(*tasks, return_exceptions=True)


class SigningArtifactStore(ObjectArtifactStore, SignsUrls):
    """A store for which obstore signs URLs."""

    def __init__(self, store: "AzureStore | GCSStore | S3Store", root: str, name: str) -> None:
        super().__init__(store, root, name)
        self._signer = store

    async def sign_download(self, path: str, expires: int) -> SignedUrl:
        return await self._sign("GET", path, expires)

    async def sign_upload(self, path: str, expires: int) -> SignedUrl:
        return await self._sign("PUT", path, expires)

    async def _sign(self, method: Literal["GET", "PUT"], path: str, expires: int) -> SignedUrl:
        path = self._file(path)
        with explained(path, self.name):
            url = await obstore.sign_async(
                self._signer, method, self.key(path), timedelta(seconds=expires)
            )
        return SignedUrl(url)


class _Reader(ArtifactReader):
    """A file that is read in ranges, each only if the file is still the one that was opened.

    Each time that a client has to wait, more is asked for ahead; for a slow client, one range is.
    """

    def __init__(
        self,
        store: ObjectArtifactStore,
        path: str,
        meta: "ObjectMeta",
        first: "GetResult | None",
    ) -> None:
        self._store = store
        self._path = path
        self._tag = meta["e_tag"]
        self._first = first
        self.stat = stat_of(meta)

    async def chunks(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        stop = self.stat.size if stop is None else stop
        first, self._first = self._first, None
        if first is not None and start == 0 and 0 < stop <= FIRST:
            # Most files are small, and need none of what follows.
            yield bytes(await self._fetch(start, stop, first))
            return
        ranges = _ranges(start, stop)
        ahead: deque[Task[Buffer]] = deque()

        def ask(requests: int) -> None:
            for begin, end in islice(ranges, max(requests - len(ahead), 0)):
                opened = first if begin == 0 and end <= FIRST else None
                ahead.append(create_task(self._fetch(begin, end, opened)))

        window = 1
        try:
            ask(window + 1)
            while ahead:
                data = memoryview(await ahead.popleft())
                ask(window)
                for at in range(0, len(data), CHUNK):
                    yield bytes(data[at : at + CHUNK])
                if ahead and not ahead[0].done():
                    window = min(window + 1, AHEAD)
        finally:
            for task in ahead:
                task.cancel()
            await asyncio.gather(*ahead, return_exceptions=True)

    async def _fetch(self, start: int, stop: int, opened: "GetResult | None") -> "Buffer":
        with explained(self._path, self._store.name):
            try:
                if opened is None:
                    options: GetOptions = {"range": (start, stop)}
                    if self._tag is not None:
                        options["if_match"] = self._tag
                    opened = await obstore.get_async(
                        self._store.objects, self._store.key(self._path), options=options
                    )
                data = await opened.bytes_async()
            except FileNotFoundError:
                raise changed(self._path) from None
        if len(data) < stop - start or opened.meta["size"] != self.stat.size:
            raise changed(self._path)
        return memoryview(data)[: stop - start]

    async def close(self) -> None:
        self._first = None


def _ranges(start: int, stop: int) -> Iterator[tuple[int, int]]:
    """What to ask for, one after the other: what came when the file was opened, and the rest."""
    if start == 0 and stop > 0:
        yield 0, min(FIRST, stop)
        start = min(FIRST, stop)
    for begin in range(start, stop, RANGE):
        yield begin, min(begin + RANGE, stop)
