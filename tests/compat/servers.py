"""The released MLflow server that Sagwan's answers are compared with."""

import contextlib
import json
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.compat.environments import Environment, file_lock
from tests.support.server import Server

# Its job runners are eight more processes that no program here talks to.
SETTINGS = ("MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false", "MLFLOW_DISABLE_TELEMETRY=true")
PATIENCE = 300.0


@contextlib.contextmanager
def reference_server(shared: Path, environment: Environment) -> Iterator[str]:
    """The URL of an MLflow server with its data in `shared`, one for all processes that ask.

    Who asks first starts it and stops it when the last has left.
    """
    shared.mkdir(parents=True, exist_ok=True)
    users, lock = shared / "users.json", shared / "lock"
    started: Server | None = None
    with file_lock(lock):
        if not users.exists():
            started = _start(shared, environment)
            users.write_text(json.dumps({"url": started.url, "users": 0}))
        url: str = _change(users, 1)
    try:
        yield url
    finally:
        with file_lock(lock):
            _change(users, -1)
        if started is not None:
            _stop_when_unused(started, users, lock)


def _start(shared: Path, environment: Environment) -> Server:
    """Start the server in a folder of its own; on a busy machine that can take minutes."""
    command = ["env", *SETTINGS, str(environment.python), "-m", "mlflow", "server"]
    folder = Path(tempfile.mkdtemp(dir=shared))
    server = Server([*command, "--workers", "1"], folder)
    deadline = time.monotonic() + PATIENCE
    try:
        server.start()
    except RuntimeError:
        while not _is_healthy(server.url):
            if time.monotonic() > deadline or server.process is None or server.process.poll():
                if server.process is not None:
                    server.kill()
                raise
            time.sleep(0.5)
    return server


def _is_healthy(url: str) -> bool:
    with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/health", timeout=5) as answer:
        healthy: bool = answer.status == 200
        return healthy
    return False


def _change(users: Path, by: int) -> str:
    state = json.loads(users.read_text())
    state["users"] += by
    users.write_text(json.dumps(state))
    url: str = state["url"]
    return url


def _stop_when_unused(server: Server, users: Path, lock: Path) -> None:
    while True:
        with file_lock(lock):
            if json.loads(users.read_text())["users"] == 0:
                users.unlink()
                server.kill()
                return
        time.sleep(0.1)
