"""Several things at once, but not all."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar, TypeVarTuple

T = TypeVar("T")

R = TypeVar("R")
Arguments = TypeVarTuple("Arguments")

PARALLEL = 8


async def in_thread(function: Callable[[*Arguments], R], *arguments: *Arguments) -> R:
    """What a blocking function returns or raises.

    Where this is cancelled, the function has ended all the same: what it works on can be closed.
    """
    running = asyncio.ensure_future(asyncio.to_thread(function, *arguments))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait((running,))
        if not running.cancelled():
            running.exception()
        raise


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
