"""The machine that compares stores: it agrees with itself, and it finds what is wrong."""

from collections.abc import Sequence
from typing import cast

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from sagwan.entities import Metric, Page, Run
from sagwan.storage.base import RunBatch, SearchQuery, Store
from sagwan.storage.memory import MemoryStore
from sagwan.storage.memory.metrics import MemoryMetrics
from sagwan.storage.memory.runs import MemoryRuns
from sagwan.testing.stateful import StoreMachine


class MemoryMachine(StoreMachine):
    """The reference model, compared with itself."""

    async def open_store(self) -> Store:
        return MemoryStore(self.artifact_root, now=5)


class ForgetfulRuns(MemoryRuns):
    """Loses the last tag of a batch that also has params."""

    async def log_batch(self, batch: RunBatch) -> None:
        tags = batch.tags[:-1] if batch.params else batch.tags
        await super().log_batch(RunBatch(batch.run_id, batch.metrics, batch.params, tags))


class HastyRuns(MemoryRuns):
    """Drops the last run of a page that is not the last page."""

    async def search(self, experiment_ids: Sequence[int], query: SearchQuery) -> Page[Run]:
        page = await super().search(experiment_ids, query)
        if page.next_page_token and query.order:
            page.items.pop()
        return page


class RoundingMetrics(MemoryMetrics):
    """Answers with single precision."""

    async def bulk(self, run_ids: Sequence[str], key: str, limit: int) -> list[Metric]:
        points = await super().bulk(run_ids, key, limit)
        for point in points:
            point.value = round(point.value, 7)
        return points


def test_the_model_agrees_with_itself() -> None:
    run_state_machine_as_test(
        MemoryMachine,
        settings=settings(
            max_examples=20,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )


@pytest.mark.parametrize("broken", [ForgetfulRuns, HastyRuns, RoundingMetrics])
def test_a_store_that_differs_is_found(broken: type) -> None:
    class BrokenMachine(StoreMachine):
        async def open_store(self) -> Store:
            store = MemoryStore(self.artifact_root)
            if issubclass(broken, MemoryRuns):
                store.runs = broken(store.state)
            else:
                store.metrics = cast(type[MemoryMetrics], broken)(store.state)
            return store

    # Derandomized: what is found once is found always. Not shrunk: it only has to be found.
    search = settings(
        max_examples=500,
        stateful_step_count=30,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
        phases=[Phase.generate],
    )
    with pytest.raises(AssertionError, match=r"the store (answers|lists)"):
        run_state_machine_as_test(BrokenMachine, settings=search)
