"""Servers on different members of one Galera cluster: they share all runs, and one may die."""

import asyncio
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from sagwan.entities import Metric, Param, Tag, ViewType
from sagwan.errors import ParamConflict, Unavailable
from sagwan.storage.base import NewRun, RunBatch, SearchQuery
from sagwan.storage.sql import writer
from sagwan.storage.sql.store import SqlStore
from tests.support.databases import NotInstalled
from tests.support.galera import NODES, GaleraCluster

# One cluster, in one process.
pytestmark = pytest.mark.xdist_group("galera")

RUNS = 3


def run_id(number: int) -> str:
    return f"{number:032x}"


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that these tests do is to write to the same rows: who always loses has to go on."""
    monkeypatch.setattr(writer, "ATTEMPTS_ALONE", 50)


@pytest.fixture(scope="module")
def cluster() -> Iterator[GaleraCluster]:
    try:
        found = GaleraCluster()
    except NotInstalled as reason:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(reason))
    yield found
    found.remove()


async def opened(uris: list[str]) -> list[SqlStore]:
    opening = (SqlStore.open(uri, artifact_root="mlflow-artifacts:/", now=0) for uri in uris)
    return await asyncio.gather(*opening)


def batch(run: int, who: int, step: int) -> RunBatch:
    return RunBatch(
        run_id(run),
        [Metric("shared", 0.5, 1, step), Metric(f"own{who}", 1.0, 1, step)],
        [Param(f"p{who}-{step}", "x")],
        [Tag("last", f"{who}-{step}")],
    )


async def logged(store: SqlStore, run: int, who: int) -> set[int]:
    """The steps that `who` logged to a run, as its metrics and as its params."""
    page = await store.metrics.history(run_id(run), f"own{who}")
    got = await store.runs.get(run_id(run))
    params = {param.key for param in got.data.params}
    steps = {point.step for point in page.items}
    assert {f"p{who}-{step}" for step in steps} == {p for p in params if p.startswith(f"p{who}-")}
    return steps


def test_servers_that_start_together_make_one_schema(cluster: GaleraCluster) -> None:
    async def use(uri: str) -> list[str]:
        (store,) = await opened([uri])
        query = SearchQuery((), (), 10, ViewType.ALL, None)
        found = (await store.experiments.search(query)).items
        await store.close()
        return [each.name for each in found]

    for _ in range(3):
        with ThreadPoolExecutor(NODES) as threads:
            names = threads.map(lambda uri: asyncio.run(use(uri)), cluster.new_database())
            assert list(names) == [["Default"]] * NODES


def test_what_one_member_acknowledged_the_others_show(cluster: GaleraCluster) -> None:
    async def use() -> None:
        stores = await opened(cluster.new_database())
        for number in range(50):
            writing, reading = stores[number % 3], stores[(number + 1) % 3]
            await writing.runs.create(NewRun(run_id(number), 0, "r", "", 0))
            assert (await reading.runs.get(run_id(number))).info.run_id == run_id(number)
            await stores[(number + 2) % 3].runs.log_batch(batch(number, 0, number))
            assert await logged(writing, number, 0) == {number}
        for store in stores:
            await store.close()

    asyncio.run(use())


def test_members_that_write_to_the_same_runs(cluster: GaleraCluster) -> None:
    steps = 60

    async def write(store: SqlStore, who: int) -> list[BaseException]:
        found: list[BaseException] = []
        for step in range(steps):
            writes = [store.runs.log_batch(batch(run, who, step)) for run in range(RUNS)]
            writes.append(
                store.runs.log_batch(RunBatch(run_id(0), params=[Param(str(step), str(who))]))
            )
            results = await asyncio.gather(*writes, return_exceptions=True)
            found += [result for result in results if result is not None]
        return found

    async def use() -> None:
        stores = await opened(cluster.new_database())
        for run in range(RUNS):
            await stores[0].runs.create(NewRun(run_id(run), 0, "r", "", 0))
        refused = await asyncio.gather(*(write(store, who) for who, store in enumerate(stores)))
        errors = [error for each in refused for error in each]
        # Of the params that the three give different values, one wins.
        assert len(errors) == 2 * steps
        assert all(isinstance(error, ParamConflict) for error in errors)
        await asyncio.gather(*(store.compactor.compact_all() for store in stores))
        for who, store in enumerate(stores):
            for run in range(RUNS):
                assert await logged(store, run, who) == set(range(steps))
                got = await store.runs.get(run_id(run))
                assert {m.key: m.step for m in got.data.metrics}["shared"] == steps - 1
                page = await store.metrics.history(run_id(run), "shared")
                assert sorted({point.step for point in page.items}) == list(range(steps))
            await store.close()

    names = ("wsrep_local_cert_failures", "wsrep_local_bf_aborts")
    before = sum(map(cluster.status, names))
    asyncio.run(use())
    assert sum(map(cluster.status, names)) > before, "no commit met another one"


def test_nothing_that_was_acknowledged_dies_with_a_member(cluster: GaleraCluster) -> None:
    acknowledged: dict[int, set[int]] = {0: set(), 1: set(), 2: set()}
    dying = cluster.nodes[1]

    async def write(store: SqlStore, who: int, dead: asyncio.Event) -> None:
        step, after = 0, 0
        while after < 20:
            try:
                await store.runs.log_batch(batch(0, who, step))
            except Unavailable:
                assert who == 1
                assert dead.is_set()
                return
            acknowledged[who].add(step)
            step += 1
            after += dead.is_set()

    async def use() -> None:
        stores = await opened(cluster.new_database())
        for store in stores:
            store._database.dialect.patience = 1.0
        await stores[0].runs.create(NewRun(run_id(0), 0, "r", "", 0))
        dead = asyncio.Event()
        writing = [asyncio.create_task(write(store, who, dead)) for who, store in enumerate(stores)]
        while min(map(len, acknowledged.values())) < 20:
            await asyncio.sleep(0.01)
            for task in writing:
                if task.done():
                    task.result()
        dead.set()
        await asyncio.to_thread(dying.kill)
        await asyncio.gather(*writing)
        for survivor in (stores[0], stores[2]):
            for who, steps in acknowledged.items():
                assert await logged(survivor, 0, who) >= steps
        await asyncio.to_thread(dying.start)
        # The same server goes on, once the member has what it missed.
        await stores[1].runs.log_batch(batch(0, 1, 10_000))
        for who, steps in acknowledged.items():
            assert await logged(stores[1], 0, who) >= steps
        for store in stores:
            await store.close()

    asyncio.run(use())
