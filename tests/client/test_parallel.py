"""Several things at once."""

import asyncio

import pytest

from sagwan.client.parallel import PARALLEL, each
from sagwan.errors import NotFound


def test_work_is_done_on_all_items_a_few_at_a_time() -> None:
    done: list[int] = []
    busy = most = 0

    async def work(item: int) -> None:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        await asyncio.sleep(0)
        busy -= 1
        done.append(item)

    asyncio.run(each(range(100), work))
    assert sorted(done) == list(range(100))
    assert most == PARALLEL


def test_the_first_error_stops_the_work_and_is_raised_as_it_is() -> None:
    done: list[int] = []

    async def work(item: int) -> None:
        await asyncio.sleep(0)
        if item == 3:
            raise NotFound("three")
        done.append(item)

    with pytest.raises(NotFound, match="three"):
        asyncio.run(each(range(1000), work))
    assert len(done) < 100
