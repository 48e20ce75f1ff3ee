"""Artifacts on an SSH server, by SFTP.

Requests of a transfer are sent without waiting for the answers to those before, so that its speed
does not depend on the distance. How much is under way is bounded.
"""

import asyncio
import errno
from asyncio import Future, Task
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing, suppress
from typing import Any, TypeVar

from asyncssh import SFTPAttrs, SFTPClientFile
from asyncssh.constants import (
    FILEXFER_TYPE_DIRECTORY,
    FILEXFER_TYPE_REGULAR,
    FILEXFER_TYPE_UNKNOWN,
)

from sagwan.artifacts.remote.files import Entry, RemoteFile, RemoteFiles, RemoteReader
from sagwan.artifacts.remote.ssh import Connection, Limits, Session
from sagwan.artifacts.remote.steps import Replacement
from sagwan.artifacts.remote.store import RemoteArtifactStore
from sagwan.artifacts.remote.uri import parse_address

T = TypeVar("T")

_UNDER_WAY = 4 * 1024 * 1024
# The least is what every server takes, and more than the largest makes nothing faster.
_LEAST_BLOCK = 32 * 1024
_LARGEST_BLOCK = 256 * 1024
# What servers say where the protocol has no code for it.
_UNCLEAR = (errno.EIO, errno.EACCES, errno.EEXIST)


def _block(limit: int) -> int:
    return max(_LEAST_BLOCK, min(limit, _LARGEST_BLOCK))


def _entry(name: str, attrs: SFTPAttrs) -> Entry:
    is_dir = attrs.type == FILEXFER_TYPE_DIRECTORY
    is_other = attrs.type not in (
        FILEXFER_TYPE_DIRECTORY,
        FILEXFER_TYPE_REGULAR,
        FILEXFER_TYPE_UNKNOWN,
    )
    return Entry(name, is_dir, attrs.size or 0, float(attrs.mtime or 0), is_other=is_other)


class _Handle:
    """A file that is open in a session."""

    def __init__(self, connection: Connection, session: Session, file: SFTPClientFile) -> None:
        self.file = file
        self.client = session.client
        self._connection = connection
        self._session = session
        self._session.users += 1
        self._closed = False

    async def ask(self, request: Awaitable[T], limit: float = 0.0) -> T:
        """The answer to a request. Raises OSError."""
        async with self._connection.asking(self._session, limit):
            return await request

    async def flush(self) -> None:
        """Have the file's data, or the folder's entries, written to the disk.

        Raises OSError, with ENOTSUP where the server knows no such request.
        """
        await self.ask(self.file.fsync(), self._connection.limits.flush)

    async def close(self) -> None:
        """Close the file; nothing happens where that was done."""
        if not self._closed:
            self._closed = True
            self._session.users -= 1
            await self.ask(self.file.close())


async def _cancel(requests: deque[Task[Any]]) -> None:
    for request in requests:
        request.cancel()
    await asyncio.gather(*requests, return_exceptions=True)
    requests.clear()


class _File(RemoteFile):
    """A file that is being written."""

    def __init__(self, handle: _Handle, path: str) -> None:
        self._handle = handle
        self._path = path
        self._position = 0
        self._block = _block(handle.client.limits.max_write_len)
        self._requests: deque[Task[int]] = deque()

    async def write(self, data: bytes) -> None:
        for start in range(0, len(data), self._block):
            while len(self._requests) * self._block >= _UNDER_WAY:
                await self._answer()
            block = data[start : start + self._block]
            request = self._handle.file.write(block, self._position)
            self._requests.append(asyncio.create_task(request))
            self._position += len(block)

    async def _answer(self) -> None:
        request = self._requests.popleft()
        try:
            await self._handle.ask(request)
        except OSError as error:
            if error.errno == errno.EIO and await self._is_full():
                raise OSError(errno.ENOSPC, "no space is left") from error
            raise

    async def _is_full(self) -> bool:
        """Whether the disk is. The protocol has no code for it, but many servers tell."""
        with suppress(OSError):
            room = await self._handle.ask(self._handle.client.statvfs(self._path))
            return (room.bavail or 0) * (room.frsize or 0) < self._block
        return False

    async def close(self) -> None:
        try:
            while self._requests:
                await self._answer()
            try:
                await self._handle.flush()
            except OSError as error:
                if error.errno != errno.ENOTSUP:
                    raise
            await self._handle.close()
        except BaseException:
            await self.abort()
            raise

    async def abort(self) -> None:
        await _cancel(self._requests)
        with suppress(OSError):
            await self._handle.close()


