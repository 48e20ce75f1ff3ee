"""The SQL store does on every database what the ports say and what the reference model does."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from sagwan.storage.base import Store
from sagwan.storage.open import open_store
from sagwan.storage.sql.store import SqlStore
from sagwan.testing.stateful import StoreMachine
from sagwan.testing.storage.suite import DurableStoreConformance, OpenStore
from tests.support.databases import Databases


def opening(uri: str) -> OpenStore:
    return lambda: open_store(uri, artifact_root="mlflow-artifacts:/", now=5)


class TestSqlite(DurableStoreConformance):
    @pytest.fixture
    def open_store(self, tmp_path: Path) -> OpenStore:
        return opening(str(tmp_path))


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
    """A SQL store on a new database."""

    durable = True

    def __init__(self, uri: str) -> None:
        self._uri = uri
        super().__init__()

    async def open_store(self) -> Store:
        return await open_store(self._uri, artifact_root=self.artifact_root, now=5)

    async def compact(self, store: Store) -> None:
        assert isinstance(store, SqlStore)
        await store.compactor.compact_all()


class SqliteMachine(SqlMachine):
    """SQLite in a folder of its own."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="sagwan-machine-"))
        super().__init__(str(self._folder))

    def teardown(self) -> None:
        try:
            super().teardown()
        finally:
            shutil.rmtree(self._folder)


def check(machine: type[StoreMachine] | object, examples: int) -> None:
    run_state_machine_as_test(
        machine,  # type: ignore[arg-type]
        settings=settings(
            max_examples=examples,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )


def test_sqlite_does_what_the_model_does() -> None:
    check(SqliteMachine, 40)


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_server_does_what_the_model_does(kind: str, databases: Databases) -> None:
    check(lambda: SqlMachine(databases.server(kind).new_database()), 15)
