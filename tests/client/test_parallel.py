"""Several things at once."""

import asyncio
import threading

import pytest

from sagwan.client.parallel import PARALLEL, each, in_thread
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


def test_a_thread_has_ended_where_nobody_waits_for_it() -> None:
    started, go = threading.Event(), threading.Event()
    done: list[int] = []

    def work() -> None:
        started.set()
        go.wait(60)
        done.append(1)
        raise ValueError("told to nobody")

    async def main() -> None:
        task = asyncio.create_task(in_thread(work))
        await asyncio.to_thread(started.wait)
        task.cancel()
        await asyncio.sleep(0)
        assert not task.done()
        go.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert done == [1]

    asyncio.run(main())


def test_what_a_thread_returns_or_raises() -> None:
    assert asyncio.run(in_thread(divmod, 7, 2)) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        asyncio.run(in_thread(divmod, 7, 0))
