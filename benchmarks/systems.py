"""The two systems under test: how each is started, watched and stopped."""

import contextlib
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import processes

START_TIMEOUT = 180.0
STOP_GRACE = 15.0


class StartError(Exception):
    """A server ended or did not become healthy in time."""


@dataclass(frozen=True)
class System:
    """A tracking server under test.

    `command` lacks the port, which is appended as `--port P`. `data` is the folder, relative to the
    working folder, and `pattern` the glob in it that finds the database's files. `new_database`
    makes an empty database for each server and returns its URI; without it they are on SQLite.
    """

    name: str
    label: str
    version: str
    command: Sequence[str]
    data: str
    pattern: str
    python_path: str = ""
    new_database: Callable[[], str] | None = None


def sagwan(
    version: str, options: str = "", new_database: Callable[[], str] | None = None
) -> System:
    """Sagwan as `python -m sagwan server` of the running Python, with its defaults."""
    return System(
        name="sagwan",
        label="Sagwan",
        version=version,
        command=(sys.executable, "-m", "sagwan", "server", *shlex.split(options)),
        data="sagwan",
        pattern="*",
        python_path=own_python_path(),
        new_database=new_database,
    )


def mlflow(version: str, python: Path, new_database: Callable[[], str] | None = None) -> System:
    """MLflow as its own `mlflow server`, everything but the database at its defaults."""
    store = () if new_database else ("--backend-store-uri", "sqlite:///mlflow.db")
    return System(
        name="mlflow",
        label="MLflow",
        version=version,
        command=(str(python), "-m", "mlflow", "server", *store),
        data=".",
        pattern="mlflow.db*",
        new_database=new_database,
    )


def clean_environment(python_path: str = "") -> dict[str, str]:
    """This process's environment without settings of either system, and with telemetry off.

    `python_path` replaces PYTHONPATH, since what helps one Python may break another.
    """
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("MLFLOW_", "SAGWAN_", "_MLFLOW_", "PYTHONPATH"))
    }
    if python_path:
        kept["PYTHONPATH"] = python_path
    return kept | {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}


def own_python_path() -> str:
    """This process's PYTHONPATH with absolute folders, as servers run in folders of their own."""
    folders = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return os.pathsep.join(os.path.abspath(folder) for folder in folders if folder)


def free_port() -> int:
    """A TCP port on 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Server:
    """One running server of a system, its data in `folder`."""

    system: System
    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    database: str = ""

    @property
    def pid(self) -> int:
        """The process that was started; the root of the server's tree."""
        if self.process is None:
            raise StartError(f"{self.system.label} is not running")
        return self.process.pid

    @property
    def url(self) -> str:
        """What a client takes as tracking URI."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> float:
        """Start the process; return the seconds until /health first answered 200."""
        if self.system.new_database is not None and not self.database:
            self.database = self.system.new_database()
        store = ("--backend-store-uri", self.database) if self.database else ()
        with (self.folder / "server.log").open("ab") as log:
            begun = time.perf_counter()
            self.process = subprocess.Popen(
                [*self.system.command, *store, "--port", str(self.port)],
                cwd=self.folder,
                env=clean_environment(self.system.python_path),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        while not self._healthy():
            if self.process.poll() is not None or time.perf_counter() - begun > START_TIMEOUT:
                raise StartError(f"{self.system.label} did not start:\n{self.log_tail()}")
            time.sleep(0.005)
        return time.perf_counter() - begun

    def stop(self) -> None:
        """End the whole tree of processes and wait for it."""
        if self.process is None:
            return
        processes.end(processes.tree(self.process.pid), STOP_GRACE)
        # What was started while the tree was being ended is still in the group.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def log_tail(self, characters: int = 2000) -> str:
        """The end of what the server printed."""
        path = self.folder / "server.log"
        return path.read_text(errors="replace")[-characters:] if path.exists() else ""

    def database_files(self) -> dict[str, int]:
        """Name and bytes of the database's files (with write-ahead log and the like)."""
        sizes = {}
        for path in sorted((self.folder / self.system.data).glob(self.system.pattern)):
            with contextlib.suppress(FileNotFoundError):
                if path.is_file():
                    sizes[path.name] = path.stat().st_size
        return sizes

    def _healthy(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
                connection.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
                return connection.recv(64).startswith(b"HTTP/1.1 200")
        except OSError:
            return False


@contextlib.contextmanager
def running(system: System, folder: Path) -> Iterator[Server]:
    """A server of `system`, up for the block, its data in a new folder below `folder`."""
    home = folder / f"{system.name}-{time.monotonic_ns()}"
    home.mkdir(parents=True)
    server = Server(system, home)
    try:
        server.start()
        yield server
    finally:
        server.stop()
