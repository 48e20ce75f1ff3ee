"""Artifacts on an FTP server, in clear text or with TLS.

The standard library's client blocks, so it runs in threads of the store. A transfer has a
connection of its own; all others share a few.
"""

import asyncio
import errno
import socket
import ssl
import time
from asyncio import Future, Semaphore, get_running_loop
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Lock
from typing import Any, TypeVar, TypeVarTuple

from sagwan.artifacts.base import CHUNK
from sagwan.artifacts.remote.files import Entry, RemoteFile, RemoteFiles
from sagwan.artifacts.remote.ftp_session import Limits, Session, cut
from sagwan.artifacts.remote.steps import Replacement
from sagwan.artifacts.remote.store import RemoteArtifactStore
from sagwan.artifacts.remote.uri import Address, parse_address

T = TypeVar("T")
Arguments = TypeVarTuple("Arguments")

# Separate, since a download asks for its file's size and time while it holds its own connection.
TRANSFERS = 16
COMMANDS = 4
# Servers end connections that are idle for some minutes, and so do routers, without a word.
_IDLE = 60.0


# A reply says that the server refused something, in words at most why.
_REFUSED = (errno.EIO, errno.EBUSY)


class _Pool:
    """Connections that are logged in. Its methods block and may run in any thread."""

    def __init__(
        self, address: Address, context: Callable[[], ssl.SSLContext] | None, limits: Limits
    ) -> None:
        self._address = address
        self._make_context = context
        self._context: ssl.SSLContext | None = None
        self._limits = limits
        self._guard = Lock()
        self._idle: list[Session] = []
        self._all: set[Session] = set()

    def take(self) -> Session:
        """A connection for the caller alone."""
        while True:
            with self._guard:
                session = self._idle.pop() if self._idle else None
            if session is None:
                return self._connect()
            if time.monotonic() - session.last_used < _IDLE and session.is_alive():
                return session
            session.broken = True
            self.give(session)

    def _connect(self) -> Session:
        with self._guard:
            if self._make_context is not None and self._context is None:
                try:
                    self._context = self._make_context()
                except OSError as error:
                    raise ConnectionError(f"no certificates can be loaded: {error}") from error
        session = Session(self._address, self._context, self._limits)
        with self._guard:
            self._all.add(session)
        return session

    def give(self, session: Session) -> None:
        """Give a connection back; one that is broken is closed. Does not block."""
        with self._guard:
            if not session.broken:
                session.last_used = time.monotonic()
                self._idle.append(session)
                return
            self._all.discard(session)
        session.close()

    def hang_up(self) -> None:
        """Break all connections that are in use, so that nothing waits for them any more."""
        with self._guard:
            busy = self._all.difference(self._idle)
        for session in busy:
            session.hang_up()

    def close(self) -> None:
        """Close all connections that are not in use."""
        with self._guard:
            idle, self._idle = self._idle, []
            self._all.difference_update(idle)
        for session in idle:
            session.close()


class _Transfer:
    """A file on its way, with a connection of its own."""

    def __init__(self, files: "FtpFiles", session: Session, sock: socket.socket) -> None:
        self.session = session
        self.sock = sock
        self._files = files
        self._call: Future[Any] | None = None
        self._ended = False

    def start(self, function: Callable[[*Arguments], T], *arguments: *Arguments) -> Future[T]:
        """Let a thread do something. One call at a time."""
        call = self._files.run(function, *arguments)
        self._call = call
        return call

    async def do(self, function: Callable[[*Arguments], T], *arguments: *Arguments) -> T:
        """What `function` returns."""
        # The thread goes on where the caller is cancelled, until `abort` wakes it.
        return await asyncio.shield(self.start(function, *arguments))

    def end(self) -> None:
        """Give the connection back."""
        if not self._ended:
            self._ended = True
            self._files.release_transfer()
            self._files.pool.give(self.session)

    async def abort(self) -> None:
        """Cut the transfer short."""
        if self._ended:
            return
        self.session.hang_up()
        cut(self.sock)
        if self._call is not None:
            await asyncio.gather(self._call, return_exceptions=True)
        self.sock.close()
        self.end()


