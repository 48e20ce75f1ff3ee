"""Curves, compared with the same thing written out plainly."""

from fractions import Fraction
from math import inf, isnan, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagwan.domain.buckets import Curve, Drawing, edges, within
from sagwan.domain.limits import INT64_MAX, INT64_MIN

LARGEST = np.finfo(np.float64).max

places = st.integers(-5, 40) | st.sampled_from([INT64_MIN, INT64_MAX, 2**53])
values = st.sampled_from([nan, 0.0, -1.5, 1e-300, LARGEST, -LARGEST]) | st.floats(
    -1e6, 1e6, allow_nan=False
)
series = st.lists(st.tuples(places, values), min_size=1, max_size=60).map(
    lambda points: sorted(points, key=lambda point: point[0])
)


def columns(points: list[tuple[int, float]]) -> tuple[np.ndarray, np.ndarray]:
    x, found = zip(*points, strict=True) if points else ((), ())
    return np.array(x, np.float64), np.array(found, np.float64)


def drawn(points: list[tuple[int, float]], begins: np.ndarray, cuts: list[int]) -> Curve | None:
    """The curve of points that are added in parts which end at `cuts`."""
    x, found = columns(points)
    drawing = Drawing(begins)
    for start, end in zip([0, *cuts], [*cuts, len(points)], strict=True):
        drawing.add(x[start:end], found[start:end])
    return drawing.curve()


def own_edges(points: list[tuple[int, float]], buckets: int) -> np.ndarray:
    return edges(float(points[0][0]), float(points[-1][0]), buckets)


@given(series, st.integers(1, 70), st.data())
def test_a_curve_is_what_its_rules_say(
    points: list[tuple[int, float]], buckets: int, data: st.DataObject
) -> None:
    begins = own_edges(points, buckets)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(points)), max_size=4)))
    curve = drawn(points, begins, cuts)
    assert curve is not None
    assert curve.points == len(points)
    x, found = columns(points)
    if len(points) <= buckets:
        assert curve.buckets is None
        assert np.array_equal(curve.x, x)
        assert np.array_equal(curve.value, found, equal_nan=True)
        return
    assert curve.buckets is not None
    entries = zip(
        curve.x,
        curve.value,
        curve.buckets.least,
        curve.buckets.greatest,
        curve.buckets.mean,
        curve.buckets.count,
        curve.buckets.index,
        strict=True,
    )
    for place, value, least, greatest, mean, count, index in entries:
        end = begins[index + 1] if index + 1 < buckets else inf
        inside = [point for point in zip(x, found, strict=True) if begins[index] <= point[0] < end]
        finite = [value for _, value in inside if not isnan(value)]
        assert place == inside[-1][0]
        assert value == inside[-1][1] or (isnan(value) and isnan(inside[-1][1]))
        assert count == len(finite)
        if finite:
            assert (least, greatest) == (min(finite), max(finite))
            assert least <= mean <= greatest
            exact = float(sum(map(Fraction, finite)) / len(finite))
            scale = max(map(abs, finite))
            assert mean == pytest.approx(exact, rel=1e-12, abs=max(scale * 1e-12, 1e-300))
        else:
            assert all(map(isnan, (value, least, greatest, mean)))


@given(series, st.integers(1, 30))
def test_no_point_gets_lost(points: list[tuple[int, float]], buckets: int) -> None:
    curve = drawn(points, own_edges(points, buckets), [])
    assert curve is not None
    finite = [value for _, value in points if not isnan(value)]
    if curve.buckets is None:
        return
    assert curve.buckets.count.sum() == len(finite)
    assert (np.diff(curve.buckets.index) > 0).all()
    assert curve.x[-1] == float(points[-1][0])
    assert np.array_equal(curve.value[-1:], [points[-1][1]], equal_nan=True)
    if finite:
        assert np.nanmin(curve.buckets.least) == min(finite)
        assert np.nanmax(curve.buckets.greatest) == max(finite)


def test_a_curve_of_nothing() -> None:
    assert drawn([], edges(0, 1, 3), []) is None


def test_a_mean_of_equal_values_is_that_value() -> None:
    curve = drawn([(0, 0.1)] * 3, edges(0, 0, 1), [1, 2])
    assert curve is not None
    assert curve.buckets is not None
    assert curve.buckets.mean.tolist() == [0.1]


def test_buckets_are_of_equal_width_and_hold_their_ends() -> None:
    assert edges(10, 20, 4).tolist() == [10, 12.5, 15, 17.5]
    curve = drawn([(step, float(step)) for step in range(10, 21)], edges(10, 20, 4), [])
    assert curve is not None
    assert curve.x.tolist() == [12, 14, 17, 20]


@pytest.mark.parametrize(("first", "last"), [(-1e308, 1e308), (5.0, 5.0), (-inf, inf)])
def test_edges_are_numbers_in_order(first: float, last: float) -> None:
    found = edges(first, last, 7)
    assert np.isfinite(found).all()
    assert (np.diff(found) >= 0).all()


@given(
    st.lists(places, max_size=20).map(sorted),
    st.none() | st.floats(-10, 50),
    st.none() | st.floats(-10, 50),
)
def test_what_is_within_bounds(x: list[int], first: float | None, last: float | None) -> None:
    found = np.array(x, np.float64)[within(np.array(x, np.float64), first, last)]
    low, high = -inf if first is None else first, inf if last is None else last
    assert found.tolist() == [float(one) for one in x if low <= one <= high]
