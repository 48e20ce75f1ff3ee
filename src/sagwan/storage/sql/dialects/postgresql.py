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
    Table,
    any_,
    bindparam,
    cast,
    create_engine,
    event,
    func,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError, NoSuchModuleError
from sqlalchemy.pool import NullPool
from sqlalchemy.types import BigInteger, Integer, LargeBinary, String, Text, TypeEngine

from sagwan.errors import InvalidParameter
from sagwan.storage.sql.dialects.base import Dialect, missing_driver
from sagwan.storage.sql.dialects.letters import bracketed
from sagwan.storage.sql.prepared import Bulk, Prepared

# SQLSTATE classes and codes, from PostgreSQL's list of error codes.
_REASONS = (
    ("08", "it can't be reached"),
    ("57P", "it is shutting down or starting"),
    ("25006", "it is read-only"),
    ("53100", "its disk is full"),
    ("53", "it is short of resources"),
    ("55P03", "a lock was not had in time"),
    ("58", "its machine reported an error"),
)
_CONFLICTS = ("40", "23505")

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

    def upsert(self, table: Table, update: Sequence[str], newer: Sequence[str] = ()) -> Insert:
        return _upsert(postgresql.insert(table), table, update, newer)

    def bulk(
        self,
        table: Table,
        names: Sequence[str],
        update: Sequence[str] = (),
        newer: Sequence[str] = (),
    ) -> Bulk:
        arrays = [cast(bindparam(name), ARRAY(_element(table.c[name].type))) for name in names]
        rows = func.unnest(*arrays).table_valued(*names).render_derived()
        statement = postgresql.insert(table).from_select(
            list(names), select(*(rows.c[name] for name in names))
        )
        if update:
            statement = _upsert(statement, table, update, newer)
        return _Arrays(Prepared(statement, names))

    def listed(self, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
        return column == any_(cast(bindparam(name), ARRAY(_element(column.type))))

    def pack(self, values: Sequence[int] | Sequence[str]) -> object:
        return list(values)

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

    def fetch_each(
        self, connection: Connection, queries: Sequence[tuple[Prepared, tuple[Any, ...]]]
    ) -> Iterator[Sequence[tuple[Any, ...]]]:
        driver: Any = connection.connection.driver_connection
        if not hasattr(driver, "pipeline"):
            yield from super().fetch_each(connection, queries)
            return
        bound = [statement.bound(connection, row) for statement, row in queries]
        with _translated(connection), driver.pipeline():
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
        with _translated(connection), driver.pipeline():
            yield

    def take_lock(self, connection: Connection, name: str) -> bool:
        number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
        return bool(connection.execute(select(func.pg_try_advisory_lock(number))).scalar())

    def wait_for_locks(self, connection: Connection, seconds: int) -> None:
        connection.execute(text(f"SET LOCAL lock_timeout = '{seconds}s'"))

    def lock_timed_out(self, error: DBAPIError) -> bool:
        return _state(error) == "55P03"

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
        state = _state(error)
        for sign, reason in _REASONS:
            if state.startswith(sign):
                return reason
        if error.connection_invalidated or (not state and _is_operational(error)):
            return f"it can't be reached ({' '.join(str(error.orig).split())})"
        return None

    def conflict(self, error: DBAPIError) -> bool:
        return _state(error).startswith(_CONFLICTS)


@contextmanager
def _translated(connection: Connection) -> Iterator[None]:
    """Raise the driver's errors as those that SQLAlchemy would have made of them."""
    errors: Any = connection.dialect.dbapi
    try:
        yield
    except errors.Error as error:
        raise DBAPIError.instance(None, None, error, errors.Error) from error


def _limits(url: URL) -> dict[str, int]:
    """How long the client library waits for a machine that is gone, where the URL doesn't say."""
    if url.get_driver_name() not in ("psycopg", "psycopg2"):
        return {}
    return {name: limit for name, limit in _LIMITS.items() if name not in url.query}


class _Arrays(Bulk):
    """One statement whose parameters are the columns of all rows."""

    def __init__(self, statement: Prepared) -> None:
        self._statement = statement

    def execute(self, connection: Connection, rows: Iterable[tuple[Any, ...]]) -> None:
        columns = tuple(map(list, zip(*rows, strict=True)))
        if columns:
            self._statement.execute(connection, columns)


def _upsert(
    statement: postgresql.Insert, table: Table, update: Sequence[str], newer: Sequence[str]
) -> postgresql.Insert:
    new = statement.excluded
    where = None
    if newer:
        where = tuple_(*(new[name] for name in newer)) > tuple_(*(table.c[name] for name in newer))
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_={name: new[name] for name in update},
        where=where,
    )


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


def _element(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """The type of an array's elements for a column, without its length and collation."""
    plain: tuple[type[TypeEngine[Any]], ...] = (BigInteger, Integer, LargeBinary, String)
    for known in plain:
        if isinstance(kind, known):
            return Text() if known is String else known()
    return kind


def _array(values: Sequence[Any], kind: Any) -> ColumnElement[Any]:
    return cast(bindparam(None, list(values), unique=True, type_=ARRAY(kind)), ARRAY(kind))


def _state(error: DBAPIError) -> str:
    # psycopg and psycopg2 name it differently.
    code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "pgcode", None)
    return code or ""


def _is_operational(error: DBAPIError) -> bool:
    return type(error.orig).__name__ in ("OperationalError", "InterfaceError")