class _Upload(RemoteFile):
    def __init__(self, transfer: _Transfer) -> None:
        self._transfer = transfer

    async def write(self, data: bytes) -> None:
        await self._transfer.do(self._transfer.session.send, self._transfer.sock, data)

    async def close(self) -> None:
        try:
            await self._transfer.do(self._transfer.session.finish, self._transfer.sock)
            self._transfer.end()
        except BaseException:
            await self.abort()
            raise

    async def abort(self) -> None:
        await self._transfer.abort()


class FtpFiles(RemoteFiles):
    """The files of the FTP server at `address`; `context` makes the settings of TLS, if any."""

    def __init__(
        self,
        address: Address,
        context: Callable[[], ssl.SSLContext] | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self.pool = _Pool(address, context, self._limits)
        self._in_steps = Replacement(self, self._rename)
        self._transfers = Semaphore(TRANSFERS)
        self._commands = Semaphore(COMMANDS)
        # With some to spare, for those that only close a connection.
        self._executor = ThreadPoolExecutor(TRANSFERS + COMMANDS + 4, "ftp")

    def run(self, function: Callable[[*Arguments], T], *arguments: *Arguments) -> Future[T]:
        """Run something that blocks in a thread of the store's."""
        return get_running_loop().run_in_executor(self._executor, function, *arguments)

    def release_transfer(self) -> None:
        """Let another transfer begin."""
        self._transfers.release()

    async def _ask(self, request: Callable[[Session], T]) -> T:
        await _acquire(self._commands, self._limits.operation)
        call = self.run(self._asked, request)
        call.add_done_callback(self._answered)
        return await asyncio.shield(call)

    def _answered(self, call: Future[Any]) -> None:
        self._commands.release()
        if not call.cancelled():
            # Perhaps nobody waits for it any more.
            call.exception()

    def _asked(self, request: Callable[[Session], T]) -> T:
        session = self.pool.take()
        try:
            return request(session)
        finally:
            self.pool.give(session)

    async def _begin(self, command: str, start: int = 0) -> _Transfer:
        await _acquire(self._transfers, self._limits.operation)
        call = self.run(self._begun, command, start)
        try:
            return _Transfer(self, *await asyncio.shield(call))
        except asyncio.CancelledError:
            call.add_done_callback(self._abandon)
            raise
        except BaseException:
            self._transfers.release()
            raise

    def _begun(self, command: str, start: int) -> tuple[Session, socket.socket]:
        session = self.pool.take()
        try:
            return session, session.begin(command, start)
        except BaseException:
            self.pool.give(session)
            raise

    def _abandon(self, call: Future[tuple[Session, socket.socket]]) -> None:
        """End a transfer that began after nobody wanted it any more."""
        self._transfers.release()
        if not call.cancelled() and call.exception() is None:
            session, sock = call.result()
            session.hang_up()
            sock.close()
            self.pool.give(session)

    async def list_folder(self, path: str) -> list[Entry]:
        return await self._ask(lambda session: session.list_folder(path))

    async def stat(self, path: str) -> Entry:
        return await self._ask(lambda session: session.stat(path))

    async def read(self, path: str, start: int, stop: int) -> AsyncGenerator[bytes, None]:
        try:
            transfer = await self._begin(f"RETR {path}", start)
        except OSError as error:
            raise await self._why(path, error) from error
        session, sock, position = transfer.session, transfer.sock, start
        try:
            ahead = transfer.start(session.receive, sock, min(CHUNK, stop - position))
            while data := await asyncio.shield(ahead):
                position += len(data)
                if position >= stop:
                    await transfer.do(session.finish_download, sock)
                    transfer.end()
                    yield data
                    return
                # Ahead of its receiver by one chunk.
                ahead = transfer.start(session.receive, sock, min(CHUNK, stop - position))
                yield data
        finally:
            await transfer.abort()

    async def create(self, path: str) -> RemoteFile:
        async def begin() -> RemoteFile:
            try:
                return _Upload(await self._begin(f"STOR {path}"))
            except OSError as error:
                raise await self._why(_parent(path), error) from error

        return await _once_more(begin)

    async def _why(self, path: str, error: OSError) -> OSError:
        """The error to raise where a server refused something for which `path` must be there."""
        if error.errno not in _REFUSED:
            return error
        try:
            await self.stat(path)
        except FileNotFoundError as missing:
            return missing
        return PermissionError(errno.EACCES, error.strerror)

    async def make_folder(self, path: str) -> None:
        async def make() -> None:
            try:
                await self._ask(lambda session: session.command(f"MKD {path}"))
            except OSError as error:
                if error.errno not in _REFUSED:
                    raise
                try:
                    there = await self.stat(path)
                except FileNotFoundError:
                    raise await self._why(_parent(path), error) from error
                if not there.is_dir:
                    raise NotADirectoryError(path) from error

        await _once_more(make)

    async def replace(self, source: str, target: str) -> None:
        async def move() -> None:
            try:
                await self._rename(source, target)
            except OSError as error:
                if error.errno not in _REFUSED:
                    raise
                await self.stat(source)
                try:
                    there = await self.stat(target)
                except FileNotFoundError:
                    raise await self._why(_parent(target), error) from error
                if there.is_dir:
                    raise IsADirectoryError(target) from error
                await self._in_steps.move(source, target)

        await _once_more(move)

    async def _rename(self, source: str, target: str) -> None:
        await self._ask(lambda session: session.rename(source, target))

    async def set_modified(self, path: str, modified: int) -> None:
        with suppress(OSError):
            await self._ask(lambda session: session.set_modified(path, modified))

    async def remove_file(self, path: str) -> None:
        await self._remove_by("DELE", path, is_dir=False)

    async def remove_folder(self, path: str) -> None:
        await self._remove_by("RMD", path, is_dir=True)

    async def _remove_by(self, verb: str, path: str, is_dir: bool) -> None:
        try:
            await self._ask(lambda session: session.command(f"{verb} {path}"))
        except OSError as error:
            if error.errno not in _REFUSED:
                raise
            there = await self.stat(path)
            if there.is_dir and not is_dir:
                raise IsADirectoryError(path) from error
            raise PermissionError(errno.EACCES, error.strerror) from error

    async def remove_tree(self, path: str) -> None:
        # Servers show a link to a folder as that folder. Only that it can be removed like a file
        # tells it from a folder, whose files must not be touched.
        try:
            await self.remove_file(path)
        except FileNotFoundError:
            return
        except OSError:
            await super().remove_tree(path)

    async def close(self) -> None:
        self.pool.hang_up()
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._executor.shutdown()
        self.pool.close()


async def _once_more(action: Callable[[], Awaitable[T]]) -> T:
    """The result of `action`, which is repeated where it seems not to be allowed.

    Servers don't say why they refuse something. We look, but by then another writer may have made
    or removed what mattered.
    """
    try:
        return await action()
    except PermissionError:
        return await action()


def _parent(path: str) -> str:
    return path.rpartition("/")[0] or "/"


async def _acquire(places: Semaphore, limit: float) -> None:
    try:
        async with asyncio.timeout(limit):
            await places.acquire()
    except TimeoutError:
        raise TimeoutError("all connections to it are in use") from None


def tls_context(environ: Mapping[str, str]) -> ssl.SSLContext:
    """Settings that check certificates by the system's, or by SSL_CERT_FILE and SSL_CERT_DIR."""
    file, folder = environ.get("SSL_CERT_FILE"), environ.get("SSL_CERT_DIR")
    return ssl.create_default_context(cafile=file or None, capath=folder or None)


def open_store(uri: str, environ: Mapping[str, str]) -> RemoteArtifactStore:
    """The store at `ftp://` or `ftps://[user[:password]@]host[:port]/path`.

    It connects when it is used; ftps encrypts commands and data (AUTH TLS on the usual port).
    """
    address = parse_address(uri)
    context = partial(tls_context, environ) if uri.startswith("ftps:") else None
    return RemoteArtifactStore(FtpFiles(address, context), address.path, address.shown)
