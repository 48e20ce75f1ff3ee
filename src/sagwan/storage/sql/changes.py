"""What changed, on SQL: found by cheap statements, and only while somebody asks.

New segments tell which runs got metrics, and hold the points; everything else that is written to a
run is noted in `run_activity`. So nothing is kept for those who look on, and nothing has to be sent
from one server process to another.
"""

import time
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from sagwan.entities import Metric
from sagwan.storage.changes import (
    MOST_POINTS,
    MOST_POINTS_OF_RUN,
    ChangeFeed,
    ChangeStore,
    RunChange,
    Wanted,
)
from sagwan.storage.segments import Points, decode_all
from sagwan.storage.sql.database import Database, Readers
from sagwan.storage.sql.keys import Keys
from sagwan.storage.sql.merging import FRESH
from sagwan.storage.sql.tables import latest_metrics, metric_segments, run_activity, runs
from sagwan.storage.sql.workspace import raw_rows

# Servers' clocks may differ, and transactions end in another order than they began: by so much.
# Milliseconds; and seconds for ids that were given to transactions that have not ended.
CLOCKS_DIFFER = 30_000
GAP_PATIENCE = 10.0

# Segments of one look; the others come with the next. So many ids behind a gap are remembered.
_MOST_SEGMENTS = 20_000

# So many runs are remembered by their numbers: some 6 MB.
_REMEMBERED = 20_000

_segments = metric_segments.c


class _Named(NamedTuple):
    """What of a run never changes."""

    run_id: str
    experiment_id: int


class SqlChanges(ChangeStore):
    """The port on SQL. It has a reader of its own, so that long reads don't keep it waiting."""

    def __init__(self, database: Database, readers: Readers, keys: Keys) -> None:
        self._dialect = database.dialect
        self._readers = readers
        self._keys = keys
        self._names: dict[int, _Named] = {}

    async def feed(self) -> ChangeFeed:
        feed = _Feed(self, self._dialect.shared)
        await self._readers.call(feed.begin)
        return feed

    async def look(self, feed: "_Feed", wanted: Wanted) -> list[RunChange]:
        """See `ChangeFeed.look`."""

        def read(connection: Connection) -> tuple[list[RunChange], "_Place"]:
            place = feed.place.copy()
            fresh, merged = place.new_segments(connection)
            others = merged | place.new_changes(connection)
            if not fresh and not others:
                return [], place
            names = self._named(connection, sorted({*fresh, *others}))
            chosen = {run: name for run, name in names.items() if wanted(*name)}
            segments = {run: some for run, some in fresh.items() if run in chosen}
            found = self._changes(connection, chosen, segments, others)
            return found, place

        # What a read that failed has seen is to be seen again.
        found, feed.place = await self._readers.call(read)
        return found

    def _named(self, connection: Connection, numbers: Sequence[int]) -> dict[int, _Named]:
        """The runs with these numbers, those that are there."""
        if len(self._names) > _REMEMBERED:
            self._names.clear()
        absent = [number for number in numbers if number not in self._names]
        if absent:
            rows = raw_rows(
                connection,
                select(runs.c.id, runs.c.run_id, runs.c.experiment_id).where(
                    self._dialect.in_integers(runs.c.id, absent)
                ),
            )
            self._names |= {number: _Named(*name) for number, *name in rows}
        return {number: self._names[number] for number in numbers if number in self._names}

    def _changes(
        self,
        connection: Connection,
        chosen: dict[int, _Named],
        fresh: dict[int, "_Fresh"],
        others: set[int],
    ) -> list[RunChange]:
        changes = {
            run: RunChange(*name, other=run in others)
            for run, name in chosen.items()
            if run in fresh or run in others
        }
        told: dict[int, _Fresh] = {}
        room = MOST_POINTS
        for run, segments in fresh.items():
            if segments.points > min(room, MOST_POINTS_OF_RUN):
                changes[run].other = True
            else:
                told[run] = segments
                room -= segments.points
        if told:
            self._tell(connection, changes, told)
        return list(changes.values())

    def _tell(
        self, connection: Connection, changes: dict[int, RunChange], told: dict[int, "_Fresh"]
    ) -> None:
        """Read the points and the latest ones."""
        ids = sorted(number for segments in told.values() for number in segments.ids)
        rows = raw_rows(
            connection,
            select(_segments.run, _segments.key, _segments.encoding, _segments.data).where(
                self._dialect.in_integers(_segments.id, ids)
            ),
        )
        stored: dict[int, list[tuple[int, int, bytes]]] = {}
        for run, *segment in rows:
            stored.setdefault(run, []).append((segment[0], segment[1], segment[2]))
        points = {run: decode_all(some) for run, some in stored.items()}
        keys = sorted({int(key) for of_run in points.values() for key in of_run.keys.tolist()})
        names = self._keys.names(connection, keys)
        latest = self._latest(connection, sorted(points), keys)
        for run, of_run in points.items():
            metrics = _metrics(of_run, names)
            logged = {metric.key for metric in metrics}
            changes[run].points = metrics
            of_keys = [
                Metric(names[key], value, timestamp, step)
                for key, step, timestamp, value in latest.get(run, ())
                if names[key] in logged
            ]
            changes[run].latest = sorted(of_keys, key=lambda metric: metric.key)

    def _latest(
        self, connection: Connection, numbers: Sequence[int], keys: Sequence[int]
    ) -> dict[int, list[tuple[Any, ...]]]:
        table = latest_metrics.c
        rows = raw_rows(
            connection,
            select(table.run, table.key, table.step, table.timestamp, table.value, table.nan).where(
                self._dialect.in_integers(table.run, numbers),
                self._dialect.in_integers(table.key, keys),
            ),
        )
        found: dict[int, list[tuple[Any, ...]]] = {}
        for run, key, step, timestamp, value, nan in rows:
            found.setdefault(run, []).append((key, step, timestamp, float("nan") if nan else value))
        return found

    async def since(self, position: str, wanted: Wanted, most: int) -> list[RunChange] | None:
        place = _parse(position)
        if place is None:
            return None
        segment, changed = place

        def read(connection: Connection) -> list[RunChange] | None:
            if (_last_segment(connection) or 0) < segment:
                return None  # the place is of another database, or of what was taken from this one
            with_segments = (
                select(_segments.run)
                .where(_segments.id > segment)
                .group_by(_segments.run)
                .limit(most + 1)
            )
            with_changes = (
                select(run_activity.c.run)
                .where(run_activity.c.changed > changed - CLOCKS_DIFFER)
                .limit(most + 1)
            )
            found = {
                run
                for statement in (with_segments, with_changes)
                for (run,) in raw_rows(connection, statement)
            }
            if len(found) > most:
                return None
            names = self._named(connection, sorted(found))
            return [RunChange(*name, other=True) for name in names.values() if wanted(*name)]

        return await self._readers.call(read)


