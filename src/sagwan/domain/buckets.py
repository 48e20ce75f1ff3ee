"""Curves of a few hundred entries from series of any length, without losing an extreme.

A series is cut into buckets of equal width on its x axis. Of each bucket are kept the last point,
the least, greatest and mean value, and how many there are; buckets without a point are left out. A
series that has no more points than there are buckets is shown as it is. NaN is a point but no
value: it counts neither for the least, the greatest nor the mean.

Here a part of a series is its x and its values, in order of x. The parts of a series follow one
another: no x of a part comes before one of the part before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]

# No x is beyond this: differences of 64-bit integers.
FARTHEST = 2.0**64


@dataclass(frozen=True, slots=True)
class Buckets:
    """The buckets of a series that hold a point, in order, as columns of equal length.

    `x` and `value` are those of the last point. `count` is how many points have a value; where none
    has, `least`, `greatest` and `mean` are NaN. `index` is the bucket's place among all buckets.
    """

    index: Counts
    x: Floats
    value: Floats
    least: Floats
    greatest: Floats
    mean: Floats
    count: Counts

    def __len__(self) -> int:
        return len(self.index)


@dataclass(frozen=True, slots=True)
class Curve:
    """A series as it is drawn, of so many points.

    Where `buckets` is None, `x` and `value` are the points; else they are the buckets'.
    """

    points: int
    x: Floats
    value: Floats
    buckets: Buckets | None = None


def edges(first: float, last: float, buckets: int) -> Floats:
    """Where each of so many buckets of equal width from `first` to `last` begins.

    The last one also holds what is at `last`.
    """
    first, last = (min(max(bound, -FARTHEST), FARTHEST) for bound in (first, last))
    begins = np.arange(buckets, dtype=np.float64)
    begins *= (last - first) / buckets
    begins += first
    return begins


def within(x: Floats, first: float | None, last: float | None) -> slice:
    """Which of `x`, in order, are from `first` to `last`; None is no bound."""
    start = 0 if first is None else int(x.searchsorted(first))
    end = len(x) if last is None else int(x.searchsorted(last, "right"))
    return slice(start, max(start, end))


def cut(x: Floats, values: Floats, begins: Floats) -> Buckets:
    """The buckets of a part with at least one point; `begins` is where they begin, in order."""
    starts = x.searchsorted(begins)
    starts[0] = 0
    sizes = np.empty_like(starts)
    np.subtract(starts[1:], starts[:-1], out=sizes[:-1])
    sizes[-1] = len(x) - starts[-1]
    index = sizes.nonzero()[0]
    if len(index) < len(sizes):
        starts, sizes = starts[index], sizes[index]
    last = starts + sizes - 1
    least = np.minimum.reduceat(values, starts)
    if np.isnan(least).any():
        return _cut_with_nan(x, values, index, starts, last)
    greatest = np.maximum.reduceat(values, starts)
    mean = _mean(values, starts, sizes, sizes)
    return Buckets(
        index, x[last], values[last], least, greatest, _between(mean, least, greatest), sizes
    )


def _cut_with_nan(
    x: Floats, values: Floats, index: Counts, starts: Counts, last: Counts
) -> Buckets:
    some = ~np.isnan(values)
    count = np.add.reduceat(some, starts, dtype=np.int64)
    least = np.fmin.reduceat(values, starts)
    greatest = np.fmax.reduceat(values, starts)
    mean = _mean(np.where(some, values, 0.0), starts, last - starts + 1, np.maximum(count, 1))
    mean[count == 0] = np.nan
    return Buckets(
        index, x[last], values[last], least, greatest, _between(mean, least, greatest), count
    )


def _mean(values: Floats, starts: Counts, sizes: Counts, count: Counts) -> Floats:
    """The sum of each bucket's values divided by its count."""
    with np.errstate(all="ignore"):
        mean: Floats = np.add.reduceat(values, starts) / count
        if not np.isfinite(mean).all():
            # The sum is beyond the largest double; that of the shares hardly is.
            mean = np.add.reduceat(values / np.repeat(count, sizes), starts)
    return mean


def _between(mean: Floats, least: Floats, greatest: Floats) -> Floats:
    """Means, which rounding must not take beyond what they are the means of."""
    np.maximum(mean, least, out=mean)
    np.minimum(mean, greatest, out=mean)
    return mean


def join(parts: Sequence[Buckets]) -> Buckets:
    """The buckets of a series, of those of its parts, in order; all cut at the same places."""
    if len(parts) == 1:
        return parts[0]
    index, x, value, least, greatest, mean, count = (
        np.concatenate(columns) for columns in zip(*(_columns(part) for part in parts), strict=True)
    )
    new = np.append(True, index[1:] != index[:-1])
    if new.all():
        return Buckets(index, x, value, least, greatest, mean, count)
    starts = np.flatnonzero(new)
    last = np.append(starts[1:], len(index)) - 1
    least, greatest = np.fmin.reduceat(least, starts), np.fmax.reduceat(greatest, starts)
    total = np.add.reduceat(count, starts)
    share = count / np.maximum(np.repeat(total, last - starts + 1), 1)
    mean = np.add.reduceat(np.where(count > 0, mean, 0.0) * share, starts)
    mean[total == 0] = np.nan
    return Buckets(
        index[starts],
        x[last],
        value[last],
        least,
        greatest,
        _between(mean, least, greatest),
        total,
    )


def _columns(part: Buckets) -> tuple[Counts | Floats, ...]:
    return (part.index, part.x, part.value, part.least, part.greatest, part.mean, part.count)


class Drawing:
    """A curve in the making, of parts that are added in order; none of them is kept.

    `begins` is where the buckets begin, as `edges` gives it.
    """

    def __init__(self, begins: Floats) -> None:
        self._begins = begins
        self._points = 0
        self._few: list[tuple[Floats, Floats]] = []
        self._parts: list[Buckets] = []

    def add(self, x: Floats, values: Floats) -> None:
        """Add a part, which may be empty."""
        if not len(x):
            return
        self._points += len(x)
        self._few.append((x, values))
        if self._points > len(self._begins):
            self._parts += [cut(*part, self._begins) for part in self._few]
            self._few = []

    def curve(self) -> Curve | None:
        """The curve; None where no point was added."""
        if self._parts:
            buckets = join(self._parts)
            return Curve(self._points, buckets.x, buckets.value, buckets)
        if not self._few:
            return None
        x, values = (np.concatenate(columns) for columns in zip(*self._few, strict=True))
        return Curve(self._points, x, values)
