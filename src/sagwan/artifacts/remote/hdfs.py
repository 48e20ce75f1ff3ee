"""HDFS by Hadoop's own protocol: `hdfs://[user@]host[:port]/path`, `viewfs://cluster/path`.

The library is hdfs-native, which needs no Java. It reads HADOOP_USER_NAME and, if `HADOOP_CONF_DIR`
is not given to it, Hadoop's configuration from the environment of the process.
"""

import asyncio
import os
import re
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Generator, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar
from xml.etree import ElementTree

import hdfs_native

from sagwan.artifacts.base import CHUNK, ArtifactStore
from sagwan.artifacts.remote.files import Entry, RemoteFile, RemoteFiles, RemoteReader
from sagwan.artifacts.remote.hadoop import Place, error_of, parse, process_user
from sagwan.artifacts.remote.store import RemoteArtifactStore
from sagwan.config.load import environment
from sagwan.errors import InvalidParameter

T = TypeVar("T")

ANSWER_TIME = 60.0
"""Seconds within which HDFS must answer a question, or take or give a chunk."""

_DEFAULT_PORT = 8020
_ATTEMPTS = 3
# Entries of a list after which the waiting time starts anew. The NameNode sends as many at once.
_BATCH = 1000
# What a NameNode must hear from a DataNode before it takes a file for complete is on its way when
# the DataNode tells us. Whoever asks earlier is told to come back, and then waits half a second.
_HEAD_START = 0.004
# No block is smaller, so that the size of those of a small file need not be asked for.
_LEAST_BLOCK = 64 * 1024
_INCOMPLETE = "Failed to complete file in time"
# What a NameNode says that closes files before it has heard of their last blocks.
_NOT_YET = ("RetriableException", "NotReplicatedYetException")
_NOT_YET_WAIT = 0.1
_CONFIGURATION = ("core-site.xml", "hdfs-site.xml")
_ERROR = re.compile(r'(\w+)\((?:"([\w.$]+)", )?"?(.*?)"?\)?$', re.DOTALL)


def open_store(uri: str, environ: Mapping[str, str]) -> ArtifactStore:
    """The store at `uri`. Raises InvalidParameter where it can't be one."""
    place = parse(uri)
    settings = _extra_settings(environ)
    folder = environ.get("HADOOP_CONF_DIR") or None
    known = {**_configuration(folder), **settings}
    _check_user(place, known, environ)
    # With more attempts than NameNodes the library waits in between, which it can't do in asyncio.
    settings.setdefault("dfs.client.failover.max.attempts", str(_most_name_nodes(known) - 1))
    cache = environ.get("MLFLOW_KERBEROS_TICKET_CACHE") or None
    principal = (environ.get("MLFLOW_KERBEROS_USER") or place.user or None) if cache else None
    if cache and not principal:
        raise InvalidParameter(
            "MLFLOW_KERBEROS_TICKET_CACHE needs the name of the principal in MLFLOW_KERBEROS_USER."
        )
    try:
        client = _client(
            _process_user(),
            _url(place, known),
            tuple(sorted(settings.items())),
            folder,
            principal,
            cache,
        )
    except (OSError, RuntimeError, ValueError) as error:
        raise InvalidParameter(f"{place.name} can't be opened: {_text(error)}") from error
    return RemoteArtifactStore(HdfsFiles(client), place.path, place.name)


@cache
def _client(
    user: str,
    url: str | None,
    settings: tuple[tuple[str, str], ...],
    folder: str | None,
    principal: str | None,
    cache: str | None,
) -> Any:
    """The library's client, made once and never let go of.

    It brings threads of its own, and panics where one of these drops the last reference to it, as
    the collector of garbage may make them do. The library itself finds out who the `user` is.
    """
    return hdfs_native.AsyncClient(
        url, dict(settings), folder, kerberos_principal=principal, kerberos_cache=cache
    )


