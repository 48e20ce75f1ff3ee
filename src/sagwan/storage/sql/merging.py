"""Merges: the many fresh segments of a run become few, by key and in order of time.

What a merge replaces and by what is worked out in a reader, from one snapshot (`plan`). The write
(`apply`) only deletes and inserts rows, in one transaction, and undoes itself where the rows that
it deletes are not all there any more: then another process was faster. So nothing is lost or
doubled, whoever else writes or compacts, and wherever it is stopped.

A run's points stay together in a segment of all keys (a *group*) while they are few. Beyond
`GROUP_POINTS`, keys that have enough points get *series*, segments of their own. Pieces are merged
with pieces of about their size, so that a point is rewritten a logarithmic number of times; a piece
that is full is left alone, except where what comes overlaps it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import ColumnElement, Connection, and_, delete, or_, select

from sagwan.domain import metrics as rules
from sagwan.errors import Unavailable
from sagwan.storage.segments import Points, Segment, decode_all, encode_group, encode_series
from sagwan.storage.sql.dialects.base import Dialect
from sagwan.storage.sql.tables import MIXED, SEGMENT, metric_segments

FRESH, PARTIAL, FULL = 0, 1, 2

# A run with fewer points keeps them in one group, which costs one row instead of one a key.
GROUP_POINTS = 8192
# A key leaves the group with so many points; with `CROWDED` points in the group, with fewer.
SERIES_POINTS = 256
CROWDED = 65_536
CROWDED_SERIES_POINTS = 32

# Segments are cut so that a page of 25,000 points decodes little that it doesn't show.
FULL_SERIES = 32_768
FULL_GROUP = 65_536

# One merge reads at most so many points, so that its write takes few milliseconds. More than two
# partial pieces have together, or a merge could find no room for two.
MOST_POINTS = 131_072
MOST_FRESH_SEGMENTS = 4096

# A piece is merged with what is new where it is at most so many times larger.
RATIO = 2
OVERLAP_RATIO = 4

_columns = metric_segments.c


@dataclass(slots=True)
class CompactionReport:
    """What compaction did; bytes are those of encoded segments."""

    merges: int = 0
    segments_read: int = 0
    segments_written: int = 0
    points_read: int = 0
    points_written: int = 0
    bytes_read: int = 0
    bytes_written: int = 0

    def add(self, other: "CompactionReport") -> None:
        """Count the other's work in."""
        for part in fields(self):
            setattr(self, part.name, getattr(self, part.name) + getattr(other, part.name))


class Outrun(Unavailable):
    """Another process replaced the segments of a merge first; nothing was changed."""


class _Piece(NamedTuple):
    """A merged segment as its row tells of it."""

    id: int
    key: int
    level: int
    size: int
    first_time: int
    last_time: int


@dataclass(slots=True)
class Merge:
    """Segments of a run, by their ids, and the rows that are to stand in their place."""

    run: int
    fresh_segments: int = 0
    fresh_points: int = 0
    replaced: list[int] = field(default_factory=list)
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    report: CompactionReport = field(default_factory=CompactionReport)

    def add(self, key: int, segments: Iterable[Segment], full: int) -> None:
        """Put segments of a key (or MIXED) in place; those of size `full` are full."""
        for segment in segments:
            level = FULL if segment.size >= full else PARTIAL
            self.rows.append((self.run, key, level, *segment))
            self.report.segments_written += 1
            self.report.points_written += segment.size
            self.report.bytes_written += len(segment.data)


def plan(connection: Connection, dialect: Dialect, run: int, eager: bool) -> Merge | None:
    """The next merge of a run, or None where nothing is left to merge.

    `eager` merges all partial pieces, whatever their sizes: for runs that won't grow.
    """
    return _Planner(connection, dialect, run, eager).plan()


