"""Processes that tests start, and all that these start, ended by their ids."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.support import scratch

START_TIMEOUT = 30.0


def new_folder(prefix: str) -> Path:
    """A new temporary folder, in memory where there is a place."""
    return Path(tempfile.mkdtemp(prefix=prefix, dir=scratch.place()))


def _children() -> dict[int, list[int]]:
    """The ids of all processes by their parents' ids."""
    found: dict[int, list[int]] = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            stat = Path("/proc", name, "stat").read_text()
            parent = int(stat.rpartition(")")[2].split()[1])
            found.setdefault(parent, []).append(int(name))
    return found


def descendants(process: int) -> list[int]:
    """The ids of the processes that `process` has started, and of those that they have."""
    children = _children()
    found = list(children.get(process, []))
    for child in found:
        found += children.get(child, [])
    return found


class Service:
    """A program that listens on a port, in the foreground, and may start others."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.process: subprocess.Popen[bytes] | None = None

    def run(self, command: Sequence[str], environ: Mapping[str, str] | None = None) -> None:
        """Start the program and wait until it takes connections."""
        with (self.folder / "service.log").open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=self.folder,
                env=None if environ is None else dict(environ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_TIMEOUT
        while True:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{command[0]} did not start:\n{self.log}")
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.01)
            else:
                return

    @property
    def log(self) -> str:
        """What the program printed."""
        return (self.folder / "service.log").read_text(errors="replace")

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program and all that it has started."""
        if self.process is not None and self.process.poll() is None:
            for process in [self.process.pid, *descendants(self.process.pid)]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, number)

    def kill_sessions(self) -> None:
        """`kill -9` what serves the connections; the program itself goes on."""
        if self.process is not None:
            for process in descendants(self.process.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)

    def kill(self) -> None:
        """`kill -9` everything; what was written stays."""
        self.signal(signal.SIGKILL)
        if self.process is not None:
            self.process.wait()

    def close(self) -> None:
        """End everything and remove the folder."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
