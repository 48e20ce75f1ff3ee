"""Reads of segments, which compaction may replace while they go on.

Only databases whose transactions see other ones' commits know that at all.
"""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from sagwan.storage.sql.database import Readers

T = TypeVar("T")

# How often a read begins anew when compaction keeps replacing what it is about to read.
_ATTEMPTS = 20


class Replaced(Exception):
    """A segment that was listed is gone: compaction has put its points elsewhere."""


async def read_segments(readers: Readers, read: Callable[[Connection], T]) -> T:
    """The result of `read`, begun anew where it raises Replaced."""
    for _ in range(_ATTEMPTS - 1):
        try:
            return await readers.call(read)
        except Replaced:
            continue
    return await readers.call(read)
