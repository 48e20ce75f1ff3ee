"""HDFS by HTTP: `webhdfs://[user@]host[:port]/path`, and `swebhdfs://` for HTTPS.

The NameNode is asked; where bytes are to be moved, it says which DataNode to turn to, and only that
address is followed. Files are created and read by the numbers of inodes where their names hold
more than plain ASCII: old servers garble those names on the way to the DataNode.
"""

import asyncio
import errno
import logging
import re
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TypeVar
from urllib.parse import quote, urlencode, urlsplit

import httpx
import msgspec

from sagwan.artifacts.base import CHUNK, ArtifactStore
from sagwan.artifacts.remote.files import Entry, RemoteFile, RemoteFiles, RemoteReader
from sagwan.artifacts.remote.hadoop import error_of, parse, user_of
from sagwan.artifacts.remote.store import RemoteArtifactStore
from sagwan.errors import InvalidParameter

T = TypeVar("T")

TOKEN_VARIABLE = "SAGWAN_WEBHDFS_DELEGATION_TOKEN"
CONNECT_TIME = 10.0
ANSWER_TIME = 60.0
"""Seconds within which a server must answer, or take or give some bytes."""

# Questions that are asked at once; more would not be answered sooner.
_QUESTIONS = 8
_PORTS = {"webhdfs": 9870, "swebhdfs": 9871}
_PLAIN = re.compile(r"[A-Za-z0-9._~/-]*")
_TOKEN = re.compile(r"(delegation=)[^&\s'\"]+")


class _Redacted(logging.Filter):
    """Keeps delegation tokens, which are part of URLs, out of the HTTP library's log lines."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if "delegation=" in text:
            record.msg, record.args = _TOKEN.sub(r"\1***", text), ()
        return True


for _name in ("httpx", "httpcore.connection", "httpcore.http11"):
    logging.getLogger(_name).addFilter(_Redacted())


class _Status(msgspec.Struct, rename="camel"):
    """A file or folder as WebHDFS describes it."""

    type: str
    length: int = 0
    modification_time: int = 0
    path_suffix: str = ""
    file_id: int = 0


class _OneStatus(msgspec.Struct, rename="pascal"):
    file_status: _Status


class _Statuses(msgspec.Struct, rename="pascal"):
    file_status: list[_Status] = []


class _Listing(msgspec.Struct, rename="pascal"):
    file_statuses: _Statuses


class _Done(msgspec.Struct):
    boolean: bool = True


class _Failure(msgspec.Struct):
    exception: str
    message: str = ""
    java_class_name: str = msgspec.field(name="javaClassName", default="")


class _Failed(msgspec.Struct, rename="pascal"):
    remote_exception: _Failure


def open_store(uri: str, environ: Mapping[str, str]) -> ArtifactStore:
    """The store at `uri`. Raises InvalidParameter where it can't be one."""
    place = parse(uri)
    if not place.host:
        raise InvalidParameter(f"A {place.scheme}:// URI must name the NameNode's host: '{uri}'")
    if place.port is None:
        place = place._replace(port=_PORTS[place.scheme])
    token = environ.get(TOKEN_VARIABLE, "")
    who = {"delegation": token} if token else {"user.name": user_of(place, environ)}
    context = None
    if place.scheme == "swebhdfs":
        try:
            context = ssl.create_default_context(
                cafile=environ.get("SSL_CERT_FILE") or None,
                capath=environ.get("SSL_CERT_DIR") or None,
            )
        except OSError as error:
            raise InvalidParameter(
                f"The certificates that SSL_CERT_FILE or SSL_CERT_DIR names: {error}"
            ) from error
    files = WebHdfsFiles(place.address, who, context)
    return RemoteArtifactStore(files, place.path, place.name)


def _failure(response: httpx.Response) -> OSError:
    """What an answer means that is not the one that was hoped for."""
    try:
        failed = msgspec.json.decode(response.content, type=_Failed).remote_exception
    except msgspec.DecodeError:
        if response.status_code in (401, 403):
            return PermissionError(f"the answer is {response.status_code}")
        return ConnectionError(f"the answer {response.status_code} is not one of WebHDFS")
    return error_of(failed.java_class_name or failed.exception, failed.message)


def _decoded(response: httpx.Response, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(response.content, type=kind)
    except msgspec.DecodeError as error:
        raise ConnectionError("the answer is not one of WebHDFS") from error


@contextmanager
def _explained(url: str) -> Iterator[None]:
    """Turn errors of the HTTP library into those of an operating system."""
    try:
        yield
    except httpx.TimeoutException as error:
        raise TimeoutError(f"{_server(url)} does not answer.") from error
    except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL) as error:
        raise ConnectionError(f"{_server(url)}: {_reason(error)}") from error


def _server(url: str) -> str:
    """Who is asked; the rest of a URL may hold a token."""
    return urlsplit(url).netloc.rpartition("@")[2]


