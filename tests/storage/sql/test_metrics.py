"""Reading histories out of segments; the port's rules themselves are in the conformance suite."""

import asyncio
import base64
from collections.abc import Awaitable, Callable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest
from sqlalchemy import insert, update

from sagwan.domain.metrics import bucket_starts
from sagwan.entities import Metric, Page
from sagwan.errors import InvalidParameter
from sagwan.storage.base import NewRun, RunBatch
from sagwan.storage.segments import Segment, encode_group, encode_series
from sagwan.storage.sql import metrics
from sagwan.storage.sql.paging import encode_token, query_digest
from sagwan.storage.sql.store import SqlStore
from sagwan.storage.sql.tables import MIXED, metric_segments
from tests.storage.sql import support
from tests.storage.sql.support import counted_statements
from tests.storage.test_segments import points_of

T = TypeVar("T")

RUN = f"{1:032x}"


def with_store(folder: Path, use: Callable[[SqlStore], Awaitable[T]]) -> T:
    """What `use` returns for a store that does not compact by itself."""

    async def use_alone(store: SqlStore) -> T:
        await store.compactor.stop()
        return await use(store)

    return support.with_store(folder, use_alone)


async def add_run(store: SqlStore, run_id: str = RUN) -> None:
    await store.runs.create(NewRun(run_id, 0, "r", "", 0))


async def log(store: SqlStore, steps: Sequence[int], key: str = "m", run_id: str = RUN) -> None:
    points = [Metric(key, step / 4, 1000 + step, step) for step in steps]
    await store.runs.log_batch(RunBatch(run_id, points))


async def add_segment(
    store: SqlStore, segment: Segment, key: int = 1, level: int = 2, run: int = 1
) -> None:
    """Put a merged segment of a run in place, as compaction does."""
    row = dict(
        zip(
            "count first_step last_step first_time last_time encoding data".split(),
            segment,
            strict=True,
        )
    )
    await store._writer.call(
        lambda connection: connection.execute(
            insert(metric_segments), {"run": run, "key": key, "level": level, **row}
        )
    )


async def key_of(store: SqlStore, name: str) -> int:
    """The number of a key, made where it is new."""
    numbers = await store._writer.call(
        lambda connection: store.metrics._keys.intern(connection, [name])
    )
    return numbers[name]


async def add_series(store: SqlStore, start: int, count: int) -> None:
    points = points_of([(1, step, 1000 + step, step / 4) for step in range(start, start + count)])
    await add_segment(store, encode_series(points))


async def pages(store: SqlStore, limit: int, key: str = "m") -> list[list[int]]:
    """The steps on each page."""
    found, token = [], None
    while True:
        page = await store.metrics.history(RUN, key, limit, token)
        found.append([point.step for point in page.items])
        token = page.next_page_token
        if token is None:
            return found


