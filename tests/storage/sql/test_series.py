"""Curves and bands from segments: the same as from the model, whatever compaction has done."""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sagwan.domain.bands import Band
from sagwan.domain.buckets import Curve
from sagwan.entities import Metric
from sagwan.storage.base import (
    Axis,
    GroupBand,
    GroupsQuery,
    NewRun,
    RunBatch,
    SeriesCurve,
    SeriesQuery,
    Store,
)
from sagwan.storage.memory import MemoryStore
from sagwan.storage.sql import series
from sagwan.storage.sql.segment_reads import Replaced, read_segments
from sagwan.storage.sql.series import SqlSeries
from sagwan.storage.sql.store import SqlStore
from tests.storage.sql.compacting import make_small, with_store
from tests.storage.sql.support import counted_statements

RUNS = [f"{number:032x}" for number in range(3)]
KEYS = "mno"

batches = st.lists(
    st.tuples(
        st.sampled_from(RUNS),
        st.lists(
            st.builds(
                Metric,
                st.sampled_from(KEYS),
                st.sampled_from([float("nan"), -0.0, 1.0, -3.5]) | st.floats(-100, 100),
                st.integers(0, 12),
                st.integers(-3, 25),
            ),
            max_size=12,
        ),
    ),
    max_size=10,
)
bounds = st.none() | st.floats(-5, 30) | st.integers(-5, 30).map(float)
asked: dict[str, Any] = {
    "keys": st.lists(st.sampled_from([*KEYS, "absent"]), max_size=4),
    "axis": st.sampled_from(Axis),
    "buckets": st.integers(1, 30),
    "first": bounds,
    "last": bounds,
}
queries = st.builds(SeriesQuery, st.lists(st.sampled_from([*RUNS, "absent"]), max_size=4), **asked)
group_queries = st.builds(
    GroupsQuery,
    st.lists(st.lists(st.sampled_from([*RUNS, "absent"]), max_size=4), max_size=3),
    **asked,
)
calm = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


async def fill(store: Store, logged: Sequence[tuple[str, list[Metric]]]) -> None:
    for number, run_id in enumerate(RUNS):
        await store.runs.create(NewRun(run_id, 0, "r", "", number * 2))
    for run_id, metrics in logged:
        await store.runs.log_batch(RunBatch(run_id, metrics))


def columns_of(one: Curve | Band) -> list[np.ndarray]:
    if isinstance(one, Band):
        return [one.x, one.count, one.mean, one.deviation, one.least, one.greatest]
    columns = [np.array([one.points]), one.x, one.value]
    if one.buckets is not None:
        found = one.buckets
        columns += [found.index, found.least, found.greatest, found.count, found.mean]
    return columns


def agree(
    found: Sequence[SeriesCurve] | Sequence[GroupBand],
    expected: Sequence[SeriesCurve] | Sequence[GroupBand],
) -> None:
    assert [_name(one) for one in found] == [_name(one) for one in expected]
    for one, other in zip(found, expected, strict=True):
        mine = columns_of(one.curve if isinstance(one, SeriesCurve) else one.band)
        model = columns_of(other.curve if isinstance(other, SeriesCurve) else other.band)
        assert len(mine) == len(model)
        for left, right in zip(mine, model, strict=True):
            # Means are sums in another order; all else is the very same.
            np.testing.assert_allclose(left, right, rtol=1e-12, atol=1e-10, equal_nan=True)


def _name(one: SeriesCurve | GroupBand) -> tuple[object, ...]:
    if isinstance(one, SeriesCurve):
        return (one.run_id, one.key, one.curve.buckets is None)
    return (one.group, one.key, one.runs)


