"""Compaction that is killed at any moment loses no point and ends when it is run again."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from sagwan.entities import Metric
from sagwan.storage.base import NewRun, RunBatch
from sagwan.storage.sql.store import SqlStore
from sagwan.storage.sql.tables import metric_segments
from tests.conftest import Databases
from tests.storage.sql.migrating import KINDS, in_process, kills, new_uri, timed, work

RUNS = 24
KEYS = 5
BATCHES = 20

Point = tuple[int, int, float]


def points(run: int, key: int, rounds: int) -> list[Point]:
    """What a run logged to a key in so many rounds, in the order of a history."""
    return [(step, step, run + key / 8 + step * 0.1) for step in range(rounds * BATCHES)]


async def log_round(store: SqlStore, number: int) -> None:
    """A round of batches to every run, each batch a segment of its own."""
    for step in range(number * BATCHES, (number + 1) * BATCHES):
        await asyncio.gather(
            *(
                store.runs.log_batch(
                    RunBatch(
                        f"{run:032x}",
                        [
                            Metric(f"m{key}", run + key / 8 + step * 0.1, step, step)
                            for key in range(KEYS)
                        ],
                    )
                )
                for run in range(RUNS)
            )
        )


async def histories(store: SqlStore) -> dict[tuple[int, int], list[Point]]:
    """The points of every run and key."""
    found = {}
    for run in range(RUNS):
        for key in range(KEYS):
            page = await store.metrics.history(f"{run:032x}", f"m{key}")
            found[run, key] = [(m.timestamp, m.step, m.value) for m in page.items]
    return found


def use(uri: str, folder: Path, work: Any) -> Any:
    """What `work` returns for a store that does not compact by itself."""

    async def opened() -> Any:
        store = await SqlStore.open(uri, artifact_root=str(folder), now=0)
        try:
            await store.compactor.stop()
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(opened())


def segments(uri: str, folder: Path) -> int:
    """How many rows the points take."""

    async def count(store: SqlStore) -> int:
        with store._database.read_engine.connect() as connection:
            return int(
                connection.execute(select(func.count()).select_from(metric_segments)).scalar_one()
            )

    return int(use(uri, folder, count))


@pytest.mark.parametrize("kind", KINDS)
def test_a_killed_compaction(kind: str, databases: Databases, tmp_path: Path) -> None:
    uri = new_uri(kind, databases, tmp_path)
    artifacts = str(tmp_path)

    async def create(store: SqlStore) -> None:
        for run in range(RUNS):
            await store.runs.create(NewRun(f"{run:032x}", 0, "r", "", 0))
        await log_round(store, 0)

    use(uri, tmp_path, create)
    duration = timed(uri, "compact", artifacts)
    least = segments(uri, tmp_path)
    for number, seconds in enumerate(kills(duration), 1):
        use(uri, tmp_path, lambda store, number=number: log_round(store, number))
        in_process(uri, "compact", artifacts, seconds=seconds)
        assert use(uri, tmp_path, histories) == {
            (run, key): points(run, key, number + 1) for run in range(RUNS) for key in range(KEYS)
        }
        work(uri, "compact", artifacts)
        assert segments(uri, tmp_path) == least
    assert use(uri, tmp_path, histories) == {
        (run, key): points(run, key, number + 1) for run in range(RUNS) for key in range(KEYS)
    }
