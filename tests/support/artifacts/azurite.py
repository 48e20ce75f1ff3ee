"""Azurite, Microsoft's emulator of Azure Blob Storage, with one container.

It comes from npm and is kept beside the virtual environments of `tests.compat`. It checks account
keys and signatures as Azure does.
"""

import atexit
import base64
import contextlib
import hashlib
import hmac
import http.client
import shutil
import signal
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from email.utils import formatdate
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.compat.environments import cache_folder, file_lock
from tests.support.artifacts import ArtifactService
from tests.support.server import free_port

VERSION = "3.35.0"
INSTALL_TIMEOUT = 600
START_TIMEOUT = 60.0

ACCOUNT = "devstoreaccount1"
# Not secret: every Azurite has it.
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
CONTAINER = "sagwan"

_roots = count(1)


def program() -> Path:
    """Azurite's program for blobs, installed now if need be; skips where it can't be."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("Azurite needs npm, which is not installed")
    folder = cache_folder().parent / f"azurite-{VERSION}"
    found = folder / "node_modules" / "azurite" / "dist" / "src" / "blob" / "main.js"
    done = folder / "installed"
    with file_lock(folder.parent / f"{folder.name}.lock"):
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts"]
            result = subprocess.run(
                [*command, "--prefix", str(folder), f"azurite@{VERSION}"],
                capture_output=True,
                text=True,
                timeout=INSTALL_TIMEOUT,
            )
            if result.returncode or not found.exists():
                pytest.skip(f"Azurite can't be installed: {result.stderr[-500:]}")
            # Written last: a folder without it is an installation that was cut short.
            done.touch()
    return found


class Azurite:
    """A running emulator, with an account and an empty container in it.

    With a `certificate`, a folder with `cert.pem` and `key.pem`, it speaks TLS, and then also takes
    tokens of Microsoft Entra ID; it checks all of them but their signature.
    """

    def __init__(self, certificate: Path | None = None) -> None:
        main = program()
        self.folder = Path(tempfile.mkdtemp(prefix="sagwan-azurite-"))
        self.port = free_port()
        self._command = [
            str(shutil.which("node")),
            str(main),
            *("--silent", "--skipApiVersionCheck", "--disableTelemetry"),
            *("--location", str(self.folder), "--blobHost", "127.0.0.1"),
            *("--blobPort", str(self.port)),
        ]
        self._tls: ssl.SSLContext | None = None
        if certificate is not None:
            cert, key = certificate / "cert.pem", certificate / "key.pem"
            self._command += ["--oauth", "basic", "--cert", str(cert), "--key", str(key)]
            self._tls = ssl.create_default_context(cafile=cert)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        """Where the account's blobs are."""
        scheme = "http" if self._tls is None else "https"
        return f"{scheme}://127.0.0.1:{self.port}/{ACCOUNT}"

    @property
    def connection_string(self) -> str:
        """The account, its key and its endpoint, as Azure's tools show them."""
        return (
            f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={KEY};"
            f"BlobEndpoint={self.endpoint};"
        )

    def start(self) -> None:
        """Start it and make the container."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self._command, stdout=log, stderr=log, cwd=self.folder, start_new_session=True
            )
        deadline = time.monotonic() + START_TIMEOUT
        while True:
            with contextlib.suppress(OSError):
                status, answer = self.request("PUT", f"/{CONTAINER}", {"restype": "container"})
                assert status == 201, answer
                return
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError("Azurite did not start")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop it; what was in it is gone."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)

    def request(self, method: str, path: str, query: dict[str, str]) -> tuple[int, bytes]:
        """The status and body of a request without a body, signed with the account's key."""
        path = f"/{ACCOUNT}{path}"
        headers = {"x-ms-date": formatdate(usegmt=True), "x-ms-version": "2023-11-03"}
        named = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
        asked = "".join(f"\n{name}:{query[name]}" for name in sorted(query))
        # The headers of the standard, of which there are none, have a line each.
        to_sign = method + "\n" * 12 + named + f"/{ACCOUNT}{path}{asked}"
        digest = hmac.new(base64.b64decode(KEY), to_sign.encode(), hashlib.sha256).digest()
        headers["Authorization"] = f"SharedKey {ACCOUNT}:{base64.b64encode(digest).decode()}"
        connection: http.client.HTTPConnection
        if self._tls is None:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        else:
            connection = http.client.HTTPSConnection(
                "127.0.0.1", self.port, timeout=30, context=self._tls
            )
        try:
            connection.request(method, f"{path}?{urlencode(query)}", headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def container_sas(self, permissions: str) -> str:
        """A signature that allows `permissions`, such as "rl", in the container for an hour."""
        until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
        fields = [permissions, "", until, f"/blob/{ACCOUNT}/{CONTAINER}", "", "", ""]
        to_sign = "\n".join([*fields, "2023-11-03", "c", *[""] * 7])
        digest = hmac.new(base64.b64decode(KEY), to_sign.encode(), hashlib.sha256).digest()
        signature = base64.b64encode(digest).decode()
        query = {"sv": "2023-11-03", "sr": "c", "sp": permissions, "se": until, "sig": signature}
        return urlencode(query)

    def new_service(self) -> ArtifactService:
        """An empty root in the container, and the variables that open it."""
        root = f"tests/{next(_roots)}"
        return ArtifactService(
            f"wasbs://{CONTAINER}@{ACCOUNT}.blob.core.windows.net/{root}",
            {"AZURE_STORAGE_CONNECTION_STRING": self.connection_string},
        )


_shared: Azurite | None = None


def shared() -> Azurite:
    """The emulator of this process, started when it is first asked for."""
    global _shared
    if _shared is None:
        _shared = Azurite()
        _shared.start()
        atexit.register(_shared.stop)
    return _shared


@contextlib.contextmanager
def service() -> Iterator[ArtifactService]:
    """An empty root in the process's emulator."""
    yield shared().new_service()