def _reason(error: BaseException) -> str:
    """The first text in a chain of errors. None of the HTTP library's names a URL."""
    first: BaseException | None = error
    while first is not None and not str(first):
        first = first.__cause__ or first.__context__
    return type(error).__name__ if first is None else str(first)


class _Upload(RemoteFile):
    """A PUT that is under way; it holds one chunk that the connection has not taken yet."""

    def __init__(
        self, files: "WebHdfsFiles", path: str, client: httpx.AsyncClient, url: str
    ) -> None:
        self._files = files
        self._path = path
        self._client = client
        self._url = url
        self._size = 0
        self._chunks: asyncio.Queue[bytes | None] = asyncio.Queue(maxsize=1)
        self._sending = asyncio.create_task(self._send())

    async def _send(self) -> None:
        try:
            response = await self._put(self._body())
        except ConnectionError as error:
            raise await self._reason_for(error) from error
        if response.status_code != 201:
            raise _failure(response)

    async def _put(self, body: AsyncIterator[bytes] | bytes) -> httpx.Response:
        with _explained(self._url):
            return await self._client.put(
                self._url,
                content=body,
                timeout=self._files.time(),
                headers={"Content-Type": "application/octet-stream"},
            )

    async def _reason_for(self, error: ConnectionError) -> OSError:
        """Why the DataNode hung up: when it refuses a file, its answer can be lost in the flood."""
        with suppress(OSError):
            refused = _failure(await self._put(b""))
            if isinstance(refused, PermissionError) or refused.errno == errno.EDQUOT:
                return refused
        return error

    async def _body(self) -> AsyncIterator[bytes]:
        while (chunk := await self._chunks.get()) is not None:
            yield chunk

    async def _hand_over(self, chunk: bytes | None) -> None:
        """Wait until there is a place for `chunk`, or the request is over."""
        handing = asyncio.create_task(self._chunks.put(chunk))
        try:
            await asyncio.wait({handing, self._sending}, return_when=asyncio.FIRST_COMPLETED)
            if self._sending.done():
                await self._sending
                raise ConnectionError("WebHDFS answered before it had all of the file.")
        finally:
            handing.cancel()

    async def write(self, data: bytes) -> None:
        if data:
            self._size += len(data)
            await self._hand_over(data)

    async def close(self) -> None:
        try:
            await self._hand_over(None)
            await self._sending
        except BaseException:
            await self.abort()
            raise
        # Old DataNodes say that all is well also where they could not finish the file.
        if (await self._files.stat(self._path)).size != self._size:
            raise ConnectionError("the DataNode did not store all of the file")

    async def abort(self) -> None:
        self._sending.cancel()
        await asyncio.gather(self._sending, return_exceptions=True)


class _Reader(RemoteReader):
    """A file by the number of its inode, which no other file ever has."""

    def __init__(self, files: "WebHdfsFiles", entry: Entry) -> None:
        self.entry = entry
        self._files = files
        self._inode = _by_inode(entry.version)

    async def chunks(self, start: int, stop: int) -> AsyncGenerator[bytes, None]:
        stop = min(stop, self.entry.size)
        try:
            async for chunk in self._files.read(self._inode, start, stop):
                yield chunk
        except FileNotFoundError:
            # It was replaced or deleted.
            return
        except OSError:
            try:
                await self._files.stat(self._inode)
            except FileNotFoundError:
                return
            raise

    async def close(self) -> None:
        pass


def _by_inode(number: str) -> str:
    return f"/.reserved/.inodes/{number}"