@calm
@given(batches, st.lists(queries | group_queries, min_size=1, max_size=6), st.sampled_from([1, 99]))
def test_the_model_gives_the_same_before_and_after_compaction(
    monkeypatch: pytest.MonkeyPatch,
    logged: list[tuple[str, list[Metric]]],
    wanted: list[SeriesQuery | GroupsQuery],
    together: int,
) -> None:
    make_small(monkeypatch)
    monkeypatch.setattr(series, "_TOGETHER", together)
    monkeypatch.setattr(series, "_KEPT", together)
    monkeypatch.setattr(series, "_AHEAD", 2)
    model = MemoryStore("mlflow-artifacts:/")

    async def answer(store: Store) -> list[Any]:
        return [
            await (
                store.series.read(query)
                if isinstance(query, SeriesQuery)
                else store.series.groups(query)
            )
            for query in wanted
        ]

    async def use(store: SqlStore) -> tuple[list[Any], list[Any], list[Any]]:
        await fill(model, logged)
        half = len(logged) // 2
        await fill(store, logged[:half])
        await store.compactor.compact_all()
        for run_id, metrics in logged[half:]:
            await store.runs.log_batch(RunBatch(run_id, metrics))
        before = await answer(store)
        await store.compactor.compact_all()
        return before, await answer(store), await answer(model)

    with tempfile.TemporaryDirectory() as folder:
        before, after, expected = with_store(Path(folder), use)
    for found in (before, after):
        for one, other in zip(found, expected, strict=True):
            agree(one, other)


def long(steps: range, key: str = "m") -> list[Metric]:
    return [Metric(key, float(step % 13), 1000 + step, step) for step in steps]


def test_what_is_outside_of_the_bounds_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_small(monkeypatch)
    decoded: list[int] = []
    decode_all = series.decode_all

    def counting(segments: Any) -> Any:
        points = decode_all(segments)
        decoded.append(len(points))
        return points

    monkeypatch.setattr(series, "decode_all", counting)

    async def use(store: SqlStore) -> None:
        await store.runs.create(NewRun(RUNS[0], 0, "r", "", 1000))
        for start in range(0, 300, 20):
            await store.runs.log_batch(RunBatch(RUNS[0], long(range(start, start + 20))))
        await store.compactor.compact_all()
        for axis, first in ((Axis.STEP, 100), (Axis.TIME, 1100), (Axis.RELATIVE, 100)):
            decoded.clear()
            query = SeriesQuery([RUNS[0]], ["m"], axis, 50, first, first + 9)
            [found] = await store.series.read(query)
            assert found.curve.points == 10
            assert 10 <= sum(decoded) <= 30

    with_store(tmp_path, use)


def test_many_series_take_few_statements(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        keys = [f"k{number}" for number in range(5)]
        run_ids = [f"{number:032x}" for number in range(40)]
        for run_id in run_ids:
            await store.runs.create(NewRun(run_id, 0, "r", "", 0))
            for key in keys:
                await store.runs.log_batch(RunBatch(run_id, long(range(20), key)))
        for _ in range(2):
            with counted_statements(store) as statements:
                found = await store.series.read(SeriesQuery(run_ids, keys, Axis.STEP, 10))
            assert (len(found), len(statements)) == (200, 2)
            with counted_statements(store) as statements:
                query = GroupsQuery([run_ids[:20], run_ids[20:]], keys, Axis.STEP, 10)
                bands = await store.series.groups(query)
            assert (len(bands), len(statements)) == (10, 2)
            await store.compactor.compact_all()

    with_store(tmp_path, use)


def test_a_read_begins_anew_when_compaction_was_faster(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = 0
    fetch = series._Reader._fetch

    def failing(reader: Any, ids: Sequence[int]) -> None:
        nonlocal calls
        calls += 1
        if calls < 3:
            raise Replaced
        fetch(reader, ids)

    monkeypatch.setattr(series._Reader, "_fetch", failing)

    async def use(store: SqlStore) -> None:
        assert isinstance(store.series, SqlSeries)
        await store.runs.create(NewRun(RUNS[0], 0, "r", "", 0))
        await store.runs.log_batch(RunBatch(RUNS[0], long(range(5))))
        [found] = await store.series.read(SeriesQuery([RUNS[0]], ["m"], Axis.STEP, 10))
        assert found.curve.points == 5

    with_store(tmp_path, use)
    assert calls > 2


def test_a_segment_that_is_gone_for_good_is_an_error(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        assert isinstance(store.series, SqlSeries)

        def read(_: Any) -> None:
            raise Replaced

        with pytest.raises(Replaced):
            await asyncio.wait_for(read_segments(store.series._readers, read), 30)

    with_store(tmp_path, use)
