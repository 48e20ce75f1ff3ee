"""The released MLflow server that Sagwan's answers are compared with."""

import contextlib
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.compat.environments import Environment
from tests.compat.sharing import Started, shared_by_all
from tests.support.server import Server

# Its job runners are eight more processes that no program here talks to. Its webhooks may lead to
# a program, and it looks for them each time.
SETTINGS = (
    *("MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false", "MLFLOW_DISABLE_TELEMETRY=true"),
    *("MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS=true", "MLFLOW_WEBHOOK_ALLOWED_SCHEMES=http"),
    "MLFLOW_WEBHOOK_CACHE_TTL=0",
)
PATIENCE = 300.0


@contextlib.contextmanager
def reference_server(shared: Path, environment: Environment) -> Iterator[str]:
    """The URL of an MLflow server with its data in `shared`, one for all processes that ask."""

    def start() -> Started:
        server = start_server(shared, environment)
        return server.url, server.kill

    with shared_by_all(shared, start) as url:
        yield url


def start_server(shared: Path, environment: Environment, *settings: str) -> Server:
    """Start the server in a folder of its own; on a busy machine that can take minutes.

    `settings` are more of its environment's variables, as `NAME=value`.
    """
    command = ["env", *SETTINGS, *settings, str(environment.python), "-m", "mlflow", "server"]
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