class WebHdfsFiles(RemoteFiles):
    """The files of the HDFS whose NameNode answers at `address`, by HTTPS if there is `context`.

    `who` holds the parameters that say who asks. They are secret. `answer_time` is in seconds.
    """

    def __init__(
        self,
        address: str,
        who: Mapping[str, str],
        context: ssl.SSLContext | None = None,
        answer_time: float = ANSWER_TIME,
    ) -> None:
        self._scheme = "http" if context is None else "https"
        self._base = f"{self._scheme}://{address}/webhdfs/v1"
        self._who = dict(who)
        self._context = context
        self.answer_time = answer_time
        self._asking = asyncio.Semaphore(_QUESTIONS)
        self._clients: list[httpx.AsyncClient] = []

    def _client_for(self, moving: bool) -> httpx.AsyncClient:
        """The client that asks the NameNode, or the one that moves bytes: DataNodes hang up."""
        if not self._clients:
            # Without HTTPS there is nothing to verify.
            verify = self._context or False
            self._clients = [
                httpx.AsyncClient(
                    verify=verify,
                    limits=httpx.Limits(max_connections=None, max_keepalive_connections=kept),
                    trust_env=False,
                    follow_redirects=False,
                )
                for kept in (_QUESTIONS, 0)
            ]
        return self._clients[moving]

    def time(self) -> httpx.Timeout:
        """How long the HTTP library waits for what."""
        return httpx.Timeout(self.answer_time, connect=CONNECT_TIME, pool=None)

    def _url(self, op: str, path: str, parameters: Mapping[str, str]) -> str:
        query = urlencode({"op": op, **parameters, **self._who})
        return f"{self._base}{quote(path, safe='/')}?{query}"

    async def _ask(
        self, method: str, op: str, path: str, parameters: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """The NameNode's answer. Raises OSError where it refuses."""
        url = self._url(op, path, parameters or {})
        with _explained(url):
            async with self._asking:
                response = await self._client_for(moving=False).request(
                    method, url, timeout=self.time()
                )
        if response.status_code not in (200, 201, 307):
            raise _failure(response)
        return response

    async def _data_address(
        self, method: str, op: str, path: str, parameters: Mapping[str, str]
    ) -> str:
        """Where the NameNode sends us for bytes."""
        response = await self._ask(method, op, await self._plain(path), parameters)
        address: str = response.headers.get("location", "")
        if response.status_code != 307 or urlsplit(address).scheme != self._scheme:
            raise ConnectionError("WebHDFS named no DataNode, or not one with the same protocol.")
        return address

    async def _plain(self, path: str) -> str:
        """A path for the same file or new file in which there is nothing to garble."""
        if _PLAIN.fullmatch(path):
            return path
        folder, _, name = path.rpartition("/")
        entry = await self.stat(folder or "/")
        if not entry.version or not _PLAIN.fullmatch(name):
            raise OSError(errno.EINVAL, "This WebHDFS server would garble the file's name.")
        return f"{_by_inode(entry.version)}/{name}"

    async def list_folder(self, path: str) -> list[Entry]:
        listing = _decoded(await self._ask("GET", "LISTSTATUS", path), _Listing)
        statuses = listing.file_statuses.file_status
        if any(not status.path_suffix for status in statuses):
            raise NotADirectoryError(path)
        return [_entry(status, status.path_suffix) for status in statuses]

    async def stat(self, path: str) -> Entry:
        found = _decoded(await self._ask("GET", "GETFILESTATUS", path), _OneStatus)
        return _entry(found.file_status, path.rpartition("/")[2])

    async def open(self, path: str) -> RemoteReader:
        entry = await self.stat(path)
        if not entry.version or entry.is_dir:
            return await super().open(path)
        return _Reader(self, entry)

    async def read(self, path: str, start: int, stop: int) -> AsyncGenerator[bytes, None]:
        if start >= stop:
            return
        wanted = {"offset": str(start), "length": str(stop - start)}
        address = await self._data_address("GET", "OPEN", path, wanted)
        with _explained(address):
            client = self._client_for(moving=True)
            async with client.stream("GET", address, timeout=self.time()) as response:
                if response.status_code not in (200, 206):
                    await response.aread()
                    raise _failure(response)
                async for chunk in response.aiter_raw(CHUNK):
                    yield chunk

    async def create(self, path: str) -> RemoteFile:
        address = await self._data_address("PUT", "CREATE", path, {"overwrite": "true"})
        return _Upload(self, path, self._client_for(moving=True), address)

    async def make_folder(self, path: str) -> None:
        # It makes the folders above, too.
        if not _decoded(await self._ask("PUT", "MKDIRS", path), _Done).boolean:
            raise NotADirectoryError(path)

    async def replace(self, source: str, target: str) -> None:
        parameters = {"destination": target, "renameoptions": "OVERWRITE"}
        response = await self._ask("PUT", "RENAME", source, parameters)
        # Servers that know the option answer with nothing.
        if response.content and not _decoded(response, _Done).boolean:
            raise ConnectionError("this WebHDFS server can't move a file over another one")

    async def set_modified(self, path: str, modified: int) -> None:
        await self._ask("PUT", "SETTIMES", path, {"modificationtime": str(modified * 1000)})

    async def _delete(self, path: str, recursive: bool) -> bool:
        parameters = {"recursive": "true" if recursive else "false"}
        return _decoded(await self._ask("DELETE", "DELETE", path, parameters), _Done).boolean

    async def remove_file(self, path: str) -> None:
        if not await self._delete(path, recursive=False):
            raise FileNotFoundError(path)

    async def remove_folder(self, path: str) -> None:
        await self.remove_file(path)

    async def remove_tree(self, path: str) -> None:
        await self._delete(path, recursive=True)

    async def close(self) -> None:
        for client in self._clients:
            await client.aclose()


def _entry(status: _Status, name: str) -> Entry:
    return Entry(
        name,
        status.type == "DIRECTORY",
        status.length,
        status.modification_time / 1000,
        version=str(status.file_id) if status.file_id else "",
        is_other=status.type not in ("DIRECTORY", "FILE"),
    )
