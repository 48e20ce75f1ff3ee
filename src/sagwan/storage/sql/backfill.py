"""Backfills: filling a new column of a large table beside running servers.

Rows are changed in the order of the primary key, in short transactions with pauses between them;
how far it came is in the table `backfills`, in the same transactions. So it can be interrupted at
any point, and goes on from there.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Dialect,
    MetaData,
    String,
    Table,
    TableClause,
    Update,
    and_,
    column,
    delete,
    func,
    insert,
    literal_column,
    select,
    table,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError

from sagwan.storage.sql.database import Database
from sagwan.storage.sql.dialects.base import Dialect as SqlDialect

Progress = Callable[[int, int], None]

# How long a batch is to take, in seconds: servers may have to wait as long. The pause after it
# leaves them as much time again.
BATCH_TIME = 0.1
LEAST, MOST = 50, 20_000
START = 500
ATTEMPTS = 10
BEGINNING = -(2**63)

progress_table = Table(
    "backfills",
    MetaData(),
    Column("revision", String(32), primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("done", BigInteger, nullable=False),
    mysql_engine="InnoDB",
)


@dataclass(frozen=True)
class Backfill:
    """What to set in which rows.

    `values` are SQL expressions by column; `todo` is the SQL condition of a row that lacks them.
    `key` is the first column of the primary key, an integer. Each is plain SQL that every
    database understands.
    """

    table: str
    values: Mapping[str, str]
    todo: str
    key: str = "id"

    @property
    def rows(self) -> TableClause:
        """The table, with the columns that matter here."""
        return table(self.table, column(self.key), *(column(name) for name in self.values))

    def statement(self, first: int, last: int) -> Update:
        """Sets the values in the rows whose key is above `first` and at most `last`."""
        rows = self.rows
        return (
            update(rows)
            .values({name: literal_column(value) for name, value in self.values.items()})
            .where(and_(rows.c[self.key] > first, rows.c[self.key] <= last, text(self.todo)))
        )

    def fill(self, connection: Connection, dialect: SqlDialect, first: int, last: int) -> None:
        """Set the values in the rows whose key is above `first` and at most `last`."""
        connection.execute(self.statement(first, last))

    def finish(self, connection: Connection, dialect: SqlDialect) -> None:
        """What is to be done once all rows have their values."""
        return

    def as_sql(self, dialect: Dialect) -> str:
        """One batch, as SQL."""
        compiled = self.statement(0, START).compile(
            dialect=dialect, compile_kwargs={"literal_binds": True}
        )
        return f"{compiled};\n"

    def end_of_batch(self, connection: Connection, first: int, last: int, size: int) -> int | None:
        """The last key of the batch of about `size` rows after `first`, at most `last`.

        None where there are no rows.
        """
        key = self.rows.c[self.key]
        among = and_(key > first, key <= last)
        after = select(key).where(among).order_by(key)
        end = connection.execute(after.offset(size - 1).limit(1)).scalar()
        if end is None:
            end = connection.execute(select(func.max(key)).where(among)).scalar()
        return None if end is None else int(end)

    def last(self, connection: Connection) -> int:
        """The last key."""
        found = connection.execute(select(func.max(self.rows.c[self.key]))).scalar()
        return BEGINNING if found is None else int(found)

    def count(self, connection: Connection) -> int:
        """The rows of the table."""
        return int(connection.execute(select(func.count()).select_from(self.rows)).scalar_one())

    def remaining(self, connection: Connection) -> bool:
        """Whether a row lacks the values."""
        rows = select(self.rows.c[self.key]).where(text(self.todo)).limit(1)
        return connection.execute(rows).first() is not None


class Filler:
    """Runs one backfill to its end."""

    def __init__(self, database: Database, revision: str, backfill: Backfill) -> None:
        self._database = database
        self._revision = revision
        self._backfill = backfill
        self._size = START
        # Where a pass ends: servers that go on adding rows would have it run for ever.
        self._last = BEGINNING

    def run(self, progress: Progress) -> None:
        """Fill what is not filled yet. `progress` is told rows that are done, and all of them."""
        with self._database.engine.connect() as connection:
            with connection.begin():
                progress_table.create(connection, checkfirst=True)
                total = self._backfill.count(connection)
                self._last = self._backfill.last(connection)
                position, done = _position(connection, self._revision)
            self._pass(connection, position, done, total, progress)
            # Servers may have added rows behind it; what they add later, the next version has to
            # take as it is.
            with connection.begin():
                left = self._backfill.remaining(connection)
                self._last = self._backfill.last(connection)
                if left:
                    _remember(connection, self._revision, BEGINNING, 0)
            if left:
                self._pass(connection, BEGINNING, 0, total, lambda done, total: None)
            with connection.begin():
                self._backfill.finish(connection, self._database.dialect)
            progress(total, total)

    def _pass(
        self, connection: Connection, position: int, done: int, total: int, progress: Progress
    ) -> None:
        progress(min(done, total), total)
        while True:
            started = time.monotonic()
            end, moved = self._attempt(connection, position, done)
            if end is None:
                return
            spent = time.monotonic() - started
            position, done = end, done + moved
            progress(min(done, total), total)
            self._adapt(spent)
            time.sleep(min(spent, BATCH_TIME))

    def _attempt(self, connection: Connection, position: int, done: int) -> tuple[int | None, int]:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with connection.begin():
                    return self._batch(connection, position, done)
            except DBAPIError as error:
                dialect = self._database.dialect
                passing = dialect.conflict(error) or dialect.unavailable(error) is not None
                if not passing or attempt == ATTEMPTS:
                    raise
                if connection.invalidated:
                    connection.rollback()
                self._size = max(LEAST, self._size // 2)
                time.sleep(0.1 * attempt)
        raise AssertionError("unreachable")

    def _batch(self, connection: Connection, position: int, done: int) -> tuple[int | None, int]:
        end = self._backfill.end_of_batch(connection, position, self._last, self._size)
        if end is None:
            return None, 0
        key = self._backfill.rows.c[self._backfill.key]
        rows = select(func.count()).where(key > position, key <= end)
        moved = int(connection.execute(rows).scalar_one())
        self._backfill.fill(connection, self._database.dialect, position, end)
        _remember(connection, self._revision, end, done + moved)
        return end, moved

    def _adapt(self, spent: float) -> None:
        if spent < BATCH_TIME / 2:
            self._size = min(MOST, self._size * 2)
        elif spent > BATCH_TIME * 2:
            self._size = max(LEAST, self._size // 2)


def _position(connection: Connection, revision: str) -> tuple[int, int]:
    found = connection.execute(
        select(progress_table.c.position, progress_table.c.done).where(
            progress_table.c.revision == revision
        )
    ).first()
    return (BEGINNING, 0) if found is None else (int(found[0]), int(found[1]))


def _remember(connection: Connection, revision: str, position: int, done: int) -> None:
    connection.execute(delete(progress_table).where(progress_table.c.revision == revision))
    connection.execute(
        insert(progress_table), {"revision": revision, "position": position, "done": done}
    )


def forget(connection: Connection) -> None:
    """Drop the table of positions, once all backfills of an upgrade are done."""
    progress_table.drop(connection, checkfirst=True)