class _Reader(RemoteReader):
    """A file that is open for reading, also after its name has gone to another one."""

    def __init__(self, handle: _Handle, entry: Entry) -> None:
        self.entry = entry
        self._handle = handle
        self._block = _block(handle.client.limits.max_read_len)

    async def chunks(self, start: int, stop: int) -> AsyncGenerator[bytes, None]:
        requests: deque[Task[bytes]] = deque()
        asked = start
        try:
            while start < stop:
                while asked < stop and len(requests) * self._block < _UNDER_WAY:
                    size = min(self._block, stop - asked)
                    requests.append(asyncio.create_task(self._handle.file.read(size, asked)))
                    asked += size
                wanted = min(self._block, stop - start)
                data = await self._handle.ask(requests.popleft())
                while data:
                    start += len(data)
                    wanted -= len(data)
                    yield data
                    if not wanted:
                        break
                    # The server gave less than it was asked for.
                    data = await self._handle.ask(self._handle.file.read(wanted, start))
                else:
                    return
        finally:
            await _cancel(requests)

    async def close(self) -> None:
        with suppress(OSError):
            await self._handle.close()


class SftpFiles(RemoteFiles):
    """The files of an SFTP server."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._flushes = True
        self._in_steps = Replacement(self, self._rename)
        self._late: set[Task[None]] = set()

    async def _ask(
        self,
        request: Callable[[Session], Awaitable[T]],
        repeat: bool = True,
        limit: float = 0.0,
    ) -> T:
        """The answer to a request; asked again where the connection turns out to be gone."""
        while True:
            session = await self._connection.session()
            try:
                async with self._connection.asking(session, limit):
                    return await request(session)
            except ConnectionError:
                if not repeat:
                    raise
                repeat = False

    async def list_folder(self, path: str) -> list[Entry]:
        limit = self._connection.limits.flush
        try:
            return await self._ask(lambda session: self._list(session, path), limit=limit)
        except OSError as error:
            if error.errno in _UNCLEAR and not (await self.stat(path)).is_dir:
                raise NotADirectoryError(path) from error
            raise

    async def _list(self, session: Session, path: str) -> list[Entry]:
        loop, limit = asyncio.get_running_loop(), self._connection.limits.operation
        entries = []
        # A list comes in many answers, and the limit is for each.
        async with self._connection.asking(session) as timeout:
            async for name in session.client.scandir(path):
                timeout.reschedule(loop.time() + limit)
                if name.filename not in (".", ".."):
                    entries.append(_entry(str(name.filename), name.attrs))
        return entries

    async def stat(self, path: str) -> Entry:
        attrs = await self._ask(lambda session: session.client.lstat(path))
        return _entry(path.rpartition("/")[2], attrs)

    async def open(self, path: str) -> RemoteReader:
        handle = await self._open(path, "rb")
        try:
            attrs = await handle.ask(handle.file.stat())
            reader = _Reader(handle, _entry(path.rpartition("/")[2], attrs))
            if reader.entry.is_dir:
                raise IsADirectoryError(path)
        except BaseException:
            with suppress(OSError):
                await handle.close()
            raise
        return reader

    async def read(self, path: str, start: int, stop: int) -> AsyncGenerator[bytes, None]:
        reader = await self.open(path)
        try:
            async with aclosing(reader.chunks(start, stop)) as chunks:
                async for chunk in chunks:
                    yield chunk
        finally:
            await reader.close()

    async def create(self, path: str) -> RemoteFile:
        return _File(await self._open(path, "wb"), path)

    async def _open(self, path: str, mode: str) -> _Handle:
        async def opened(session: Session) -> _Handle:
            # With blocks of size 0 the library leaves it to us to divide a transfer.
            request = asyncio.ensure_future(session.client.open(path, mode, block_size=0))
            try:
                file = await asyncio.shield(request)
            except asyncio.CancelledError:
                request.add_done_callback(self._close_late)
                raise
            return _Handle(self._connection, session, file)

        return await self._ask(opened)

    def _close_late(self, request: Future[SFTPClientFile]) -> None:
        """Close a file that was opened after nobody wanted it any more."""
        if not request.cancelled() and request.exception() is None:
            task = asyncio.ensure_future(request.result().close())
            self._late.add(task)
            task.add_done_callback(self._late.discard)

    async def make_folder(self, path: str) -> None:
        try:
            await self._ask(lambda session: session.client.mkdir(path))
        except OSError as error:
            if error.errno not in _UNCLEAR:
                raise
            try:
                attrs = await self._ask(lambda session: session.client.stat(path))
            except FileNotFoundError:
                raise error from None
            if not _entry("", attrs).is_dir:
                raise NotADirectoryError(path) from error

    async def replace(self, source: str, target: str) -> None:
        try:
            try:
                await self._ask(
                    lambda session: session.client.posix_rename(source, target), repeat=False
                )
            except OSError as error:
                if error.errno != errno.ENOTSUP:
                    raise
                await self._replace_by_rename(source, target)
        except OSError as error:
            await self._say_if_folder(target, error)
            raise
        await self._flush_folder(target.rpartition("/")[0])

    async def _replace_by_rename(self, source: str, target: str) -> None:
        try:
            await self._rename(source, target)
        except OSError as error:
            if error.errno not in _UNCLEAR:
                raise
            with suppress(FileNotFoundError):
                if (await self.stat(target)).is_dir:
                    raise
            await self._in_steps.move(source, target)

    async def _rename(self, source: str, target: str) -> None:
        await self._ask(lambda session: session.client.rename(source, target), repeat=False)

    async def _say_if_folder(self, path: str, error: OSError) -> None:
        """Raise IsADirectoryError where that is why a request for a file failed unclearly."""
        if error.errno in _UNCLEAR:
            with suppress(FileNotFoundError):
                if (await self.stat(path)).is_dir:
                    raise IsADirectoryError(path) from error

    async def _flush_folder(self, path: str) -> None:
        """Have a folder's entries written to the disk, where the server can do that."""
        if not self._flushes:
            return
        try:
            handle = await self._open(path or "/", "rb")
            try:
                await handle.flush()
            finally:
                await handle.close()
        except OSError as error:
            # It is moved, which is what counts. Where folders can't be flushed, all are alike.
            self._flushes = isinstance(error, FileNotFoundError | ConnectionError | TimeoutError)

    async def set_modified(self, path: str, modified: int) -> None:
        await self._ask(lambda session: session.client.utime(path, (modified, modified)))

    async def remove_file(self, path: str) -> None:
        try:
            await self._ask(lambda session: session.client.remove(path), repeat=False)
        except OSError as error:
            await self._say_if_folder(path, error)
            raise

    async def remove_folder(self, path: str) -> None:
        await self._ask(lambda session: session.client.rmdir(path), repeat=False)

    async def close(self) -> None:
        await asyncio.gather(*self._late, return_exceptions=True)
        await self._connection.close()


def open_store(uri: str, environ: Mapping[str, str]) -> RemoteArtifactStore:
    """The store at `sftp://[user[:password]@]host[:port]/path`; it connects when it is used."""
    address = parse_address(uri)
    files = SftpFiles(Connection(address, environ, Limits()))
    return RemoteArtifactStore(files, address.path, address.shown)
