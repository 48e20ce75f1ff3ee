"""Curves and bands on SQL: the segments of many runs and keys, read with few statements.

The rows of segments tell what steps and times they hold; those outside of what is asked for are not
read. A series is read a part at a time, so that its length is no matter for memory.
"""

from collections.abc import Iterable, Iterator, Sequence
from math import floor, ulp
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection, select

from sagwan.domain import metrics as rules
from sagwan.domain.bands import Gathering, Spread
from sagwan.domain.buckets import FARTHEST, Drawing, Floats, cut, edges, join, within
from sagwan.domain.limits import INT64_MAX, INT64_MIN
from sagwan.storage.base import (
    Axis,
    GroupBand,
    GroupsQuery,
    SeriesCurve,
    SeriesQuery,
    SeriesStore,
)
from sagwan.storage.segments import Points, Stored, decode_all
from sagwan.storage.sql.database import Database, Readers
from sagwan.storage.sql.dialects.base import Dialect
from sagwan.storage.sql.keys import Keys
from sagwan.storage.sql.segment_reads import Replaced, read_segments
from sagwan.storage.sql.tables import MIXED, metric_segments, runs

# Segments of several runs are read with one statement as long as they hold no more points.
_TOGETHER = 500_000

# Of a longer run so many segments are read with one statement.
_AHEAD = 32

# Members of groups with no more points than this are read once for both looks at them.
_KEPT = 4_000_000


class _Listed(NamedTuple):
    """A segment as its row tells of it: `first` and `last` are its bounds on the axis."""

    id: int
    key: int
    size: int
    first: float
    last: float


class _Piece(NamedTuple):
    """What a series is put together of: a segment, or (None) the points from those of all keys."""

    first: float
    last: float
    segment: _Listed | None


class _Part(NamedTuple):
    """Points of a series, in order, as x and values."""

    x: Floats
    values: Floats


class SqlSeries(SeriesStore):
    """The port on SQL."""

    def __init__(self, database: Database, readers: Readers, keys: Keys) -> None:
        self._dialect = database.dialect
        self._readers = readers
        self._keys = keys

    async def read(self, query: SeriesQuery) -> list[SeriesCurve]:
        def read(connection: Connection) -> list[SeriesCurve]:
            run_ids = list(dict.fromkeys(query.run_ids))
            reader = _Reader(connection, self._dialect, self._keys, run_ids, query)
            found = []
            for series in reader.each(run_ids):
                drawing = Drawing(
                    edges(
                        series.first if query.first is None else query.first,
                        series.last if query.last is None else query.last,
                        query.buckets,
                    )
                )
                for part in series.parts:
                    drawing.add(part.x, part.values)
                curve = drawing.curve()
                if curve is not None:
                    found.append(SeriesCurve(series.run_id, series.key, curve))
            return found

        return await read_segments(self._readers, read)

    async def groups(self, query: GroupsQuery) -> list[GroupBand]:
        def read(connection: Connection) -> list[GroupBand]:
            run_ids = list(dict.fromkeys(run_id for group in query.groups for run_id in group))
            reader = _Reader(connection, self._dialect, self._keys, run_ids, query)
            return _bands(query, reader, run_ids)

        return await read_segments(self._readers, read)


class _Series(NamedTuple):
    """A series with points that may be within the bounds, and how far it reaches if none is."""

    run_id: str
    key: str
    first: float
    last: float
    parts: Iterable[_Part]


class _Run:
    """The segments of a run that may hold something of what is asked for."""

    def __init__(self, start_time: int) -> None:
        self.start_time = start_time
        self.mixed: list[_Listed] = []
        self.series: dict[int, list[_Listed]] = {}
        self.size = 0

    def add(self, segment: _Listed) -> None:
        self.size += segment.size
        if segment.key == MIXED:
            self.mixed.append(segment)
        else:
            self.series.setdefault(segment.key, []).append(segment)

    def segments(self) -> Iterator[_Listed]:
        yield from self.mixed
        for segments in self.series.values():
            yield from segments


_columns = metric_segments.c

# By whether the axis is that of steps.
_bounds = {
    True: (_columns.first_step, _columns.last_step),
    False: (_columns.first_time, _columns.last_time),
}
_listing = {
    by_step: select(
        runs.c.run_id, runs.c.start_time, _columns.id, _columns.key, _columns.count, *bounds
    ).join_from(runs, metric_segments, _columns.run == runs.c.id)
    for by_step, bounds in _bounds.items()
}


