"""Curves and bands in memory, worked out point by point."""

from bisect import bisect_right
from collections.abc import Sequence
from math import fsum, isnan, nan, sqrt

import numpy as np

from sagwan.domain.bands import Band
from sagwan.domain.buckets import Buckets, Curve
from sagwan.entities import Metric
from sagwan.storage.base import (
    Axis,
    GroupBand,
    GroupsQuery,
    SeriesCurve,
    SeriesQuery,
    SeriesStore,
)
from sagwan.storage.memory.state import State, StoredRun, rank

Point = tuple[float, float]


class MemorySeries(SeriesStore):
    """Sorts and cuts at each call."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def read(self, query: SeriesQuery) -> list[SeriesCurve]:
        found = []
        for run_id in dict.fromkeys(query.run_ids):
            for key in dict.fromkeys(query.keys):
                points = self._points(run_id, key, query)
                if points:
                    found.append(SeriesCurve(run_id, key, _curve(points, query)))
        return found

    async def groups(self, query: GroupsQuery) -> list[GroupBand]:
        found = []
        for number, run_ids in enumerate(query.groups):
            for key in dict.fromkeys(query.keys):
                histories = [
                    [(x, value) for x, value in self._points(run_id, key, query) if value == value]
                    for run_id in dict.fromkeys(run_ids)
                ]
                members = [points for points in histories if points]
                if members:
                    band = _band(members, query)
                    found.append(GroupBand(number, key, len(members), band))
        return found

    def _points(self, run_id: str, key: str, query: SeriesQuery | GroupsQuery) -> list[Point]:
        """The points within the query's bounds, as x and value."""
        run = self._state.runs.get(run_id)
        if run is None:
            return []
        history = run.history(key)
        if query.axis is Axis.STEP:
            history.sort(key=lambda point: (point.step, point.timestamp, *rank(point)))
        found = [(_x(run, point, query.axis), point.value + 0.0) for point in history]
        return [
            (x, value)
            for x, value in found
            if (query.first is None or query.first <= x) and (query.last is None or x <= query.last)
        ]


def _x(run: StoredRun, point: Metric, axis: Axis) -> float:
    if axis is Axis.STEP:
        return float(point.step)
    start = run.start_time if axis is Axis.RELATIVE else 0
    return float(point.timestamp) - float(start)


def _begins(xs: Sequence[float], query: SeriesQuery | GroupsQuery) -> list[float]:
    first = min(xs) if query.first is None else max(query.first, -(2.0**64))
    last = max(xs) if query.last is None else min(query.last, 2.0**64)
    return [first + bucket * ((last - first) / query.buckets) for bucket in range(query.buckets)]


def _cut(points: Sequence[Point], begins: Sequence[float]) -> dict[int, list[Point]]:
    """The points of each bucket that has one."""
    found: dict[int, list[Point]] = {}
    for point in points:
        found.setdefault(max(0, bisect_right(begins, point[0]) - 1), []).append(point)
    return found


def _mean(values: Sequence[float]) -> float:
    mean = fsum(value / len(values) for value in values)
    return min(max(mean, min(values)), max(values))


def _curve(points: Sequence[Point], query: SeriesQuery) -> Curve:
    if len(points) <= query.buckets:
        return Curve(len(points), _column([x for x, _ in points]), _column([v for _, v in points]))
    cut = _cut(points, _begins([x for x, _ in points], query))
    last = [inside[-1] for inside in cut.values()]
    values = [[value for _, value in inside if not isnan(value)] for inside in cut.values()]
    buckets = Buckets(
        np.array(list(cut), np.int64),
        _column([x for x, _ in last]),
        _column([value for _, value in last]),
        _column([min(some, default=nan) for some in values]),
        _column([max(some, default=nan) for some in values]),
        _column([_mean(some) if some else nan for some in values]),
        np.array([len(some) for some in values], np.int64),
    )
    return Curve(len(points), buckets.x, buckets.value, buckets)


def _band(members: Sequence[Sequence[Point]], query: GroupsQuery) -> Band:
    begins = sorted({x for points in members for x, _ in points})
    if len(begins) > query.buckets:
        begins = _begins(begins, query)
    cuts = [_cut(points, begins) for points in members]
    some = sorted({bucket for cut in cuts for bucket in cut})
    inside = [[cut[bucket] for cut in cuts if bucket in cut] for bucket in some]
    means = [[_mean([value for _, value in points]) for points in each] for each in inside]
    return Band(
        _column([max(x for points in each for x, _ in points) for each in inside]),
        np.array([len(each) for each in means], np.int64),
        _column([_mean(each) for each in means]),
        _column([_deviation(each) for each in means]),
        _column([min(each) for each in means]),
        _column([max(each) for each in means]),
    )


def _deviation(values: Sequence[float]) -> float:
    if len(values) == 1:
        return 0.0
    away = [value - _mean(values) for value in values]
    return sqrt(fsum(each * each for each in away) / (len(values) - 1))


def _column(values: Sequence[float]) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    return np.array(values, np.float64)