class _Fresh(NamedTuple):
    """New segments of a run."""

    ids: list[int]
    points: int


class _Place:
    """How far a feed came.

    Where several processes write, an id may become visible after greater ones: what follows on a
    gap is read again until the gap is closed, or so old that nothing will come.
    """

    def __init__(self, shared: bool) -> None:
        self._shared = shared
        self.segment = 0
        self._seen: dict[int, float] = {}
        self.changed = 0
        self._changes: dict[int, int] = {}

    def copy(self) -> "_Place":
        """The same place, to go on from."""
        other = _Place(self._shared)
        other.segment, other.changed = self.segment, self.changed
        other._seen, other._changes = dict(self._seen), dict(self._changes)
        return other

    def new_segments(self, connection: Connection) -> tuple[dict[int, _Fresh], set[int]]:
        """The fresh segments, by run, that were not there before.

        And the runs that may have had others, which compaction has merged already.
        """
        rows = raw_rows(
            connection,
            select(_segments.id, _segments.run, _segments.level, _segments.count)
            .where(_segments.id > self.segment)
            .order_by(_segments.id)
            .limit(_MOST_SEGMENTS),
        )
        ids = {row[0] for row in rows}
        found: dict[int, _Fresh] = {}
        merged: set[int] = set()
        for number, run, level, count in rows:
            if level != FRESH:
                merged.add(run)
            elif number not in self._seen:
                segments, points = found.get(run) or ([], 0)
                segments.append(number)
                found[run] = _Fresh(segments, points + count)
        known = ids | self._seen.keys()
        # Without a gap, what was merged is what was seen before.
        if not known or max(known) - self.segment <= len(known):
            merged = set()
        self._advance(sorted(ids), connection)
        return dict(sorted(found.items())), merged

    def _advance(self, ids: Sequence[int], connection: Connection) -> None:
        if not self._shared:
            # The ids of a SQLite table begin again lower where its last rows were deleted.
            last = ids[-1] if ids else (_last_segment(connection) or 0)
            self.segment = last
            return
        now = time.monotonic()
        for number in ids:
            self._seen.setdefault(number, now)
        full = len(ids) == _MOST_SEGMENTS
        for number in sorted(self._seen):
            old = now - self._seen[number] > GAP_PATIENCE
            if number != self.segment + 1 and not (old or full):
                break
            self.segment = number
            del self._seen[number]

    def new_changes(self, connection: Connection) -> set[int]:
        """The runs that were changed, or have another time of their last change than before."""
        rows = raw_rows(
            connection,
            select(run_activity.c.run, run_activity.c.changed).where(
                run_activity.c.changed > self.changed - CLOCKS_DIFFER
            ),
        )
        before, self._changes = self._changes, dict(rows)
        self.changed = max((self.changed, *self._changes.values()))
        return {run for run, changed in self._changes.items() if before.get(run) != changed}


class _Feed(ChangeFeed):
    def __init__(self, changes: SqlChanges, shared: bool) -> None:
        self._changes = changes
        self.place = _Place(shared)

    def begin(self, connection: Connection) -> None:
        """Take note of what is there."""
        self.place.segment = _last_segment(connection) or 0
        newest = select(func.max(run_activity.c.changed))
        self.place.changed = connection.execute(newest).scalar() or 0
        self.place.new_changes(connection)

    @property
    def position(self) -> str:  # type: ignore[override]
        return f"{self.place.segment}-{self.place.changed}"

    async def look(self, wanted: Wanted) -> list[RunChange]:
        return await self._changes.look(self, wanted)


def _last_segment(connection: Connection) -> int | None:
    last: int | None = connection.execute(select(func.max(_segments.id))).scalar()
    return last


def _parse(position: str) -> tuple[int, int] | None:
    segment, _, changed = position.partition("-")
    if not (segment.isdecimal() and changed.isdecimal() and len(position) <= 40):
        return None
    return int(segment), int(changed)


def _metrics(points: Points, names: dict[int, str]) -> list[Metric]:
    """Points as metrics, by key, step, time and value, NaN counting as 0; each once."""
    values = (points.values + 0.0).tolist()
    columns = zip(
        points.keys.tolist(), points.steps.tolist(), points.times.tolist(), values, strict=True
    )
    rows = sorted(
        ((names[key], step, timestamp, value) for key, step, timestamp, value in columns),
        key=lambda row: (*row[:3], 0.0 if row[3] != row[3] else row[3]),
    )
    return [Metric(key, value, timestamp, step) for key, step, timestamp, value in rows]