def _url(place: Place, known: Mapping[str, str]) -> str | None:
    """What names the file system to the library; None for the configuration's default."""
    if not place.host:
        return None
    if place.scheme == "hdfs" and place.port is None and _name_nodes(known, place.host) == 0:
        place = place._replace(port=_DEFAULT_PORT)
    return f"{place.scheme}://{place.address}"


def _extra_settings(environ: Mapping[str, str]) -> dict[str, str]:
    """What MLFLOW_PYARROW_EXTRA_CONF sets, in the form `key=value,key=value`."""
    pairs = [pair for pair in environ.get("MLFLOW_PYARROW_EXTRA_CONF", "").split(",") if pair]
    if any("=" not in pair for pair in pairs):
        raise InvalidParameter(
            "MLFLOW_PYARROW_EXTRA_CONF must have the form 'key=value,key=value'."
        )
    return {key.strip(): value for key, _, value in (pair.partition("=") for pair in pairs)}


def _configuration(folder: str | None) -> dict[str, str]:
    """The properties in Hadoop's configuration files, later ones over earlier ones."""
    found: dict[str, str] = {}
    for name in _CONFIGURATION if folder else ():
        path = os.path.join(str(folder), name)
        try:
            root = ElementTree.parse(path).getroot()
        except FileNotFoundError:
            continue
        except (OSError, ElementTree.ParseError) as error:
            raise InvalidParameter(f"Hadoop's configuration can't be read: {error}") from error
        for node in root.iter("property"):
            found[node.findtext("name", "").strip()] = node.findtext("value", "").strip()
    return found


def _name_nodes(known: Mapping[str, str], service: str) -> int:
    nodes = known.get(f"dfs.ha.namenodes.{service}", "")
    return len([node for node in nodes.split(",") if node.strip()])


def _most_name_nodes(known: Mapping[str, str]) -> int:
    prefix = "dfs.ha.namenodes."
    services = [key.removeprefix(prefix) for key in known if key.startswith(prefix)]
    return max((_name_nodes(known, service) for service in services), default=1) or 1


def _process_user() -> str:
    return environment().get("HADOOP_USER_NAME") or process_user()


def _check_user(place: Place, known: Mapping[str, str], environ: Mapping[str, str]) -> None:
    """Raise InvalidParameter where the library would act as someone else than was asked for."""
    if known.get("hadoop.security.authentication", "simple").lower() != "simple":
        return
    if environ.get("MLFLOW_KERBEROS_TICKET_CACHE"):
        return
    user = environ.get("MLFLOW_KERBEROS_USER") or environ.get("HADOOP_USER_NAME")
    wanted = place.user or user
    actual = _process_user()
    if wanted and wanted != actual:
        raise InvalidParameter(
            f"{place.name} should be used as '{wanted}', but this process acts on HDFS as"
            f" '{actual}'. Start it with HADOOP_USER_NAME={wanted}."
        )


def _text(error: BaseException) -> str:
    match = _ERROR.match(str(error))
    return (match[3] if match else str(error)).split("\n")[0]


def _os_error(error: BaseException) -> OSError | None:
    """What an error of the library is to an operating system; None for one that isn't its."""
    text = str(error)
    if isinstance(error, TimeoutError):
        return TimeoutError("HDFS does not answer.")
    if isinstance(error, FileNotFoundError):
        return error_of("FileNotFoundException", text)
    if isinstance(error, FileExistsError):
        return error_of("FileAlreadyExistsException", text)
    if isinstance(error, IsADirectoryError | NotADirectoryError | PermissionError):
        return error
    if isinstance(error, OSError):
        return ConnectionError(text.split("\n")[0])
    if isinstance(error, RuntimeError | ValueError):
        match = _ERROR.match(text)
        if match and match[2]:
            return error_of(match[2], match[3].replace("\\n", "\n").replace('\\"', '"'))
        return ConnectionError(text.split("\n")[0].split("\\n")[0])
    # A bug of the library shows as a panic, which is no Exception.
    if type(error).__name__ == "PanicException":
        return ConnectionError(text)
    return None


