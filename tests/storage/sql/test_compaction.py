"""Compaction changes how points are stored, never which; and it does so only when it pays."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from math import nan
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from sagwan.entities import Metric, RunStatus
from sagwan.errors import SagwanError
from sagwan.storage.base import NewRun, RunBatch, RunUpdate
from sagwan.storage.memory import MemoryStore
from sagwan.storage.segments import encode_series
from sagwan.storage.sql import merging
from sagwan.storage.sql.compaction import CompactionReport, CompactionSettings, Compactor
from sagwan.storage.sql.merging import FRESH, FULL, PARTIAL, Merge, Outrun
from sagwan.storage.sql.store import SqlStore
from sagwan.storage.sql.tables import MIXED, metric_segments, runs
from tests.storage.sql import support
from tests.storage.test_segments import points_of

T = TypeVar("T")

RUN = f"{1:032x}"
FIRST = 1  # the number of the first run

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


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
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
    """A compactor that has had its first look."""
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


# What is stored stays the same ------------------------------------------------------------------

RUNS = [f"{number:032x}" for number in range(2)]
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
            merge.add(key, [series], SMALL["FULL_SERIES"])
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
