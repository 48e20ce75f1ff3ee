"""What those who look on are told, where compaction and other processes write to the database."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from sagwan.domain.runs import ACTIVITY_EVERY
from sagwan.entities import Metric, RunStatus
from sagwan.storage.base import NewRun, RunBatch, RunPage, RunQuery, RunUpdate
from sagwan.storage.changes import MOST_POINTS_OF_RUN, ChangeFeed, RunChange
from sagwan.storage.sql import changes
from sagwan.storage.sql.store import SqlStore
from sagwan.storage.sql.tables import metric_segments
from tests.conftest import Databases
from tests.storage.sql.support import counted_statements, with_store

RUN, OTHER = f"{1:032x}", f"{2:032x}"


def point(step: int, key: str = "m") -> Metric:
    return Metric(key, float(step), 1, step)


def all_of_them(run_id: str, experiment_id: int) -> bool:
    return True


async def look(feed: ChangeFeed) -> list[RunChange]:
    return await feed.look(all_of_them)


async def log(store: SqlStore, *steps: int, run: str = RUN) -> None:
    for step in steps:
        await store.runs.log_batch(RunBatch(run, [point(step)]))


async def begin(store: SqlStore) -> None:
    await store.compactor.stop()
    for run in (RUN, OTHER):
        await store.runs.create(NewRun(run, 0, "r", "", 0))


def test_what_was_told_and_is_then_merged_is_not_told_again(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await begin(store)
        feed = await store.changes.feed()
        await log(store, 1, 2, 3)
        assert [len(change.points) for change in await look(feed)] == [3]
        await store.compactor.compact_all()
        assert await look(feed) == []
        await log(store, 4)
        assert await look(feed) == [RunChange(RUN, 0, False, [point(4)], [point(4)])]

    with_store(tmp_path, use)


def test_what_is_merged_before_it_was_told_is_to_be_read(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await begin(store)
        feed = await store.changes.feed()
        await log(store, 1, 2, 3)
        await store.compactor.compact_all()
        await log(store, 4)
        assert await look(feed) == [RunChange(RUN, 0, True, [point(4)], [point(4)])]
        assert await look(feed) == []

    with_store(tmp_path, use)


def test_more_points_than_are_told(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await begin(store)
        feed = await store.changes.feed()
        many = [point(step) for step in range(MOST_POINTS_OF_RUN + 1)]
        await store.runs.log_batch(RunBatch(RUN, many))
        await log(store, 1, run=OTHER)
        first, second = await look(feed)
        assert first == RunChange(RUN, 0, True)
        assert (second.run_id, second.points) == (OTHER, [point(1)])

    with_store(tmp_path, use)


def test_ids_that_begin_again_lower(tmp_path: Path) -> None:
    """SQLite gives the ids of a table's last rows again when those are purged."""

    async def use(store: SqlStore) -> None:
        await begin(store)
        await log(store, 1, 2, 3, run=OTHER)
        feed = await store.changes.feed()
        await store._writer.call(lambda connection: connection.execute(delete(metric_segments)))
        assert await look(feed) == []
        await log(store, 4)
        assert [change.points for change in await look(feed)] == [[point(4)]]

    with_store(tmp_path, use)


def test_metrics_note_activity_now_and_then(tmp_path: Path) -> None:
    moments = itertools.count(1_000_000, 1000)
    now = [next(moments)]

    async def main() -> tuple[list[int], list[int | None]]:
        store = await SqlStore.open(
            str(tmp_path), artifact_root="mlflow-artifacts:/", now=0, clock=lambda: now[0]
        )
        counts, active = [], []
        try:
            await begin(store)
            for _ in range(20):
                now[0] = next(moments)
                with counted_statements(store) as statements:
                    await log(store, 1)
                counts.append(sum("run_activity" in statement for statement in statements))
            table = await store.workspace.query(RunQuery([0]), RunPage())
            active = table.runs.active
        finally:
            await store.close()
        return counts, active

    counts, active = asyncio.run(main())
    every = ACTIVITY_EVERY // 1000
    assert counts == [int(second % every == every - 1) for second in range(20)]
    assert sorted(active, key=str) == [1_000_000, 1_000_000 + ACTIVITY_EVERY]


Use = Callable[[SqlStore, SqlStore], Awaitable[None]]


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def with_two(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Any:
    """Runs its argument with two stores, each as of a process of its own, on one database."""
    sqlite = request.param == "sqlite"
    uri = str(tmp_path) if sqlite else databases.server(request.param).new_database()

    async def main(use: Use) -> None:
        one = await SqlStore.open(uri, artifact_root="mlflow-artifacts:/", now=10**6)
        other = await SqlStore.open(uri, artifact_root="mlflow-artifacts:/", now=10**6 + 500)
        try:
            await other.compactor.stop()
            await begin(one)
            await use(one, other)
        finally:
            await one.close()
            await other.close()

    return lambda use: asyncio.run(main(use))


def test_what_another_process_writes_is_told(with_two: Any) -> None:
    async def use(one: SqlStore, other: SqlStore) -> None:
        feed = await other.changes.feed()
        for step in range(1, 4):
            await log(one, step)
            await log(other, step, run=OTHER)
            assert await look(feed) == [
                RunChange(run, 0, False, [point(step)], [point(step)]) for run in (RUN, OTHER)
            ]
        # Its clock is behind.
        await one.runs.update(RunUpdate(RUN, RunStatus.FINISHED))
        await other.runs.update(RunUpdate(OTHER, RunStatus.FINISHED))
        assert await look(feed) == [RunChange(run, 0, True) for run in (RUN, OTHER)]
        assert await look(feed) == []

    with_two(use)


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_an_id_that_becomes_visible_after_a_greater_one(
    kind: str, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    uri = databases.server(kind).new_database()

    async def main() -> None:
        store = await SqlStore.open(uri, artifact_root="mlflow-artifacts:/", now=0)
        try:
            await begin(store)
            await log(store, 1)
            feed = await store.changes.feed()
            late = store._database.engine.connect()
            with late.begin():
                rows = late.execute(metric_segments.select()).mappings().all()
                copied = {**rows[0], "run": rows[0]["run"] + 1}
                del copied["id"]
                late.execute(metric_segments.insert(), copied)
                await log(store, 2)
                assert [change.run_id for change in await look(feed)] == [RUN]
                assert await look(feed) == []
            assert [change.run_id for change in await look(feed)] == [OTHER]
            assert await look(feed) == []
            late.close()
            # A gap that stays is given up.
            monkeypatch.setattr(changes, "GAP_PATIENCE", -1.0)
            await log(store, 3)
            await look(feed)
            assert feed.position.split("-")[0] == str(rows[0]["id"] + 3)
        finally:
            await store.close()

    asyncio.run(main())