def _before(bound: float) -> int:
    """An integer at or before a bound, and before all integers that are rounded to the bound."""
    bound = min(max(bound, -FARTHEST), FARTHEST)
    return floor(bound) if abs(bound) < 2.0**52 else floor(bound - 2 * ulp(bound))


def _storable(number: int) -> int:
    return min(max(number, INT64_MIN), INT64_MAX)


class _Reader:
    """Reads the series of some keys of some runs, in one transaction."""

    def __init__(
        self,
        connection: Connection,
        dialect: Dialect,
        keys: Keys,
        run_ids: Sequence[str],
        query: SeriesQuery | GroupsQuery,
    ) -> None:
        self._connection = connection
        self._dialect = dialect
        self._query = query
        self._by_step = query.axis is Axis.STEP
        names = list(dict.fromkeys(query.keys))
        numbers = keys.find(connection, names)
        self._keys = {name: numbers[name] for name in names if name in numbers}
        self._runs: dict[str, _Run] = {}
        self._fetched: dict[int, Stored] = {}
        if self._keys and run_ids:
            self._list(run_ids)

    @property
    def size(self) -> int:
        """How many points are to be read, those of other keys in the same segments too."""
        return sum(run.size for run in self._runs.values())

    def _list(self, run_ids: Sequence[str]) -> None:
        query = self._query
        first = -np.inf if query.first is None else query.first
        last = np.inf if query.last is None else query.last
        begins, ends = _bounds[self._by_step]
        statement = _listing[self._by_step].where(
            self._dialect.in_texts(runs.c.run_id, run_ids),
            self._dialect.in_integers(_columns.key, [MIXED, *self._keys.values()]),
        )
        relative = query.axis is Axis.RELATIVE
        if not relative:
            statement = statement.where(
                ends >= _storable(_before(first)), begins <= _storable(-_before(-last))
            )
        # All at once: a running run has hundreds of fresh segments.
        for run_id, start_time, number, key, size, low, high in self._connection.execute(
            statement
        ).all():
            if relative:
                low, high = float(low) - float(start_time), float(high) - float(start_time)
            # A series reaches as far as all of it does, and where that is asked for, all is read.
            if float(high) >= first and float(low) <= last:
                run = self._runs.get(run_id)
                if run is None:
                    run = self._runs[run_id] = _Run(start_time)
                run.add(_Listed(number, key, size, float(low), float(high)))

    def each(self, run_ids: Iterable[str]) -> Iterator[_Series]:
        """The series, each to be read before the next is asked for."""
        group: list[str] = []
        size = 0
        for run_id in run_ids:
            run = self._runs.get(run_id)
            if run is None:
                continue
            if group and size + run.size > _TOGETHER:
                yield from self._together(group)
                group, size = [], 0
            group.append(run_id)
            size += run.size
        yield from self._together(group)

    def _together(self, run_ids: Sequence[str]) -> Iterator[_Series]:
        some = [self._runs[run_id] for run_id in run_ids]
        if len(some) > 1 or sum(run.size for run in some) <= _TOGETHER:
            self._fetch([segment.id for run in some for segment in run.segments()])
        for run_id, run in zip(run_ids, some, strict=True):
            yield from self._of_run(run_id, run)
        self._fetched = {}

    def _fetch(self, ids: Sequence[int]) -> None:
        if not ids:
            return
        rows = self._connection.execute(
            select(_columns.id, _columns.key, _columns.encoding, _columns.data).where(
                self._dialect.in_integers(_columns.id, ids)
            )
        ).all()
        if len(rows) < len(ids):
            raise Replaced
        self._fetched |= {number: (key, encoding, data) for number, key, encoding, data in rows}

    def _take(self, segments: Sequence[_Listed]) -> Points:
        """The points of segments, which are not needed any more."""
        self._fetch([segment.id for segment in segments if segment.id not in self._fetched])
        return decode_all([self._fetched.pop(segment.id) for segment in segments])

    def _of_run(self, run_id: str, run: _Run) -> Iterator[_Series]:
        rest = _by_key(self._take(run.mixed))
        for name, key in self._keys.items():
            loose = rest.select(slice(*rest.keys.searchsorted([key, key + 1])))
            pieces = [_Piece(each.first, each.last, each) for each in run.series.get(key, ())]
            if len(loose):
                x = self._x(run, loose)
                pieces.append(_Piece(float(x.min()), float(x.max()), None))
            if pieces:
                first = min(piece.first for piece in pieces)
                last = max(piece.last for piece in pieces)
                yield _Series(run_id, name, first, last, self._parts(run, pieces, loose))

    def _parts(self, run: _Run, pieces: Sequence[_Piece], loose: Points) -> Iterator[_Part]:
        """The points of a series in parts that follow one another.

        What overlaps becomes one part, since there may be duplicates in it.
        """
        waiting = sorted(pieces, key=lambda piece: (piece.first, piece.last))
        at = 0
        while at < len(waiting):
            end, last = at + 1, waiting[at].last
            while end < len(waiting) and waiting[end].first <= last:
                last = max(last, waiting[end].last)
                end += 1
            ahead = waiting[at : max(end, at + _AHEAD)]
            segments = [piece.segment for piece in ahead if piece.segment is not None]
            if segments and segments[0].id not in self._fetched:
                self._fetch([each.id for each in segments if each.id not in self._fetched])
            some = waiting[at:end]
            points = self._take([piece.segment for piece in some if piece.segment is not None])
            if any(piece.segment is None for piece in some):
                points = Points.join([loose, points]) if len(points) else loose
            yield self._part(run, points)
            at = end

    def _part(self, run: _Run, points: Points) -> _Part:
        """Points as they are drawn: in order, each once, within the bounds."""
        columns = (points.steps, points.times) if self._by_step else (points.times, points.steps)
        which = rules.distinct_in_order(columns, points.values)
        if which is not None:
            points = points.select(which)
        x = self._x(run, points)
        some = within(x, self._query.first, self._query.last)
        # Adding 0.0 turns -0.0 into 0.0.
        return _Part(x[some], points.values[some] + 0.0)

    def _x(self, run: _Run, points: Points) -> Floats:
        x = (points.steps if self._by_step else points.times).astype(np.float64)
        return x - float(run.start_time) if self._query.axis is Axis.RELATIVE else x


