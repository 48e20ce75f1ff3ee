"""Merges change how points are stored, never which."""

import asyncio
from collections.abc import Iterator
from math import nan
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from sagwan.entities import Metric
from sagwan.errors import SagwanError
from sagwan.storage.base import RunBatch
from sagwan.storage.memory import MemoryStore
from sagwan.storage.segments import encode_series
from sagwan.storage.sql import merging
from sagwan.storage.sql.compaction import CompactionReport
from sagwan.storage.sql.merging import FRESH, FULL, PARTIAL, Merge, Outrun
from sagwan.storage.sql.store import SqlStore
from sagwan.storage.sql.tables import runs
from tests.storage.sql.compacting import (
    FIRST,
    RUNS,
    add_run,
    apply,
    log,
    make_small,
    plan,
    segments,
    steps_of,
    with_store,
)
from tests.storage.test_segments import points_of


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    make_small(monkeypatch)


# What is stored stays the same ------------------------------------------------------------------

KEYS = "ab"

points = st.builds(
    Metric,
    st.sampled_from(KEYS),
    st.sampled_from([0.0, 1.5, -1.5, nan, 0.1]),
    st.integers(0, 12) | st.just(2**63 - 1),
    st.integers(-3, 12) | st.sampled_from([-(2**63), 2**63 - 1]),
)
logs = st.tuples(st.just("log"), st.sampled_from(RUNS), st.lists(points, min_size=1, max_size=9))
compactions = st.tuples(
    st.sampled_from(["merge", "eager merge", "outrun", "die", "all"]),
    st.sampled_from(RUNS),
    st.none(),
)
histories = st.lists(logs | logs | compactions, min_size=1, max_size=25)


class Machine:
    """Does the same to a SQL store and to the reference model; only the one is compacted."""

    def __init__(self, store: SqlStore, number: int) -> None:
        self.store = store
        self.model = MemoryStore("mlflow-artifacts:/")
        # Each example has runs of its own, in one store.
        self.names = {run_id: f"{number:016x}{run_id[16:]}" for run_id in RUNS}
        self.numbers: dict[str, int] = {}

    async def begin(self) -> None:
        for place, name in enumerate(self.names.values()):
            await add_run(self.store, name)
            await add_run(self.model, name)
            rows = await self.store._readers.call(run_numbers)
            self.numbers[RUNS[place]] = rows[name]

    async def do(self, what: str, run: str, logged: list[Metric] | None) -> None:
        number = self.numbers[run]
        if logged is not None:
            batch = RunBatch(self.names[run], logged)
            await self.store.runs.log_batch(batch)
            await self.model.runs.log_batch(batch)
        elif what == "all":
            await self.store.compactor.compact_all()
        else:
            merge = await plan(self.store, what == "eager merge", number)
            if merge is None:
                return
            if what == "outrun":
                await self.store.compactor.compact_all()
                with pytest.raises(Outrun):
                    await apply(self.store, merge)
            elif what == "die":
                await self._die(merge)
            else:
                await apply(self.store, merge)

    async def _die(self, merge: Merge) -> None:
        """A merge whose transaction does not come to its end."""

        class Died(SagwanError):
            pass

        dialect = self.store._database.dialect

        def write(connection: Any) -> None:
            merging.apply(connection, dialect, merge)
            raise Died("in the middle")

        with pytest.raises(Died):
            await self.store._writer.call(write)

    async def compare(self) -> None:
        for name in self.names.values():
            for key in KEYS:
                for limit in (None, 3):
                    assert await all_pages(self.store, name, key, limit) == await all_pages(
                        self.model, name, key, limit
                    )
        names = list(self.names.values())
        for key in KEYS:
            found, expected = [
                [
                    await store.metrics.bulk(names, key, 7),
                    await store.metrics.sample(names, key, None, 4),
                    await store.metrics.sample(names, key, (-1, 5), 3),
                ]
                for store in (self.store, self.model)
            ]
            assert [list(map(repr, part)) for part in found] == [
                list(map(repr, part)) for part in expected
            ]


