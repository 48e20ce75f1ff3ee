"""Microsoft SQL Server: rows go in as one JSON text, one statement and one round trip a table.

No SQL Server was at hand when this was written: every statement is compiled, parsed and compared
with golden files, and none has been run.
"""

import json
from collections.abc import Iterable, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from sqlalchemy import (
    URL,
    BigInteger,
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Float,
    Insert,
    LargeBinary,
    Table,
    TextClause,
    UniqueConstraint,
    bindparam,
    cast,
    column,
    create_engine,
    event,
    exists,
    func,
    insert,
    literal_column,
    select,
    text,
    type_coerce,
)
from sqlalchemy.dialects import mssql
from sqlalchemy.exc import DBAPIError, NoSuchModuleError
from sqlalchemy.pool import NullPool
from sqlalchemy.types import Integer, TypeEngine

from sagwan.errors import InvalidParameter, Unavailable
from sagwan.storage.sql.dialects import mssql_text
from sagwan.storage.sql.dialects.base import Dialect, missing_driver
from sagwan.storage.sql.dialects.mssql_errors import is_conflict, is_lock_timeout, reason
from sagwan.storage.sql.dialects.mssql_text import COLLATION, EXACT, exactly, is_exact
from sagwan.storage.sql.prepared import Bulk, Prepared
from sagwan.storage.sql.tables import Extreme

_ODBC_DRIVER = "ODBC Driver 18 for SQL Server"

# OPENJSON came with SQL Server 2016, whose databases have this compatibility level.
_OLDEST = 130

# How long a statement waits for locks of others, in milliseconds, and what indexes on computed
# columns need, which drivers do not all set.
_SETTINGS = (
    "SET LOCK_TIMEOUT 30000; SET ANSI_NULLS ON; SET ANSI_PADDING ON; SET ANSI_WARNINGS ON;"
    " SET ARITHABORT ON; SET CONCAT_NULL_YIELDS_NULL ON; SET QUOTED_IDENTIFIER ON;"
    " SET NUMERIC_ROUNDABORT OFF"
)
_STATE = (
    "SELECT compatibility_level, snapshot_isolation_state, DB_NAME()"
    " FROM sys.databases WHERE database_id = DB_ID()"
)

# sp_getapplock belongs to a transaction, which drivers only begin with the first statement.
_BEGIN = "IF @@TRANCOUNT = 0 BEGIN TRANSACTION"
_ONLY_ONE = (
    "SET NOCOUNT ON; DECLARE @taken INT; EXEC @taken = sp_getapplock @Resource = N'sagwan',"
    " @LockMode = 'Exclusive', @LockOwner = 'Transaction', @LockTimeout = 60000; SET NOCOUNT OFF;"
    " SELECT @taken AS taken"
)

# Written out: with the type of a plain text a driver would send it in a code page.
_UNICODE = mssql.NVARCHAR()

# For what is compared with columns of fewer characters: an index serves that better than MAX. What
# is cut off here is too long for them anyhow, and is refused.
_SHORT = mssql.NVARCHAR(4000)


