"""One connection to an FTP server. All of it blocks, up to the time limits."""

import contextlib
import errno
import ftplib
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from selectors import EVENT_READ, DefaultSelector

from sagwan.artifacts.remote.files import Entry
from sagwan.artifacts.remote.ftp_lists import parse_facts, parse_line, refusal, timestamp
from sagwan.artifacts.remote.uri import Address

_PORT = 21
_SILENT = "it does not answer"
_LAST_WORD = 5.0
_FACTS = "type;size;modify;unique;"


@dataclass(frozen=True)
class Limits:
    """How long things may take, in seconds.

    `operation` is for a reply, or for a piece of a transfer. `finish` is for the reply to a whole
    upload, which may wait for the other end's disk.
    """

    connect: float = 20.0
    operation: float = 60.0
    finish: float = 600.0


class _Tls(ftplib.FTP_TLS):
    """FTP over TLS whose data connections resume the control connection's session.

    Many servers demand that, since it shows that both are the same client's.
    """

    def ntransfercmd(
        self, cmd: str, rest: int | str | None = None
    ) -> tuple[socket.socket, int | None]:
        sock, size = ftplib.FTP.ntransfercmd(self, cmd, rest)
        control = self.sock
        assert isinstance(control, ssl.SSLSocket)
        try:
            wrapped = self.context.wrap_socket(
                sock, server_hostname=self.host, session=control.session
            )
        except BaseException:
            sock.close()
            raise
        return wrapped, size


@contextmanager
def as_os_errors() -> Iterator[None]:
    """Turn the library's errors, and those of sockets, into those of `RemoteFiles`."""
    try:
        yield
    except (ftplib.error_temp, ftplib.error_perm) as error:
        raise refusal(str(error)) from error
    except ftplib.Error as error:
        raise ConnectionError(f"it does not speak FTP as we do: {error}") from error
    except EOFError:
        raise ConnectionError("the connection was closed") from None
    except UnicodeError:
        raise OSError(errno.EILSEQ, "a name that is no UTF-8") from None
    except TimeoutError:
        raise TimeoutError(_SILENT) from None
    except OSError as error:
        raise ConnectionError(error.strerror or str(error)) from error