def _by_key(points: Points) -> Points:
    """The points in the order of their keys, as those of one merged segment are."""
    if bool((points.keys[1:] >= points.keys[:-1]).all()):
        return points
    return points.select(points.keys.argsort(kind="stable"))


def _bands(query: GroupsQuery, reader: _Reader, run_ids: Sequence[str]) -> list[GroupBand]:
    """The bands, in two looks at each member: how far groups reach, and what their buckets hold."""
    groups_of: dict[str, list[int]] = {}
    for number, group in enumerate(query.groups):
        for run_id in dict.fromkeys(group):
            groups_of.setdefault(run_id, []).append(number)

    def members() -> Iterator[tuple[str, str, list[_Part]]]:
        for series in reader.each(run_ids):
            parts = [_finite(part) for part in series.parts]
            yield series.run_id, series.key, [part for part in parts if len(part.x)]

    kept = list(members()) if reader.size <= _KEPT else None
    spreads: dict[tuple[int, str], Spread] = {}
    for run_id, key, parts in kept if kept is not None else members():
        for number in groups_of[run_id]:
            for part in parts:
                spreads.setdefault((number, key), Spread(query.buckets)).add(part.x)
    begins = {name: spread.begins(query.first, query.last) for name, spread in spreads.items()}
    gatherings = {name: Gathering(len(begun)) for name, begun in begins.items()}
    sizes = dict.fromkeys(begins, 0)
    for run_id, key, parts in kept if kept is not None else members():
        for name in ((number, key) for number in groups_of[run_id]):
            if parts:
                gatherings[name].add(join([cut(*part, begins[name]) for part in parts]))
                sizes[name] += 1
    return [
        GroupBand(number, key, sizes[number, key], gatherings[number, key].band())
        for number in range(len(query.groups))
        for key in dict.fromkeys(query.keys)
        if (number, key) in gatherings
    ]


def _finite(part: _Part) -> _Part:
    nan = np.isnan(part.values)
    return _Part(part.x[~nan], part.values[~nan]) if nan.any() else part
