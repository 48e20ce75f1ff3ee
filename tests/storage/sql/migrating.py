"""What tests of upgrades and backups share: stores with rows in them, and commands to kill."""

import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, select

from sagwan.storage.sql.chain import Chain
from sagwan.storage.sql.database import Database
from sagwan.storage.sql.schema import HEAD, create_missing, set_revision
from sagwan.storage.sql.tables import (
    experiments,
    keys,
    latest_metrics,
    metadata,
    metric_segments,
    params,
    runs,
    tags,
)
from sagwan.storage.sql.upgrade import Plan, Watch, open_database
from tests.conftest import Databases

ROOT = Path(__file__).parents[3]
KINDS = ("sqlite", "postgresql")
KILLS = 3

# What this version's stores have, whatever a test lets it be.
REVISION = HEAD


@dataclass
class Told:
    """A watch that remembers what it was told."""

    plans: list[Plan]
    lines: list[str]
    progress: list[tuple[str, int, int]]

    @property
    def watch(self) -> Watch:
        def bar(label: str) -> Any:
            return nullcontext(lambda done, total: self.progress.append((label, done, total)))

        return Watch(self.plans.append, self.lines.append, bar)


def told() -> Told:
    """A new one."""
    return Told([], [], [])


def new_uri(kind: str, databases: Databases, folder: Path) -> str:
    """The URI of a database that is empty, or does not exist yet."""
    if kind == "sqlite":
        return f"sqlite:///{folder}/{kind}-{random.getrandbits(32)}.db"
    return databases.server(kind).new_database()


def new_store(uri: str, count: int = 100) -> None:
    """A store at the revision of this version, with `count` runs that have something of all."""
    with (
        closing(open_database(uri, create=True)) as database,
        database.engine.connect() as connection,
        connection.begin(),
    ):
        create_missing(connection, metadata)
        set_revision(connection, REVISION)
        connection.execute(
            experiments.insert(),
            {
                "id": 0,
                "name": "Défault ✓",
                "artifact_location": "mlflow-artifacts:/0",
                "stage": 0,
                "created": 1,
                "updated": 1,
            },
        )
        connection.execute(
            keys.insert(), [{"id": number, "name": f"key {number}"} for number in range(1, 6)]
        )
        if count:
            add_runs(connection, range(1, count + 1))


def add_runs(connection: Any, numbers: Sequence[int]) -> None:
    """Runs as a server of this version writes them."""
    connection.execute(
        runs.insert(),
        [
            {
                "id": number,
                "run_id": f"{number:032x}",
                "experiment_id": 0,
                "name": "n" * (number % 50 + 1),
                "user_id": "somebody",
                "status": 1,
                "start_time": number,
                "stage": 0,
                "artifact_uri": f"mlflow-artifacts:/0/{number:032x}/artifacts",
            }
            for number in numbers
        ],
    )
    pairs = [{"run": number, "key": key} for number in numbers for key in (1, 2)]
    connection.execute(params.insert(), [{**pair, "value": "a\n'\"\\ ü"} for pair in pairs])
    connection.execute(tags.insert(), [{**pair, "value": "x" * 40} for pair in pairs])
    connection.execute(
        latest_metrics.insert(),
        [{**pair, "step": 2**40, "timestamp": 5, "value": 0.1, "nan": 0} for pair in pairs],
    )
    connection.execute(
        metric_segments.insert(),
        [
            {
                "run": number,
                "key": 0,
                "level": 0,
                "count": 1,
                "first_step": 0,
                "last_step": 2**40,
                "first_time": 5,
                "last_time": 5,
                "encoding": 0,
                "data": random.Random(number).randbytes(200),
            }
            for number in numbers
        ],
    )


def contents(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, in the order of their keys."""
    found = {}
    with database.read_engine.connect() as connection, connection.begin():
        tables = MetaData()
        tables.reflect(connection)
        for table in tables.sorted_tables:
            rows = connection.execute(select(*table.columns))
            found[table.name] = sorted((tuple(row) for row in rows), key=repr)
    return found


def contents_of(uri: str) -> dict[str, list[tuple[Any, ...]]]:
    """The same, of a store's URI."""
    with closing(open_database(uri)) as database:
        return contents(database)


def sagwan(*arguments: object, versions: Path | None = None) -> list[str]:
    """The command line of `sagwan`, with the longer chain where its folder is given."""
    program = ["sagwan"] if versions is None else ["tests.support.revisions", str(versions.parent)]
    return [sys.executable, "-m", *program, *map(str, arguments)]


def run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


def kill_at_random(command: Sequence[str], again: Callable[[], None], duration: float) -> None:
    """Kill a command somewhere in the time that it takes; `again` is called before each attempt."""
    for _ in range(KILLS):
        again()
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            process.wait(duration * random.uniform(0.4, 1.0))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def timed(command: Sequence[str]) -> float:
    """Run a command that must succeed; the seconds it took."""
    started = time.monotonic()
    done = run(command)
    assert done.returncode == 0, done.stdout + done.stderr
    return time.monotonic() - started


def chain_of(versions: Path) -> Chain:
    """The chain of a folder."""
    return Chain(versions)
