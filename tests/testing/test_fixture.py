"""The fixture is a store like any other, and the same one every time."""

import asyncio
from collections.abc import Awaitable, Callable
from math import isnan
from pathlib import Path
from typing import TypeVar

import pytest

from sagwan.domain.search.fields import RUNS
from sagwan.domain.search.parser import parse_filter, parse_order_by
from sagwan.entities import Run, RunStatus
from sagwan.storage.base import SearchQuery, Store
from sagwan.storage.open import open_store
from sagwan.testing.fixture import EXPERIMENT, EXPERIMENT_NAME, PARENT_TAG, main, make_fixture
from sagwan.testing.fixture_data import LONG_METRICS, SEED_PARAM, SEEDS, Fixture, Shape
from tests.support.databases import Databases

T = TypeVar("T")

SHAPE = Shape(runs=60, series_runs=2, steps=30, long_steps=70_000, parents=2)


def with_store(uri: str, use: Callable[[Store], Awaitable[T]]) -> T:
    async def main() -> T:
        store = await open_store(uri, artifact_root="mlflow-artifacts:/", now=0)
        try:
            return await use(store)
        finally:
            await store.close()

    return asyncio.run(main())


def find(uri: str, filter: str = "", order: tuple[str, ...] = ("start_time",)) -> list[Run]:
    query = SearchQuery(parse_filter(filter, RUNS), parse_order_by(order, RUNS), 1000)

    async def search(store: Store) -> list[Run]:
        return (await store.runs.search([EXPERIMENT], query)).items

    return with_store(uri, search)


@pytest.fixture(scope="module", params=["sqlite", "postgresql", "mariadb"])
def uri(
    request: pytest.FixtureRequest,
    databases: Databases,
    tmp_path_factory: pytest.TempPathFactory,
) -> str:
    if request.param == "sqlite":
        uri = str(tmp_path_factory.mktemp("fixture"))
    else:
        uri = databases.server(request.param).new_database()
    make_fixture(uri, SHAPE, quiet=True)
    return uri


def test_runs_are_what_the_fixture_says(uri: str) -> None:
    expected = Fixture(SHAPE)
    found = find(uri)
    assert len(found) == 60
    for run, fixture_run in zip(found, expected.runs(), strict=True):
        assert run.info.run_id == fixture_run.run_id
        assert run.info.run_name == fixture_run.name
        assert run.info.status == fixture_run.status.name
        assert {param.key: param.value for param in run.data.params} == fixture_run.params
        latest = {metric.key: metric.value for metric in run.data.metrics}
        assert str(sorted(latest.items())) == str(sorted(fixture_run.latest.items()))


def test_the_latest_value_ends_the_history(uri: str) -> None:
    *_, before, last = find(uri)
    for run in (before, last):
        for metric in run.data.metrics:
            page = with_store(uri, _history(run.info.run_id, metric.key))
            assert [step for step, _ in page] == [*range(30)]
            assert str(page[-1]) == str((metric.step, metric.value))


def test_one_run_is_long(uri: str) -> None:
    (run,) = find(uri, "tags.length = 'long'")
    assert run.info.run_id == Fixture(SHAPE).run_ids[57]
    for key in LONG_METRICS:
        points = with_store(uri, _history(run.info.run_id, key))
        assert [step for step, _ in points] == [*range(70_000)]
        finite = [value for _, value in points if not isnan(value)]
        # Spikes, so that a chart that leaves points out can be told from one that does not.
        assert max(finite) > 1.5 * finite[0]
    assert len(with_store(uri, _history(run.info.run_id, "val/loss"))) == 1


def test_a_parent_is_followed_by_its_children(uri: str) -> None:
    ids = [run.info.run_id for run in find(uri)]
    for parent in (0, 30):
        children = find(uri, f"tags.`{PARENT_TAG}` = '{ids[parent]}'")
        assert [run.info.run_id for run in children] == ids[parent + 1 : parent + 11]
    assert len(find(uri, f"tags.`{PARENT_TAG}` IS NOT NULL")) == 20


def test_a_server_goes_on_from_it(uri: str) -> None:
    async def use(store: Store) -> tuple[str, int]:
        experiment = await store.experiments.get_by_name(EXPERIMENT_NAME)
        assert experiment is not None
        default = await store.experiments.get_by_name("Default")
        assert default is not None
        return experiment.experiment_id, int(default.experiment_id)

    assert with_store(uri, use) == (str(EXPERIMENT), 0)


def _history(run_id: str, key: str) -> Callable[[Store], Awaitable[list[tuple[int, float]]]]:
    async def read(store: Store) -> list[tuple[int, float]]:
        page = await store.metrics.history(run_id, key)
        return [(point.step, point.value) for point in page.items]

    return read


def test_a_seed_makes_the_fixture() -> None:
    def told(seed: int) -> str:
        fixture = Fixture(Shape(runs=10, seed=seed))
        return str([*fixture.runs(), fixture.series(3, "val/loss", 20).tolist()])

    assert told(1) == told(1)
    assert told(1) != told(2)


def test_runs_in_a_row_differ_in_the_seed_only() -> None:
    runs = [*Fixture(Shape(runs=3 * SEEDS)).runs()]
    for first in range(0, len(runs), SEEDS):
        params = [run.params for run in runs[first : first + SEEDS]]
        assert [values.pop(SEED_PARAM) for values in params] == ["0", "1", "2", "3", "4"]
        assert all(values == params[0] for values in params)


def test_some_runs_failed_and_some_losses_are_nan() -> None:
    runs = [*Fixture(Shape(runs=2000)).runs()]
    failed = [run for run in runs if run.status is RunStatus.FAILED]
    assert 0.02 < len(failed) / len(runs) < 0.06
    assert all("test/loss" not in run.latest for run in failed)
    assert any(isnan(run.latest["val/loss"]) for run in failed)


def test_more_params_and_metrics_than_have_names() -> None:
    (run,) = Fixture(Shape(runs=1, params=25, metrics=30)).runs()
    assert (len(run.params), len(run.latest)) == (25, 30)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small = ["--runs", "3", "--series-runs", "1", "--steps", "5", "--long-steps", "0"]
    assert main([str(tmp_path), *small]) == 0
    assert "100 %" in capsys.readouterr().err
    assert len(find(str(tmp_path))) == 3
    assert main([str(tmp_path), *small]) == 1
    assert "The database holds a store already." in capsys.readouterr().err
    assert main([str(tmp_path), *small, "--force", "--seed", "1"]) == 0
    assert main([str(tmp_path / "other"), "--params", "0"]) == 1
    assert "at least one param" in capsys.readouterr().err
