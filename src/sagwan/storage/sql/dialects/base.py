"""What differs between databases: each has one file beside this one.

Methods with a body are the portable version; a database overrides them where it is faster.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    URL,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Insert,
    Select,
    Table,
    TextClause,
    and_,
    case,
    func,
    or_,
    tuple_,
)
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from sagwan.errors import InvalidParameter
from sagwan.storage.sql.prepared import Bulk, Prepared, PreparedBulk
from sagwan.storage.sql.tables import Extreme

Rows = Iterable[tuple[Any, ...]]
Columns = ReadOnlyColumnCollection[str, Any]


class MetricsAtOnce(ABC):
    """Logs metrics to runs whose numbers are known."""

    @abstractmethod
    def write(
        self, connection: Connection, runs: Sequence[int], segments: Rows, latest: Rows
    ) -> bool:
        """Write the rows, in a transaction of its own, if all `runs` are active ones.

        False where they are not: then nothing is written. `connection` is in no transaction; after
        an error it can't be used any more.
        """


@dataclass(frozen=True, slots=True)
class ListOf:
    """An aggregate that gives a list, and what reads the list from what the driver gives."""

    column: ColumnElement[Any]
    decode: Callable[[Any], list[Any]]


class Dialect(ABC):
    """The statements and settings that a database has in a form of its own."""

    name: str
    # Whether several server processes, on several machines, may write to one database.
    shared = True
    # How long writes wait, in seconds, for a database that is gone: a restart or a failover.
    patience = 20.0
    # Whether a search had better begin with a metric that its filter compares than with the runs.
    begins_with_metrics = False
    # Whether an index has the latest metrics of a key in the order of their runs.
    latest_by_run = True
    # Whether a change of the schema is part of its transaction, and undone with it.
    atomic = False
    # Statements, outside of transactions, that bring a quiet database to its smallest form.
    settling: Sequence[str] = ()

    def complete(self, url: URL) -> URL:
        """The URL with the driver that is used. Raises InvalidParameter where it is missing."""
        return url

    @abstractmethod
    def create_engine(self, url: URL) -> Engine:
        """An engine for writes: transactions see what other ones committed (READ COMMITTED)."""

    @abstractmethod
    def create_read_engine(self, url: URL) -> Engine:
        """An engine for reads only: a transaction sees one state of the database."""

    @abstractmethod
    def only_one(self, connection: Connection) -> None:
        """Make others that call this wait until the transaction ends.

        For what must not be done twice at a time, such as creating the schema.
        """

    @abstractmethod
    def insert_missing(self, table: Table) -> Insert:
        """An insert that skips rows whose unique key is there."""

    @abstractmethod
    def upsert(
        self,
        table: Table,
        update: Sequence[str],
        newer: Sequence[str] = (),
        extremes: Sequence[Extreme] = (),
    ) -> Insert | TextClause:
        """An insert that, where the primary key is there, sets the columns `update` instead.

        All columns of the table are given.

        With `newer`, only where the new values of those columns, in order, are greater; `update`
        holds them and has them in the same order. With `extremes`, those columns change by
        themselves: see `better`.
        """

    def bulk(
        self,
        table: Table,
        names: Sequence[str],
        update: Sequence[str] = (),
        newer: Sequence[str] = (),
        extremes: Sequence[Extreme] = (),
    ) -> Bulk:
        """An insert of many rows, or an `upsert` where `update` is given.

        Rows are tuples in the order of `names`, no two of them with one primary key.
        """
        statement = self.upsert(table, update, newer, extremes) if update else table.insert()
        return PreparedBulk(statement, names)

    def metrics_at_once(self) -> MetricsAtOnce | None:
        """What logs metrics in fewer steps than `bulk`, where there is such a thing."""
        return None

    @abstractmethod
    def listed(self, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
        """Whether the column is one of the values in the one parameter `name`.

        For statements that are prepared; `pack` makes the parameter.
        """

    @abstractmethod
    def pack(self, values: Sequence[int] | Sequence[str]) -> object:
        """A parameter for `listed`."""

    @abstractmethod
    def in_integers(self, column: ColumnElement[int], values: Sequence[int]) -> ColumnElement[bool]:
        """Whether the column is one of `values`, of which there may be 100,000."""

    @abstractmethod
    def in_texts(self, column: ColumnElement[str], values: Sequence[str]) -> ColumnElement[bool]:
        """Whether the column is one of `values`, of which there may be 100,000."""

    def exact(self, column: ColumnElement[str]) -> ColumnElement[str]:
        """The text, compared and ordered by code points; columns of ours do so by their type."""
        return column if isinstance(column, Column) else self.collate(column)

    def collate(self, text: ColumnElement[str]) -> ColumnElement[str]:
        """An expression as a text that compares by code points."""
        return text

    @abstractmethod
    def like(
        self, column: ColumnElement[str], pattern: str, ignore_case: bool
    ) -> ColumnElement[bool]:
        """Whether the column matches the pattern, as `sagwan.domain.search.like` defines it."""

    def list_of(self, column: ColumnElement[Any]) -> "ListOf | None":
        """The values of a group's rows in a column as one list, if that is faster than rows.

        All such lists of one statement have the rows in the same order.
        """
        return None

    def for_each(self, table: Table, query: Select[Any]) -> Select[Any]:
        """The rows of a query that compares with `table`, found by a look for each row of that.

        For what most of those have little of, which no statistics tell a planner.
        """
        return query

    def size(self, column: ColumnElement[Any]) -> ColumnElement[int]:
        """The bytes of a column of bytes, or about those of a text."""
        return func.length(column, type_=BigInteger)

    def free_space(self, connection: Connection) -> int | None:
        """The bytes that are free in the database's file, None where nobody knows exactly."""
        return None

    def shrink(self, connection: Connection) -> bool:
        """Give a little of the space that deletions freed back; whether there is more to give."""
        return False

    def fetch_each(
        self, connection: Connection, queries: Sequence[tuple[Prepared, tuple[Any, ...]]]
    ) -> Iterator[Sequence[tuple[Any, ...]]]:
        """The rows of each of the queries, a statement with its parameters.

        The database may work on one while the rows of another are used; nothing else may be run on
        the connection until the last.
        """
        for statement, parameters in queries:
            yield statement.rows(connection, parameters)

    def pipeline(self, connection: Connection) -> AbstractContextManager[object]:
        """Within it, statements that give no rows may wait for their results together.

        Up to a commit within it; an error may be raised by a later statement, by the commit or at
        the end, as one of SQLAlchemy's.
        """
        return nullcontext()

    @abstractmethod
    def take_lock(self, connection: Connection, name: str) -> bool:
        """Take the lock `name` of this database, which ends with the connection, if it is free."""

    def wait_for_locks(self, connection: Connection, seconds: int) -> None:
        """Let statements of the transaction wait no longer than that for what others hold."""
        return

    def lock_timed_out(self, error: DBAPIError) -> bool:
        """Whether a statement waited too long for what others hold."""
        return False

    def last_number(self, connection: Connection, table: str) -> int | None:
        """The last id that was given to a row of the table, if the database remembers it."""
        return None

    def continue_numbers(self, connection: Connection, table: str, last: int) -> None:
        """Give the next row of the table an id above `last`.

        Nothing to do where an insert with an id moves the number by itself.
        """
        return

    @abstractmethod
    def unavailable(self, error: DBAPIError) -> str | None:
        """Why the database takes no writes at this moment, if that is what the error means."""

    def conflict(self, error: DBAPIError) -> bool:
        """Whether the transaction lost against another one and may be tried again as it is."""
        return isinstance(error, IntegrityError)


