"""MySQL and MariaDB, also as a Galera cluster.

Both compare texts by a collation, which the columns' types name; their DDL commits; and their
session settings decide what an insert means, so each connection sets its own.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from itertools import chain
from typing import Any

from sqlalchemy import (
    URL,
    BindParameter,
    ColumnElement,
    Connection,
    Engine,
    Insert,
    Table,
    bindparam,
    column,
    create_engine,
    event,
    func,
    literal_column,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects import mysql
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DataError, DBAPIError, NoSuchModuleError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.pool import NullPool
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import BigInteger, String, TypeEngine

from sagwan.domain.search.like import fold
from sagwan.errors import InvalidParameter
from sagwan.storage.sql.dialects.base import Dialect, better, missing_driver
from sagwan.storage.sql.dialects.letters import same_letters
from sagwan.storage.sql.tables import Extreme
from sagwan.storage.sql.types import mysql_collation

_DRIVERS = {"pymysql": "pymysql", "mysqldb": "MySQLdb"}

# Drivers that have to be told the character set; the others always speak utf8mb4.
_TOLD_CHARSET = ("pymysql", "mysqldb", "cymysql", "mysqlconnector")

# The Default experiment's id is 0. Backslashes and quotes mean what the drivers think. A text is
# sorted by all of it, not by its first kilobyte, for which the buffer has to hold a few of them.
_SETTINGS = (
    "sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION'",
    "max_sort_length = 32768",
    "sort_buffer_size = 8388608",
)

# Error numbers of the servers, from their lists. Those of the clients are 2000 to 2999.
_REASONS = {
    **dict.fromkeys((1021, 1114, 1026), "its disk is full"),
    **dict.fromkeys((1290, 1836, 1874), "it is read-only"),
    **dict.fromkeys((1040, 1203, 1226), "it has too many connections"),
    **dict.fromkeys((1037, 1038, 1041, 1135, 1206, 1637), "it is short of resources"),
    **dict.fromkeys((1053, 1079, 1080, 1927, 3168), "it is shutting down or starting"),
    **dict.fromkeys((1152, 1158, 1159, 1160, 1161, 1184, 4031), "the connection broke"),
    **dict.fromkeys((1047, 3100), "it is no working member of its cluster"),
}

# A deadlock, also one that a cluster finds at commit; a lock not had in time; a row, table or index
# that another one made; a row that changed since it was read; a statement or a group's transaction
# that the cluster stopped; a savepoint that went with its transaction.
_CONFLICTS = (1213, 1205, 1062, 1050, 1061, 1020, 1317, 3101, 1305)

# Of all other letters, these two have ASCII letters as their lower case; `fold` leaves them.
_UNFOLDED = "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}\N{KELVIN SIGN}"
_NO_ASCII = "\N{LATIN SMALL LETTER DOTLESS I}"

# Servers give up on what would overrun their stack, of which each of these takes some.
_MOST_FORMS = 250
_MOST_PARTS = 500
_SEVERAL = re.compile("%%+")

_ESCAPED = "\0\n\r\x1a\"'\\"

# What a server says to a statement that is too long, and what a driver does if it doesn't hear it.
_TOO_LONG = 1153
_HUNG_UP = (2006, 2013, 2055)

_LOCK = "sagwan "
_LONGEST_LOCK = 64
_LOCK_TIMEOUT = 600  # seconds

# No text that is looked up among many is longer.
_LONGEST = 500


class MySQL(Dialect):
    """MySQL 8 and MariaDB 10.6, and newer."""

    name = "mysql"

    def complete(self, url: URL) -> URL:
        if "+" not in url.drivername:
            driver = next((name for name, of in _DRIVERS.items() if find_spec(of)), None)
            if driver is None:
                raise missing_driver("MySQL", "mysql")
            url = url.set(drivername=f"{url.drivername}+{driver}")
        try:
            kind = url.get_dialect()
            kind.import_dbapi()
        except (ImportError, NoSuchModuleError):
            raise missing_driver("MySQL", "mysql") from None
        if kind.is_async:
            raise InvalidParameter(
                f"The driver of {url.drivername}:// is an asynchronous one. Use mysql+pymysql://."
            )
        if url.get_driver_name() in _TOLD_CHARSET:
            url = url.update_query_dict({"charset": "utf8mb4"})
        return url

    def create_engine(self, url: URL) -> Engine:
        return _engine(url, "ISOLATION LEVEL READ COMMITTED, READ WRITE")

    def create_read_engine(self, url: URL) -> Engine:
        return _engine(url, "ISOLATION LEVEL REPEATABLE READ, READ ONLY")

    def only_one(self, connection: Connection) -> None:
        # Not a lock on a row: creating a table commits, and would let go of it. This one is the
        # whole server's, and lasts as long as the connection.
        name = func.left(func.concat(_LOCK, func.database()), _LONGEST_LOCK)
        connection.execute(select(func.get_lock(name, _LOCK_TIMEOUT)))

    def take_lock(self, connection: Connection, name: str) -> bool:
        # Such locks are the whole server's, not one database's.
        database = connection.execute(select(func.database())).scalar()
        digest = hashlib.sha256(f"{name} of {database}".encode()).hexdigest()[:32]
        return bool(connection.execute(select(func.get_lock(f"sagwan-{digest}", 0))).scalar())

    def wait_for_locks(self, connection: Connection, seconds: int) -> None:
        connection.execute(text(f"SET SESSION lock_wait_timeout = {seconds}"))
        connection.execute(text(f"SET SESSION innodb_lock_wait_timeout = {seconds}"))

    def lock_timed_out(self, error: DBAPIError) -> bool:
        return _code(error) == 1205

    def last_number(self, connection: Connection, table: str) -> int | None:
        found = connection.execute(
            text(
                "SELECT auto_increment - 1 FROM information_schema.tables"
                " WHERE table_schema = DATABASE() AND table_name = :name"
            ),
            {"name": table},
        )
        number = found.scalar()
        return None if number is None else int(number)

    def continue_numbers(self, connection: Connection, table: str, last: int) -> None:
        connection.execute(text(f"ALTER TABLE `{table}` AUTO_INCREMENT = {last + 1}"))

    def insert_missing(self, table: Table) -> Insert:
        # INSERT IGNORE would skip rows for any other reason, too.
        first = next(iter(table.primary_key))
        return mysql.insert(table).on_duplicate_key_update({first.name: first})

    def upsert(
        self,
        table: Table,
        update: Sequence[str],
        newer: Sequence[str] = (),
        extremes: Sequence[Extreme] = (),
    ) -> Insert:
        statement = mysql.insert(table)
        new = statement.inserted
        if not newer:
            return statement.on_duplicate_key_update([(name, new[name]) for name in update])
        # Assignments are made one after another, and each sees what those before it did. So what
        # decides least comes first: where a column has become the new one, those that decide more
        # are either greater, and decide, or equal, and need not be set.
        wanted = tuple_(*(new[name] for name in newer)) > tuple_(*(table.c[name] for name in newer))
        order = [name for name in update if name not in newer] + [*reversed(newer)]
        changes = [(name, func.if_(wanted, new[name], table.c[name])) for name in order]
        # The place comes first: where it has become the new one, the value still decides, or is
        # the same.
        changes += [
            (name, func.if_(better(extreme, new, table.c), new[name], table.c[name]))
            for extreme in extremes
            for name in (extreme.place, extreme.value)
        ]
        return statement.on_duplicate_key_update(changes)

    def listed(self, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
        return column.in_(_unpacked(bindparam(name), column.type))

    def pack(self, values: Sequence[int] | Sequence[str]) -> object:
        return json.dumps(values)

    def in_integers(self, column: ColumnElement[int], values: Sequence[int]) -> ColumnElement[bool]:
        return column.in_(values)

    def in_texts(self, column: ColumnElement[str], values: Sequence[str]) -> ColumnElement[bool]:
        return column.in_(values)

    def collate(self, text: ColumnElement[str]) -> ColumnElement[str]:
        return _Exact(text)

    def like(
        self, column: ColumnElement[str], pattern: str, ignore_case: bool
    ) -> ColumnElement[bool]:
        text = self.exact(column)
        if ignore_case and pattern.isascii():
            # These two would become ASCII letters; no ASCII pattern names what they become here.
            text = func.lower(_Replaced(text, *chain(*((char, _NO_ASCII) for char in _UNFOLDED))))
            pattern = pattern.lower()
        elif ignore_case:
            # Which other letters a server knows depends on its version, so it is told.
            pattern = fold(pattern)
            forms = [
                (form, char)
                for char in sorted(set(pattern))
                for form in same_letters(char)
                if form != char
            ]
            if len(forms) > _MOST_FORMS:
                raise InvalidParameter(
                    f"A pattern of ILIKE has more than {_MOST_FORMS} different letters, which this"
                    " database can't compare."
                )
            text = _Replaced(text, *chain(*forms))
        pattern = _SEVERAL.sub("%", pattern)
        if pattern.count("%") > _MOST_PARTS:
            raise InvalidParameter(
                f"A pattern has more than {_MOST_PARTS} '%', which this database can't compare."
            )
        # An empty ESCAPE would mean a backslash, too.
        return text.like(pattern.replace("\\", "\\\\"))

    def unavailable(self, error: DBAPIError) -> str | None:
        if isinstance(error, DataError):
            return None
        code, text = _code(error), str(error.orig)
        if code in _REASONS:
            return _REASONS[code]
        if "No space left" in text:
            return "its disk is full"
        lost = error.connection_invalidated or 2000 <= code < 3000
        if lost or (code <= 0 and _is_operational(error)):
            return f"it can't be reached ({text})"
        return None

    def conflict(self, error: DBAPIError) -> bool:
        return _code(error) in _CONFLICTS


class _Exact(FunctionElement[str]):
    """A text with a collation that compares by code points."""

    inherit_cache = True
    type = String()


@compiles(_Exact, "mysql", "mariadb")
def _exact(element: _Exact, compiler: SQLCompiler, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    return f"({text} COLLATE {mysql_collation(compiler.dialect)})"


class _Replaced(FunctionElement[str]):
    """A text with other characters in place of some: REPLACE within REPLACE."""

    inherit_cache = True
    type = String()


@compiles(_Replaced, "mysql", "mariadb")
def _replaced(element: _Replaced, compiler: SQLCompiler, **options: Any) -> str:
    text, *others = (compiler.process(each, **options) for each in element.clauses)
    pairs = [f", {old}, {new})" for old, new in zip(others[::2], others[1::2], strict=True)]
    return "REPLACE(" * len(pairs) + text + "".join(pairs)


def _unpacked(packed: BindParameter[str], kind: TypeEngine[Any]) -> ColumnElement[Any]:
    """The values of a JSON list, as a subquery."""
    text = isinstance(kind, String)
    declared = f"VARCHAR({_LONGEST}) CHARACTER SET utf8mb4" if text else "BIGINT"
    value: ColumnElement[Any] = column("value", String() if text else BigInteger())
    rows = func.json_table(packed, literal_column(f"'$[*]' COLUMNS (value {declared} PATH '$')"))
    found = select(_Exact(value) if text else value).select_from(rows.alias("listed"))
    return found.scalar_subquery()


def _longest_row(parameters: Any) -> int:
    """The size in bytes that the largest row of a statement's parameters has in it."""
    rows = parameters if isinstance(parameters, list) else [parameters]
    return max((sum(map(_size, _values(row))) for row in rows), default=0)


