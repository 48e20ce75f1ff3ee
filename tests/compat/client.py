"""Clients: an environment, and the process that programs are forked from in it."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tests.compat.environments import Environment
from tests.compat.sharing import Started, shared_by_all

PROGRAMS = Path(__file__).parent / "programs"
FORKING = Path(__file__).parent / "forking.py"
START_TIMEOUT = 300.0
TIMEOUT = 600.0
SETTINGS = {
    "LOGNAME": "ann",
    "MPLBACKEND": "Agg",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    # A server's mistake shows at once, not after minutes of waiting.
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "0",
    "MLFLOW_HTTP_REQUEST_BACKOFF_JITTER": "0",
    # To find a model's requirements takes the client half a minute and no server: give up early.
    "MLFLOW_REQUIREMENTS_INFERENCE_TIMEOUT": "1",
}


class Ended(NamedTuple):
    """How a program ended, and what it printed."""

    code: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Client:
    """A released client that programs can be run with."""

    environment: Environment
    socket: str

    def run(
        self, name: str, folder: Path, environ: Mapping[str, str], arguments: Sequence[str] = ()
    ) -> str:
        """What `programs/<name>.py` prints, run with `folder` as its own.

        Raises:
            AssertionError: the program failed; the text is what it printed.
        """
        (folder / "tmp").mkdir(parents=True, exist_ok=True)
        # Outside a repository, whose commit the client would note.
        shutil.copytree(PROGRAMS, folder / "programs")
        own = {"HOME": str(folder), "TMPDIR": str(folder / "tmp")}
        path = f"programs/{name}.py"
        ended = self.fork(path, folder, _kept_environ() | own | {**environ}, arguments)
        assert ended.code == 0, f"{name} ended with {ended.code}:\n{ended.stdout}\n{ended.stderr}"
        return ended.stdout

    def fork(
        self, path: str, folder: Path, environ: Mapping[str, str], arguments: Sequence[str] = ()
    ) -> Ended:
        """Run the program of the file `path` in `folder`, with `environ` alone, to its end."""
        with tempfile.TemporaryDirectory(prefix="sagwan-output-") as output:
            texts = {stream: Path(output, stream) for stream in ("stdout", "stderr")}
            program = {
                "path": path,
                "arguments": [*arguments],
                "folder": str(folder),
                "environ": {**environ},
                **{stream: str(file) for stream, file in texts.items()},
            }
            code = self._ask(program)
            return Ended(code, *(file.read_text(errors="replace") for file in texts.values()))

    def _ask(self, program: Mapping[str, object]) -> int:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(self.socket)
            connection.settimeout(TIMEOUT)
            with connection.makefile("rw") as talk:
                print(json.dumps(program), file=talk, flush=True)
                pid = int(talk.readline())
                try:
                    return int(talk.readline())
                except TimeoutError:
                    os.kill(pid, signal.SIGKILL)
                    raise


def _kept_environ() -> dict[str, str]:
    """What programs have of this process's environment, and what all have besides."""
    dropped = ("MLFLOW_", "SAGWAN_", "PYTHON", "PYTEST_", "COV_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return kept | SETTINGS


@contextlib.contextmanager
def client(shared: Path, environment: Environment) -> Iterator[Client]:
    """The client of an environment; all processes that ask with `shared` fork from one."""

    def start() -> Started:
        # A socket's path has to be short.
        folder = Path(tempfile.mkdtemp(prefix="sagwan-client-"))
        address = str(folder / "socket")
        process = subprocess.Popen(
            [environment.python, FORKING, address],
            cwd=folder,
            env=_kept_environ() | {"HOME": str(folder)},
            stdin=subprocess.PIPE,
        )

        def stop() -> None:
            process.communicate()
            shutil.rmtree(folder, ignore_errors=True)

        deadline = time.monotonic() + START_TIMEOUT
        while not _answers(address):
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                stop()
                raise RuntimeError(f"{environment.label} did not start")
            time.sleep(0.05)
        return address, stop

    with shared_by_all(shared, start) as address:
        yield Client(environment, address)


def _answers(address: str) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        return connection.connect_ex(address) == 0
