"""gcp-storage-emulator, with one bucket, and an account that may sign URLs.

The emulator speaks Google's JSON API without logins. `gcs_emulator.py` says what is added to it.
"""

import atexit
import contextlib
import json
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import pytest

from tests.support.artifacts import ArtifactService
from tests.support.server import free_port

START_TIMEOUT = 60.0
BUCKET = "sagwan"

_roots = count(1)


def _make_account(folder: Path) -> None:
    """A service account's key file, `account.json`, and its public key, `public.pem`."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    account = {
        "type": "service_account",
        "project_id": "sagwan",
        "private_key_id": "1",
        "private_key": private.decode(),
        "client_email": "tests@sagwan.iam.gserviceaccount.com",
        "client_id": "1",
        "token_uri": "http://127.0.0.1:1/token",
    }
    (folder / "account.json").write_text(json.dumps(account))
    (folder / "public.pem").write_bytes(public)


class GcsEmulator:
    """A running emulator, with an empty bucket in it."""

    def __init__(self) -> None:
        for module, package in (
            ("gcp_storage_emulator", "gcp-storage-emulator"),
            ("google.cloud.storage", "google-cloud-storage"),
            ("cryptography", "cryptography"),
        ):
            with contextlib.suppress(ModuleNotFoundError):
                if find_spec(module):
                    continue
            pytest.skip(f"Google Cloud Storage is tested with {package}, which is not installed")
        self.folder = Path(tempfile.mkdtemp(prefix="sagwan-gcs-"))
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        _make_account(self.folder)

    @property
    def endpoint(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def account(self) -> str:
        """The path of the account's key file."""
        return str(self.folder / "account.json")

    def start(self) -> None:
        """Start it, with its bucket."""
        program = Path(__file__).with_name("gcs_emulator.py")
        public = self.folder / "public.pem"
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(program), str(self.port), BUCKET, str(public)],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_TIMEOUT
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
                return
            if self.process.poll() is not None or time.monotonic() > deadline:
                log_text = (self.folder / "log").read_text()
                self.stop()
                raise RuntimeError(f"the emulator did not start:\n{log_text}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop it; what was in it is gone."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)

    def new_service(self) -> ArtifactService:
        """An empty root in the bucket, and the variables that open it."""
        root = f"tests/{next(_roots)}"
        return ArtifactService(f"gs://{BUCKET}/{root}", {"STORAGE_EMULATOR_HOST": self.endpoint})


_shared: GcsEmulator | None = None


def shared() -> GcsEmulator:
    """The emulator of this process, started when it is first asked for."""
    global _shared
    if _shared is None:
        _shared = GcsEmulator()
        _shared.start()
        atexit.register(_shared.stop)
    return _shared


@contextlib.contextmanager
def service() -> Iterator[ArtifactService]:
    """An empty root in the process's emulator."""
    yield shared().new_service()
