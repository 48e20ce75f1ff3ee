"""What tests of upgrades and backups share: stores with rows in them, and commands to kill."""

import asyncio
import multiprocessing
import os
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import inspect

from sagwan.storage.sql.backup import backup, restore
from sagwan.storage.sql.chain import Chain
from sagwan.storage.sql.database import Database
from sagwan.storage.sql.schema import HEAD, create_missing, set_revision
from sagwan.storage.sql.store import SqlStore
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
from sagwan.storage.sql.upgrade import Plan, Watch, migrate, open_database
from tests.conftest import Databases

KINDS = ("sqlite", "postgresql", "mariadb")
# More of them take minutes.
KILLS = int(os.environ.get("KILLS", "3"))

# Read once: what it finds out about its tables goes for all tests.
CHAIN = Chain()

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
        [
            {**pair, "step": 2**40, "timestamp": 5, "value": _double(pair["run"]), "nan": 0}
            for pair in pairs
        ],
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


def _double(number: int) -> float:
    """A double with all of its digits, of any size."""
    edges = (0.0, 0.1, 5e-324, 1.7976931348623157e308, -2.2250738585072014e-308)
    numbers = random.Random(number)
    return edges[number] if number < len(edges) else numbers.uniform(-1, 1) * 10.0 ** (number % 300)


def contents(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, in the order of their keys."""
    found = {}
    with database.read_engine.connect() as connection, connection.begin():
        quoted = connection.dialect.identifier_preparer.quote
        for name in inspect(connection).get_table_names():
            # As the driver gives them: the types that are found in a database may round.
            rows = connection.exec_driver_sql(f"SELECT * FROM {quoted(name)}")
            found[name] = sorted((tuple(row) for row in rows), key=repr)
    return found


def contents_of(uri: str) -> dict[str, list[tuple[Any, ...]]]:
    """The same, of a store's URI."""
    with closing(open_database(uri)) as database:
        return contents(database)


def work(uri: str, action: str, what: str, versions: Path | None = None) -> None:
    """Migrate a store `up` or `down` to a revision, `save` it to or `load` it from a file.

    Or `compact` its metrics.
    """
    if action == "compact":
        asyncio.run(_compact(uri, what))
        return
    found = CHAIN if versions is None else Chain(versions)
    with closing(open_database(uri, create=True)) as database:
        match action:
            case "up" | "down":
                migrate(database, found, what, told().watch, down=action == "down", backup=False)
            case "save":
                backup(database, found, Path(what), told().watch, portable=False, force=True)
            case "load":
                restore(database, found, Path(what), told().watch, force=True)
            case _:
                raise ValueError(action)


async def _compact(uri: str, artifact_root: str) -> None:
    store = await SqlStore.open(uri, artifact_root=artifact_root, now=0)
    try:
        await store.compactor.stop()
        await store.compactor.compact_all()
    finally:
        await store.close()


_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.storage.sql.preloaded"])


def _child(begun: Any, arguments: tuple[Any, ...]) -> None:
    begun.send(None)
    work(*arguments)


def in_process(*arguments: Any, seconds: float = 120) -> bool:
    """Do `work` in a process of its own, which is killed after so many seconds: whether it ended.

    The seconds count from where it has everything imported.
    """
    begins, begun = _processes.Pipe(duplex=False)
    process = _processes.Process(target=_child, args=(begun, arguments))
    process.start()
    begins.recv()
    process.join(seconds)
    ended = process.exitcode is not None
    if ended:
        assert process.exitcode == 0
    else:
        process.kill()
        process.join()
    process.close()
    return ended


def timed(*arguments: Any) -> float:
    """Do it as a whole; the seconds it took."""
    started = time.monotonic()
    assert in_process(*arguments)
    return time.monotonic() - started


def kills(duration: float) -> Iterator[float]:
    """Moments to kill something that takes so long, all over its time."""
    for number in range(KILLS):
        yield duration * (number + random.random()) / KILLS
