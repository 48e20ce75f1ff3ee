"""Several things at once, but not all."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

T = TypeVar("T")

PARALLEL = 8


async def each(
    items: Iterable[T], work: Callable[[T], Awaitable[None]], parallel: int = PARALLEL
) -> None:
    """Do `work` on all items, several at a time. The first error stops the rest and is raised."""
    waiting = iter(items)

    async def worker() -> None:
        for item in waiting:
            await work(item)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(parallel):
                group.create_task(worker())
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