class _Planner:
    def __init__(self, connection: Connection, dialect: Dialect, run: int, eager: bool) -> None:
        self._connection = connection
        self._dialect = dialect
        self._eager = eager
        self._room = MOST_POINTS
        self._merge = Merge(run)

    def plan(self) -> Merge | None:
        merge = self._merge
        fresh = self._read_fresh()
        groups = _choose(self._pieces(_columns.key == MIXED), len(fresh), self._ratio, self._room)
        if not merge.fresh_segments and len(groups) < 2:
            return self._plan_series()
        points = _by_key(Points.join([fresh, self._take(_ids(groups))]) if groups else fresh)
        staying, leaving = _split(points)
        if len(staying):
            merge.add(MIXED, map(encode_group, _cut(staying, FULL_GROUP)), FULL_GROUP)
        self._grow_series(leaving)
        merge.report.merges = 1
        return merge

    @property
    def _ratio(self) -> int:
        return MOST_POINTS if self._eager else RATIO

    def _read_fresh(self) -> Points:
        merge = self._merge
        listed = self._connection.execute(
            select(_columns.id, _columns.count)
            .where(_columns.run == merge.run, _columns.key == MIXED, _columns.level == FRESH)
            .order_by(_columns.id)
            .limit(MOST_FRESH_SEGMENTS)
        )
        ids: list[int] = []
        for number, size in listed:
            if ids and merge.fresh_points + size > MOST_POINTS // 2:
                break
            ids.append(number)
            merge.fresh_points += size
        merge.fresh_segments = len(ids)
        return self._take(ids)

    def _take(self, ids: Sequence[int]) -> Points:
        """The points of segments that the merge replaces."""
        if not ids:
            return Points.join([])
        rows = self._connection.execute(
            select(_columns.key, _columns.encoding, _columns.data).where(
                self._dialect.in_integers(_columns.id, ids)
            )
        ).all()
        if len(rows) != len(ids):
            raise Outrun("Another process merged these segments first.")
        points = decode_all((key, encoding, data) for key, encoding, data in rows)
        self._room -= len(points)
        self._merge.replaced += ids
        report = self._merge.report
        report.segments_read += len(rows)
        report.points_read += len(points)
        report.bytes_read += sum(len(row.data) for row in rows)
        return points

    def _pieces(self, condition: ColumnElement[bool]) -> list[_Piece]:
        """The partial pieces of the run that the condition picks."""
        return self._list(and_(_columns.level == PARTIAL, condition))

    def _list(self, condition: ColumnElement[bool]) -> list[_Piece]:
        rows = self._connection.execute(
            select(
                _columns.id,
                _columns.key,
                _columns.level,
                _columns.count,
                _columns.first_time,
                _columns.last_time,
            ).where(_columns.run == self._merge.run, condition)
        )
        return [_Piece(*row) for row in rows]

    def _grow_series(self, leaving: Sequence[Points]) -> None:
        """Add points to the series of their keys, one key after the other."""
        if not leaving:
            return
        keys = [int(points.keys[0]) for points in leaving]
        first = min(int(points.times[0]) for points in leaving)
        last = max(int(points.times[-1]) for points in leaving)
        there: dict[int, list[_Piece]] = {}
        overlapping = and_(
            _columns.level == FULL, _columns.first_time < last, _columns.last_time > first
        )
        for piece in self._list(
            and_(
                self._dialect.in_integers(_columns.key, keys),
                or_(_columns.level == PARTIAL, overlapping),
            )
        ):
            there.setdefault(piece.key, []).append(piece)
        chosen: list[_Piece] = []
        room = self._room
        for key, points in zip(keys, leaving, strict=True):
            pieces = self._choose_series(there.get(key, ()), points, room)
            room -= sum(piece.size for piece in pieces)
            chosen += pieces
        of_keys = _keys_of(_by_key(self._take(_ids(chosen))))
        old = {int(points.keys[0]): points for points in of_keys}
        for key, points in zip(keys, leaving, strict=True):
            self._add_series(Points.join([old[key], points]) if key in old else points)

    def _choose_series(self, pieces: Sequence[_Piece], points: Points, room: int) -> list[_Piece]:
        partial = [piece for piece in pieces if piece.level == PARTIAL]
        chosen = _choose(partial, len(points), self._ratio, room)
        size = len(points) + sum(piece.size for piece in chosen)
        first, last = int(points.times[0]), int(points.times[-1])
        overlapping = [
            piece
            for piece in pieces
            if piece.level == FULL and piece.first_time < last and piece.last_time > first
        ]
        return chosen + _choose(overlapping, size, OVERLAP_RATIO, room - size + len(points))

    def _plan_series(self) -> Merge | None:
        """Merge partial pieces of series that got no new points; only where eager."""
        if not self._eager:
            return None
        pieces: dict[int, list[_Piece]] = {}
        for piece in self._pieces(_columns.key != MIXED):
            pieces.setdefault(piece.key, []).append(piece)
        chosen: list[_Piece] = []
        room = self._room
        for several in pieces.values():
            if len(several) > 1:
                some = _choose(several, 0, self._ratio, room)
                if len(some) > 1:
                    room -= sum(piece.size for piece in some)
                    chosen += some
        if not chosen:
            return None
        for points in _keys_of(_by_key(self._take(_ids(chosen)))):
            self._add_series(points)
        self._merge.report.merges = 1
        return self._merge

    def _add_series(self, points: Points) -> None:
        points = _by_key(points)
        segments = map(encode_series, _cut(points, FULL_SERIES))
        self._merge.add(int(points.keys[0]), segments, FULL_SERIES)


