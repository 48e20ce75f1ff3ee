"""Compaction does its work only when it pays, and keeps nobody waiting."""

import asyncio
import logging
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select, update

from sagwan.storage.sql.compaction import CompactionSettings, Compactor
from sagwan.storage.sql.merging import FRESH, FULL, PARTIAL
from sagwan.storage.sql.store import SqlStore
from sagwan.storage.sql.tables import metric_segments
from tests.storage.sql import support
from tests.storage.sql.compacting import (
    FIRST,
    RUNS,
    Clock,
    add_run,
    compactor,
    end_run,
    log,
    make_small,
    segments,
    steps_of,
    with_store,
)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    make_small(monkeypatch)


# When -------------------------------------------------------------------------------------------


def test_a_run_is_merged_when_it_has_enough_segments(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await add_run(store)
        compact = compactor(store, Clock(), segments=3).run_once
        await compact()
        await log(store, [0])
        await log(store, [1])
        assert (await compact()).merges == 0
        await log(store, [2])
        assert (await compact()).merges == 1
        assert await segments(store) == {(PARTIAL, "group", 3): 1}
        await log(store, [3])
        assert (await compact()).merges == 0

    with_store(tmp_path, use)


def test_a_run_is_merged_when_it_has_enough_points(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await add_run(store)
        compact = compactor(store, Clock(), points=20).run_once
        await compact()
        await log(store, range(19))
        assert (await compact()).merges == 0
        await log(store, [19])
        assert (await compact()).merges == 1

    with_store(tmp_path, use)


def test_a_run_that_went_quiet_is_merged(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await add_run(store)
        clock = Clock()
        compact = compactor(store, clock, idle=5).run_once
        await compact()
        await log(store, [0])
        await compact()
        clock.now += 4
        await log(store, [1])
        assert (await compact()).merges == 0
        clock.now += 4
        assert (await compact()).merges == 0
        clock.now += 1
        assert (await compact()).merges == 1
        assert await segments(store) == {(PARTIAL, "group", 2): 1}

    with_store(tmp_path, use)


def test_one_small_segment_is_left_until_another_comes(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await add_run(store)
        clock = Clock()
        compact = compactor(store, clock, idle=5, lone=10).run_once
        await compact()
        await log(store, [0])
        for _ in range(2):
            assert (await compact()).merges == 0
            clock.now += 10
        await log(store, [1])
        assert (await compact()).merges == 0
        clock.now += 10
        assert (await compact()).merges == 1
        await log(store, range(2, 13))
        await compact()
        clock.now += 10
        assert (await compact()).merges == 1

    with_store(tmp_path, use)


def test_what_was_left_by_the_last_process_is_merged(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await add_run(store)
        await log(store, [0])
        await log(store, [1])
        clock = Clock()
        compact = compactor(store, clock, idle=5).run_once
        assert (await compact()).merges == 0
        clock.now += 5
        assert (await compact()).merges == 1

    with_store(tmp_path, use)


@pytest.mark.usefixtures("small")
def test_a_run_that_ended_is_merged_as_far_as_possible(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        clock = Clock()
        compact = compactor(store, clock, segments=2, idle=5).run_once
        await compact()
        for run_id in RUNS:
            await add_run(store, run_id)
            for start, count in ((0, 4), (4, 3), (7, 1)):
                await log(store, range(start, start + count - 1), run_id=run_id)
                await log(store, [start + count - 1], run_id=run_id)
                await compact()
            await log(store, [8], run_id=run_id)
        await end_run(store, RUNS[0])
        await compact()
        clock.now += 5
        await compact()
        partial = Counter(
            run
            for run, level in await store._readers.call(
                lambda connection: connection.execute(
                    select(metric_segments.c.run, metric_segments.c.level)
                ).all()
            )
            if level != FULL
        )
        assert partial[1] == 1
        for run_id in RUNS:
            assert await steps_of(store, run_id=run_id) == list(range(9))

    with_store(tmp_path, use)


def test_a_look_reads_only_what_is_new(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> list[str]:
        await add_run(store)
        compact = compactor(store, Clock()).run_once
        await compact()
        with support.counted_statements(store) as statements:
            await compact()
        [look] = statements
        return await store._readers.call(
            lambda connection: [
                row.detail
                for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {look}", (0, 0))
            ]
        )

    plan_of_look = with_store(tmp_path, use)
    assert plan_of_look[0] == "SEARCH metric_segments USING INTEGER PRIMARY KEY (rowid>?)"


def test_the_budget_ends_a_pass(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        clock = Clock(tick=1)
        compact = compactor(store, clock, segments=2, idle=1000).run_once
        await compact()
        for run_id in RUNS:
            await add_run(store, run_id)
            await log(store, [0], run_id=run_id)
            await log(store, [1], run_id=run_id)
        assert (await compact(1)).merges == 0
        assert (await compact(2)).merges == 1
        assert (await compact(2)).merges == 1
        assert await segments(store) == {(PARTIAL, "group", 2): 2}

    with_store(tmp_path, use)


def test_a_segment_that_can_not_be_read_keeps_nobody_else_waiting(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def use(store: SqlStore) -> None:
        for run_id in RUNS:
            await add_run(store, run_id)
            await log(store, [0], run_id=run_id)
            await log(store, [1], run_id=run_id)
        await store._writer.call(
            lambda connection: connection.execute(
                update(metric_segments).where(metric_segments.c.run == FIRST).values(encoding=99)
            )
        )
        clock = Clock()
        compact = compactor(store, clock, idle=5).run_once
        await compact()
        clock.now += 5
        with caplog.at_level(logging.ERROR):
            assert (await compact()).merges == 1
        assert "run number 1 can't be compacted" in caplog.text
        await log(store, [2], run_id=RUNS[0])
        clock.now += 5
        caplog.clear()
        await compact()
        assert not caplog.records

    with_store(tmp_path, use)


def test_space_is_given_back_when_all_is_quiet(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        tidied: list[float] = []
        clock = Clock()

        async def tidy() -> None:
            tidied.append(clock.now)

        compact = Compactor(
            store._database,
            store._readers,
            store._writer,
            CompactionSettings(segments=2, idle=5),
            clock,
            tidy,
        )
        await add_run(store)
        await compact.run_once()
        for step in range(4):
            await log(store, [step])
            await compact.run_once()
        assert tidied == []
        clock.now += 10
        for _ in range(3):
            await compact.run_once()
        assert tidied == [110.0]
        await log(store, [9])
        await log(store, [10])
        await compact.compact_all()
        assert tidied == [110.0, 110.0]
        await compact.compact_all()
        assert len(tidied) == 2

    with_store(tmp_path, use)


def test_it_runs_in_the_background(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await add_run(store)
        background = compactor(store, Clock(), segments=2, interval=0.01)
        await background.run_once()  # the first look, which does not count single segments
        background.start()
        try:
            for step in range(20):
                await log(store, [step])
            while (await segments(store))[FRESH, "group", 1] > 1:
                await asyncio.sleep(0.01)
        finally:
            await background.stop()
        assert await steps_of(store) == list(range(20))
        await background.stop()

    with_store(tmp_path, use)


def test_the_files_of_a_quiet_store_are_small(tmp_path: Path) -> None:
    def bytes_used() -> int:
        return sum(path.stat().st_size for path in tmp_path.iterdir())

    async def use(store: SqlStore) -> None:
        await add_run(store)
        for start in range(0, 6000, 100):
            await log(store, range(start, start + 100), "abcd")
        before = bytes_used()
        await store.compactor.compact_all()
        assert bytes_used() < before / 3
        assert (tmp_path / "sagwan.db-wal").stat().st_size == 0
        assert await steps_of(store, "d") == list(range(6000))

    with_store(tmp_path, use)
