"""Telling of bytes that move."""

from collections.abc import Callable

Moved = Callable[[int], None]
"""Is told how many bytes more have been moved; fewer than none where they must move again."""


def ignore(moved: int) -> None:
    """Tell nobody."""


class Meter:
    """The bytes of one file that have moved, told on to `moved`."""

    def __init__(self, moved: Moved = ignore) -> None:
        self.count = 0
        self._moved = moved

    def __call__(self, more: int) -> None:
        self.count += more
        self._moved(more)

    def reset(self, count: int = 0) -> None:
        """Set the count, and tell of the difference."""
        if count != self.count:
            self(count - self.count)
