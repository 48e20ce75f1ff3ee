"""The reference model passes the suite that it is the meaning of."""

import pytest

from sagwan.storage.base import Store
from sagwan.storage.memory import MemoryStore
from sagwan.testing.storage.suite import OpenStore, StoreConformance


class TestMemoryStore(StoreConformance):
    @pytest.fixture
    def open_store(self) -> OpenStore:
        async def open_() -> Store:
            return MemoryStore("mlflow-artifacts:/")

        return open_
