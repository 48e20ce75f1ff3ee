"""Percentiles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.summary import median, percentile


@pytest.mark.parametrize(
    ("percent", "value"), [(0, 1.0), (25, 2.0), (50, 3.0), (60, 3.4), (100, 5.0)]
)
def test_percentile(percent: float, value: float) -> None:
    assert percentile([1.0, 2.0, 3.0, 4.0, 5.0], percent) == pytest.approx(value)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1).map(sorted))
def test_half_is_the_median(ordered: list[float]) -> None:
    assert percentile(ordered, 50) == pytest.approx(median(ordered))


@given(st.lists(st.floats(-1e6, 1e6), min_size=1).map(sorted), st.floats(0, 100))
def test_within_the_samples(ordered: list[float], percent: float) -> None:
    found = percentile(ordered, percent)
    slack = 1e-9 * max(abs(ordered[0]), abs(ordered[-1]))
    assert ordered[0] - slack <= found <= ordered[-1] + slack


def test_errors() -> None:
    with pytest.raises(ValueError, match="no samples"):
        percentile([], 50)
    with pytest.raises(ValueError, match="between 0 and 100"):
        percentile([1.0], 101)
