"""A real S3: Ceph's object gateway, on a cluster of one monitor and one disk in memory.

It checks signatures, expiry and preconditions as Amazon does. A cluster of its own has neither a
manager nor more than one placement group in a pool, so that it starts in two seconds.
"""

import atexit
import contextlib
import functools
import http.client
import os
import shutil
import signal
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from pathlib import Path

import pytest

from sagwan.artifacts.objects.sigv4 import Credentials, Request, authorized
from tests.support.artifacts import ArtifactService
from tests.support.artifacts.processes import new_folder
from tests.support.server import free_port

KEYS = Credentials("ACCESSKEYOFTESTS", "SecretKeyOfTests/With+Signs=")
REGION = "us-east-1"
START_TIMEOUT = 90.0
EMPTY = sha256(b"").hexdigest()

_PROGRAMS = ("ceph", "ceph-authtool", "ceph-mon", "ceph-osd", "openssl", "radosgw")

_CONFIGURATION = """
[global]
fsid = {fsid}
mon host = {monitors}
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
auth allow insecure global id reclaim = false
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
mon data avail warn = 1
mon data avail crit = 1
paxos propose interval = 0.05
paxos min wait = 0.01
run dir = {folder}/run
admin socket =
log file = {folder}/$name.log
pid file = {folder}/run/$name.pid
keyring = {folder}/keyring
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind ipv6 = false
[mon]
mon data = {folder}/mon
mon initial members = a
[osd]
osd data = {folder}/osd
keyring = {folder}/keyring
osd objectstore = memstore
memstore device bytes = {space}
osd class dir = {classes}
osd op num shards = 2
osd min pg log entries = 10
[client.admin]
rgw frontends = beast endpoint=127.0.0.1:{port} ssl_endpoint=127.0.0.1:{tls} {tls_options}
rgw data = {folder}/rgw
keyring = {folder}/keyring
rgw enable usage log = false
rgw dns name = localhost
rgw thread pool size = 32
rgw enable apis = s3
rgw gc obj min wait = 1
rgw gc processor period = 2
rgw gc processor max time = 2
rgw gc max concurrent io = 20
"""

_EXTENSIONS = """
[req]
prompt = no
distinguished_name = name
x509_extensions = extensions
[name]
CN = localhost
[extensions]
basicConstraints = CA:FALSE
subjectAltName = DNS:localhost,IP:127.0.0.1
"""


