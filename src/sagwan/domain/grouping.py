"""Runs that have the same values belong together: what is said of such groups."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, hypot, inf, isnan, sqrt

from sagwan.domain.search.ast import Field, FieldKind, OrderBy
from sagwan.domain.workspace import summable
from sagwan.entities.workspace import MetricSpread

GROUPS = 1000
"""So many groups are told of at once."""

MEMBERS = 5000
"""So many of their runs are named, as many as bands are made of at once."""


@dataclass(frozen=True, slots=True)
class Group:
    """A group: its values of the grouping fields, and the places of its runs in their list."""

    values: tuple[str | None, ...]
    places: Sequence[int]


def gather(columns: Sequence[Sequence[str | None]], runs: int) -> list[Group]:
    """The groups of `runs` runs, in the order of the first run of each.

    `columns` hold the runs' values of each of the grouping fields; without any, all runs are one
    group.
    """
    places: dict[tuple[str | None, ...], list[int]] = {}
    rows: Iterable[tuple[str | None, ...]] = zip(*columns, strict=True) if columns else [()] * runs
    for place, values in enumerate(rows):
        places.setdefault(values, []).append(place)
    return [Group(values, members) for values, members in places.items()]


def spread(values: Iterable[float | None]) -> MetricSpread:
    """How the values of a group's runs are spread; None and NaN are no values.

    The mean and the deviation are None, too, where the sum may be larger than a double can be.
    """
    numbers = [value for value in values if value is not None and not isnan(value)]
    if not numbers:
        return MetricSpread(0)
    count, low, high = len(numbers), min(numbers), max(numbers)
    if not summable(low, high):
        return MetricSpread(count, None, None, low, high)
    # A rounded sum may make the mean of equal values differ from them.
    mean = min(max(fsum(numbers) / count, low), high)
    # Unlike the root of a sum of squares, this can't grow beyond all doubles on the way.
    deviation = hypot(*(value - mean for value in numbers)) / sqrt(max(count - 1, 1))
    return MetricSpread(count, mean, deviation, low, high)


def arranged(
    groups: Sequence[Group],
    order: Sequence[OrderBy],
    numbers: Mapping[Field, Sequence[float | None]],
) -> list[Group]:
    """The groups by the mean of the metric that leads the order, those without one last.

    Groups with the same mean, and all where no metric leads, stay in the order of their first runs.
    """
    if not order or order[0].field.kind is not FieldKind.METRIC:
        return list(groups)
    values, sign = numbers[order[0].field], 1 if order[0].ascending else -1

    def key(group: Group) -> float:
        mean = spread(values[place] for place in group.places).mean
        return inf if mean is None else sign * mean

    return sorted(groups, key=key)


def leading_metrics(order: Sequence[OrderBy]) -> list[Field]:
    """The metric that leads an order, if one does."""
    return [one.field for one in order[:1] if one.field.kind is FieldKind.METRIC]


_PREFIXES = {FieldKind.PARAM: "params", FieldKind.TAG: "tags"}


def field_name(field: Field) -> str:
    """A grouping field as it is named in answers: `params.lr`."""
    return f"{_PREFIXES[field.kind]}.{field.key}"