def better(extreme: Extreme, new: Columns, old: Columns) -> ColumnElement[bool]:
    """Whether a new row has a better extreme, or the same one earlier.

    Never where the old one is of points that were not all looked at: its place is null.
    """
    value, place = new[extreme.value], new[extreme.place]
    beyond = value > old[extreme.value] if extreme.greatest else value < old[extreme.value]
    earlier = and_(value == old[extreme.value], place < old[extreme.place])
    return and_(old[extreme.place].is_not(None), or_(old[extreme.value].is_(None), beyond, earlier))


def conflict_update(
    new: Columns,
    table: Table,
    update: Sequence[str],
    newer: Sequence[str],
    extremes: Sequence[Extreme],
) -> tuple[dict[str, ColumnElement[Any]], ColumnElement[bool] | None]:
    """What ON CONFLICT sets, and where, for an `upsert` with these arguments."""
    old = table.c
    if not newer:
        return {name: new[name] for name in update}, None
    later = tuple_(*(new[name] for name in newer)) > tuple_(*(old[name] for name in newer))
    if not extremes:
        return {name: new[name] for name in update}, later
    changes: dict[str, ColumnElement[Any]] = {
        name: case((later, new[name]), else_=old[name]) for name in update
    }
    for extreme in extremes:
        for name in (extreme.value, extreme.place):
            changes[name] = case((better(extreme, new, old), new[name]), else_=old[name])
    # A row that stays as it is need not be written.
    return changes, or_(later, *(better(extreme, new, old) for extreme in extremes))


def missing_driver(database: str, extra: str) -> InvalidParameter:
    """What to do where a database's driver is not installed."""
    return InvalidParameter(
        f"The driver for {database} is not installed. Install it with"
        f" pip install 'sagwan[{extra}]', or name an installed one in the URI"
        f" ({extra}+driver://…)."
    )
