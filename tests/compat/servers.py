"""The released MLflow server that Sagwan's answers are compared with."""

import contextlib
import json
import time
from collections.abc import Iterator
from pathlib import Path

from tests.compat.environments import Environment, file_lock
from tests.support.server import Server


@contextlib.contextmanager
def reference_server(shared: Path, environment: Environment) -> Iterator[str]:
    """The URL of an MLflow server with its data in `shared`, one for all processes that ask.

    Who asks first starts it and stops it when the last has left.
    """
    users = shared / "users.json"
    lock = shared.with_suffix(".lock")
    started: Server | None = None
    with file_lock(lock):
        if not users.exists():
            shared.mkdir(parents=True)
            command = [str(environment.python), "-m", "mlflow", "server", "--workers", "1"]
            started = Server(command, shared)
            started.start()
            users.write_text(json.dumps({"url": started.url, "users": 0}))
        url: str = _change(users, 1)
    try:
        yield url
    finally:
        with file_lock(lock):
            _change(users, -1)
        if started is not None:
            _stop_when_unused(started, users, lock)


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
                users.parent.rename(users.parent.with_name(f"mlflow-{server.port}"))
                return
        time.sleep(0.1)
