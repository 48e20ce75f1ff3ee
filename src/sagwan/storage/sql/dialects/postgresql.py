"""PostgreSQL: rows go in as arrays, one statement and one round trip a table."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    Engine,
    Insert,
    Select,
    Table,
    any_,
    bindparam,
    cast,
    create_engine,
    event,
    func,
    select,
    text,
    true,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError, NoSuchModuleError
from sqlalchemy.pool import NullPool
from sqlalchemy.types import BigInteger, Text

from sagwan.errors import InvalidParameter
from sagwan.storage.sql.dialects import postgresql_errors
from sagwan.storage.sql.dialects.base import Dialect, ListOf, MetricsAtOnce, missing_driver
from sagwan.storage.sql.dialects.letters import bracketed
from sagwan.storage.sql.dialects.postgresql_errors import state, translated
from sagwan.storage.sql.dialects.postgresql_metrics import OneStatement
from sagwan.storage.sql.dialects.postgresql_rows import (
    Pack,
    element,
    insert_rows,
    or_update,
    pack_rows,
    packers,
)
from sagwan.storage.sql.prepared import Bulk, Prepared
from sagwan.storage.sql.tables import Extreme

# What `only_one` locks; any number that others are unlikely to use.
_LOCK = 5_419_002_026

# A machine that lost its power answers nothing, not even that it is gone: without these, a write
# would wait for a quarter of an hour. In seconds, the last one in milliseconds.
_LIMITS = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}

_SPECIAL = ".^$*+?()[]{}|\\"


class PostgreSQL(Dialect):
    """PostgreSQL 13 and newer, and what speaks its protocol and its SQL."""

    name = "postgresql"
    atomic = True
    begins_with_metrics = True
    latest_by_run = False

    def complete(self, url: URL) -> URL:
        if url.drivername == "postgresql":
            driver = next((name for name in ("psycopg", "psycopg2") if find_spec(name)), None)
            if driver is None:
                raise missing_driver("PostgreSQL", "postgresql")
            url = url.set(drivername=f"postgresql+{driver}")
        try:
            kind = url.get_dialect()
            kind.import_dbapi()
        except (ImportError, NoSuchModuleError):
            raise missing_driver("PostgreSQL", "postgresql") from None
        if kind.is_async:
            raise InvalidParameter(
                f"The driver of {url.drivername}:// is an asynchronous one. Use"
                " postgresql+psycopg://."
            )
        return url

    def create_engine(self, url: URL) -> Engine:
        engine = create_engine(
            url,
            poolclass=NullPool,
            isolation_level="READ COMMITTED",
            connect_args=_limits(url),
        )
        # Before SQLAlchemy asks for the version, which it can't read in some encodings.
        event.listen(engine, "connect", _check_encoding, insert=True)
        return engine

    def create_read_engine(self, url: URL) -> Engine:
        return create_engine(
            url,
            poolclass=NullPool,
            isolation_level="REPEATABLE READ",
            connect_args=_limits(url),
            execution_options={"postgresql_readonly": True},
        )

    def only_one(self, connection: Connection) -> None:
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))

    def insert_missing(self, table: Table) -> Insert:
        return postgresql.insert(table).on_conflict_do_nothing()

    def upsert(
        self,
        table: Table,
        update: Sequence[str],
        newer: Sequence[str] = (),
        extremes: Sequence[Extreme] = (),
    ) -> Insert:
        return or_update(postgresql.insert(table), table, update, newer, extremes)

    def bulk(
        self,
        table: Table,
        names: Sequence[str],
        update: Sequence[str] = (),
        newer: Sequence[str] = (),
        extremes: Sequence[Extreme] = (),
    ) -> Bulk:
        statement = insert_rows(table, names)
        if update:
            statement = or_update(statement, table, update, newer, extremes)
        return _Arrays(Prepared(statement, names), packers(table, names))

    def metrics_at_once(self) -> MetricsAtOnce:
        return OneStatement()

    def listed(self, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
        return column == any_(cast(bindparam(name), ARRAY(element(column.type))))

    def pack(self, values: Sequence[int] | Sequence[str]) -> object:
        return list(values)

    def for_each(self, table: Table, query: Select[Any]) -> Select[Any]:
        # The offset keeps the planner from making it a join over all of both tables.
        each = query.offset(0).correlate(table).lateral()
        return select(*each.c).select_from(table).join(each, true())

    def in_integers(self, column: ColumnElement[int], values: Sequence[int]) -> ColumnElement[bool]:
        if len(values) == 1:
            return column == values[0]
        return column == any_(_array(values, BigInteger()))

    def in_texts(self, column: ColumnElement[str], values: Sequence[str]) -> ColumnElement[bool]:
        if len(values) == 1:
            return column == values[0]
        return column == any_(_array(values, Text()))

    def collate(self, text: ColumnElement[str]) -> ColumnElement[str]:
        return text.collate("C")

    def like(
        self, column: ColumnElement[str], pattern: str, ignore_case: bool
    ) -> ColumnElement[bool]:
        exact = self.exact(column)
        if not ignore_case:
            return exact.like(pattern, escape="")
        if pattern.isascii():
            # In the collation C only the case of ASCII letters is known.
            return exact.ilike(pattern, escape="")
        return exact.regexp_match(f"^(?:{bracketed(pattern, '.*', '.', _SPECIAL)})$")

    def list_of(self, column: ColumnElement[Any]) -> ListOf | None:
        return ListOf(func.array_agg(column), _listed)

    def fetch_each(
        self, connection: Connection, queries: Sequence[tuple[Prepared, tuple[Any, ...]]]
    ) -> Iterator[Sequence[tuple[Any, ...]]]:
        driver: Any = connection.connection.driver_connection
        if not hasattr(driver, "pipeline"):
            yield from super().fetch_each(connection, queries)
            return
        bound = [statement.bound(connection, row) for statement, row in queries]
        with translated(connection), driver.pipeline():
            # Numbers in binary: neither side has to make text of them.
            cursors = [driver.cursor(binary=True).execute(*query) for query in bound]
            for cursor in cursors:
                yield cursor.fetchall()

    @contextmanager
    def pipeline(self, connection: Connection) -> Iterator[None]:
        driver: Any = connection.connection.driver_connection
        if not hasattr(driver, "pipeline"):  # psycopg has it, psycopg2 doesn't
            yield
            return
        with translated(connection), driver.pipeline():
            yield

    def take_lock(self, connection: Connection, name: str) -> bool:
        number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
        return bool(connection.execute(select(func.pg_try_advisory_lock(number))).scalar())

    def wait_for_locks(self, connection: Connection, seconds: int) -> None:
        connection.execute(text(f"SET LOCAL lock_timeout = '{seconds}s'"))

    def lock_timed_out(self, error: DBAPIError) -> bool:
        return state(error) == "55P03"

    def last_number(self, connection: Connection, table: str) -> int | None:
        sequence = connection.execute(select(func.pg_get_serial_sequence(table, "id"))).scalar()
        if sequence is None:
            return None
        found = connection.execute(
            text(f"SELECT CASE WHEN is_called THEN last_value END FROM {sequence}")
        )
        number: int | None = found.scalar()
        return number

    def continue_numbers(self, connection: Connection, table: str, last: int) -> None:
        sequence = func.pg_get_serial_sequence(table, "id")
        connection.execute(select(func.setval(sequence, max(last, 1), last > 0)))

    def unavailable(self, error: DBAPIError) -> str | None:
        return postgresql_errors.unavailable(error)

    def conflict(self, error: DBAPIError) -> bool:
        return postgresql_errors.conflict(error)


def _limits(url: URL) -> dict[str, int]:
    """How long the client library waits for a machine that is gone, where the URL doesn't say."""
    if url.get_driver_name() not in ("psycopg", "psycopg2"):
        return {}
    return {name: limit for name, limit in _LIMITS.items() if name not in url.query}


def _listed(array: list[Any] | None) -> list[Any]:
    return array or []  # of no rows there is no array


class _Arrays(Bulk):
    """One statement whose parameters are the columns of all rows."""

    def __init__(self, statement: Prepared, packers: Sequence[Pack]) -> None:
        self._statement = statement
        self._packers = packers

    def execute(self, connection: Connection, rows: Iterable[tuple[Any, ...]]) -> None:
        columns = pack_rows(self._packers, rows)
        if columns:
            self._statement.execute(connection, columns)


def _check_encoding(connection: Any, _: object) -> None:
    """Raise InvalidParameter where the database can't hold every text."""
    # psycopg and psycopg2 name it differently.
    status = getattr(connection, "get_parameter_status", None) or connection.info.parameter_status
    encoding = status("server_encoding")
    if encoding != "UTF8":
        raise InvalidParameter(
            f"The database's encoding is {encoding}; Sagwan needs UTF8. Create a database with"
            " CREATE DATABASE name ENCODING 'UTF8' TEMPLATE template0."
        )


def _array(values: Sequence[Any], kind: Any) -> ColumnElement[Any]:
    return cast(bindparam(None, list(values), unique=True, type_=ARRAY(kind)), ARRAY(kind))
