"""Real FTP servers for tests, on free ports: vsftpd, and pyftpdlib with and without TLS.

vsftpd is Debian's package, and lets in anybody, since its users would be the system's. pyftpdlib is
a wheel, and has a user with a password.
"""

import atexit
import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.support.artifacts import ArtifactService
from tests.support.artifacts.processes import Service, new_folder
from tests.support.server import free_port

USER, PASSWORD = "user", "geheim@/:#"

_PYFTPDLIB = """
import sys
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler, TLS_FTPHandler
from pyftpdlib.servers import FTPServer

port, folder, user, password, certificate = sys.argv[1:]
handler = TLS_FTPHandler if certificate else FTPHandler
if certificate:
    handler.certfile = certificate
    handler.tls_control_required = handler.tls_data_required = True
handler.authorizer = DummyAuthorizer()
handler.authorizer.add_user(user, password, folder, perm="elradfmwMT")
FTPServer(("127.0.0.1", int(port)), handler).serve_forever()
"""

_numbers = count(1)


def make_certificate(path: Path) -> None:
    """Make a key and a certificate for 127.0.0.1 that it has signed itself, in one file."""
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost".split()
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "-", "-out", "-"]
    done = subprocess.run(command, check=True, capture_output=True)
    path.write_bytes(done.stdout)


class FtpServer(Service):
    """An FTP server. `data` is the folder that is its `/`, or `prefix` below that.

    `certificate` is its own, and the one to trust.
    """

    prefix = ""
    login = ""
    """User and password, as they stand in a URI."""

    def __init__(self, tls: bool) -> None:
        super().__init__(new_folder("sagwan-ftpd-"), free_port())
        self.tls = tls
        self.data = self.folder / "data"
        self.data.mkdir()
        self.certificate = self.folder / "certificate.pem"
        if tls:
            make_certificate(self.certificate)

    def start(self) -> None:
        """Start the server, after a `kill` again on the same port and files."""
        self.run(self.command())

    def command(self) -> list[str]:
        """What starts the server in the foreground."""
        raise NotImplementedError

    def uri(self, folder: str = "") -> str:
        """The URI of a folder; without a name, one that was not used before."""
        path = f"{self.prefix}/{folder or f'root-{next(_numbers)}'}".lstrip("/")
        return f"ftp{'s' * self.tls}://{self.login}127.0.0.1:{self.port}/{path}"

    @property
    def environ(self) -> dict[str, str]:
        return {"SSL_CERT_FILE": str(self.certificate)} if self.tls else {}


class Pyftpdlib(FtpServer):
    login = f"{USER}:{quote(PASSWORD, safe='')}@"

    def __init__(self, tls: bool = False) -> None:
        if find_spec("pyftpdlib") is None or find_spec("OpenSSL") is None:
            pytest.skip("needs an FTP server: pip install pyftpdlib pyopenssl")
        super().__init__(tls)
        self.start()

    def command(self) -> list[str]:
        certificate = str(self.certificate) if self.tls else ""
        program = [sys.executable, "-W", "ignore", "-c", _PYFTPDLIB, str(self.port)]
        return [*program, str(self.data), USER, PASSWORD, certificate]


class Vsftpd(FtpServer):
    prefix = "files"

    def __init__(self, tls: bool = False) -> None:
        program = shutil.which("vsftpd", path=f"{os.environ['PATH']}:/usr/sbin")
        if program is None or os.getuid() != 0:
            pytest.skip("needs to be root, and an FTP server: apt-get install vsftpd")
        self._program = program
        super().__init__(tls)
        self.folder.chmod(0o755)
        (self.folder / "empty").mkdir()
        # Anybody may write below the root only. vsftpd wants a user whose home is there.
        self.data /= self.prefix
        self.data.mkdir()
        shutil.chown(self.data, "daemon")
        options = f"""
            listen=YES
            listen_address=127.0.0.1
            listen_port={self.port}
            background=NO
            anonymous_enable=YES
            no_anon_password=YES
            ftp_username=daemon
            anon_root={self.data.parent}
            write_enable=YES
            anon_upload_enable=YES
            anon_mkdir_write_enable=YES
            anon_other_write_enable=YES
            anon_world_readable_only=NO
            anon_umask=022
            local_enable=NO
            secure_chroot_dir={self.folder / "empty"}
            pasv_address=127.0.0.1
            utf8_filesystem=YES
            seccomp_sandbox=NO
            xferlog_enable=NO
            """
        if tls:
            options += f"""
                ssl_enable=YES
                allow_anon_ssl=YES
                force_anon_logins_ssl=YES
                force_anon_data_ssl=YES
                require_ssl_reuse=YES
                rsa_cert_file={self.certificate}
                """
        lines = [line.strip() for line in options.splitlines() if line.strip()]
        (self.folder / "vsftpd.conf").write_text("\n".join(lines) + "\n")
        self.start()

    def command(self) -> list[str]:
        return [self._program, str(self.folder / "vsftpd.conf")]


_shared: dict[tuple[type[FtpServer], bool], FtpServer] = {}


def shared(kind: type[Pyftpdlib] | type[Vsftpd], tls: bool = False) -> FtpServer:
    """The server of a kind that the tests of a process share. Skips the test if there is none."""
    if (kind, tls) not in _shared:
        server = kind(tls)
        atexit.register(server.close)
        _shared[kind, tls] = server
    return _shared[kind, tls]


@contextlib.contextmanager
def service() -> Iterator[ArtifactService]:
    """A fresh root at an FTP server whose user has a password, without TLS."""
    server = shared(Pyftpdlib)
    yield ArtifactService(server.uri(), server.environ)
