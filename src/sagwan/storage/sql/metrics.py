"""Histories of metrics on SQL: segments, decoded, merged and put in order.

What is read is the same whatever compaction has done so far. Bounds in the rows say which segments
a page needs; the others are not read.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise, repeat
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Connection, bindparam, or_, select

from sagwan.domain import metrics as rules
from sagwan.domain.lifecycle import invalid_page_token
from sagwan.domain.limits import INT64_MAX, INT64_MIN
from sagwan.entities import Metric, Page
from sagwan.storage.base import MetricStore
from sagwan.storage.segments import Points, decode_key
from sagwan.storage.sql.database import Database, Readers
from sagwan.storage.sql.dialects.base import Dialect
from sagwan.storage.sql.keys import Keys
from sagwan.storage.sql.paging import decode_token, encode_token, query_digest
from sagwan.storage.sql.segment_reads import Replaced, read_segments
from sagwan.storage.sql.tables import MIXED, metric_segments, runs

# Several runs are read with one statement as long as they hold no more points than this.
_TOGETHER = 250_000

# So many segments of a long history are read with one statement.
_AHEAD = 32


class _Listed(NamedTuple):
    """A segment as the row tells of it, without its data."""

    id: int
    key: int
    size: int
    first_step: int
    last_step: int
    first_time: int
    last_time: int


class _Place(NamedTuple):
    """A point in a history: how far a page came."""

    time: int
    step: int
    value: float


class SqlMetrics(MetricStore):
    """The port on SQL."""

    def __init__(self, database: Database, readers: Readers, keys: Keys) -> None:
        self._dialect = database.dialect
        self._readers = readers
        self._keys = keys

    async def history(
        self, run_id: str, key: str, limit: int | None = None, page_token: str | None = None
    ) -> Page[Metric]:
        digest = query_digest("history", run_id, key)
        place = None if page_token is None else _place(decode_token(digest, page_token))

        def read(connection: Connection) -> Page[Metric]:
            history = self._reader(connection, [run_id], key)
            points, more = history.page(run_id, place, limit)
            items = _metrics(points, key, None)
            if not more:
                return Page(items)
            last = items[-1]
            values = [last.timestamp, last.step, last.value]
            return Page(items, encode_token(digest, values))

        return await read_segments(self._readers, read)

    async def bulk(self, run_ids: Sequence[str], key: str, limit: int) -> list[Metric]:
        def read(connection: Connection) -> list[Metric]:
            reader = self._reader(connection, run_ids, key)
            found: list[Metric] = []
            for run_id in reader.together(sorted(set(run_ids)), limit):
                points, _ = reader.page(run_id, None, limit - len(found))
                found += _metrics(points, key, run_id)
                if len(found) == limit:
                    break
            return found

        return await read_segments(self._readers, read)

    async def sample(
        self, run_ids: Sequence[str], key: str, steps: tuple[int, int] | None, limit: int
    ) -> list[Metric]:
        def read(connection: Connection) -> list[Metric]:
            reader = self._reader(connection, run_ids, key, steps)
            found: list[Metric] = []
            for run_id in reader.together(run_ids, _TOGETHER):
                found += _metrics(reader.sample(run_id, limit), key, run_id)
            return found

        return await read_segments(self._readers, read)

    def _reader(
        self,
        connection: Connection,
        run_ids: Sequence[str],
        key: str,
        steps: tuple[int, int] | None = None,
    ) -> "_Reader":
        number = self._keys.find(connection, [key]).get(key)
        return _Reader(connection, self._dialect, run_ids, number, steps)


_columns = metric_segments.c
_listing = (
    select(
        runs.c.run_id,
        _columns.id,
        _columns.key,
        _columns.count,
        _columns.first_step,
        _columns.last_step,
        _columns.first_time,
        _columns.last_time,
    )
    .join_from(runs, metric_segments, _columns.run == runs.c.id)
    .where(
        or_(_columns.key == MIXED, _columns.key == bindparam("key")),
        _columns.last_step >= bindparam("first"),
        _columns.first_step <= bindparam("last"),
    )
    .order_by(_columns.first_time, _columns.id)
)
_one_run = _listing.where(runs.c.run_id == bindparam("run_id"))


class _Reader:
    """Reads the points of one key of some runs, in one transaction."""

    def __init__(
        self,
        connection: Connection,
        dialect: Dialect,
        run_ids: Sequence[str],
        key: int | None,
        steps: tuple[int, int] | None,
    ) -> None:
        self._connection = connection
        self._dialect = dialect
        self._key = key
        self._steps = steps
        # Of each run its segments, in the order of their first times.
        self._segments: dict[str, list[_Listed]] = {}
        self._fetched: dict[int, tuple[int, int, bytes]] = {}
        if key is not None:
            self._list(sorted(set(run_ids)), key)

    def _list(self, run_ids: Sequence[str], key: int) -> None:
        first, last = self._steps or (INT64_MIN, INT64_MAX)
        parameters: dict[str, object] = {"key": key, "first": first, "last": last}
        if len(run_ids) == 1:
            statement = _one_run
            parameters["run_id"] = run_ids[0]
        else:
            statement = _listing.where(self._dialect.in_texts(runs.c.run_id, run_ids))
        for run_id, *listed in self._connection.execute(statement, parameters):
            self._segments.setdefault(run_id, []).append(_Listed(*listed))

    def together(self, run_ids: Sequence[str], most: int) -> Iterator[str]:
        """These runs, read ahead in groups of at most `most` points; a longer run is not."""
        group: list[str] = []
        size = 0
        for run_id in run_ids:
            points = sum(segment.size for segment in self._segments.get(run_id, ()))
            if group and size + points > most:
                yield from self._group(group, size <= most)
                group, size = [], 0
            group.append(run_id)
            size += points
        yield from self._group(group, size <= most)

    def _group(self, run_ids: Sequence[str], ahead: bool) -> Iterator[str]:
        if ahead:
            self._fetch(
                [
                    segment.id
                    for run_id in dict.fromkeys(run_ids)
                    for segment in self._segments.get(run_id, ())
                ]
            )
        yield from run_ids
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

    def _decode(self, segments: Sequence[_Listed]) -> Points:
        ids = [segment.id for segment in segments]
        self._fetch([number for number in ids if number not in self._fetched])
        return decode_key((self._fetched[number] for number in ids), self._key or MIXED)

    def sample(self, run_id: str, limit: int) -> Points:
        """The points of a run, within the steps asked for, that are sampled with `limit` buckets.

        Series that follow one another are decoded one at a time: where a long history needs little
        memory, it takes half the time.
        """
        first, last = self._steps or (INT64_MIN, INT64_MAX)
        series: list[_Listed] = []
        others: list[_Listed] = []
        for segment in self._segments.get(run_id, ()):
            within = first <= segment.first_step and segment.last_step <= last
            (series if within and segment.key != MIXED else others).append(segment)
        rest = self._decode(others)
        rest = rest.select((rest.steps >= first) & (rest.steps <= last))
        if not _apart(series, rest):
            rest = Points.join([rest, self._decode(series)])
            series = []
        rest = _by_step(rest)
        # Merged segments hold no duplicates: their sizes tell where the samples are.
        parts: list[tuple[int, int, _Listed | None]] = [
            (segment.first_step, segment.size, segment) for segment in series
        ]
        if len(rest):
            parts.append((int(rest.steps[0]), len(rest), None))
        parts.sort(key=lambda part: part[0])
        picked = np.array(rules.bucket_starts(sum(part[1] for part in parts), limit), np.intp)
        found = []
        start = 0
        for number, (_, size, series_part) in enumerate(parts):
            mine = picked[(picked >= start) & (picked < start + size)] - start
            start += size
            if series_part is None:
                found.append(rest.select(mine))
            elif len(mine):
                self._fetch_ahead([part[2] for part in parts[number : number + _AHEAD]])
                found.append(_by_step(self._decode([series_part])).select(mine))
                del self._fetched[series_part.id]
        return Points.join(found)

    def _fetch_ahead(self, segments: Sequence[_Listed | None]) -> None:
        """Read these segments with one statement, if the first of them is not there yet."""
        ids = [segment.id for segment in segments if segment is not None]
        if ids[0] not in self._fetched:
            self._fetch([number for number in ids if number not in self._fetched])

    def page(self, run_id: str, place: _Place | None, limit: int | None) -> tuple[Points, bool]:
        """At most `limit` points after `place` by (timestamp, step, value), and whether there are
        more."""
        waiting = self._segments.get(run_id, [])
        if place is not None:
            waiting = [segment for segment in waiting if segment.last_time >= place.time]
        points = Points.join([])
        position = 0
        wanted = limit
        while position < len(waiting):
            end = _enough(waiting, position, wanted, place)
            new = self._decode(waiting[position:end])
            if place is not None:
                later = rules.after((new.times, new.steps), new.values, place[:2], place.value)
                new = new.select(later)
            points = _in_time(Points.join([points, new]) if len(points) else new)
            position = end
            if limit is None or position == len(waiting):
                break
            # What comes before the next segment can't change any more.
            done = int(points.times.searchsorted(waiting[position].first_time))
            if done > limit:
                break
            # Segments of many keys hold less of this one than their sizes say.
            wanted = 2 * (wanted or 0)
        if limit is None or len(points) <= limit:
            return points, False
        return points.select(slice(limit)), True


def _enough(
    segments: Sequence[_Listed], position: int, wanted: int | None, place: _Place | None
) -> int:
    """The end of the shortest part from `position` on that likely has more points than `wanted`."""
    if wanted is None:
        return len(segments)
    size = 0
    while position < len(segments) and size <= wanted:
        size += _left(segments[position], place)
        position += 1
    return position


def _left(segment: _Listed, place: _Place | None) -> int:
    """About how many points of a segment come after a place that is not behind its end."""
    if place is None or segment.first_time >= place.time:
        return segment.size
    return (
        segment.size * (segment.last_time - place.time) // (segment.last_time - segment.first_time)
    )


def _apart(series: Sequence[_Listed], rest: Points) -> bool:
    """Whether no two of these share a step or lie within one another."""
    bounds = [(segment.first_step, segment.last_step) for segment in series]
    if len(rest):
        bounds.append((int(rest.steps.min()), int(rest.steps.max())))
    bounds.sort()
    return all(left[1] < right[0] for left, right in pairwise(bounds))


def _by_step(points: Points) -> Points:
    return _select(points, rules.distinct_in_order((points.steps, points.times), points.values))


def _in_time(points: Points) -> Points:
    return _select(points, rules.distinct_in_order((points.times, points.steps), points.values))


def _select(points: Points, which: rules.Indexes | None) -> Points:
    return points if which is None else points.select(which)


def _metrics(points: Points, key: str, run_id: str | None) -> list[Metric]:
    # Adding 0.0 turns -0.0 into 0.0.
    columns = ((points.values + 0.0).tolist(), points.times.tolist(), points.steps.tolist())
    if run_id is None:
        return list(map(Metric, repeat(key), *columns))
    none = repeat(None)
    return list(map(Metric, repeat(key), *columns, none, none, none, repeat(run_id)))


def _place(values: Sequence[Any]) -> _Place:
    match values:
        case [int(time), int(step), float(value)] if all(
            INT64_MIN <= number <= INT64_MAX for number in (time, step)
        ):
            return _Place(time, step, value)
    raise invalid_page_token()