class Session:
    """A connection that is logged in. Not for use from several threads at once.

    `broken` says that the connection can't be used any more.
    """

    def __init__(self, address: Address, context: ssl.SSLContext | None, limits: Limits) -> None:
        """Connect and log in. Raises ConnectionError, TimeoutError."""
        self.limits = limits
        self.broken = False
        self.last_used = time.monotonic()
        self._ftp = ftplib.FTP() if context is None else _Tls(context=context)
        try:
            with as_os_errors():
                self._log_in(address)
        except BaseException as error:
            self._ftp.close()
            if isinstance(error, OSError) and error.strerror:
                # A refusal, here, is that of the connection.
                raise ConnectionError(error.strerror) from error
            raise

    def _log_in(self, address: Address) -> None:
        ftp = self._ftp
        ftp.encoding = "utf-8"
        ftp.connect(address.host, address.port or _PORT, timeout=self.limits.connect)
        if isinstance(ftp, ftplib.FTP_TLS):
            ftp.auth()
        ftp.login(address.user or "", address.password or "")
        if isinstance(ftp, ftplib.FTP_TLS):
            ftp.prot_p()
        self._features = self._ask_features()
        if "UTF8" in self._features:
            with contextlib.suppress(ftplib.Error):
                ftp.sendcmd("OPTS UTF8 ON")
        if "MLST" in self._features:
            with contextlib.suppress(ftplib.Error):
                ftp.sendcmd(f"OPTS MLST {_FACTS}")
        ftp.voidcmd("TYPE I")
        assert ftp.sock is not None
        ftp.sock.settimeout(self.limits.operation)

    def _ask_features(self) -> frozenset[str]:
        try:
            lines = self._ftp.sendcmd("FEAT").splitlines()[1:-1]
        except ftplib.Error:
            return frozenset()
        return frozenset(line.split()[0].upper() for line in lines if line.strip())

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Errors as `RemoteFiles` has them; those that are no answers end the connection."""
        try:
            with as_os_errors():
                yield
        except OSError as error:
            if isinstance(error, ConnectionError | TimeoutError) or error.errno == errno.EILSEQ:
                self.broken = True
            raise
        except BaseException:
            self.broken = True
            raise

    def command(self, text: str) -> str:
        """The reply to a command. Raises OSError, with EIO where the server refuses it."""
        with self._watched():
            return self._ftp.sendcmd(text)

    def stat(self, path: str) -> Entry:
        """A file or folder. Raises FileNotFoundError."""
        try:
            if "MLST" in self._features:
                line = self.command(f"MLST {path}").splitlines()[1]
                entry = parse_facts(line.strip(" ").replace("type=cdir", "type=dir", 1))
                assert entry is not None
                return entry._replace(name=path.rpartition("/")[2])
            return self._stat_in_steps(path)
        except OSError as error:
            if error.errno == errno.EIO:
                raise FileNotFoundError(errno.ENOENT, str(error.strerror)) from error
            raise

    def _stat_in_steps(self, path: str) -> Entry:
        name = path.rpartition("/")[2]
        try:
            size = int(self.command(f"SIZE {path}")[4:])
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            # Servers give the size of files only. This one may be a folder.
            self.command(f"CWD {path or '/'}")
            return Entry(name, True, 0, 0.0)
        return Entry(name, False, size, timestamp(self.command(f"MDTM {path}")[4:].strip()))

    def list_folder(self, path: str) -> list[Entry]:
        """What is in a folder. Raises FileNotFoundError where there is none."""
        try:
            if "MLST" in self._features:
                found = [parse_facts(line) for line in self._lines(f"MLSD {path}")]
            else:
                # Servers take a path after LIST for a pattern, and leave out hidden files.
                self.command(f"CWD {path}")
                now = datetime.now(UTC)
                found = [parse_line(line, now) for line in self._lines("LIST -a")]
        except OSError as error:
            if error.errno == errno.EIO:
                raise FileNotFoundError(errno.ENOENT, str(error.strerror)) from error
            raise
        return [entry for entry in found if entry is not None]

    def _lines(self, command: str) -> list[str]:
        with self._watched():
            sock = self._ftp.transfercmd(command)
            with sock:
                data = bytearray()
                while piece := sock.recv(256 * 1024):
                    data += piece
                _say_goodbye(sock)
            self._ftp.voidresp()
        text = data.decode("utf-8", "surrogateescape").replace("\r\n", "\n")
        return [line for line in text.split("\n") if line]

    def set_modified(self, path: str, modified: int) -> None:
        """Set a file's last change, where the server can do that."""
        moment = datetime.fromtimestamp(modified, UTC).strftime("%Y%m%d%H%M%S")
        # The second form is older and, to servers that don't know it, a path that is not there.
        verb = "MFMT" if "MFMT" in self._features else "MDTM"
        self.command(f"{verb} {moment} {path}")

    def rename(self, source: str, target: str) -> None:
        """Move a file or folder."""
        self.command(f"RNFR {source}")
        self.command(f"RNTO {target}")

    def begin(self, command: str, start: int = 0) -> socket.socket:
        """Begin a transfer from the byte `start` of a file; the connection for its data."""
        with self._watched():
            sock = self._ftp.transfercmd(command, start or None)
            sock.settimeout(self.limits.operation)
            return sock

    def finish(self, sock: socket.socket) -> None:
        """End a transfer all of whose data has been sent or received."""
        with self._watched(), sock:
            _say_goodbye(sock)
            sock.close()
            control = self._ftp.sock
            assert control is not None
            control.settimeout(self.limits.finish)
            self._ftp.voidresp()
            control.settimeout(self.limits.operation)

    def send(self, sock: socket.socket, data: bytes) -> None:
        """Send a piece of an upload."""
        view = memoryview(data)
        try:
            while view:
                view = view[sock.send(view) :]
        except TimeoutError:
            self.broken = True
            raise TimeoutError(_SILENT) from None
        except (OSError, ValueError) as error:
            self.broken = True
            raise self._last_word() or ConnectionError("the connection was closed") from error

    def _last_word(self) -> OSError | None:
        """Why the server ended a transfer, if it says so."""
        assert self._ftp.sock is not None
        try:
            self._ftp.sock.settimeout(_LAST_WORD)
            self._ftp.voidresp()
        except ftplib.Error as error:
            return refusal(str(error))
        except (OSError, EOFError, ValueError):
            pass
        return None

    def receive(self, sock: socket.socket, size: int) -> bytes:
        """The next `size` bytes of a download, fewer at its end."""
        data = bytearray(size)
        view, position = memoryview(data), 0
        with self._watched():
            while position < size and (count := sock.recv_into(view[position:])):
                position += count
        view.release()
        del data[position:]
        return bytes(data)

    def finish_download(self, sock: socket.socket) -> None:
        """End a download of which no more is wanted."""
        if not self.receive(sock, 1):
            self.finish(sock)
            return
        with sock:
            cut(sock)
        control = self._ftp.sock
        assert control is not None
        try:
            control.settimeout(_LAST_WORD)
            # Most servers complain, which is as good.
            with contextlib.suppress(ftplib.error_temp, ftplib.error_perm):
                self._ftp.voidresp()
            control.settimeout(self.limits.operation)
        except (OSError, EOFError, ftplib.Error):
            self.broken = True

    def is_alive(self) -> bool:
        """Whether the server has said nothing since the last reply: it may have said goodbye."""
        sock = self._ftp.sock
        if self.broken or sock is None:
            return False
        with DefaultSelector() as selector:
            selector.register(sock, EVENT_READ)
            return not selector.select(0)

    def hang_up(self) -> None:
        """Wake a thread that waits for the server. The connection is then broken."""
        self.broken = True
        if self._ftp.sock is not None:
            cut(self._ftp.sock)

    def close(self) -> None:
        """Close the connection."""
        if not self.broken:
            with contextlib.suppress(OSError, EOFError, ftplib.Error):
                assert self._ftp.sock is not None
                self._ftp.sock.settimeout(1.0)
                self._ftp.quit()
        self.broken = True
        self._ftp.close()


def _say_goodbye(sock: socket.socket) -> None:
    if isinstance(sock, ssl.SSLSocket):
        # Not every server answers in kind.
        with contextlib.suppress(OSError, ValueError):
            sock.unwrap()


def cut(sock: socket.socket) -> None:
    """Cut a connection, from any thread: those that wait for it are woken."""
    with contextlib.suppress(OSError):
        # Not the method of TLS sockets, which also changes their state.
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
