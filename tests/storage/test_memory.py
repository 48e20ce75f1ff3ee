"""What is the reference model's own; what it shares with other stores is in the suite."""

import asyncio
from math import nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sagwan.entities import Metric
from sagwan.errors import InvalidParameter
from sagwan.storage.base import NewRun, RunBatch, Store
from sagwan.storage.memory import MemoryStore
from sagwan.storage.memory.paging import cut_page


def test_the_default_experiment_is_made_of_what_the_store_is_given() -> None:
    store: Store = MemoryStore("s3://bucket/root?region=x", now=17)
    default = asyncio.run(store.experiments.get(0))
    assert default.artifact_location == "s3://bucket/root/0?region=x"
    assert (default.creation_time, default.last_update_time) == (17, 17)


def test_it_forgets_nothing_until_it_is_dropped() -> None:
    async def use() -> tuple[str, list[Metric]]:
        store = MemoryStore("mlflow-artifacts:/")
        await store.check()
        await store.runs.create(NewRun("r", 0, "first", "ada", 1))
        await store.runs.log_batch(RunBatch("r", [Metric("m", nan, 1, 1)]))
        await store.close()
        return store.kind, (await store.metrics.history("r", "m")).items

    kind, [point] = asyncio.run(use())
    assert kind == "MemoryStore"
    assert (point.timestamp, point.step, str(point.value)) == (1, 1, "nan")


def test_what_a_caller_does_to_a_result_leaves_the_store_alone() -> None:
    async def use() -> list[Metric]:
        store = MemoryStore("mlflow-artifacts:/")
        await store.runs.create(NewRun("r", 0, "first", "ada", 1))
        await store.runs.log_batch(RunBatch("r", [Metric("m", 2.0, 1, 1)]))
        run = await store.runs.get("r")
        run.data.metrics[0].value = 3.0
        run.data.tags.clear()
        (await store.metrics.history("r", "m")).items[0].value = 4.0
        return (await store.runs.get("r")).data.metrics

    assert asyncio.run(use()) == [Metric("m", 2.0, 1, 1)]


@settings(deadline=None)
@given(st.lists(st.integers(), max_size=20), st.integers(1, 7))
def test_pages_make_up_the_whole(items: list[int], limit: int) -> None:
    found, token = [], None
    for _ in range(len(items) + 1):
        page = cut_page(items, limit, token, "query")
        assert 0 < len(page.items) <= limit or not items
        found += page.items
        token = page.next_page_token
        if token is None:
            break
    assert found == items
    assert token is None


@pytest.mark.parametrize("token", ["", "1", "-", "1-", "1-query", "²-x"])
def test_a_token_of_nobody_is_refused(token: str) -> None:
    with pytest.raises(InvalidParameter, match=r"^Invalid page token"):
        cut_page([1, 2, 3], 1, token, "query")
