"""The extremes of metrics, told from their segments: for rows that were written without them."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy import Dialect as SqlalchemyDialect

from sagwan.entities import RunStatus
from sagwan.storage.segments import Points, decode_all
from sagwan.storage.sql.backfill import Backfill
from sagwan.storage.sql.dialects.base import Dialect
from sagwan.storage.sql.segment_reads import Replaced
from sagwan.storage.sql.tables import latest_metrics, metric_segments, runs

# So many points are decoded at a time.
_TOGETHER = 500_000
_ATTEMPTS = 20

_segments = metric_segments.c
_latest = latest_metrics.c

_set = (
    update(latest_metrics)
    .where(_latest.run == bindparam("of_run"), _latest.key == bindparam("of_key"))
    .values(
        least=bindparam("new_least"),
        least_step=bindparam("new_least_step"),
        greatest=bindparam("new_greatest"),
        greatest_step=bindparam("new_greatest_step"),
    )
)


class Extremes(NamedTuple):
    """The least and the greatest of some points, with the first steps that have them.

    As `sagwan.domain.metrics.extremes` defines them.
    """

    least: float | None
    least_step: int
    greatest: float | None
    greatest_step: int

    def joined(self, other: "Extremes") -> "Extremes":
        """Those of both sets of points."""
        if self.least is None or self.greatest is None:
            return other
        if other.least is None or other.greatest is None:
            return self
        least = min((self.least, self.least_step), (other.least, other.least_step))
        greatest = min((-self.greatest, self.greatest_step), (-other.greatest, other.greatest_step))
        return Extremes(*least, -greatest[0] + 0.0, greatest[1])


NONE = Extremes(None, 0, None, 0)


def by_key(points: Points) -> dict[int, Extremes]:
    """The extremes of each key; of one that has only NaN they are `NONE`."""
    found = dict.fromkeys(np.unique(points.keys).tolist(), NONE)
    points = points.select(~np.isnan(points.values))
    if not len(points):
        return found
    values = points.values + 0.0
    least = np.lexsort((points.steps, values, points.keys))
    greatest = np.lexsort((points.steps, -values, points.keys))
    keys = points.keys[least]
    starts = np.flatnonzero(np.diff(keys, prepend=keys[0] - 1))
    columns = (
        values[least[starts]],
        points.steps[least[starts]],
        values[greatest[starts]],
        points.steps[greatest[starts]],
    )
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return found | {
        key: Extremes(*row) for key, row in zip(keys[starts].tolist(), rows, strict=True)
    }


class ExtremesBackfill(Backfill):
    """Fills in the extremes of all latest metrics, run after run."""

    def as_sql(self, dialect: SqlalchemyDialect) -> str:
        return "-- The extremes are worked out from the points; no SQL does that.\n"

    def fill(self, connection: Connection, dialect: Dialect, first: int, last: int) -> None:
        rows = connection.execute(
            select(_latest.run, _latest.key).where(
                _latest.run > first, _latest.run <= last, _latest.least_step.is_(None)
            )
        ).all()
        wanted: dict[int, set[int]] = {}
        for run, key in rows:
            wanted.setdefault(run, set()).add(key)
        _fill(connection, dialect, wanted)

    def finish(self, connection: Connection, dialect: Dialect) -> None:
        """Look again at what running runs logged meanwhile, over servers that know no extremes."""
        active = select(_latest.run, _latest.key).join_from(
            latest_metrics, runs, runs.c.id == _latest.run
        )
        wanted: dict[int, set[int]] = {}
        for run, key in connection.execute(active.where(runs.c.status == RunStatus.RUNNING.value)):
            wanted.setdefault(run, set()).add(key)
        _fill(connection, dialect, wanted)


def _fill(connection: Connection, dialect: Dialect, wanted: dict[int, set[int]]) -> None:
    """Set the extremes of these keys of runs, from all of their points."""
    found: dict[tuple[int, int], Extremes] = {}
    numbers = sorted(wanted)
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            found = dict(_read(connection, dialect, numbers))
            break
        except Replaced:
            if attempt == _ATTEMPTS:
                raise
    changes = [
        dict(zip(("of_run", "of_key", *_NAMES), (run, key, *extremes), strict=True))
        for run in numbers
        for key in sorted(wanted[run])
        for extremes in [found.get((run, key), NONE)]
    ]
    if changes:
        connection.execute(_set, changes)


_NAMES = [f"new_{name}" for name in Extremes._fields]


def _read(
    connection: Connection, dialect: Dialect, numbers: Sequence[int]
) -> Iterator[tuple[tuple[int, int], Extremes]]:
    """The extremes of all keys of runs. Raises Replaced where a merge came in between."""
    if not numbers:
        return iter(())
    listed = connection.execute(
        select(_segments.id, _segments.count.label("size"))
        .where(dialect.in_integers(_segments.run, numbers))
        .order_by(_segments.run, _segments.id)
    ).all()
    found: dict[tuple[int, int], Extremes] = {}
    together: list[int] = []
    points = 0
    for number, size in listed:
        if together and points + size > _TOGETHER:
            _join(connection, dialect, together, found)
            together, points = [], 0
        together.append(number)
        points += size
    _join(connection, dialect, together, found)
    return iter(found.items())


def _join(
    connection: Connection,
    dialect: Dialect,
    ids: Sequence[int],
    found: dict[tuple[int, int], Extremes],
) -> None:
    if not ids:
        return
    rows = connection.execute(
        select(_segments.run, _segments.key, _segments.encoding, _segments.data).where(
            dialect.in_integers(_segments.id, ids)
        )
    ).all()
    if len(rows) < len(ids):
        raise Replaced
    by_run: dict[int, list[tuple[int, int, bytes]]] = {}
    for run, key, encoding, data in rows:
        by_run.setdefault(run, []).append((key, encoding, data))
    for run, stored in by_run.items():
        for key, extremes in by_key(decode_all(stored)).items():
            place = (run, key)
            found[place] = extremes.joined(found.get(place, NONE))
