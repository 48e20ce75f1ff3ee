"""Order, sameness and sampling of points, compared with the rules written out plainly."""

from collections.abc import Sequence
from math import nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagwan.domain.metrics import after, bucket_starts, distinct_in_order, rank

small = st.integers(-2, 2)
values = st.sampled_from([nan, -0.0, 0.0, 1.0, -1.0, 1e-300])
points = st.tuples(small, small, values)
Point = tuple[int, int, float]


def identity(point: Point) -> tuple[int, int, tuple[float, bool]]:
    return (point[0], point[1], rank(point[2]))


def columns(
    given_points: Sequence[Point],
) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray]:
    return (
        (
            np.array([point[0] for point in given_points], np.int64),
            np.array([point[1] for point in given_points], np.int64),
        ),
        np.array([point[2] for point in given_points], np.float64),
    )


@given(st.lists(points, max_size=30), st.booleans())
def test_distinct_points_come_in_order(given_points: list[Point], ready: bool) -> None:
    if ready:
        given_points = sorted(given_points, key=identity)
    which = distinct_in_order(*columns(given_points))
    found = given_points if which is None else [given_points[index] for index in which]
    expected = sorted({identity(point) for point in given_points})
    assert [identity(point) for point in found] == expected


@pytest.mark.parametrize(
    "given_points", [[], [(1, 1, nan)], [(0, 5, 1.0), (1, 4, 1.0)], [(1, 1, 0.0), (1, 1, nan)]]
)
def test_points_in_order_are_left_as_they_are(given_points: list[Point]) -> None:
    assert distinct_in_order(*columns(given_points)) is None


@given(st.lists(points, max_size=10), points)
def test_what_comes_after_a_point(given_points: list[Point], bound: Point) -> None:
    found = after(*columns(given_points), bound[:2], bound[2])
    assert found.tolist() == [identity(point) > identity(bound) for point in given_points]


def test_nan_counts_as_zero_and_comes_after_it() -> None:
    assert list(map(str, sorted([nan, 1.0, 0.0, -1.0], key=rank))) == ["-1.0", "0.0", "nan", "1.0"]


@given(st.integers(0, 300), st.integers(1, 60))
def test_the_first_of_each_bucket_and_the_last_are_sampled(count: int, buckets: int) -> None:
    # What NTILE does in SQL: bucket sizes differ by one at most, the larger ones come first.
    sizes = [count // buckets + (bucket < count % buckets) for bucket in range(buckets)]
    expected = {sum(sizes[:bucket]) for bucket in range(buckets) if sizes[bucket]}
    if count:
        expected.add(count - 1)
    assert bucket_starts(count, buckets) == sorted(expected)
