"""Local files as bodies of requests."""

from collections.abc import AsyncGenerator
from pathlib import Path

from sagwan.client.parallel import in_thread
from sagwan.client.progress import Meter
from sagwan.errors import SagwanError

CHUNK = 1024 * 1024
"""Bytes that are moved at once."""


class Changed(SagwanError):
    """A local file is not what it was when its transfer began."""


async def chunks_of(
    source: Path, moved: Meter, start: int, size: int
) -> AsyncGenerator[bytes, None]:
    """`size` bytes of a file from `start` on; to be closed. Raises Changed, OSError."""
    with source.open("rb") as file:
        file.seek(start)
        left = size
        while left:
            chunk = await in_thread(file.read, min(CHUNK, left))
            if not chunk:
                raise Changed(f"{source} became shorter while it was being read.")
            left -= len(chunk)
            yield chunk
            moved(len(chunk))
