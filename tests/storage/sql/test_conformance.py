"""The SQL store on SQLite does what the ports say and what the reference model does."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from sagwan.storage.base import Store
from sagwan.storage.open import open_store
from sagwan.storage.sql.store import SqlStore
from sagwan.testing.stateful import StoreMachine
from sagwan.testing.storage.suite import DurableStoreConformance, OpenStore


class TestSqlite(DurableStoreConformance):
    @pytest.fixture
    def open_store(self, tmp_path: Path) -> OpenStore:
        return lambda: open_store(str(tmp_path), artifact_root="mlflow-artifacts:/", now=5)


class SqliteMachine(StoreMachine):
    """SQLite in a folder of its own."""

    durable = True

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="sagwan-machine-"))
        super().__init__()

    async def open_store(self) -> Store:
        return await open_store(str(self._folder), artifact_root=self.artifact_root, now=5)

    async def compact(self, store: Store) -> None:
        assert isinstance(store, SqlStore)
        await store.compactor.compact_all()

    def teardown(self) -> None:
        try:
            super().teardown()
        finally:
            shutil.rmtree(self._folder)


def test_the_store_does_what_the_model_does() -> None:
    run_state_machine_as_test(
        SqliteMachine,
        settings=settings(
            max_examples=40,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
