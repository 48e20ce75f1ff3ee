"""Cases about a server that does nothing yet: start-up time and idle memory."""

import time
from pathlib import Path

from benchmarks import processes
from benchmarks.cases.base import Case, Prepared, Row, Sample, Target
from benchmarks.systems import Server, System, running

MEGABYTE = 1_000_000


class StartUp(Case):
    """From the start of the process to the first 200 on /health."""

    group = ""
    repetitions = 5

    def __init__(self, existing: bool) -> None:
        self.existing = existing
        self.name = "start-up-existing" if existing else "start-up"
        state = "existing database" if existing else "empty folder"
        self.rows = (Row("seconds", f"start-up, {state}", "s", False),)

    def prepare(self, target: Target) -> Prepared:
        home = target.scratch / f"{self.name}-{target.system.name}"
        home.mkdir()
        rounds = iter(range(1_000))

        def measure() -> Sample:
            folder = home
            if not self.existing:
                folder = home / str(next(rounds))
                folder.mkdir()
            return Sample({"seconds": _start_and_stop(target.system, folder)})

        # The first start makes the database, and files that only the disk has are read into memory.
        measure()
        return Prepared(measure)


class IdleMemory(Case):
    """Memory of all processes of a fresh server after five idle seconds."""

    name = "idle-memory"
    group = ""
    repetitions = 1
    rows = (
        Row("pss", "idle memory, PSS of all processes", "MB", False),
        Row("rss", "idle memory, RSS of all processes", "MB", False),
        Row("processes", "idle processes", "", False),
    )

    def prepare(self, target: Target) -> Prepared:
        def measure() -> Sample:
            with running(target.system, target.scratch) as server:
                processes.wait_until_quiet([server.pid], limit=60)
                time.sleep(5)
                found = processes.memory(server.pid)
            return Sample(
                {
                    "pss": found.pss / MEGABYTE,
                    "rss": found.rss / MEGABYTE,
                    "processes": found.processes,
                }
            )

        return Prepared(measure)


def _start_and_stop(system: System, folder: Path) -> float:
    server = Server(system, folder)
    try:
        return server.start()
    finally:
        server.stop()