def run_numbers(connection: Any) -> dict[str, int]:
    return dict(connection.execute(select(runs.c.run_id, runs.c.id)).all())


async def all_pages(store: Any, run_id: str, key: str, limit: int | None) -> list[str]:
    """All points of a history as text, in which NaN equals itself."""
    found, token = [], None
    while True:
        page = await store.metrics.history(run_id, key, limit, token)
        found += map(repr, page.items)
        token = page.next_page_token
        if token is None:
            return found


@pytest.mark.usefixtures("small")
def test_reads_are_the_same_whatever_compaction_does(tmp_path: Path) -> None:
    with asyncio.Runner() as runner:
        store = runner.run(SqlStore.open(str(tmp_path), artifact_root="x:/", now=0))
        runner.run(store.compactor.stop())
        numbers: Iterator[int] = iter(range(1, 10_000))

        @settings(max_examples=60, deadline=None)
        @given(histories)
        def check(history: list[tuple[str, str, list[Metric] | None]]) -> None:
            machine = Machine(store, next(numbers))
            runner.run(machine.begin())
            for what, run, logged in history:
                runner.run(machine.do(what, run, logged))
            runner.run(machine.compare())

        check()
        runner.run(store.close())


# How points are stored --------------------------------------------------------------------------


def test_single_points_become_one_group(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await add_run(store)
        for step in range(30):
            await log(store, [step])
        assert await segments(store) == {(FRESH, "group", 1): 30}
        report = await store.compactor.compact_all()
        assert await segments(store) == {(PARTIAL, "group", 30): 1}
        assert (report.merges, report.segments_read, report.segments_written) == (1, 30, 1)
        assert (report.points_read, report.points_written) == (30, 30)
        assert report.bytes_written < report.bytes_read / 3
        assert await steps_of(store) == list(range(30))

    with_store(tmp_path, use)


@pytest.mark.usefixtures("small")
def test_keys_with_many_points_leave_the_group(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await add_run(store)
        await log(store, range(7), "m")
        await log(store, [0, 1], "n")
        await store.compactor.compact_all()
        assert await segments(store) == {
            (PARTIAL, "group", 2): 1,
            (FULL, "series", 6): 1,
            (PARTIAL, "series", 1): 1,
        }
        assert await steps_of(store, "m") == list(range(7))
        assert await steps_of(store, "n") == [0, 1]

    with_store(tmp_path, use)


@pytest.mark.usefixtures("small")
def test_what_is_full_is_left_alone_unless_it_overlaps(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await add_run(store)
        await log(store, range(9))
        await store.compactor.compact_all()
        assert await segments(store) == {(FULL, "series", 6): 1, (PARTIAL, "series", 3): 1}
        await log(store, range(9, 18))
        report = await store.compactor.compact_all()
        assert report.points_read == 9 + 3
        assert await segments(store) == {(FULL, "series", 6): 3}
        # The same again, as a client does that lost the answers.
        await log(store, range(9))
        await log(store, range(9, 18))
        await store.compactor.compact_all()
        assert await segments(store) == {(FULL, "series", 6): 3}
        assert await steps_of(store) == list(range(18))

    with_store(tmp_path, use)


@pytest.mark.usefixtures("small")
def test_keys_with_few_points_stay_in_groups_of_limited_size(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await add_run(store)
        keys = "abcdefghijklmnop"
        await log(store, [1], keys[:14])
        await store.compactor.compact_all()
        assert await segments(store) == {(FULL, "group", 12): 1, (PARTIAL, "group", 2): 1}
        for key in keys[:14]:
            assert await steps_of(store, key) == [1]

    with_store(tmp_path, use)


def test_duplicates_are_dropped(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await add_run(store)
        for _ in range(3):
            await log(store, range(10), "mn")
            await log(store, range(5), "m", value=nan)
        report = await store.compactor.compact_all()
        assert (report.points_read, report.points_written) == (75, 25)
        assert await segments(store) == {(PARTIAL, "group", 25): 1}

    with_store(tmp_path, use)


@pytest.mark.usefixtures("small")
def test_a_point_is_rewritten_a_few_times_only(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> CompactionReport:
        await add_run(store)
        total = CompactionReport()
        for step in range(400):
            await log(store, [step])
            if step % 2:
                merge = await plan(store, eager=False)
                assert merge is not None
                total.add(await apply(store, merge))
        assert await steps_of(store) == list(range(400))
        return total

    report = with_store(tmp_path, use)
    assert report.points_written < 400 * 5


def test_a_second_pass_finds_nothing(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await add_run(store)
        await add_run(store, f"{2:032x}")
        for start in range(0, 30, 10):
            await log(store, range(start, start + 10))
            await log(store, range(start, start + 10), run_id=f"{2:032x}")
        told: list[int] = []
        report = await store.compactor.compact_all(lambda report: told.append(report.merges))
        assert report.merges == 2
        assert told == [1, 2]
        assert await store.compactor.compact_all() == CompactionReport()

    with_store(tmp_path, use)


@pytest.mark.usefixtures("small")
def test_partial_series_of_a_run_that_will_not_grow_are_joined(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await add_run(store)
        await log(store, [0])
        [key] = (await store._readers.call(lambda c: store.metrics._keys.find(c, ["m"]))).values()
        for start, count in ((1, 5), (6, 3), (9, 1)):
            steps = range(start, start + count)
            series = encode_series(points_of([(key, step, 1000 + step, 0.5) for step in steps]))
            merge = Merge(FIRST)
            merge.add(key, [series], merging.FULL_SERIES)
            await apply(store, merge)
        assert await plan(store, eager=False) is not None
        await store.compactor.compact_all()
        assert await segments(store) == {
            (PARTIAL, "group", 1): 1,
            (FULL, "series", 6): 1,
            (PARTIAL, "series", 3): 1,
        }
        assert await steps_of(store) == list(range(10))

    with_store(tmp_path, use)


# Beside others ----------------------------------------------------------------------------------


def test_a_merge_that_comes_too_late_changes_nothing(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await add_run(store)
        await log(store, [0])
        await log(store, [1])
        first, second = await plan(store), await plan(store)
        assert first is not None
        assert second is not None
        await apply(store, first)
        await log(store, [2])
        before = await segments(store)
        with pytest.raises(Outrun):
            await apply(store, second)
        assert await segments(store) == before
        assert await steps_of(store) == [0, 1, 2]

    with_store(tmp_path, use)


def test_ids_of_merged_segments_are_not_given_again(tmp_path: Path) -> None:
    """Otherwise a late merge could take new segments for those that it read."""

    async def use(store: SqlStore) -> None:
        await add_run(store)
        for step in range(4):
            await log(store, [step])
        late = await plan(store)
        assert late is not None
        await store.compactor.compact_all()
        for step in range(4, 10):
            await log(store, [step])
        with pytest.raises(Outrun):
            await apply(store, late)
        assert await steps_of(store) == list(range(10))

    with_store(tmp_path, use)


@pytest.mark.usefixtures("small")
def test_two_processes_compact_while_others_log(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await add_run(store)
        other = await SqlStore.open(str(tmp_path), artifact_root="mlflow-artifacts:/", now=0)
        await other.compactor.stop()
        try:

            async def write(through: SqlStore, start: int) -> None:
                for step in range(start, start + 40):
                    await log(through, [step], "mn")

            async def compact(through: SqlStore) -> None:
                for _ in range(8):
                    await through.compactor.compact_all()

            await asyncio.gather(write(store, 0), write(other, 30), compact(store), compact(other))
            await store.compactor.compact_all()
            for through in (store, other):
                assert await steps_of(through, "m") == list(range(70))
                assert await steps_of(through, "n") == list(range(70))
        finally:
            await other.close()

    with_store(tmp_path, use)
