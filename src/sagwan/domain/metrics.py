"""Rules of metrics: what counts as one point, in which order points come, which are sampled.

The rules are the protocol's. A point is its step, timestamp and value; NaN is a value that counts
as 0 where values are compared, and comes after a real 0; -0.0 is 0.0.
"""

from collections.abc import Iterable, Sequence
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Indexes = NDArray[np.intp]


def rank(value: float) -> tuple[float, bool]:
    """What a value counts where values are compared."""
    return (0.0, True) if isnan(value) else (value, False)


def extremes(
    points: Iterable[tuple[float, int]],
) -> tuple[float | None, int, float | None, int]:
    """The least value of points, its step, the greatest value, its step.

    Points are values with their steps; of equal values the first step counts. NaN is none of
    them: without other values there is no extreme, and its step is 0.
    """
    least = greatest = None
    least_step = greatest_step = 0
    for value, step in points:
        if isnan(value):
            continue
        if least is None or value < least or (value == least and step < least_step):
            least, least_step = value + 0.0, step
        if greatest is None or value > greatest or (value == greatest and step < greatest_step):
            greatest, greatest_step = value + 0.0, step
    return least, least_step, greatest, greatest_step


def bucket_starts(count: int, buckets: int) -> list[int]:
    """Which of `count` points are sampled: the first of each of `buckets` buckets, and the last.

    Buckets are of equal size; where that can't be, the first ones hold one point more.
    """
    if not count:
        return []
    size, larger = divmod(count, buckets)
    starts = [bucket * size + min(bucket, larger) for bucket in range(min(buckets, count))]
    if starts[-1] != count - 1:
        starts.append(count - 1)
    return starts


def distinct_in_order(columns: Sequence[Integers], values: Floats) -> Indexes | None:
    """The indexes of the distinct points, ordered by `columns` and then by value.

    None where the points already are distinct and in order, as they mostly are.
    """
    if len(values) < 2 or bool((columns[0][1:] > columns[0][:-1]).all()):
        return None
    nan = np.isnan(values)
    keys: list[NDArray[Any]] = [*columns, values]
    if nan.any():
        keys[-1:] = [np.where(nan, 0.0, values), nan]
    later, same = _compare(keys)
    if bool(later.all()):
        return None
    order = None
    if not bool((later | same).all()):
        order = np.lexsort(keys[::-1])
        _, same = _compare([key[order] for key in keys])
    kept = np.concatenate(([True], ~same))
    return np.flatnonzero(kept) if order is None else order[kept]


def _compare(
    keys: Sequence[NDArray[Any]],
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """For each point but the first whether it comes after and whether it equals its neighbour."""
    later = np.zeros(len(keys[0]) - 1, np.bool_)
    same = ~later
    for key in keys:
        later |= same & (key[1:] > key[:-1])
        same &= key[1:] == key[:-1]
    return later, same


def after(
    columns: Sequence[Integers], values: Floats, point: Sequence[int], value: float
) -> NDArray[np.bool_]:
    """Which points come after a point, given as its columns and its value, in that order."""
    nan = np.isnan(values)
    keys: list[NDArray[Any]] = [*columns, np.where(nan, 0.0, values), nan]
    later = np.zeros(len(values), np.bool_)
    same = ~later
    for key, bound in zip(keys, (*point, *rank(value)), strict=True):
        later |= same & (key > bound)
        same &= key == bound
    return later
