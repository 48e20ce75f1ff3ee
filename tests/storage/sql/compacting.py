"""What tests of merges and of their timing share."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import select

from sagwan.entities import Metric, RunStatus
from sagwan.storage.base import NewRun, RunBatch, RunUpdate
from sagwan.storage.sql import merging
from sagwan.storage.sql.compaction import CompactionReport, CompactionSettings, Compactor
from sagwan.storage.sql.merging import Merge
from sagwan.storage.sql.store import SqlStore
from sagwan.storage.sql.tables import MIXED, metric_segments
from tests.storage.sql import support

T = TypeVar("T")

RUN = f"{1:032x}"
FIRST = 1  # the number of the first run
RUNS = [f"{number:032x}" for number in range(2)]

SMALL = {
    "GROUP_POINTS": 8,
    "SERIES_POINTS": 4,
    "CROWDED": 16,
    "CROWDED_SERIES_POINTS": 2,
    "FULL_SERIES": 6,
    "FULL_GROUP": 12,
    "MOST_POINTS": 24,
    "MOST_FRESH_SEGMENTS": 5,
}


def make_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits so small that a few points reach them all."""
    for name, limit in SMALL.items():
        monkeypatch.setattr(merging, name, limit)


def with_store(folder: Path, use: Callable[[SqlStore], Awaitable[T]]) -> T:
    """What `use` returns for a store that does not compact by itself."""

    async def use_alone(store: SqlStore) -> T:
        await store.compactor.stop()
        return await use(store)

    return support.with_store(folder, use_alone)


class Clock:
    """Stands still unless told; `tick` is what passes at each look."""

    def __init__(self, tick: float = 0) -> None:
        self.now = 100.0
        self.tick = tick

    def __call__(self) -> float:
        self.now += self.tick
        return self.now


def compactor(store: SqlStore, clock: Clock, **when: Any) -> Compactor:
    """A compactor of a store that does not compact by itself."""
    return Compactor(
        store._database, store._readers, store._writer, CompactionSettings(**when), clock
    )


async def add_run(store: Any, run_id: str = RUN) -> None:
    await store.runs.create(NewRun(run_id, 0, "r", "", 0))


async def end_run(store: SqlStore, run_id: str = RUN) -> None:
    await store.runs.update(RunUpdate(run_id, RunStatus.FINISHED, 1))


async def log(
    store: Any, steps: Sequence[int], keys: str = "m", run_id: str = RUN, value: float = 0.5
) -> None:
    points = [Metric(key, value, 1000 + step, step) for step in steps for key in keys]
    await store.runs.log_batch(RunBatch(run_id, points))


async def segments(store: SqlStore) -> Counter[tuple[int, str, int]]:
    """How many segments there are by (level, "group" or "series", points)."""
    columns = metric_segments.c
    rows = await store._readers.call(
        lambda connection: connection.execute(
            select(columns.level, columns.key, columns.count)
        ).all()
    )
    return Counter(
        (level, "group" if key == MIXED else "series", size) for level, key, size in rows
    )


async def steps_of(store: SqlStore, key: str = "m", run_id: str = RUN) -> list[int]:
    return [point.step for point in (await store.metrics.history(run_id, key)).items]


def plan(store: SqlStore, eager: bool = True, run: int = FIRST) -> Awaitable[Merge | None]:
    dialect = store._database.dialect
    return store._readers.call(lambda connection: merging.plan(connection, dialect, run, eager))


def apply(store: SqlStore, merge: Merge) -> Awaitable[CompactionReport]:
    dialect = store._database.dialect
    return store._writer.call(lambda connection: merging.apply(connection, dialect, merge))
