"""The extremes of metrics: told from segments, and filled in where they were not kept."""

import asyncio
from contextlib import closing
from math import isnan, nan
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from sagwan.domain import metrics as rules
from sagwan.domain.search.fields import WORKSPACE_RUNS
from sagwan.domain.search.parser import parse_field
from sagwan.entities import Metric, RunStatus
from sagwan.storage.base import NewRun, RunBatch, RunPage, RunQuery, RunUpdate
from sagwan.storage.segments import Points
from sagwan.storage.sql import summaries
from sagwan.storage.sql.backfill import Filler
from sagwan.storage.sql.chain import Chain
from sagwan.storage.sql.store import SqlStore
from sagwan.storage.sql.summaries import NONE, Extremes, ExtremesBackfill, by_key
from sagwan.storage.sql.tables import latest_metrics
from sagwan.storage.sql.upgrade import open_database
from tests.conftest import Databases
from tests.storage.sql.migrating import KINDS, new_uri

VALUES = st.sampled_from([nan, -0.0, 0.0, 1.0, -1.5, 1e300, -1e300])
POINTS = st.lists(st.tuples(st.integers(1, 3), VALUES, st.integers(-2, 5)))


def brute(points: list[tuple[int, float, int]], key: int) -> tuple[object, ...]:
    """The extremes of a key, in the plainest way."""
    found = [(value, step) for of, value, step in points if of == key and not isnan(value)]
    if not found:
        return None, 0, None, 0
    least, greatest = min(value for value, _ in found), max(value for value, _ in found)
    return (
        least,
        min(step for value, step in found if value == least),
        greatest,
        min(step for value, step in found if value == greatest),
    )


def as_points(points: list[tuple[int, float, int]]) -> Points:
    return Points(
        np.array([key for key, _, _ in points], np.int64),
        np.array([step for _, _, step in points], np.int64),
        np.zeros(len(points), np.int64),
        np.array([value for _, value, _ in points], np.float64),
    )


@given(POINTS, POINTS)
def test_extremes_of_parts_are_those_of_all(
    one: list[tuple[int, float, int]], other: list[tuple[int, float, int]]
) -> None:
    first, second = by_key(as_points(one)), by_key(as_points(other))
    assert first.keys() == {key for key, _, _ in one}
    for key in range(1, 4):
        assert first.get(key, NONE) == brute(one, key)
        joined = first.get(key, NONE).joined(second.get(key, NONE))
        assert joined == brute(one + other, key)
        pairs = [(value, step) for of, value, step in one + other if of == key]
        assert rules.extremes(pairs) == joined
        assert "-0.0" not in str((joined, rules.extremes(pairs)))


@pytest.fixture(params=KINDS)
def uri(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> str:
    return new_uri(request.param, databases, tmp_path)


async def log(store: SqlStore, run: str, key: str, values: list[float], first: int) -> None:
    points = [Metric(key, value, 1, first + step) for step, value in enumerate(values)]
    for start in range(0, len(points), 400):
        await store.runs.log_batch(RunBatch(run, points[start : start + 400]))


async def _shown(store: SqlStore) -> list[tuple[object, ...]]:
    texts = ("metrics.`m`.min", "metrics.`m`.max", "metrics.`n`.min", "metrics.`n`.max")
    page = RunPage([parse_field(text, WORKSPACE_RUNS) for text in texts])
    table = await store.workspace.query(RunQuery([0]), page)
    return sorted(zip(*table.columns, strict=True), key=repr)


def test_rows_without_extremes_are_filled(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summaries, "_TOGETHER", 700)
    runs = [f"{number:032x}" for number in range(6)]
    expected = []

    async def write() -> None:
        store = await SqlStore.open(uri, artifact_root="mlflow-artifacts:/", now=0)
        try:
            for number, run in enumerate(runs):
                await store.runs.create(NewRun(run, 0, run, "", 1))
                many = [float((step * 7 + number) % 300) for step in range(300 * number)]
                await log(store, run, "m", [*many, nan, float(number)], 0)
                await log(store, run, "n", [nan], 0)
                if number % 2:
                    await store.runs.update(RunUpdate(run, RunStatus.FINISHED, 2))
                expected.append((min([*many, number]), max([*many, number]), None, None))
            await store.compactor.stop()
            await store.compactor.compact_all()
            await log(store, runs[0], "m", [-5.0], 9)  # a segment that nobody has merged yet
            expected[0] = (-5.0, 0.0, None, None)
            assert await _shown(store) == sorted(expected, key=repr)
        finally:
            await store.close()

    asyncio.run(write())
    with closing(open_database(uri)) as database:
        nothing = dict.fromkeys(Extremes._fields)
        with database.engine.connect() as connection, connection.begin():
            kept = set(connection.execute(select(latest_metrics)).all())
            connection.execute(update(latest_metrics).values(nothing))

        # What is not known is missing, and stays so when more is logged.
        async def unknown() -> None:
            store = await SqlStore.open(uri, artifact_root="mlflow-artifacts:/", now=0)
            try:
                await log(store, runs[3], "m", [1.0], 1)
                assert await _shown(store) == [(None,) * 4] * len(runs)
            finally:
                await store.close()

        asyncio.run(unknown())
        (filling,) = (
            one.backfill for one in Chain().revisions if isinstance(one.backfill, ExtremesBackfill)
        )
        seen: list[tuple[int, int]] = []
        Filler(database, "fill", filling).run(lambda done, total: seen.append((done, total)))
        assert seen[-1] == (12, 12)
        with database.engine.connect() as connection, connection.begin():
            assert set(connection.execute(select(latest_metrics)).all()) == kept
            assert not filling.remaining(connection)

        # A run that goes on over servers that keep no extremes is looked at once more.
        with database.engine.connect() as connection, connection.begin():
            changed = update(latest_metrics).where(latest_metrics.c.run == 1)
            connection.execute(changed.values(least=99.0))
            filling.finish(connection, database.dialect)
            assert set(connection.execute(select(latest_metrics)).all()) == kept