class MSSQL(Dialect):
    """SQL Server 2016 and newer, and Azure SQL."""

    name = "mssql"

    def complete(self, url: URL) -> URL:
        if url.drivername == "mssql":
            loads = {name: _load_error(name) is None for name in ("pyodbc", "pymssql")}
            # One that is installed and does not load says why.
            driver = next((name for name in loads if loads[name]), None) or next(
                (name for name in loads if find_spec(name)), None
            )
            if driver is None:
                raise missing_driver("SQL Server", "mssql")
            url = url.set(drivername=f"mssql+{driver}")
        try:
            kind = url.get_dialect()
        except NoSuchModuleError:
            raise missing_driver("SQL Server", "mssql") from None
        if kind.is_async:
            raise InvalidParameter(
                f"The driver of {url.drivername}:// is for asynchronous use only."
            )
        _check_driver(url.get_driver_name())
        if url.drivername != "mssql+pyodbc" or url.database is None:
            return url  # without a database, the host names a data source of ODBC
        if any(name.lower() in ("driver", "dsn", "odbc_connect") for name in url.query):
            return url
        return url.update_query_dict({"driver": _ODBC_DRIVER})

    def create_engine(self, url: URL) -> Engine:
        engine = create_engine(url, poolclass=NullPool, isolation_level="READ COMMITTED")

        @event.listens_for(engine, "connect")
        def connected(connection: Any, _: object) -> None:
            _set_up(connection)
            _check(_row(connection, _STATE))
            connection.rollback()

        return engine

    def create_read_engine(self, url: URL) -> Engine:
        engine = create_engine(url, poolclass=NullPool, isolation_level="SNAPSHOT")

        @event.listens_for(engine, "connect")
        def connected(connection: Any, _: object) -> None:
            _set_up(connection)

        return engine

    def only_one(self, connection: Connection) -> None:
        connection.exec_driver_sql(_BEGIN)
        if connection.exec_driver_sql(_ONLY_ONE).scalar_one() < 0:
            raise Unavailable("Another process has the database for itself and does not end.")

    def size(self, column: ColumnElement[Any]) -> ColumnElement[int]:
        return func.datalength(column, type_=BigInteger)

    def take_lock(self, connection: Connection, name: str) -> bool:
        taken = connection.execute(
            text(
                "SET NOCOUNT ON; DECLARE @taken INT;"
                " EXEC @taken = sp_getapplock :name, 'Exclusive', 'Session', 0; SELECT @taken"
            ),
            {"name": name},
        )
        return int(taken.scalar_one()) >= 0

    def wait_for_locks(self, connection: Connection, seconds: int) -> None:
        connection.execute(text(f"SET LOCK_TIMEOUT {seconds * 1000}"))

    def lock_timed_out(self, error: DBAPIError) -> bool:
        return is_lock_timeout(error)

    def insert_missing(self, table: Table) -> Insert:
        given = [each for each in table.columns if each is not table.autoincrement_column]
        values = {each.name: _value(each) for each in given}
        there = table.alias("there")
        # UPDLOCK and HOLDLOCK keep others from adding the row between the look and the insert.
        found = (
            select(there.c[given[0].name])
            .where(*(there.c[each.name] == values[each.name] for each in _unique(table)))
            .with_hint(there, "WITH (UPDLOCK, HOLDLOCK)", "mssql")
            .exists()
        )
        missing = select(*(values[each.name].label(each.name) for each in given)).where(~found)
        return insert(table).from_select([each.name for each in given], missing)

    def upsert(
        self,
        table: Table,
        update: Sequence[str],
        newer: Sequence[str] = (),
        extremes: Sequence[Extreme] = (),
    ) -> TextClause:
        names = [each.name for each in table.columns]
        source = ", ".join(f"{_cast(table.c[name])} AS [{name}]" for name in names)
        statement = _merge(table, names, f"SELECT {source}", update, newer, extremes)
        return text(statement).bindparams(
            *(bindparam(name, type_=_parameter_type(table.c[name])) for name in names)
        )

    def bulk(
        self,
        table: Table,
        names: Sequence[str],
        update: Sequence[str] = (),
        newer: Sequence[str] = (),
        extremes: Sequence[Extreme] = (),
    ) -> Bulk:
        columns = [table.c[name] for name in names]
        rows = f"SELECT {_taken(columns)} FROM {_open_rows(columns)}"
        if update:
            statement = _merge(table, names, rows, update, newer, extremes)
        else:
            statement = f"INSERT INTO [{table.name}] ({_quoted(names)}) {rows}"
        plain = _JsonRows(Prepared(text(statement), ("rows",)), columns)
        numbered = table.autoincrement_column
        brings_ids = numbered is not None and numbered.name in names
        return _Numbered(table.name, plain) if brings_ids else plain

    def listed(self, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
        packed = bindparam(name, type_=_UNICODE)
        return _in_texts(column, packed) if is_exact(column) else _in_integers(column, packed)

    def pack(self, values: Sequence[int] | Sequence[str]) -> object:
        return _json(values)

    def in_integers(self, column: ColumnElement[int], values: Sequence[int]) -> ColumnElement[bool]:
        if len(values) == 1:
            return column == values[0]
        return _in_integers(column, _packed(values))

    def in_texts(self, column: ColumnElement[str], values: Sequence[str]) -> ColumnElement[bool]:
        if len(values) == 1:
            return column == values[0]
        return _in_texts(column, _packed(values))

    def collate(self, text: ColumnElement[str]) -> ColumnElement[str]:
        return type_coerce(cast(text, _UNICODE).collate(COLLATION), EXACT)

    def like(
        self, column: ColumnElement[str], pattern: str, ignore_case: bool
    ) -> ColumnElement[bool]:
        return mssql_text.like(self.exact(column), pattern, ignore_case)

    def unavailable(self, error: DBAPIError) -> str | None:
        return reason(error)

    def conflict(self, error: DBAPIError) -> bool:
        return is_conflict(error)


def _load_error(driver: str) -> ImportError | None:
    try:
        import_module(driver)
    except ImportError as error:
        return error
    return None


def _check_driver(name: str) -> None:
    """Raise InvalidParameter where a driver can't be used."""
    error = _load_error(name)
    if error is None:
        return
    if isinstance(error, ModuleNotFoundError):
        raise missing_driver("SQL Server", "mssql")
    # pyodbc brings no ODBC with it.
    raise InvalidParameter(
        f"The driver {name} is installed, but does not load: {error}. Install what it needs"
        " (unixODBC and Microsoft's ODBC Driver 18 for SQL Server), or pymssql instead."
    )


def _set_up(connection: Any) -> None:
    cursor = connection.cursor()
    cursor.execute(_SETTINGS)
    cursor.close()


def _row(connection: Any, statement: str) -> Sequence[Any]:
    cursor = connection.cursor()
    cursor.execute(statement)
    row: Sequence[Any] = cursor.fetchone()
    cursor.close()
    return row


def _check(state: Sequence[Any]) -> None:
    """Raise InvalidParameter, with what to do, where the database has settings that won't do."""
    level, snapshots, name = state
    quoted = "[" + str(name).replace("]", "]]") + "]"
    if level < _OLDEST:
        raise InvalidParameter(
            f"The database has compatibility level {level}; Sagwan needs {_OLDEST} (SQL Server"
            f" 2016) or more: ALTER DATABASE {quoted} SET COMPATIBILITY_LEVEL = {_OLDEST};"
        )
    if snapshots != 1:
        raise InvalidParameter(
            "Sagwan reads from snapshots, which the database does not allow. Run once, with"
            " nobody connected to it:"
            f" ALTER DATABASE {quoted} SET ALLOW_SNAPSHOT_ISOLATION ON;"
            f" ALTER DATABASE {quoted} SET READ_COMMITTED_SNAPSHOT ON;"
        )


# --- Lists in one parameter -----------------------------------------------------------------------


def _json(values: object) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def _packed(values: Sequence[int] | Sequence[str]) -> BindParameter[str]:
    return bindparam(None, _json(list(values)), unique=True, type_=_UNICODE)


def _opened(packed: BindParameter[str]) -> Any:
    # The cast, because drivers may send long parameters as NTEXT.
    return func.openjson(cast(packed, _UNICODE))


def _in_integers(place: ColumnElement[int], packed: BindParameter[str]) -> ColumnElement[bool]:
    values = select(cast(column("value"), BigInteger)).select_from(_opened(packed))
    return place.in_(values.scalar_subquery())


def _in_texts(place: ColumnElement[str], packed: BindParameter[str]) -> ColumnElement[bool]:
    opened = _opened(packed)
    value = column("value", EXACT)
    if isinstance(place, Column) and not place.nullable:
        # A comparison that an index serves.
        same = type_coerce(cast(value, _parameter_type(place)).collate(COLLATION), EXACT) == place
        return exists().where(same).select_from(opened).correlate_except(opened)
    # Null where the text is null. What follows the texts makes spaces at their ends count.
    mark = literal_column("N'.'", _UNICODE)
    values = select(value.collate(COLLATION).concat(mark)).select_from(opened)
    return place.concat(mark).in_(values.scalar_subquery())


# --- Rows in one parameter ------------------------------------------------------------------------


class _JsonRows(Bulk):
    """One statement whose parameter is a JSON list of rows."""

    def __init__(self, statement: Prepared, columns: Sequence[Column[Any]]) -> None:
        self._statement = statement
        self._encoders = [
            (place, _encode_double if isinstance(each.type, Float) else bytes.hex)
            for place, each in enumerate(columns)
            if isinstance(each.type, Float | LargeBinary)
        ]

    def execute(self, connection: Connection, rows: Iterable[tuple[Any, ...]]) -> None:
        packed = list(map(list, rows))
        if not packed:
            return
        for place, encode in self._encoders:
            for row in packed:
                if row[place] is not None:
                    row[place] = encode(row[place])
        self._statement.execute(connection, (_json(packed),))


class _Numbered(Bulk):
    """Rows that bring the ids that the database would give otherwise."""

    def __init__(self, table: str, rows: Bulk) -> None:
        self._table = table
        self._rows = rows

    def execute(self, connection: Connection, rows: Iterable[tuple[Any, ...]]) -> None:
        connection.exec_driver_sql(f"SET IDENTITY_INSERT [{self._table}] ON")
        self._rows.execute(connection, rows)
        connection.exec_driver_sql(f"SET IDENTITY_INSERT [{self._table}] OFF")


def _encode_double(value: float) -> str:
    # SQL Server promises the same number back for 17 digits.
    return format(value, ".16e")


def _open_rows(columns: Sequence[Column[Any]]) -> str:
    listed = ", ".join(
        f"[{each.name}] {_json_type(each.type)} '$[{place}]'" for place, each in enumerate(columns)
    )
    return f"OPENJSON(CAST(:rows AS NVARCHAR(MAX))) WITH ({listed})"


def _json_type(kind: TypeEngine[Any]) -> str:
    if isinstance(kind, Integer):
        return "BIGINT"
    if isinstance(kind, Float):
        return "FLOAT(53)"
    # Not of the column's length: a text that is too long is to be refused, not cut.
    return "VARCHAR(MAX)" if isinstance(kind, LargeBinary) else "NVARCHAR(MAX)"


def _taken(columns: Sequence[Column[Any]]) -> str:
    return ", ".join(
        f"CONVERT(VARBINARY(MAX), [{each.name}], 2) AS [{each.name}]"
        if isinstance(each.type, LargeBinary)
        else f"[{each.name}]"
        for each in columns
    )


def _quoted(names: Sequence[str], table: str = "") -> str:
    return ", ".join(f"{table}[{name}]" for name in names)


def _merge(
    table: Table,
    names: Sequence[str],
    source: str,
    update: Sequence[str],
    newer: Sequence[str],
    extremes: Sequence[Extreme],
) -> str:
    """An upsert. HOLDLOCK keeps others from adding a row between the look and the insert."""
    matches = " AND ".join(_same(key) for key in table.primary_key.columns)
    conditions = dict.fromkeys(update, _newer(newer)) if newer else {}
    for extreme in extremes:
        conditions[extreme.value] = conditions[extreme.place] = _better(extreme)
    condition = f" AND ({' OR '.join(dict.fromkeys(conditions.values()))})" if newer else ""
    changes = ", ".join(
        f"[old].[{name}] = CASE WHEN {conditions[name]} THEN [new].[{name}] ELSE [old].[{name}] END"
        if extremes
        else f"[old].[{name}] = [new].[{name}]"
        for name in (*update, *(name for each in extremes for name in (each.value, each.place)))
    )
    return (
        f"MERGE INTO [{table.name}] WITH (HOLDLOCK) AS [old] USING ({source}) AS [new]"
        f" ON {matches} WHEN MATCHED{condition} THEN UPDATE SET {changes}"
        f" WHEN NOT MATCHED THEN INSERT ({_quoted(names)}) VALUES ({_quoted(names, '[new].')});"
    )


def _same(key: Column[Any]) -> str:
    old, new = f"[old].[{key.name}]", f"[new].[{key.name}]"
    return exactly("=", old, f"{new} COLLATE {COLLATION}") if is_exact(key) else f"{old} = {new}"


def _newer(names: Sequence[str]) -> str:
    """Whether the new values, in order, are greater: T-SQL has no comparison of rows."""
    first, *rest = names
    old, new = f"[old].[{first}]", f"[new].[{first}]"
    return f"({new} > {old} OR ({new} = {old} AND {_newer(rest)}))" if rest else f"{new} > {old}"


def _better(extreme: Extreme) -> str:
    """As `sagwan.storage.sql.dialects.base.better`."""
    value, place = extreme.value, extreme.place
    sign = ">" if extreme.greatest else "<"
    return (
        f"([old].[{place}] IS NOT NULL AND ([old].[{value}] IS NULL"
        f" OR [new].[{value}] {sign} [old].[{value}]"
        f" OR ([new].[{value}] = [old].[{value}] AND [new].[{place}] < [old].[{place}])))"
    )


def _unique(table: Table) -> list[Column[Any]]:
    """What identifies a row but for an id that the database gives."""
    if table.autoincrement_column is None:
        return list(table.primary_key.columns)
    (only,) = (each for each in table.constraints if isinstance(each, UniqueConstraint))
    return list(only.columns)


def _parameter_type(place: Column[Any]) -> TypeEngine[Any]:
    if not is_exact(place):
        return place.type
    return _UNICODE if getattr(place.type, "length", None) is None else _SHORT


def _value(place: Column[Any]) -> ColumnElement[Any]:
    """A column's parameter, of the column's type whatever is given."""
    kind = _parameter_type(place)
    return cast(bindparam(place.name, type_=kind), kind)


def _cast(place: Column[Any]) -> str:
    kind = "BIGINT"
    if is_exact(place):
        kind = "NVARCHAR(MAX)" if _parameter_type(place) is _UNICODE else "NVARCHAR(4000)"
    return f"CAST(:{place.name} AS {kind})"