@contextmanager
def _explained() -> Iterator[None]:
    """Turn the library's errors into those of an operating system."""
    try:
        yield
    except BaseException as error:
        understood = _os_error(error)
        if understood is None or understood is error:
            raise
        raise understood from error


class _WithHeadStart:
    """Awaits a call of the library, but goes on a moment later each time that it could."""

    def __init__(self, call: Coroutine[Any, Any, None]) -> None:
        self._call = call

    def __await__(self) -> Generator[Any, Any, None]:
        try:
            while True:
                yield self._call.send(None)
                yield from asyncio.sleep(_HEAD_START).__await__()
        except StopIteration:
            return
        finally:
            self._call.close()


class _Writer(RemoteFile):
    """A file that is finished at the end of each of its blocks, and opened again for the next.

    A NameNode gives out no further block before it has heard of the last but one, and the library
    asks once: a DataNode's report that is late would break off the upload, with no way to go on.
    Whether a file is complete can be asked for as long as need be, if all blocks but one were.
    """

    def __init__(self, files: "HdfsFiles", path: str, writer: hdfs_native.AsyncFileWriter) -> None:
        self._files = files
        self._path = path
        self._writer: hdfs_native.AsyncFileWriter | None = writer
        # Bytes of a block, once they matter, and how many more the present one may take.
        self._block = 0
        self._room = _LEAST_BLOCK

    async def write(self, data: bytes) -> None:
        rest = memoryview(data)
        while len(rest) > self._room:
            if not self._block:
                self._block = await self._files.block_size(self._path)
                self._room += self._block - _LEAST_BLOCK
                continue
            await self._append(rest[: self._room])
            rest = rest[self._room :]
            await self.close()
            # The lease of the new writer ends where the old one goes after it came.
            self._writer = None
            self._writer = await self._files.append(self._path)
            self._room = self._block
        await self._append(rest)
        self._room -= len(rest)

    async def _append(self, data: memoryview) -> None:
        assert self._writer is not None
        with _explained():
            async with asyncio.timeout(self._files.answer_time):
                await self._writer.write(data)

    async def close(self) -> None:
        assert self._writer is not None
        with _explained():
            async with asyncio.timeout(self._files.answer_time):
                while True:
                    try:
                        return await _WithHeadStart(self._writer.close())
                    except RuntimeError as error:
                        # The library has asked for 15 seconds. Nothing is sent twice.
                        if _INCOMPLETE not in str(error):
                            raise

    async def abort(self) -> None:
        # Without it, its lease is not renewed any more.
        self._writer = None


class _Reader(RemoteReader):
    """The blocks that a file had when it was opened. DataNodes keep them for a while."""

    def __init__(
        self, files: "HdfsFiles", path: str, entry: Entry, reader: hdfs_native.AsyncFileReader
    ) -> None:
        self.entry = entry
        self._files = files
        self._path = path
        self._reader = reader

    async def chunks(self, start: int, stop: int) -> AsyncGenerator[bytes, None]:
        stop = min(stop, self.entry.size)
        if start >= stop:
            return
        try:
            async for chunk in self._files.pieces(self._reader, start, stop):
                yield chunk
        except OSError:
            # The blocks of a file that was replaced or deleted go away.
            if await self._files.is_unchanged(self._path, self.entry):
                raise

    async def close(self) -> None:
        pass


