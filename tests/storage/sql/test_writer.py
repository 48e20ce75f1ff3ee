"""Group commit: who shares a transaction, who fails alone, what is durable."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, func, select, text
from sqlalchemy.exc import DBAPIError

from sagwan.entities import Metric, Param, Tag
from sagwan.errors import InvalidParameter, NotFound, Overloaded, ParamConflict, Unavailable
from sagwan.storage.base import NewRun, RunBatch
from sagwan.storage.sql import store as store_module
from sagwan.storage.sql.store import SqlStore
from sagwan.storage.sql.tables import params
from tests.storage.sql.support import counted_statements, with_store


def run_id(number: int) -> str:
    return f"{number:032x}"


async def add_runs(store: SqlStore, count: int) -> None:
    for number in range(count):
        await store.runs.create(NewRun(run_id(number), 0, f"run {number}", "", 0))


class Held:
    """Keeps the writer busy, so that what is submitted meanwhile becomes one group."""

    def __init__(self, store: SqlStore) -> None:
        self._release = threading.Event()
        self._started = threading.Event()
        self._task = asyncio.ensure_future(store._writer.call(self._wait))

    def _wait(self, connection: Connection) -> None:
        self._started.set()
        self._release.wait(30)

    async def __aenter__(self) -> "Held":
        await asyncio.to_thread(self._started.wait, 30)
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.sleep(0)  # let the others submit
        self._release.set()
        await self._task


async def together(store: SqlStore, *batches: RunBatch) -> list[Any]:
    """The outcomes of batches that are committed as one group."""
    async with Held(store):
        tasks = [asyncio.ensure_future(store.runs.log_batch(batch)) for batch in batches]
    return await asyncio.gather(*tasks, return_exceptions=True)


def test_a_group_costs_as_many_statements_as_one_request(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> tuple[int, int]:
        await add_runs(store, 50)

        def batch(number: int, step: int) -> RunBatch:
            return RunBatch(
                run_id(number),
                [Metric("loss", 0.5, 1, step)],
                [Param(f"p{step}", "1")],
                [Tag("t", str(step))],
            )

        await together(store, *(batch(number, 0) for number in range(50)))  # interns the keys
        with counted_statements(store) as alone:
            await store.runs.log_batch(batch(0, 0))
        with counted_statements(store) as group:
            await together(store, *(batch(number, 0) for number in range(50)))
        return len(alone), len(group)

    alone, group = with_store(tmp_path, use)
    assert alone == group == 6


def test_what_one_turn_of_the_loop_submits_is_one_group(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> int:
        await add_runs(store, 1)
        await store.runs.log_batch(RunBatch(run_id(0), [Metric("loss", 0.5, 1, 0)]))
        with counted_statements(store) as statements:
            await asyncio.gather(
                *(
                    store.runs.log_batch(RunBatch(run_id(0), [Metric("loss", 0.5, 1, step)]))
                    for step in range(64)
                )
            )
        return len(statements)

    assert with_store(tmp_path, use) == 3


def test_one_log_metric_is_three_statements(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> list[str]:
        await add_runs(store, 1)
        await store.runs.log_batch(RunBatch(run_id(0), [Metric("loss", 1.0, 1, 1)]))
        with counted_statements(store) as found:
            await store.runs.log_batch(RunBatch(run_id(0), [Metric("loss", 0.5, 2, 2)]))
        return [statement.split()[0] for statement in found]

    assert with_store(tmp_path, use) == ["SELECT", "INSERT", "INSERT"]


def test_who_breaks_a_rule_fails_alone_and_whole(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await add_runs(store, 4)
        await store.runs.log_batch(RunBatch(run_id(1), params=[Param("p", "old")]))
        await store.runs.delete(run_id(2), 1)
        outcomes = await together(
            store,
            RunBatch(run_id(0), [Metric("m", 1.0, 1, 1)]),
            RunBatch(run_id(1), [Metric("m", 1.0, 1, 1)], [Param("p", "new")], [Tag("t", "1")]),
            RunBatch(run_id(2), [Metric("m", 1.0, 1, 1)]),
            RunBatch("nowhere", [Metric("m", 1.0, 1, 1)]),
            RunBatch(run_id(3), params=[Param("p", "a")]),
            RunBatch(run_id(3), params=[Param("p", "b")]),
        )
        assert [type(outcome) for outcome in outcomes] == [
            type(None),
            ParamConflict,
            InvalidParameter,
            NotFound,
            type(None),
            ParamConflict,
        ]
        refused = await store.runs.get(run_id(1))
        assert refused.data.metrics == []
        assert refused.data.params == [Param("p", "old")]
        assert refused.data.tags == []
        assert (await store.runs.get(run_id(0))).data.metrics == [Metric("m", 1.0, 1, 1)]
        assert (await store.runs.get(run_id(3))).data.params == [Param("p", "a")]

    with_store(tmp_path, use)


def test_a_failure_that_nobody_foresaw_harms_no_neighbour(tmp_path: Path) -> None:
    def fail(connection: Connection) -> None:
        raise ZeroDivisionError

    async def use(store: SqlStore) -> None:
        await add_runs(store, 2)
        async with Held(store):
            good = asyncio.ensure_future(
                store.runs.log_batch(RunBatch(run_id(0), [Metric("m", 1.0, 1, 1)]))
            )
            bad = asyncio.ensure_future(store._writer.call(fail))
            named = asyncio.ensure_future(
                store.runs.log_batch(RunBatch(run_id(1), tags=[Tag("a new key", "1")]))
            )
        await good
        await named
        with pytest.raises(ZeroDivisionError):
            await bad
        assert (await store.runs.get(run_id(0))).data.metrics == [Metric("m", 1.0, 1, 1)]
        assert (await store.runs.get(run_id(1))).data.tags == [Tag("a new key", "1")]

    with_store(tmp_path, use)


def test_a_call_that_is_refused_leaves_nothing(tmp_path: Path) -> None:
    def refuse(connection: Connection) -> None:
        connection.execute(text("UPDATE experiments SET name = 'changed' WHERE id = 0"))
        raise InvalidParameter("no")

    async def use(store: SqlStore) -> str:
        with pytest.raises(InvalidParameter):
            await store._writer.call(refuse)
        return (await store.experiments.get(0)).name

    assert with_store(tmp_path, use) == "Default"


def test_a_full_queue_answers_429(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await add_runs(store, 1)
        async with Held(store):
            # One place is taken by what holds the writer.
            waiting = [
                asyncio.ensure_future(
                    store.runs.log_batch(RunBatch(run_id(0), [Metric("m", 1.0, 1, step)]))
                )
                for step in range(4)
            ]
            await asyncio.sleep(0)
            with pytest.raises(Overloaded) as refused:
                await store.runs.log_batch(RunBatch(run_id(0), [Metric("m", 1.0, 1, 9)]))
            assert (refused.value.status, refused.value.retry_after) == (429, 1)
        await asyncio.gather(*waiting)
        await store.runs.log_batch(RunBatch(run_id(0), [Metric("m", 1.0, 1, 10)]))

    with_store(tmp_path, use, queue_size=5)


def test_what_waits_is_written_before_the_store_closes(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await add_runs(store, 1)
        task = asyncio.ensure_future(
            store.runs.log_batch(RunBatch(run_id(0), [Metric("m", 1.0, 1, 1)]))
        )
        await asyncio.sleep(0)
        await store._writer.close()
        await task
        with pytest.raises(Unavailable):
            await store.runs.log_batch(RunBatch(run_id(0), [Metric("m", 1.0, 1, 2)]))

    with_store(tmp_path, use)
    metrics = with_store(tmp_path, lambda store: store.runs.get(run_id(0))).data.metrics
    assert metrics == [Metric("m", 1.0, 1, 1)]


def test_a_caller_that_went_away_harms_nobody(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await add_runs(store, 1)
        async with Held(store):
            gone = asyncio.ensure_future(
                store.runs.log_batch(RunBatch(run_id(0), [Metric("m", 1.0, 1, 1)]))
            )
            kept = asyncio.ensure_future(
                store.runs.log_batch(RunBatch(run_id(0), [Metric("n", 1.0, 1, 1)]))
            )
            await asyncio.sleep(0)
            gone.cancel()
        await kept
        assert store._writer._waiting == 0

    with_store(tmp_path, use)


class Away(Exception):
    """A database that is gone, as a driver would say it."""


@contextlib.contextmanager
def away(store: SqlStore, moment: str, patience: float = 30.0) -> Iterator[list[str]]:
    """The database is gone for writes from the `moment` ("begin" or "commit") of a transaction.

    With "committed" it goes when it has committed, before it says so. The moments are listed; what
    takes one out with `clear` counts from there. Writes wait for `patience` seconds.
    """
    dialect, engine = store._database.dialect, store._database.engine
    seen: list[str] = []

    def go(connection: Connection) -> None:
        seen.append(moment)
        if moment == "committed":
            assert connection.connection.dbapi_connection is not None
            connection.connection.dbapi_connection.commit()
        raise DBAPIError(moment, None, Away("it is away"))

    def unavailable(error: DBAPIError) -> str | None:
        return str(error.orig) if isinstance(error.orig, Away) else None

    name = "begin" if moment == "begin" else "commit"
    dialect.patience, dialect.unavailable = patience, unavailable  # type: ignore[method-assign]
    event.listen(engine, name, go)
    try:
        yield seen
    finally:
        event.remove(engine, name, go)


def point(step: int) -> RunBatch:
    return RunBatch(run_id(0), [Metric("m", 1.0, 1, step)])


async def until(seen: list[str], count: int) -> None:
    while len(seen) < count:
        await asyncio.sleep(0.001)


@pytest.mark.parametrize("moment", ["begin", "commit", "committed"])
def test_batches_wait_for_a_database_that_is_gone(tmp_path: Path, moment: str) -> None:
    async def use(store: SqlStore) -> None:
        await add_runs(store, 1)
        await store.runs.log_batch(point(1))
        with away(store, moment) as seen:
            waiting = asyncio.ensure_future(store.runs.log_batch(point(2)))
            await until(seen, 3)
            assert not waiting.done()
            assert store._writer.trouble is not None
        await waiting
        assert store._writer.trouble is None
        history = await store.metrics.history(run_id(0), "m", 100, None)
        # Also what was written more than once is there once.
        assert [metric.step for metric in history.items] == [1, 2]

    with_store(tmp_path, use)


def test_a_call_that_may_have_been_done_is_not_done_again(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await add_runs(store, 1)
        store._database.dialect.patience = 30.0
        with contextlib.ExitStack() as gone:
            with contextlib.suppress(Unavailable):  # what holds the writer may be done, too
                async with Held(store):
                    batch = asyncio.ensure_future(store.runs.log_batch(point(1)))
                    run = NewRun(run_id(7), 0, "new", "", 0)
                    creation = asyncio.ensure_future(store.runs.create(run))
                    await asyncio.sleep(0)
                    seen = gone.enter_context(away(store, "committed"))
            await until(seen, 3)
        await batch
        with pytest.raises(Unavailable):
            await creation
        assert (await store.runs.get(run_id(7))).info.run_name == "new"

    with_store(tmp_path, use)


def test_nobody_waits_for_a_database_that_was_waited_for_in_vain(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await add_runs(store, 1)
        with away(store, "begin", patience=0.01) as seen:
            with pytest.raises(Unavailable) as refused:
                await store.runs.log_batch(point(1))
            assert "it is away" in refused.value.message
            store._database.dialect.patience = 30.0
            seen.clear()
            with pytest.raises(Unavailable):
                await store.runs.log_batch(point(2))
            assert len(seen) == 1
        await store.runs.log_batch(point(3))
        with away(store, "begin") as seen:
            waiting = asyncio.ensure_future(store.runs.log_batch(point(4)))
            await until(seen, 3)
        await waiting

    with_store(tmp_path, use)


def test_an_error_of_an_attempt_in_common_does_not_outlive_it(tmp_path: Path) -> None:
    times = iter(range(10))

    def refuse_once(connection: Connection) -> str:
        if next(times) == 0:
            raise InvalidParameter("the neighbour was in the way")
        return "done"

    def fail(connection: Connection) -> None:
        raise ZeroDivisionError

    async def use(store: SqlStore) -> None:
        async with Held(store):
            first = asyncio.ensure_future(store._writer.call(refuse_once))
            second = asyncio.ensure_future(store._writer.call(fail))
        assert await first == "done"
        with pytest.raises(ZeroDivisionError):
            await second

    with_store(tmp_path, use)


def test_a_store_is_unwell_until_a_write_succeeds(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await add_runs(store, 1)
        await store.check()
        with away(store, "commit", patience=0.0) as seen:
            await store.check()  # nothing was wrong yet, and nothing is written
            assert seen == []
            with pytest.raises(Unavailable):
                await store.runs.log_batch(point(1))
            with pytest.raises(Unavailable):
                await store.check()
        await store.check()
        assert store._writer.trouble is None
        count = await store._readers.call(
            lambda connection: connection.execute(select(func.count()).select_from(params)).scalar()
        )
        assert count == 0

    with_store(tmp_path, use)


def test_whoever_asks_how_the_store_is_does_not_wait_for_the_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "CHECK_PATIENCE", 0.2)

    async def use(store: SqlStore) -> None:
        await add_runs(store, 1)
        with away(store, "begin") as seen:
            waiting = asyncio.ensure_future(store.runs.log_batch(point(1)))
            await until(seen, 1)
            with pytest.raises(Unavailable) as told:
                await store.check()
            assert "it is away" in told.value.message
            assert not waiting.done()
        await waiting
        await store.check()

    with_store(tmp_path, use)
