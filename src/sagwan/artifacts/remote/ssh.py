"""Connections to SSH servers: keys, known hosts, and SFTP sessions that are opened when needed."""

import asyncio
import errno
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncssh

from sagwan.artifacts.remote.uri import Address

SESSIONS = 4
"""Sessions of a connection. The other end serves each one step by step, so a slow flush to the
disk holds up the others of its session."""

_KEYS = ("id_ed25519_sk", "id_ecdsa_sk", "id_ed25519", "id_ecdsa", "id_rsa")
_SILENT = "it does not answer"
_SYSTEM_HOSTS = Path("/etc/ssh/ssh_known_hosts")
# Hardware does AES. Where an end can't, the library's own choice comes next.
_CIPHERS = "^aes128-gcm@openssh.com,aes256-gcm@openssh.com"


@dataclass(frozen=True)
class Limits:
    """How long things may take, in seconds.

    `operation` is for one request and its answer, `flush` for one that waits for a disk.
    A connection on which nothing comes for three times `keepalive` is given up.
    """

    connect: float = 20.0
    operation: float = 60.0
    flush: float = 600.0
    keepalive: float = 15.0


_CODES: dict[type[asyncssh.SFTPError], int] = {
    asyncssh.SFTPNoSuchFile: errno.ENOENT,
    asyncssh.SFTPNoSuchPath: errno.ENOENT,
    asyncssh.SFTPPermissionDenied: errno.EACCES,
    asyncssh.SFTPWriteProtect: errno.EACCES,
    asyncssh.SFTPBadMessage: errno.EINVAL,
    asyncssh.SFTPInvalidFilename: errno.EINVAL,
    asyncssh.SFTPFileAlreadyExists: errno.EEXIST,
    asyncssh.SFTPNotADirectory: errno.ENOTDIR,
    asyncssh.SFTPFileIsADirectory: errno.EISDIR,
    asyncssh.SFTPNoSpaceOnFilesystem: errno.ENOSPC,
    asyncssh.SFTPQuotaExceeded: errno.EDQUOT,
    asyncssh.SFTPOpUnsupported: errno.ENOTSUP,
}


def os_error(error: asyncssh.Error) -> OSError:
    """What the operating system would call an error of the library."""
    if isinstance(error, asyncssh.SFTPConnectionLost | asyncssh.SFTPNoConnection):
        return ConnectionError("the connection was lost")
    if isinstance(error, asyncssh.SFTPError):
        code = _CODES.get(type(error), errno.EIO)
        return OSError(code, error.reason or "it failed without a reason")
    return ConnectionError(error.reason)


class Session:
    """An SFTP session, and how many tasks use it."""

    def __init__(self, client: asyncssh.SFTPClient) -> None:
        self.client = client
        self.users = 0