class HdfsFiles(RemoteFiles):
    """The files of one HDFS, or of what a view combines; `answer_time` is in seconds."""

    def __init__(self, client: hdfs_native.AsyncClient, answer_time: float = ANSWER_TIME) -> None:
        self._client = client
        self.answer_time = answer_time

    async def _answer(self, call: Coroutine[Any, Any, T]) -> T:
        with _explained():
            async with asyncio.timeout(self.answer_time):
                return await call

    async def list_folder(self, path: str) -> list[Entry]:
        entries: list[Entry] = []
        now = asyncio.get_running_loop().time
        with _explained():
            async with asyncio.timeout(self.answer_time) as limit:
                async for status in self._client.list_status(path):
                    if status.path == path and not status.isdir:
                        raise NotADirectoryError(path)
                    entries.append(_entry(status))
                    if len(entries) % _BATCH == 0:
                        limit.reschedule(now() + self.answer_time)
        return entries

    async def stat(self, path: str) -> Entry:
        return _entry(await self._answer(self._client.get_file_info(path)))

    async def is_unchanged(self, path: str, entry: Entry) -> bool:
        """Whether `path` still is what `entry` says."""
        try:
            return await self.stat(path) == entry
        except (FileNotFoundError, NotADirectoryError):
            return False

    async def open(self, path: str) -> RemoteReader:
        entry = await self.stat(path)
        for _ in range(_ATTEMPTS):
            if entry.is_dir:
                raise IsADirectoryError(path)
            reader = await self._answer(self._client.read(path))
            found = await self.stat(path)
            if found == entry:
                return _Reader(self, path, entry, reader)
            entry = found
        raise ConnectionError("The file is being replaced again and again.")

    async def read(self, path: str, start: int, stop: int) -> AsyncGenerator[bytes, None]:
        reader = await self._answer(self._client.read(path))
        async for chunk in self.pieces(reader, start, min(stop, len(reader))):
            yield chunk

    async def pieces(
        self, reader: hdfs_native.AsyncFileReader, start: int, stop: int
    ) -> AsyncGenerator[bytes, None]:
        """The bytes from `start` up to `stop`, gathered: the library's packets are small."""
        if start >= stop:
            return
        stream = reader.read_range_stream(start, stop - start)
        while piece := await self._piece(stream):
            yield piece

    async def _piece(self, stream: AsyncIterator[bytes]) -> bytes:
        packets = []
        size = 0
        with _explained():
            async with asyncio.timeout(self.answer_time):
                async for packet in stream:
                    packets.append(packet)
                    size += len(packet)
                    if size >= CHUNK:
                        break
        return b"".join(packets)

    async def create(self, path: str) -> RemoteFile:
        options = hdfs_native.WriteOptions(overwrite=True, create_parent=False)
        return _Writer(self, path, await self._answer(self._client.create(path, options)))

    async def block_size(self, path: str) -> int:
        """Bytes of a full block of the file at `path`."""
        status = await self._answer(self._client.get_file_info(path))
        return status.blocksize or _LEAST_BLOCK

    async def append(self, path: str) -> hdfs_native.AsyncFileWriter:
        """Open the file at `path`, which is complete, to go on with it."""
        with _explained():
            async with asyncio.timeout(self.answer_time):
                while True:
                    try:
                        return await self._client.append(path)
                    except RuntimeError as error:
                        if not any(name in str(error).split("\n")[0] for name in _NOT_YET):
                            raise
                    await asyncio.sleep(_NOT_YET_WAIT)

    async def make_folder(self, path: str) -> None:
        await self._answer(self._client.mkdirs(path))

    async def replace(self, source: str, target: str) -> None:
        await self._answer(self._client.rename(source, target, overwrite=True))

    async def set_modified(self, path: str, modified: int) -> None:
        await self._answer(self._client.set_times(path, modified * 1000, modified * 1000))

    async def remove_file(self, path: str) -> None:
        if not await self._answer(self._client.delete(path)):
            raise FileNotFoundError(path)

    async def remove_folder(self, path: str) -> None:
        await self.remove_file(path)

    async def remove_tree(self, path: str) -> None:
        await self._answer(self._client.delete(path, recursive=True))

    async def close(self) -> None:
        pass


def _entry(status: hdfs_native.FileStatus) -> Entry:
    name = status.path.rpartition("/")[2]
    return Entry(name, status.isdir, status.length, status.modification_time / 1000)
