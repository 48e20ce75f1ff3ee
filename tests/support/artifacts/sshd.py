"""Real OpenSSH servers for tests: with keys of their own, on free ports.

The program is Debian's package `openssh-server`. It lets in the user who runs the tests, by a key.
"""

import atexit
import contextlib
import getpass
import os
import shutil
import subprocess
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.support.artifacts import ArtifactService
from tests.support.artifacts.processes import Service, descendants, new_folder
from tests.support.server import free_port

_numbers = count(1)


def make_key(path: Path, kind: str = "ed25519") -> None:
    """Make a key pair, `path` and `path`.pub, without a passphrase."""
    command = ["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", str(path)]
    if kind == "rsa":
        # The form and size that older clients can read, and quick to make.
        command += ["-b", "2048", "-m", "PEM"]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


class SshServer(Service):
    """An OpenSSH server. `home` is a user's home whose `.ssh` has a key and knows the server.

    `refused` names requests that the server is to know nothing of, as in `posix-rename`;
    `settings` are lines for its configuration.
    """

    def __init__(self, refused: str = "", settings: str = "") -> None:
        program = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin")
        if program is None:
            pytest.skip("needs an OpenSSH server: apt-get install openssh-server")
        super().__init__(new_folder("sagwan-sshd-"), free_port())
        self.user = getpass.getuser()
        self.data = self.folder / "data"
        self.data.mkdir()
        self.home = self.folder / "home"
        ssh = self.home / ".ssh"
        ssh.mkdir(parents=True, mode=0o700)
        make_key(self.folder / "host")
        make_key(ssh / "id_rsa", "rsa")
        shutil.copy(ssh / "id_rsa.pub", self.folder / "authorized")
        self.write_known_hosts(ssh / "known_hosts")
        options = f" -P {refused}" if refused else ""
        (self.folder / "config").write_text(
            f"Port {self.port}\n"
            "ListenAddress 127.0.0.1\n"
            f"HostKey {self.folder / 'host'}\n"
            f"AuthorizedKeysFile {self.folder / 'authorized'}\n"
            "StrictModes no\n"
            "PermitRootLogin yes\n"
            "PasswordAuthentication no\n"
            "UsePAM no\n"
            "UseDNS no\n"
            "MaxStartups 100\n"
            "PidFile none\n"
            f"Subsystem sftp internal-sftp{options}\n"
            f"{settings}\n"
        )
        self._command = [program, "-D", "-e", "-f", str(self.folder / "config")]
        self.start()

    def write_known_hosts(self, path: Path) -> None:
        """Say in a file of known hosts which key the server has."""
        key = (self.folder / "host.pub").read_text()
        path.write_text(f"[127.0.0.1]:{self.port} {key}")

    def start(self) -> None:
        """Start the server, after a `kill` again on the same port and files."""
        if os.getuid() == 0:
            os.makedirs("/run/sshd", mode=0o755, exist_ok=True)
        self.run(self._command)

    def new_folder(self) -> Path:
        """A new folder below `data`."""
        folder = self.data / f"folder-{next(_numbers)}"
        folder.mkdir()
        return folder

    def open_files(self, folder: Path) -> list[str]:
        """The files below `folder` that the server has open."""
        assert self.process is not None
        found = []
        for process in descendants(self.process.pid):
            with contextlib.suppress(OSError):
                for descriptor in Path("/proc", str(process), "fd").iterdir():
                    with contextlib.suppress(OSError):
                        found.append(os.readlink(descriptor))
        return [path for path in found if path.startswith(f"{folder}/")]

    def uri(self, folder: str = "") -> str:
        """The URI of a folder below `data`; without a name, one that was not used before."""
        name = folder or f"root-{next(_numbers)}"
        return f"sftp://{self.user}@127.0.0.1:{self.port}{self.data / name}"

    @property
    def environ(self) -> dict[str, str]:
        return {"HOME": str(self.home)}


_shared: list[SshServer] = []


def shared() -> SshServer:
    """The server that the tests of a process share. Skips the test where there is none."""
    if not _shared:
        server = SshServer()
        atexit.register(server.close)
        _shared.append(server)
    return _shared[0]


@contextlib.contextmanager
def service() -> Iterator[ArtifactService]:
    """A fresh root at an OpenSSH server."""
    server = shared()
    yield ArtifactService(server.uri(), server.environ)