class Connection:
    """A connection to the SSH server at `address`, opened when it is needed and again if it broke.

    `environ` says where the user's home and the agent are (HOME, SSH_AUTH_SOCK).
    """

    def __init__(self, address: Address, environ: Mapping[str, str], limits: Limits) -> None:
        self._address = address
        self._environ = environ
        self._home = Path(environ.get("HOME") or os.path.expanduser("~"))
        self.limits = limits
        self._lock = asyncio.Lock()
        self._connection: asyncssh.SSHClientConnection | None = None
        self._sessions: list[Session] = []
        self._most = SESSIONS
        self._ending: set[asyncio.Future[None]] = set()

    async def session(self) -> Session:
        """The session with the fewest users. Raises ConnectionError, TimeoutError."""
        if not self._is_open() or (self._wants_more() and not self._lock.locked()):
            async with self._lock:
                await self._open()
        return min(self._sessions, key=lambda session: session.users)

    def _is_open(self) -> bool:
        opened = self._connection
        return bool(self._sessions) and opened is not None and not opened.is_closed()

    def _wants_more(self) -> bool:
        busy = all(session.users for session in self._sessions)
        return busy and len(self._sessions) < self._most

    async def _open(self) -> None:
        if self._is_open() and not self._wants_more():
            return
        try:
            async with asyncio.timeout(self.limits.connect):
                if not self._is_open():
                    self._forget()
                    self._connection = await self._connect()
                assert self._connection is not None
                client = await self._connection.start_sftp_client(path_errors="surrogateescape")
        except TimeoutError:
            self._forget()
            raise TimeoutError(_SILENT) from None
        except asyncssh.ChannelOpenError as error:
            # It allows fewer sessions.
            if not self._sessions:
                raise ConnectionError(error.reason) from error
            self._most = len(self._sessions)
        except (asyncssh.Error, ValueError, OSError, KeyError) as error:
            # A KeyError is what the system says of a process whose user has no name.
            self._forget()
            raise ConnectionError(self._why(error)) from error
        else:
            self._sessions.append(Session(client))

    async def _connect(self) -> asyncssh.SSHClientConnection:
        address = self._address
        path = self._home / ".ssh" / "config"
        options: dict[str, Any] = {"config": [str(path)] if path.is_file() else None}
        if address.port is not None:
            options["port"] = address.port
        if address.user is not None:
            options["username"] = address.user
        # What the user's settings for this host are. Keys come later.
        settings = await asyncssh.SSHClientConnectionOptions.construct(
            host=address.host, client_keys=None, **options
        )
        config = settings.config
        if not config.get("IdentityFile") and (keys := self._keys()):
            options |= {"client_keys": keys, "ignore_encrypted": True}
        if not config.get("IdentityAgent"):
            options["agent_path"] = self._environ.get("SSH_AUTH_SOCK") or None
        if not config.get("Ciphers"):
            options["encryption_algs"] = _CIPHERS
        return await asyncssh.connect(
            address.host,
            known_hosts=await asyncio.to_thread(self._known_hosts, settings.known_hosts),
            password=address.password,
            keepalive_interval=self.limits.keepalive,
            **options,
        )

    def _keys(self) -> list[str]:
        paths = (self._home / ".ssh" / name for name in _KEYS)
        return [str(path) for path in paths if path.is_file()]

    def _known_hosts(self, configured: object) -> asyncssh.SSHKnownHosts:
        """The hosts of the files that the user's settings name, or of the usual ones.

        Never all hosts, which is what the library takes `UserKnownHostsFile none` for.
        """
        if isinstance(configured, list) and configured:
            paths = [Path(path) for path in configured]
        else:
            paths = [self._home / ".ssh" / "known_hosts", _SYSTEM_HOSTS]
        texts = [path.read_text() for path in paths if path.is_file()]
        return asyncssh.import_known_hosts("\n".join(texts))

    def _why(self, error: Exception) -> str:
        if isinstance(error, asyncssh.HostKeyNotVerifiable):
            host, port = self._address.host, self._address.port or 22
            return (
                f"{error.reason}. If it has no entry yet, get its key with"
                f" `ssh-keyscan -p {port} {host}`, check it, and add it to"
                f" {self._home / '.ssh' / 'known_hosts'} of the server's user"
            )
        if isinstance(error, asyncssh.PermissionDenied):
            return f"{error.reason}: it accepts neither the password nor a key of the server's user"
        if isinstance(error, asyncssh.Error):
            return error.reason
        return str(error)

    @asynccontextmanager
    async def asking(self, session: Session, limit: float = 0.0) -> AsyncIterator[asyncio.Timeout]:
        """Requests that are answered within a limit, with errors as the operating system's.

        Where it is exceeded, the connection is given up, and with it all that uses it.
        """
        session.users += 1
        try:
            async with asyncio.timeout(limit or self.limits.operation) as timeout:
                yield timeout
        except TimeoutError:
            self._give_up(session)
            raise TimeoutError(_SILENT) from None
        except asyncssh.Error as error:
            translated = os_error(error)
            if isinstance(translated, ConnectionError):
                # The library may notice only later that the connection is gone.
                self._give_up(session)
            raise translated from error
        finally:
            session.users -= 1

    def _give_up(self, session: Session) -> None:
        if session in self._sessions:
            self._forget()

    def _forget(self) -> None:
        """Cut the connection; the next call opens another one."""
        if self._connection is not None:
            self._connection.abort()
            self._ending.add(asyncio.ensure_future(self._connection.wait_closed()))
        self._ending = {ending for ending in self._ending if not ending.done()}
        self._connection = None
        self._sessions = []
        self._most = SESSIONS

    async def close(self) -> None:
        """Close the connection in order, if that can be done soon."""
        if self._connection is not None and self._is_open():
            with suppress(TimeoutError):
                async with asyncio.timeout(self.limits.operation):
                    self._connection.close()
                    await self._connection.wait_closed()
        self._forget()
        await asyncio.gather(*self._ending, return_exceptions=True)