def _choose(pieces: Sequence[_Piece], size: int, ratio: int, room: int) -> list[_Piece]:
    """The pieces that are merged with `size` points: small ones first, each at most `ratio` times
    as large as what is merged so far, and together no more than `room`."""
    chosen: list[_Piece] = []
    for piece in sorted(pieces, key=lambda piece: (piece.size, piece.id)):
        if piece.size > room or piece.size > ratio * max(size, 1):
            break
        chosen.append(piece)
        size += piece.size
        room -= piece.size
    return chosen


def _ids(pieces: Sequence[_Piece]) -> list[int]:
    return [piece.id for piece in pieces]


def _by_key(points: Points) -> Points:
    """Distinct points by (key, timestamp, step, value), -0.0 made 0.0."""
    points.values = points.values + 0.0
    keys = points.keys
    if len(points) and bool((keys[1:] < keys[:-1]).any()):
        least = keys.min()
        if keys.max() - least < 65_536:
            # numpy sorts numbers of 16 bits in linear time.
            keys = (keys - least).astype(np.uint16)
        points = points.select(keys.argsort(kind="stable"))
    which = rules.distinct_in_order((points.keys, points.times, points.steps), points.values)
    return points if which is None else points.select(which)


def _keys_of(points: Points) -> Iterator[Points]:
    """The points of each key, of points that are in order of their keys."""
    if not len(points):
        return
    starts = np.flatnonzero(points.keys[1:] != points.keys[:-1]) + 1
    for start, end in zip((0, *starts), (*starts, len(points)), strict=True):
        yield points.select(slice(int(start), int(end)))


def _split(points: Points) -> tuple[Points, list[Points]]:
    """The points that stay in the group, and of each key that leaves it, its points."""
    if len(points) <= GROUP_POINTS:
        return points, []
    enough = SERIES_POINTS if len(points) <= CROWDED else CROWDED_SERIES_POINTS
    staying: list[Points] = []
    leaving: list[Points] = []
    for of_key in _keys_of(points):
        (leaving if len(of_key) >= enough else staying).append(of_key)
    return Points.join(staying), leaving


def _cut(points: Points, most: int) -> Iterator[Points]:
    """Parts of at most `most` points; all but the last are as large."""
    for start in range(0, len(points), most):
        yield points.select(slice(start, start + most))


def apply(connection: Connection, dialect: Dialect, merge: Merge) -> CompactionReport:
    """Put a merge in place, within the caller's transaction. Raises Outrun.

    The caller has to roll back where it raises.
    """
    # Inserted first, so that ids grow: SQLite gives the id of the last row again once it is gone,
    # and the rows that another process is about to replace would be others. The run is compared
    # since a purge of runs may free ids, too.
    dialect.bulk(metric_segments, SEGMENT).execute(connection, merge.rows)
    deleted = connection.execute(
        delete(metric_segments).where(
            _columns.run == merge.run, dialect.in_integers(_columns.id, merge.replaced)
        )
    ).rowcount
    if deleted != len(merge.replaced):
        raise Outrun("Another process merged these segments first.")
    return merge.report