def _values(row: Any) -> Iterable[object]:
    return row.values() if isinstance(row, dict) else row or ()


def _size(value: object) -> int:
    if isinstance(value, str):
        return len(value.encode(errors="replace")) + sum(map(value.count, _ESCAPED))
    return 2 * len(value) if isinstance(value, bytes) else 0


def _is_operational(error: DBAPIError) -> bool:
    return type(error.orig).__name__ in ("OperationalError", "InterfaceError")


def _code(error: DBAPIError) -> int:
    """The error's number; 0 or less where the driver gives none."""
    # An attribute in some drivers, the first argument in others.
    arguments = getattr(error.orig, "args", None) or (0,)
    code = getattr(error.orig, "errno", None) or arguments[0]
    return code if isinstance(code, int) else 0


def _engine(url: URL, transactions: str) -> Engine:
    # Rows go to this driver as they are, without a dictionary for each.
    options = {"paramstyle": "format"} if url.get_driver_name() == "pymysql" else {}
    # A connection that isn't kept needs no rollback before it is closed, and one that was lost
    # after its last transaction would only have that to complain of.
    engine = create_engine(url, poolclass=NullPool, pool_reset_on_return=None, **options)

    most = [0]

    # First, since SQLAlchemy looks at the settings of its first connection.
    @event.listens_for(engine, "connect", insert=True)
    def connected(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"SET {', '.join(_SETTINGS)}")
        cursor.execute(f"SET SESSION TRANSACTION {transactions}")
        cursor.execute("SHOW VARIABLES WHERE Variable_name IN ('wsrep_on', 'max_allowed_packet')")
        variables = dict(cursor.fetchall())
        most[0] = int(variables["max_allowed_packet"])
        if variables.get("wsrep_on") == "ON":
            # What one member has acknowledged, a read on another member waits for.
            cursor.execute("SET wsrep_sync_wait = 1")
        cursor.close()

    @event.listens_for(engine, "handle_error", retval=True)
    def failed(context: ExceptionContext) -> DataError | None:
        # The server hangs up on a statement that is too long, which must not look like a server
        # that is gone: it would be sent again and again, and others with it.
        error = context.sqlalchemy_exception
        if not isinstance(error, DBAPIError) or _code(error) not in (*_HUNG_UP, _TOO_LONG):
            return None
        if _code(error) in _HUNG_UP and _longest_row(context.parameters) <= most[0]:
            return None
        context.is_disconnect = True
        reason = f"it is longer than the database's max_allowed_packet, {most[0]} bytes"
        return DataError(None, None, Exception(reason))

    return engine
