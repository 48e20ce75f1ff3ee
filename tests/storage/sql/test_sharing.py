"""Several server processes on one database: here several stores, each with its own writer."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest

from sagwan.entities import Metric, Param, Run, RunStatus, Tag, ViewType
from sagwan.entities.registry import Stage
from sagwan.errors import AlreadyExists, BadRequest, InvalidParameter, NotFound, ParamConflict
from sagwan.storage.base import NewExperiment, NewRun, RunBatch, RunUpdate, SearchQuery
from sagwan.storage.registry import NewRegisteredModel, NewVersion, RegistryQuery
from sagwan.storage.sql.store import SqlStore
from tests.support.databases import Databases

T = TypeVar("T")

STORES = 3

Use = Callable[[list[SqlStore]], Awaitable[T]]


def run_id(number: int) -> str:
    return f"{number:032x}"


@pytest.fixture(params=["postgresql", "mariadb"])
def with_stores(request: pytest.FixtureRequest, databases: Databases) -> Any:
    """Runs its argument with stores that share a new database."""
    uri = databases.server(request.param).new_database()

    async def main(use: Use[T]) -> T:
        opening = (
            SqlStore.open(uri, artifact_root="mlflow-artifacts:/", now=0) for _ in range(STORES)
        )
        stores = await asyncio.gather(*opening)
        try:
            return await use(stores)
        finally:
            for store in stores:
                await store.close()

    return lambda use: asyncio.run(main(use))


async def outcomes(tasks: list[Awaitable[Any]]) -> list[Any]:
    return await asyncio.gather(*tasks, return_exceptions=True)


async def all_runs(store: SqlStore, experiment: int, view: ViewType = ViewType.ALL) -> list[Run]:
    return (await store.runs.search([experiment], SearchQuery((), (), 1000, view, None))).items


def test_stores_that_are_opened_together_make_one_schema(with_stores: Any) -> None:
    async def use(stores: list[SqlStore]) -> list[str]:
        query = SearchQuery((), (), 10, ViewType.ALL, None)
        return [each.name for each in (await stores[0].experiments.search(query)).items]

    assert with_stores(use) == ["Default"]


def test_everything_that_is_logged_through_any_store_is_there(with_stores: Any) -> None:
    steps = 40

    async def log(store: SqlStore, who: int) -> None:
        for step in range(steps):
            batches = [
                RunBatch(
                    run_id(run),
                    [
                        Metric("shared", 0.5, 1, who * steps + step),
                        Metric(f"own{who}", 1.0, 1, step),
                    ],
                    [Param(f"p{who}-{step}", "x")],
                    [Tag("last", f"{who}-{step}"), Tag(f"t{step}", "v")],
                )
                # In different orders, so that their locks could cross.
                for run in (range(4) if who % 2 else reversed(range(4)))
            ]
            await asyncio.gather(*(store.runs.log_batch(batch) for batch in batches))

    async def use(stores: list[SqlStore]) -> None:
        for run in range(4):
            await stores[0].runs.create(NewRun(run_id(run), 0, "r", "", 0))
        await asyncio.gather(
            *(log(store, who) for who, store in enumerate(stores)),
            *(store.compactor.run_once() for store in stores),
        )
        for store in stores:
            await store.compactor.compact_all()
        for run in range(4):
            got = await stores[-1].runs.get(run_id(run))
            assert len(got.data.params) == STORES * steps
            assert len(got.data.tags) == steps + 1
            latest = {metric.key: metric.step for metric in got.data.metrics}
            assert latest["shared"] == STORES * steps - 1
            page = await stores[0].metrics.history(run_id(run), "shared")
            assert sorted(point.step for point in page.items) == list(range(STORES * steps))

    with_stores(use)


def test_numbers_of_versions_are_given_once(with_stores: Any) -> None:
    async def use(stores: list[SqlStore]) -> None:
        new = [store.registry.create(NewRegisteredModel("net", 1)) for store in stores]
        results = await outcomes(new)
        assert sum(isinstance(result, AlreadyExists) for result in results) == STORES - 1
        version = NewVersion("net", 1, "s3://m", tags=[Tag("a", "1")])
        made = await asyncio.gather(
            *(store.registry.create_version(version) for store in stores for _ in range(10)),
            *(store.registry.set_tag("net", Tag("t", "v")) for store in stores),
        )
        numbers = sorted(int(each.version) for each in made if each is not None)
        assert numbers == list(range(1, STORES * 10 + 1))
        # What moves to a stage while the others do, ends with one that is in it.
        moves = [
            store.registry.move_version("net", 1 + who, Stage.PRODUCTION, True, 2)
            for who, store in enumerate(stores)
        ]
        await asyncio.gather(*moves)
        found = await stores[0].registry.search_versions(RegistryQuery((), (), 100))
        stages = [each.current_stage for each in found.items]
        assert (stages.count("Production"), stages.count("Archived")) == (1, STORES - 1)

    with_stores(use)


def test_of_params_that_differ_one_wins(with_stores: Any) -> None:
    async def use(stores: list[SqlStore]) -> None:
        await stores[0].runs.create(NewRun(run_id(1), 0, "r", "", 0))
        for key in map(str, range(20)):
            results = await outcomes(
                [
                    store.runs.log_batch(
                        RunBatch(
                            run_id(1), params=[Param(key, str(who)), Param(f"{key}-{who}", "")]
                        )
                    )
                    for who, store in enumerate(stores)
                ]
            )
            won = [who for who, result in enumerate(results) if result is None]
            assert len(won) == 1
            assert sum(isinstance(result, ParamConflict) for result in results) == STORES - 1
            params = {p.key: p.value for p in (await stores[0].runs.get(run_id(1))).data.params}
            assert params[key] == str(won[0])
            # All or nothing: what came with the refused value is not there.
            assert [who for who in range(STORES) if f"{key}-{who}" in params] == won

    with_stores(use)


def test_one_of_those_that_create_an_experiment_makes_it(with_stores: Any) -> None:
    async def use(stores: list[SqlStore]) -> None:
        for name in map(str, range(10)):
            results = await outcomes(
                [store.experiments.create(NewExperiment(name, 0)) for store in stores]
            )
            assert sum(isinstance(result, int) for result in results) == 1
            assert sum(isinstance(result, AlreadyExists) for result in results) == STORES - 1

    with_stores(use)


def test_one_of_those_that_take_a_name_gets_it(with_stores: Any) -> None:
    async def use(stores: list[SqlStore]) -> None:
        numbers = [await stores[0].experiments.create(NewExperiment(f"e{i}", 0)) for i in range(3)]
        for name in map(str, range(10)):
            results = await outcomes(
                [
                    store.experiments.rename(number, name, 1)
                    for store, number in zip(stores, numbers, strict=True)
                ]
            )
            assert results.count(None) == 1
            assert all(isinstance(r, BadRequest) for r in results if r)

    with_stores(use)


def test_no_run_stays_active_in_an_experiment_that_is_deleted_meanwhile(with_stores: Any) -> None:
    async def use(stores: list[SqlStore]) -> None:
        numbers = iter(range(1000))
        for name in map(str, range(10)):
            experiment = await stores[0].experiments.create(NewExperiment(name, 0))

            async def create(store: SqlStore, number: int = experiment) -> None:
                for _ in range(5):
                    await store.runs.create(NewRun(run_id(next(numbers)), number, "r", "", 0))

            results = await outcomes(
                [
                    create(stores[0]),
                    create(stores[1]),
                    stores[2].experiments.delete(experiment, 1),
                ]
            )
            assert all(r is None or isinstance(r, InvalidParameter | NotFound) for r in results)
            assert await all_runs(stores[0], experiment, ViewType.ACTIVE_ONLY) == []

    with_stores(use)


def test_a_run_that_another_store_ended_is_seen_at_once(with_stores: Any) -> None:
    async def use(stores: list[SqlStore]) -> None:
        for number in range(20):
            writing, reading = stores[number % STORES], stores[(number + 1) % STORES]
            await writing.runs.create(NewRun(run_id(number), 0, "r", "", 0))
            await writing.runs.update(RunUpdate(run_id(number), RunStatus.FINISHED, 1))
            assert (await reading.runs.get(run_id(number))).info.status == "FINISHED"
            await writing.runs.delete(run_id(number), 2)
            with pytest.raises(InvalidParameter):
                await reading.runs.log_batch(RunBatch(run_id(number), [Metric("m", 1.0, 1, 1)]))

    with_stores(use)


def test_a_run_that_another_store_deleted_takes_no_metrics(with_stores: Any) -> None:
    """Also where the first store logged to it before and remembers it."""

    async def use(stores: list[SqlStore]) -> None:
        mine, other, _ = stores
        for number in range(3):
            await mine.runs.create(NewRun(run_id(number), 0, "", "", 0))

        async def log(step: int) -> list[Any]:
            return await outcomes(
                [
                    mine.runs.log_batch(RunBatch(run_id(number), [Metric("m", 0.5, 1, step)]))
                    for number in range(3)
                ]
            )

        assert await log(1) == await log(2) == [None] * 3
        await other.runs.delete(run_id(1), 5)
        with other._database.engine.begin() as connection:
            # What a purge leaves.
            connection.exec_driver_sql(f"DELETE FROM tags WHERE run = {number_of(other, 2)}")
            connection.exec_driver_sql(f"DELETE FROM runs WHERE run_id = '{run_id(2)}'")
        assert [type(outcome) for outcome in await log(3)] == [
            type(None),
            InvalidParameter,
            NotFound,
        ]
        await other.runs.restore(run_id(1))
        assert [type(outcome) for outcome in await log(4)] == [type(None), type(None), NotFound]
        steps = [
            [point.step for point in (await other.metrics.history(run_id(number), "m")).items]
            for number in range(2)
        ]
        assert steps == [[1, 2, 3, 4], [1, 2, 4]]

    with_stores(use)


def number_of(store: SqlStore, number: int) -> int:
    with store._database.engine.begin() as connection:
        found = connection.exec_driver_sql(f"SELECT id FROM runs WHERE run_id = '{run_id(number)}'")
        return int(found.scalar_one())
