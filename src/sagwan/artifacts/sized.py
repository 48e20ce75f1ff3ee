"""Bytes of which it is known beforehand how many will come."""

from collections.abc import AsyncIterable, AsyncIterator


class SizedChunks(AsyncIterable[bytes]):
    """`chunks`, which are `size` bytes unless they break off or whoever sends them lied.

    A store works with any chunks; one that can use the size looks whether they are of this class.
    """

    def __init__(self, chunks: AsyncIterable[bytes], size: int) -> None:
        self.size = size
        self._chunks = chunks

    def __aiter__(self) -> AsyncIterator[bytes]:
        return aiter(self._chunks)


def size_of(chunks: AsyncIterable[bytes]) -> int | None:
    """How many bytes will come, where that is known."""
    return chunks.size if isinstance(chunks, SizedChunks) else None
