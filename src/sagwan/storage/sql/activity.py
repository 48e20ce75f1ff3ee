"""When runs were last written to, noted in the transaction that writes to them.

What changed in a run other than its metrics is noted each time, so that other processes see it
(`changes.py`). Metrics leave segments, whose ids tell that; they only move the time when the run
was last heard of, and that every `ACTIVITY_EVERY` milliseconds: logging stays as cheap as it is.
"""

from collections.abc import Callable, Iterable

from sqlalchemy import Connection, func, select

from sagwan.domain.runs import ACTIVITY_EVERY
from sagwan.storage.sql.dialects.base import Dialect
from sagwan.storage.sql.tables import run_activity

# So many runs are remembered: some 2 MB.
_REMEMBERED = 20_000

_COLUMNS = ("run", "active", "changed")


class Activity:
    """What a writer's transaction touches. Only the writer's thread uses it."""

    def __init__(self, dialect: Dialect, clock: Callable[[], int]) -> None:
        """`clock` tells Unix milliseconds."""
        self._clock = clock
        self._last: int | None = None
        # When the activity of runs was noted last, by this process.
        self._noted: dict[int, int] = {}
        self._noting: dict[int, int] = {}
        self._due: set[int] = set()
        self._changed: set[int] = set()
        self._note_active = dialect.bulk(run_activity, _COLUMNS, update=["active"])
        self._note_changed = dialect.bulk(run_activity, _COLUMNS, update=["active", "changed"])

    def begin(self) -> None:
        """A transaction begins: nothing is touched."""
        self._due = set()
        self._changed = set()
        self._noting = {}

    def logged(self, runs: Iterable[int]) -> None:
        """Metrics of runs were logged."""
        before = self._clock() - ACTIVITY_EVERY
        noted = self._noted
        self._due.update([run for run in runs if noted.get(run, before) <= before])

    def changed(self, run: int) -> None:
        """Something else of a run was written."""
        self._changed.add(run)

    def is_due(self, runs: Iterable[int]) -> bool:
        """Whether metrics of one of these runs are to be noted."""
        before = self._clock() - ACTIVITY_EVERY
        noted = self._noted
        return any(noted.get(run, before) <= before for run in runs)

    def write(self, connection: Connection) -> None:
        """Note what was touched."""
        changed = self._changed
        if not changed and not self._due:
            return
        now = self._clock()
        due = sorted(self._due - changed)
        self._note_active.execute(connection, ((run, now, 0) for run in due))
        if changed:
            # No two transactions of a process have the same: a change can't hide behind another.
            # Nor does it behind those of before, where the clock was set back.
            if self._last is None:
                newest = connection.execute(select(func.max(run_activity.c.changed)))
                self._last = newest.scalar() or 0
            self._last = max(now, self._last + 1)
            rows = ((run, now, self._last) for run in sorted(changed))
            self._note_changed.execute(connection, rows)
        self._noting = dict.fromkeys((*due, *changed), now)

    def committed(self) -> None:
        """What was written last is durable."""
        if len(self._noted) > _REMEMBERED:
            self._noted.clear()
        self._noted |= self._noting
        self._noting = {}