class Ceph:
    """A cluster that runs until the test process ends; `url` and `tls_url` are its gateway's.

    It holds `space` bytes, in memory.
    """

    def __init__(self, space: int = 4 << 30) -> None:
        self.folder = new_folder("sagwan-ceph-")
        self.port, self.tls_port = free_port(), free_port()
        monitor, old = free_port(), free_port()
        self._monitors = f"[v2:127.0.0.1:{monitor},v1:127.0.0.1:{old}]"
        self._processes: list[subprocess.Popen[bytes]] = []
        self._numbers = count(1)
        for name in ("mon", "osd", "rgw", "run"):
            (self.folder / name).mkdir()
        self._fsid = str(uuid.uuid4())
        (self.folder / "ceph.conf").write_text(
            _CONFIGURATION.format(
                fsid=self._fsid,
                space=space,
                folder=self.folder,
                monitors=self._monitors,
                port=self.port,
                tls=self.tls_port,
                tls_options=f"ssl_certificate={self.folder}/tls.pem tcp_nodelay=1",
                classes=next(iter(Path("/usr/lib").glob("*/rados-classes")), ""),
            )
        )
        atexit.register(self.remove)
        self._make_certificate()
        self._start()
        self._make_user()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def tls_url(self) -> str:
        return f"https://localhost:{self.tls_port}"

    @property
    def certificate(self) -> Path:
        """What a client has to trust for `tls_url`, in PEM form."""
        return self.folder / "tls.crt"

    @property
    def environ(self) -> dict[str, str]:
        """What tells a client of this gateway."""
        return {
            "AWS_ACCESS_KEY_ID": KEYS.key_id,
            "AWS_SECRET_ACCESS_KEY": KEYS.secret,
            "AWS_DEFAULT_REGION": REGION,
            "MLFLOW_S3_ENDPOINT_URL": self.url,
        }

    def _run(self, *command: str | Path) -> None:
        done = subprocess.run(
            [str(part) for part in command],
            env=self._environ(),
            capture_output=True,
            text=True,
            timeout=START_TIMEOUT,
        )
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed:\n{done.stdout}\n{done.stderr}")

    def _environ(self) -> dict[str, str]:
        configuration = str(self.folder / "ceph.conf")
        path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
        return {"PATH": path, "CEPH_CONF": configuration, "CEPH_ARGS": f"-c {configuration}"}

    def _spawn(self, *command: str) -> None:
        with (self.folder / f"{command[0]}.out").open("wb") as log:
            process = subprocess.Popen(
                command,
                env=self._environ(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._processes.append(process)

    def _make_certificate(self) -> None:
        key, chain = self.folder / "tls.key", self.folder / "tls.pem"
        extensions = self.folder / "tls.cnf"
        extensions.write_text(_EXTENSIONS)
        self._run(
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-config", extensions),
            *("-keyout", key, "-out", self.certificate),
        )
        chain.write_text(key.read_text() + self.certificate.read_text())

    def _start(self) -> None:
        ring, monitors, disk = self.folder / "keyring", self.folder / "map", str(uuid.uuid4())
        self._run(
            *("monmaptool", "--create", "--fsid", self._fsid),
            *("--addv", "a", self._monitors, monitors),
        )
        everything = ("--cap", "mon", "allow *", "--cap", "osd", "allow *")
        ring.touch()
        for name in ("mon.", "client.admin", "osd.0"):
            self._run("ceph-authtool", ring, "--gen-key", "-n", name, *everything)
        self._run("ceph-mon", "--mkfs", "--keyring", ring, "-i", "a", "--monmap", monitors)
        self._spawn("ceph-mon", "-f", "-i", "a")
        # This waits for the monitor, and the gateway waits for the disk.
        self._run("ceph", "osd", "new", disk, "0")
        shutil.copy(ring, self.folder / "osd" / "keyring")
        self._run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", disk)
        self._spawn("ceph-osd", "-f", "-i", "0")
        self._spawn("radosgw", "-f", "-n", "client.admin")
        deadline = time.monotonic() + START_TIMEOUT
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                if time.monotonic() > deadline or any(
                    p.poll() is not None for p in self._processes
                ):
                    raise RuntimeError(f"Ceph did not start:\n{self.log}") from None
                time.sleep(0.02)
            else:
                return

    def _make_user(self) -> None:
        self._run(
            *("radosgw-admin", "user", "create", "--uid=tests", "--display-name=tests"),
            *(f"--access-key={KEYS.key_id}", f"--secret-key={KEYS.secret}"),
        )

    @property
    def log(self) -> str:
        """What the programs printed."""
        return "\n".join(path.read_text(errors="replace") for path in self.folder.glob("*.out"))

    def new_bucket(self) -> str:
        """The name of a new, empty bucket."""
        name = f"sagwan-{next(self._numbers)}"
        request = Request("PUT", self.url, f"/{name}")
        headers = authorized(request, EMPTY, KEYS, REGION, datetime.now(UTC))
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("PUT", f"/{name}", headers=headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"no bucket was made: {answer.status} {text!r}")
        return name

    def remove(self) -> None:
        """Kill all processes and remove what they stored."""
        for process in self._processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


@functools.cache
def shared() -> Ceph:
    """The process's cluster; the test is skipped where Ceph isn't installed, but not in CI."""
    require_programs()
    return Ceph()


def require_programs() -> None:
    """Skip the test where Ceph isn't installed, but not in CI."""
    path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    missing = [name for name in _PROGRAMS if shutil.which(name, path=path) is None]
    if missing:
        reason = f"Ceph is not installed: {', '.join(missing)} (see scripts/test)"
        if os.environ.get("CI"):
            raise RuntimeError(reason)
        pytest.skip(reason)


@contextlib.contextmanager
def service() -> Iterator[ArtifactService]:
    """An empty bucket."""
    ceph = shared()
    yield ArtifactService(f"s3://{ceph.new_bucket()}/artifacts", ceph.environ)
