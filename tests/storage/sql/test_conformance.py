"""The SQL store does on every database what the ports say and what the reference model does."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from sagwan.storage.base import Store
from sagwan.storage.open import open_store
from sagwan.storage.sql.store import SqlStore
from sagwan.testing.stateful import StoreMachine
from sagwan.testing.storage.suite import DurableStoreConformance, Lab, OpenStore
from tests.support.databases import Databases


def opening(uri: str) -> OpenStore:
    return lambda: open_store(uri, artifact_root="mlflow-artifacts:/", now=5)


class TestSqlite(DurableStoreConformance):
    @pytest.fixture
    def open_store(self, databases: Databases, tmp_path: Path) -> OpenStore:
        return opening(databases.sqlite_store(tmp_path))


class TestPostgreSQL(DurableStoreConformance):
    @pytest.fixture
    def open_store(self, databases: Databases) -> Iterator[OpenStore]:
        with databases.server("postgresql").lend_store() as uri:
            yield opening(uri)


class TestMariaDB(DurableStoreConformance):
    @pytest.fixture
    def open_store(self, databases: Databases) -> Iterator[OpenStore]:
        with databases.server("mariadb").lend_store() as uri:
            yield opening(uri)


class SqlMachine(StoreMachine):
    """A SQL store on a database that is lent to it, empty."""

    durable = True

    def __init__(self, lent: AbstractContextManager[str]) -> None:
        self._held = ExitStack()
        self._uri = self._held.enter_context(lent)
        super().__init__()

    async def open_store(self) -> Store:
        return await open_store(self._uri, artifact_root=self.artifact_root, now=5)

    async def compact(self, store: Store) -> None:
        assert isinstance(store, SqlStore)
        await store.compactor.compact_all()

    def teardown(self) -> None:
        with self._held:
            super().teardown()


@contextmanager
def sqlite_store(databases: Databases) -> Iterator[str]:
    """A SQLite store in a folder of its own."""
    with TemporaryDirectory(prefix="sagwan-machine-") as folder:
        yield databases.sqlite_store(Path(folder))


def check(machine: Callable[[], StoreMachine], examples: int) -> None:
    run_state_machine_as_test(
        machine,  # type: ignore[arg-type]
        settings=settings(
            max_examples=examples,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )


def test_sqlite_does_what_the_model_does(databases: Databases) -> None:
    check(lambda: SqlMachine(sqlite_store(databases)), 40)


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_server_does_what_the_model_does(kind: str, databases: Databases) -> None:
    check(lambda: SqlMachine(databases.server(kind).lend_store()), 15)


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_what_was_lent_is_lent_again_and_empty(kind: str, databases: Databases) -> None:
    """Else every test of this suite makes tables of its own, which takes most of its time."""
    with databases.server(kind).lend_store() as first, asyncio.Runner() as runner:
        lab = Lab(opening(first), runner)
        lab.experiment("seen")
        lab.log(lab.run("seen", 1), params={"p": "1"}, tags={"t": "1"})
        lab.close()
    with databases.server(kind).lend_store() as second, asyncio.Runner() as runner:
        lab = Lab(opening(second), runner)
        assert second == first
        assert lab.experiment("new") == 1
        assert lab.find(experiment_ids=[0, 1]) == []
        lab.close()
