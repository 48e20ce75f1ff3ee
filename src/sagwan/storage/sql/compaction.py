"""Background compaction: finds the runs that have something to merge, and merges it.

Under load it works a tenth of the time, so that it takes little from the requests; when nothing
new comes it catches up. A run that went quiet has its leftovers merged, too; one that has ended is
merged as far as possible, since it won't grow.

Where several processes share a database, each of them compacts. The one that merges a run locks
the run's row, and the others pass it by.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import Connection, distinct, func, literal_column, or_, select
from sqlalchemy.exc import SQLAlchemyError

from sagwan.entities import RunStatus
from sagwan.errors import Overloaded, SagwanError, Unavailable
from sagwan.storage.sql.database import Database, Readers
from sagwan.storage.sql.dialects.base import Dialect
from sagwan.storage.sql.merging import (
    FRESH,
    FULL,
    CompactionReport,
    Merge,
    Outrun,
    apply,
    plan,
)
from sagwan.storage.sql.tables import MIXED, metric_segments, runs
from sagwan.storage.sql.writer import Writer

_log = logging.getLogger(__name__)

_columns = metric_segments.c

_ENDED = [status.value for status in (RunStatus.FINISHED, RunStatus.FAILED, RunStatus.KILLED)]

_MOST_LONE = 10_000


@dataclass(frozen=True, slots=True)
class CompactionSettings:
    """When a run's fresh segments are merged: enough segments, enough points, or enough quiet.

    Fresh segments are read fast enough that there is no hurry while a run goes on.
    Times are in seconds. Of each `interval`, compaction takes the share `busy` while segments
    come in, and `quiet` otherwise. A quiet run with one fresh segment of fewer than `lone` points
    is left as it is: merging it alone would gain nothing. Every `whole` seconds all runs are looked
    at: what other processes commit may become visible in another order than the ids have.
    """

    segments: int = 256
    points: int = 131_072
    idle: float = 5.0
    interval: float = 1.0
    busy: float = 0.1
    quiet: float = 0.5
    lone: int = 128
    whole: float = 600.0


@dataclass(slots=True)
class _Watched:
    """A run with fresh segments. The numbers are hints, from what was seen since the start."""

    segments: int
    points: int
    since: float


class Compactor:
    """Compacts a database's metric segments."""

    def __init__(
        self,
        database: Database,
        readers: Readers,
        writer: Writer,
        settings: CompactionSettings | None = None,
        clock: Callable[[], float] = time.monotonic,
        tidy: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """`tidy` is called when merges have freed space in the database and all is quiet."""
        self._dialect = database.dialect
        self._readers = readers
        self._writer = writer
        self._merger: Readers | None = None
        if self._dialect.shared:
            self._merger = Readers(database, count=1, engine=database.engine)
        self._settings = settings or CompactionSettings()
        self._clock = clock
        self._watched: dict[int, _Watched] = {}
        # Runs with one small segment, kept so that it is remembered when the next one comes.
        self._lone: dict[int, _Watched] = {}
        self._broken: set[int] = set()
        self._seen: int | None = None
        self._whole_at = 0.0
        self._grew = False
        self._tidy = tidy
        self._untidy = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Compact in the background, in the running event loop."""
        self._task = asyncio.create_task(self._run(), name="sagwan-compaction")

    async def stop(self) -> None:
        """Stop; a merge that is under way is finished or has no effect."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def close(self) -> None:
        """Stop for good."""
        await self.stop()
        if self._merger is not None:
            self._merger.close()

    async def _run(self) -> None:
        settings = self._settings
        spent, share = 0.0, settings.busy
        while True:
            # A merge that takes longer than its share is made up for.
            await asyncio.sleep(max(settings.interval, spent / share) - spent)
            begun = self._clock()
            try:
                await self.run_once(settings.interval * share)
            except (Unavailable, Overloaded):
                self._grew = True
            except Exception:
                # Points are safe and readable as they are.
                _log.exception("Compaction of metrics failed and will be tried again.")
                self._grew = True
            spent = self._clock() - begun
            share = settings.busy if self._grew or not self._watched else settings.quiet

    async def run_once(self, budget: float | None = None) -> CompactionReport:
        """Merge what is due, for about `budget` seconds; all that is due where it is None.

        Raises Unavailable and Overloaded; what was merged until then stays merged.
        """
        begun = self._clock()
        await self._look(begun)
        quiet = {
            run
            for run, watched in self._watched.items()
            if begun - watched.since >= self._settings.idle
        }
        ended = await self._ended(quiet)
        total = CompactionReport()
        for run, watched in list(self._watched.items()):
            while self._due(watched) or run in quiet:
                if budget is not None and self._clock() - begun >= budget:
                    return total
                if not await self._advance(run, watched, run in quiet, run in ended, total):
                    break
        if not self._watched and not self._grew:
            await self._tidy_up()
        return total

    def _due(self, watched: _Watched) -> bool:
        settings = self._settings
        return watched.segments >= settings.segments or watched.points >= settings.points

    async def _advance(
        self, run: int, watched: _Watched, quiet: bool, ended: bool, total: CompactionReport
    ) -> bool:
        """Do a merge of a run; whether there may be more to do now."""
        lone = watched.segments == 1 and watched.points < self._settings.lone
        if quiet and lone:
            self._set_aside(run)
            return False
        # To the end of the line, so that no run keeps the others waiting.
        self._watched[run] = self._watched.pop(run)
        try:
            merge = await self._merge(run, quiet and ended, total)
        except Outrun:
            merge = None  # another process compacts this run
        except (SagwanError, SQLAlchemyError):
            raise
        except Exception:
            _log.exception("The metrics of run number %d can't be compacted.", run)
            self._broken.add(run)
            merge = None
        if merge is None:
            del self._watched[run]
            return False
        # The merge may have found more than was counted, which won't be counted any more.
        watched.segments = max(0, watched.segments - merge.fresh_segments)
        watched.points = max(0, watched.points - merge.fresh_points)
        return True

    def _set_aside(self, run: int) -> None:
        self._lone[run] = self._watched.pop(run)
        if len(self._lone) > _MOST_LONE:
            del self._lone[next(iter(self._lone))]

    async def _look(self, now: float) -> None:
        """Take note of the segments that were added since the last look.

        At the first look these are all of runs that have several.
        """
        seen = self._seen
        if seen is None or (self._dialect.shared and now >= self._whole_at):
            found, self._seen = await self._readers.call(_fresh_runs)
            found = [each for each in found if each[0] not in self._watched]
            self._whole_at = now + self._settings.whole
        else:
            found, self._seen = await self._readers.call(
                lambda connection: _fresh_runs_since(connection, seen)
            )
        self._grew = bool(found) and seen is not None
        for run, segments, points in found:
            if run in self._broken:
                continue
            watched = self._watched.get(run) or self._lone.pop(run, None)
            if watched is None:
                watched = _Watched(0, 0, now)
            watched.segments += segments
            watched.points += points
            watched.since = now
            self._watched[run] = watched

    async def _ended(self, run_numbers: Collection[int]) -> Collection[int]:
        if not run_numbers:
            return ()
        dialect = self._dialect
        return await self._readers.call(
            lambda connection: _ended_runs(connection, dialect, sorted(run_numbers))
        )

    async def compact_all(
        self, progress: Callable[[CompactionReport], None] | None = None
    ) -> CompactionReport:
        """Merge everything as far as possible; `progress` is told the sums after each merge.

        Raises Unavailable and Overloaded; what was merged until then stays merged.
        """
        total = CompactionReport()
        for run in await self._readers.call(_untidy_runs):
            merged = True
            while merged:
                with suppress(Outrun):  # another process did that; there may be more
                    merged = await self._merge(run, True, total) is not None
                if merged and progress is not None:
                    progress(total)
        await self._tidy_up()
        return total

    async def _tidy_up(self) -> None:
        if self._untidy and self._tidy is not None:
            await self._tidy()
        self._untidy = False

    async def _merge(self, run: int, eager: bool, total: CompactionReport) -> Merge | None:
        """Do the next merge of a run, if there is one; None also where another process is at it."""
        dialect = self._dialect
        if self._merger is not None:
            merge = await self._merger.call(
                lambda connection: _merge_locked(connection, dialect, run, eager)
            )
        else:
            merge = await self._readers.call(
                lambda connection: plan(connection, dialect, run, eager)
            )
            if merge is not None:
                ready = merge
                await self._writer.call(lambda connection: apply(connection, dialect, ready))
        if merge is not None:
            total.add(merge.report)
            self._untidy = True
        return merge


def _merge_locked(connection: Connection, dialect: Dialect, run: int, eager: bool) -> Merge | None:
    """Plan and do a merge in one transaction, unless another process has the run."""
    mine = connection.execute(
        select(runs.c.id).where(runs.c.id == run).with_for_update(skip_locked=True)
    )
    if mine.scalar() is None:
        return None
    merge = plan(connection, dialect, run, eager)
    if merge is not None:
        apply(connection, dialect, merge)
    return merge


def _fresh_runs(connection: Connection) -> tuple[list[tuple[int, int, int]], int]:
    """The runs with several fresh segments, how many, and the last id; points aren't counted."""
    # All that this asks for is in an index.
    rows = connection.execute(
        select(_columns.run, func.count())
        .where(_columns.key == MIXED, _columns.level == FRESH)
        .group_by(_columns.run)
        .having(func.count() > 1)
    )
    found = [(run, segments, 0) for run, segments in rows]
    return found, connection.execute(select(func.max(_columns.id))).scalar() or 0


def _fresh_runs_since(connection: Connection, seen: int) -> tuple[list[tuple[int, int, int]], int]:
    """The runs with fresh segments after an id, their segments and points, and the last id."""
    # An expression, since for the column itself SQLite goes through the whole index by run.
    run_number = _columns.run + literal_column("0")
    rows = connection.execute(
        select(run_number, func.count(), func.sum(_columns.count), func.max(_columns.id))
        .where(_columns.id > seen, _columns.level == FRESH)
        .group_by(run_number)
    ).all()
    found = [(run, segments, int(points)) for run, segments, points, _ in rows]
    return found, max((row[3] for row in rows), default=seen)


def _ended_runs(connection: Connection, dialect: Dialect, run_numbers: Sequence[int]) -> set[int]:
    rows = connection.execute(
        select(runs.c.id).where(
            dialect.in_integers(runs.c.id, run_numbers), runs.c.status.in_(_ENDED)
        )
    )
    return {run for (run,) in rows}


def _untidy_runs(connection: Connection) -> list[int]:
    """The runs in which an eager plan may find something to merge."""
    several = func.count() > func.count(distinct(_columns.key))
    rows = connection.execute(
        select(_columns.run)
        .where(_columns.level != FULL)
        .group_by(_columns.run)
        .having(or_(func.min(_columns.level) == FRESH, several))
        .order_by(_columns.run)
    )
    return [run for (run,) in rows]