def test_a_page_reads_only_the_segments_that_it_needs(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await add_run(store)
        await log(store, [0])
        for start in range(1, 101, 10):
            await add_series(store, start, 10)
        # Whoever decodes one of the others fails.
        needed = metric_segments.c.first_step.in_([0, 1, 11])
        await store._writer.call(
            lambda connection: connection.execute(
                update(metric_segments).where(~needed).values(encoding=99)
            )
        )
        page = await store.metrics.history(RUN, "m", 15)
        assert [point.step for point in page.items] == list(range(15))
        page = await store.metrics.history(RUN, "m", 5, page.next_page_token)
        assert [point.step for point in page.items] == list(range(15, 20))
        assert len(await store.metrics.bulk([RUN], "m", 20)) == 20
        assert len(await store.metrics.sample([RUN], "m", (0, 20), 100)) == 21
        with pytest.raises(ValueError, match="encoding 99"):
            await store.metrics.history(RUN, "m", 40)

    with_store(tmp_path, use)


def test_overlapping_segments_are_merged_on_pages(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await add_run(store)
        await log(store, range(0, 100, 7))
        starts = (0, 40, 5, 42, 43, 80, 20)
        for start in starts:
            await add_series(store, start, 20)
        logged = chain(range(0, 100, 7), *(range(start, start + 20) for start in starts))
        steps = sorted(set(logged))
        for limit in (1, 9, 33, len(steps) - 1, len(steps), len(steps) + 1):
            found = await pages(store, limit)
            assert list(chain.from_iterable(found)) == steps
            assert {len(page) for page in found[:-1]} <= {limit}

    with_store(tmp_path, use)


def test_points_of_other_keys_do_not_shorten_a_page(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await add_run(store)
        for start in range(0, 400, 4):
            others = [Metric(f"k{index}", 1.0, start, start) for index in range(30)]
            mine = [Metric("m", 1.0, step, step) for step in range(start, start + 4)]
            await store.runs.log_batch(RunBatch(RUN, [*others, *mine]))
        found = await pages(store, 90)
        assert list(chain.from_iterable(found)) == list(range(400))
        assert [len(page) for page in found] == [90, 90, 90, 90, 40]

    with_store(tmp_path, use)


def test_pages_go_on_where_they_were_after_compaction(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await add_run(store)
        for start in range(0, 60, 6):
            await log(store, range(start, start + 6))
        page = await store.metrics.history(RUN, "m", 25)
        await store.compactor.compact_all()
        rest = await store.metrics.history(RUN, "m", None, page.next_page_token)
        assert [point.step for point in page.items + rest.items] == list(range(60))

    with_store(tmp_path, use)


def test_points_that_come_behind_a_page_are_not_on_the_next(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await add_run(store)
        await log(store, range(0, 20, 2))
        page = await store.metrics.history(RUN, "m", 5)
        await log(store, range(1, 21, 2))
        rest = await store.metrics.history(RUN, "m", None, page.next_page_token)
        assert [point.step for point in rest.items] == list(range(9, 20))

    with_store(tmp_path, use)


@pytest.mark.parametrize(
    "values",
    [
        [],
        [1, 2],
        [1, 2, 3],
        [1, 2, "x"],
        [1.0, 2, 3.0],
        [2**63, 2, 3.0],
        [1, 2, 3.0, 4],
    ],
)
def test_a_token_that_names_no_point_is_refused(tmp_path: Path, values: list[Any]) -> None:
    token = encode_token(query_digest("history", RUN, "m"), values)

    async def use(store: SqlStore) -> None:
        await add_run(store)
        with pytest.raises(InvalidParameter, match=r"^Invalid page token"):
            await store.metrics.history(RUN, "m", 2, token)

    with_store(tmp_path, use)


def test_a_token_of_another_version_is_refused(tmp_path: Path) -> None:
    packed = msgspec.msgpack.encode([99, query_digest("history", RUN, "m"), [1, 1, 1.0]])
    token = base64.urlsafe_b64encode(packed).decode()

    async def use(store: SqlStore) -> None:
        with pytest.raises(InvalidParameter, match=r"^Invalid page token"):
            await store.metrics.history(RUN, "m", 2, token)

    with_store(tmp_path, use)


def test_minus_zero_is_zero_in_every_segment(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await add_run(store)
        await store.runs.log_batch(RunBatch(RUN, [Metric("m", -0.0, 1, 1)]))
        await store.runs.log_batch(RunBatch(RUN, [Metric("m", 0.0, 1, 1)]))
        for _ in range(2):
            [point] = (await store.metrics.history(RUN, "m")).items
            assert str(point.value) == "0.0"
            await store.compactor.compact_all()

    with_store(tmp_path, use)


@pytest.mark.parametrize("runs", [1, 40])
def test_how_many_runs_are_read_does_not_change_the_number_of_statements(
    tmp_path: Path, runs: int
) -> None:
    run_ids = [f"{number:032x}" for number in range(runs)]

    async def use(store: SqlStore) -> None:
        for run_id in run_ids:
            await add_run(store, run_id)
            for start in (0, 3):
                await log(store, range(start, start + 3), run_id=run_id)
        await store.metrics.history(run_ids[0], "m")  # the key is known from now on
        with counted_statements(store) as statements:
            assert len(await store.metrics.bulk(run_ids, "m", 25_000)) == 6 * runs
        assert len(statements) == 2, statements
        with counted_statements(store) as statements:
            assert len(await store.metrics.sample(run_ids, "m", (1, 4), 100)) == 4 * runs
        assert len(statements) == 2, statements
        with counted_statements(store) as statements:
            assert len((await store.metrics.history(run_ids[0], "m", 3)).items) == 3
        assert len(statements) == 2, statements

    with_store(tmp_path, use)


def test_long_runs_are_read_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "_TOGETHER", 10)
    run_ids = [f"{number:032x}" for number in range(4)]

    async def use(store: SqlStore) -> None:
        for run_id, count in zip(run_ids, (4, 6, 25, 3), strict=True):
            await add_run(store, run_id)
            await log(store, range(count), run_id=run_id)
        found = await store.metrics.sample([*run_ids, run_ids[0]], "m", None, 5)
        assert [point.step for point in found] == [
            *range(4),
            *[0, 2, 3, 4, 5],
            *[0, 5, 10, 15, 20, 24],
            *range(3),
            *range(4),
        ]
        for limit in (3, 10, 11, 30, 40):
            bulk = await store.metrics.bulk(run_ids, "m", limit)
            steps = [*range(4), *range(6), *range(25), *range(3)][:limit]
            assert [point.step for point in bulk] == steps

    with_store(tmp_path, use)


@pytest.mark.parametrize("ahead", [1, 3, 32])
@pytest.mark.parametrize(
    "starts",
    [
        (0, 10, 20, 30),  # one after the other, then what is fresh
        (30, 10, 20, 40),
        (50, 60, 70, 80),  # what is fresh lies before
        (0, 10, 15, 30),  # two overlap
        (0, 10, 45, 55),  # what is fresh lies between
        (0, 38, 60, 70),  # what is fresh overlaps
    ],
)
def test_samples_of_long_runs_are_those_of_all_points(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, starts: tuple[int, ...], ahead: int
) -> None:
    monkeypatch.setattr(metrics, "_AHEAD", ahead)

    async def use(store: SqlStore) -> None:
        await add_run(store)
        logged = set()
        for start in starts:
            # Later steps come first, so that the order of time is another.
            rows = [(1, step, 1000 - step, step / 4) for step in range(start + 9, start - 1, -1)]
            await add_segment(store, encode_series(points_of(rows)), key=await key_of(store, "m"))
            logged |= {step for _, step, _, _ in rows}
        fresh = [Metric("m", step / 4, 1000 - step, step) for step in range(40, 45)]
        await store.runs.log_batch(RunBatch(RUN, fresh))
        logged |= set(range(40, 45))
        for steps in (None, (5, 38), (12, 62), (41, 42), (90, 99)):
            first, last = steps or (-1, 100)
            within = sorted(step for step in logged if first <= step <= last)
            for limit in (1, 4, 13, 100):
                found = await store.metrics.sample([RUN, RUN], "m", steps, limit)
                expected = [within[index] for index in bucket_starts(len(within), limit)]
                assert [point.step for point in found] == expected * 2
                assert all(point.value == point.step / 4 for point in found)

    with_store(tmp_path, use)


def test_a_read_begins_anew_when_a_segment_is_replaced_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Databases that show other transactions' commits at once can do that to a read."""
    listed = metrics._Reader._list
    gone = [2, 1]

    def list_with_gone(reader: metrics._Reader, run_ids: Sequence[str], key: int) -> None:
        listed(reader, run_ids, key)
        if gone and gone.pop():
            segment = reader._segments[RUN][0]
            reader._segments[RUN].append(segment._replace(id=10_000))

    monkeypatch.setattr(metrics._Reader, "_list", list_with_gone)

    async def use(store: SqlStore) -> Page[Metric]:
        await add_run(store)
        await log(store, range(3))
        return await store.metrics.history(RUN, "m")

    assert [point.step for point in with_store(tmp_path, use).items] == [0, 1, 2]
    assert not gone


def test_groups_and_fresh_segments_give_only_the_key_asked_for(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await add_run(store)
        await log(store, range(3), "m")
        await log(store, range(3), "n")
        group = points_of([(1, 5, 1005, 1.0), (2, 6, 1006, 1.0), (3, 7, 1007, 1.0)])
        await add_segment(store, encode_group(group), MIXED, 1)
        # "mlflow.runName" may have a key of its own, so "m" and "n" are not sure to be 1 and 2.
        names = await store._readers.call(
            lambda connection: store.metrics._keys.find(connection, ["m", "n"])
        )
        for name, steps in (("m", [0, 1, 2]), ("n", [0, 1, 2])):
            more = {1: [5], 2: [6], 3: [7]}.get(names[name], [])
            found = (await store.metrics.history(RUN, name)).items
            assert [point.step for point in found] == steps + more
            assert {point.key for point in found} == {name}

    with_store(tmp_path, use)


def test_reads_of_nothing(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await add_run(store)
        await log(store, [1], "n")
        assert await store.metrics.bulk([], "m", 5) == []
        assert await store.metrics.sample([], "n", None, 5) == []
        assert await store.metrics.sample([RUN], "n", (2, 3), 5) == []
        assert await store.metrics.history(RUN, "m", 5) == Page([])

    with_store(tmp_path, use)


def test_many_reads_at_once(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await add_run(store)
        for start in range(0, 200, 10):
            await log(store, range(start, start + 10))
        reads = [store.metrics.history(RUN, "m", limit) for limit in range(1, 60)]
        merge = store.compactor.compact_all()
        *found, report = await asyncio.gather(*reads, merge)
        assert report.points_written == 200
        for limit, page in enumerate(found, 1):
            assert [point.step for point in page.items] == list(range(limit))

    with_store(tmp_path, use)
