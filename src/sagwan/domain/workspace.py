"""Rules of what the web UI sees of many runs: the order of keys, the bins of histograms."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from sagwan.domain.search.ast import Field, FieldKind
from sagwan.entities.workspace import FacetBin, KeyValue, MetricKey, TextKey

PARENT_TAG = "mlflow.parentRunId"

PAGE = 1000
COLUMNS = 200
SAMPLE = 1000
BINS = 100
BULK = 100_000

POINT_RUNS = 10
"""So many of the newest runs tell whether a metric has more than one point."""

KEY_VALUES = 10
FACET_VALUES = 20
VALUE_LENGTH = 250
"""Longer texts are not shown among the values of a key: nobody picks them from a list."""

_NUMBERS = ("start_time", "end_time")

# Beyond this, the sum of a billion values may be too large for a double.
_SUMMABLE = 1e290


def is_number(field: Field) -> bool:
    """Whether a field's values are numbers."""
    return field.kind is FieldKind.METRIC or (
        field.kind is FieldKind.ATTRIBUTE and field.key in _NUMBERS
    )


def sorted_metric_keys(keys: Iterable[MetricKey]) -> list[MetricKey]:
    """Those with `val` in their names first, then those of more runs, then by name."""
    return sorted(keys, key=lambda of: ("val" not in of.key.lower(), -of.runs, of.key))


def sorted_text_keys(keys: Iterable[TextKey]) -> list[TextKey]:
    """Those that vary first, then those of more runs, then by name."""
    return sorted(keys, key=lambda of: (not of.varies, -of.runs, of.key))


def text_key(key: str, counts: Iterable[tuple[str, int]]) -> TextKey:
    """A param or tag from its values and how many runs have each."""
    ordered = sorted(counts, key=lambda pair: (-pair[1], pair[0]))
    shown = [KeyValue(*pair) for pair in ordered if len(pair[0]) <= VALUE_LENGTH]
    return TextKey(
        key=key,
        runs=sum(runs for _, runs in ordered),
        distinct=len(ordered),
        varies=len(ordered) > 1,
        values=shown[:KEY_VALUES],
    )


def bin_edges(low: float, high: float, bins: int) -> list[float]:
    """Where the bins of a histogram begin and end: one bin where there is one value."""
    if low == high:
        return [low, high]
    # Dividing first, since the difference of two doubles may be too large for one.
    width = high / bins - low / bins
    inner = [low + width * index for index in range(1, bins)]
    return [low, *(min(max(edge, low), high) for edge in inner), high]


def bin_of(value: float, edges: Sequence[float]) -> int:
    """The bin of a value between the first and the last edge."""
    for index, edge in enumerate(edges[1:-1]):
        if value < edge:
            return index
    return len(edges) - 2


def histogram(edges: Sequence[float], counts: Mapping[int, int]) -> list[FacetBin]:
    """The bins with how many runs are in each."""
    ends = enumerate(pairwise(edges))
    return [FacetBin(start, end, counts.get(index, 0)) for index, (start, end) in ends]


def summable(low: float, high: float) -> bool:
    """Whether the sum of values between these is no larger than a double can be."""
    return max(abs(low), abs(high)) < _SUMMABLE
