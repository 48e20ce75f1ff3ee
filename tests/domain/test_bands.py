"""Bands, compared with numpy's statistics of the same numbers."""

import statistics
from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagwan.domain.bands import Gathering, Spread
from sagwan.domain.buckets import Buckets, cut, join

Points = list[tuple[int, float]]


def members(
    groups: list[Points], most: int, last: float | None = None
) -> tuple[np.ndarray, list[Buckets]]:
    parts = [
        (np.array([x for x, _ in member], float), np.array([value for _, value in member]))
        for member in groups
    ]
    spread = Spread(most)
    for x, _ in parts:
        spread.add(x)
    begins = spread.begins(None, last)
    return begins, [join([cut(x, found, begins)]) for x, found in parts if len(x)]


numbers = st.floats(-1e6, 1e6, allow_nan=False, allow_subnormal=False)
group = st.lists(
    st.lists(st.tuples(st.integers(0, 30), numbers), max_size=20).map(
        lambda points: sorted(points, key=lambda point: point[0])
    ),
    min_size=1,
    max_size=8,
)


@given(group, st.integers(1, 40))
def test_a_band_is_what_numpy_says(groups: list[Points], most: int) -> None:
    begins, cuts = members(groups, most)
    gathering = Gathering(len(begins))
    for member in cuts:
        gathering.add(member)
    band = gathering.band()
    different = {x for member in groups for x, _ in member}
    if len(different) <= most:
        assert begins.tolist() == sorted(different)
    ends = [*begins[1:], inf][: len(begins)]
    at = 0
    for begin, end in zip(begins, ends, strict=True):
        inside = [[(x, v) for x, v in member if begin <= x < end] for member in groups]
        means = [statistics.fmean(v for _, v in points) for points in inside if points]
        if not means:
            continue
        assert band.x[at] == max(x for points in inside for x, _ in points)
        assert band.count[at] == len(means)
        close = {"rel": 1e-9, "abs": 1e-9 * max(1.0, *map(abs, means))}
        assert band.mean[at] == pytest.approx(np.mean(means), **close)
        deviation = np.std(means, ddof=1) if len(means) > 1 else 0.0
        assert band.deviation[at] == pytest.approx(deviation, **close)
        assert band.least[at] == pytest.approx(min(means), **close)
        assert band.greatest[at] == pytest.approx(max(means), **close)
        at += 1
    assert at == len(band.x)


def test_a_band_far_from_zero_keeps_its_deviation() -> None:
    values = [1e9 + number for number in range(5)]
    begins, cuts = members([[(0, value)] for value in values], 10)
    gathering = Gathering(len(begins))
    for member in cuts:
        gathering.add(member)
    band = gathering.band()
    assert band.deviation.tolist() == pytest.approx([np.std(values, ddof=1)], rel=1e-12)


def test_the_buckets_of_a_band_reach_as_far_as_asked() -> None:
    begins, _ = members([[(0, 1.0), (1, 1.0), (2, 1.0)]], 2, last=8.0)
    assert begins.tolist() == [0, 4]
