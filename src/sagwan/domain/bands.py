"""Statistics of many series, bucket by bucket.

Each member of a group has one value in a bucket, the mean of its points there; mean, deviation and
extremes are those of these values. NaN is no value. Where all members together have no more
different x than there are buckets, each x is a bucket of its own.
"""

from dataclasses import dataclass

import numpy as np

from sagwan.domain.buckets import Buckets, Counts, Floats, edges


@dataclass(frozen=True, slots=True)
class Band:
    """The statistics of a group's members, for each bucket in which one of them has a value.

    `x` is the greatest of a member's point in the bucket, `count` how many members have a value in
    it. `deviation` is that of a sample (n - 1), and 0 of one member.
    """

    x: Floats
    count: Counts
    mean: Floats
    deviation: Floats
    least: Floats
    greatest: Floats


class Spread:
    """Which x the members of a group have, to lay out its buckets: parts are added in any order."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._different: Floats | None = np.empty(0)
        self._first = np.inf
        self._last = -np.inf

    def add(self, x: Floats) -> None:
        """Add a part's x, which are in order; it may be empty."""
        if not len(x):
            return
        self._first, self._last = min(self._first, x[0]), max(self._last, x[-1])
        if self._different is not None:
            self._different = np.union1d(self._different, x)
            if len(self._different) > self._most:
                self._different = None

    def begins(self, first: float | None, last: float | None) -> Floats:
        """Where the buckets begin; None is the first or the last x of all."""
        if self._different is not None:
            return self._different
        return edges(
            self._first if first is None else first,
            self._last if last is None else last,
            self._most,
        )


class Gathering:
    """A band in the making: members are added in any order, none of them is kept."""

    def __init__(self, buckets: int) -> None:
        self._x = np.full(buckets, -np.inf)
        self._count = np.zeros(buckets, np.int64)
        self._mean = np.zeros(buckets)
        self._squares = np.zeros(buckets)
        self._least = np.full(buckets, np.inf)
        self._greatest = np.full(buckets, -np.inf)

    def add(self, member: Buckets) -> None:
        """Add a member, cut into the group's buckets. Its points all have values."""
        at, value = member.index, member.mean
        self._x[at] = np.maximum(self._x[at], member.x)
        self._count[at] += 1
        with np.errstate(all="ignore"):
            # Welford's way: a sum of squares would lose what values far from 0 differ by.
            before = value - self._mean[at]
            self._mean[at] += before / self._count[at]
            self._squares[at] += before * (value - self._mean[at])
        self._least[at] = np.minimum(self._least[at], value)
        self._greatest[at] = np.maximum(self._greatest[at], value)

    def band(self) -> Band:
        """The statistics of what was added."""
        some = self._count > 0
        count = self._count[some]
        return Band(
            self._x[some],
            count,
            self._mean[some],
            np.sqrt(self._squares[some] / np.maximum(count - 1, 1)),
            self._least[some],
            self._greatest[some],
        )
