"""A run of a store on SQL Server without one.

What the store does is first done on SQLite, where every answer of the database is recorded. Then
the same is done with the dialect for SQL Server and a driver that gives the recorded answers, in
their order. So each statement is the one that SQL Server would get, compiled, with its parameters.
"""

import re
import sqlite3
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import URL, ColumnElement, Engine, event
from sqlalchemy import Connection as SqlConnection

from sagwan.storage.sql.dialects.sqlite import SQLite

SQL_FOLDER = Path(sys.modules[SQLite.__module__].__file__ or "").parent.parent
_OWN_LAYER = {"prepared.py", "database.py"}

# What frames transactions or describes the database: each has its own form of that.
_SQLITE_ONLY = re.compile(r"\s*(PRAGMA|BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|CREATE)|.*sqlite_")
_MSSQL_ONLY = re.compile(
    r"\s*(SET |SAVE |ROLLBACK |IF @@|CREATE )|.*(\[sys\]|sys\.|INFORMATION_SCHEMA)", re.S
)
_TABLE = re.compile(r"(?:FROM|INTO|UPDATE) \[?(\w+)\]?")

_TYPE_NAMES = "SQL_VARCHAR SQL_WVARCHAR SQL_DECIMAL NUMBER STRING BINARY DATETIME ROWID".split()

_LOCK = "sp_getapplock"

_FACTS: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("ProductVersion", ("16.0.4000.1",)),
    ("@@version", ("Microsoft SQL Server 2022 - 16.0.4000.1 (X64)",)),
    ("schema_name()", ("dbo",)),
    ("test max support", ("x",)),
    ("fn_listextendedproperty", (1,)),
    ("sys.system_views", ("dm_exec_sessions",)),
    ("transaction_isolation_level", ("READ COMMITTED",)),
    ("compatibility_level", (160, 1, "sagwan")),
    (_LOCK, (0,)),
)


@dataclass
class Answer:
    """What a database said to a statement."""

    statement: str
    description: Any
    rows: list[Any]
    rowcount: int
    new_id: int | None


@dataclass
class Call:
    """A statement as the driver for SQL Server got it, and the line of the store that sent it."""

    statement: str
    parameters: list[Sequence[Any]]
    types: Sequence[Any]
    place: tuple[str, int] | None

    @property
    def is_setup(self) -> bool:
        """Whether it is what a connection of ours begins with."""
        begins = ("SET TRANSACTION", "SET LOCK_TIMEOUT", "SELECT compatibility_level")
        return self.statement.startswith(begins)

    @property
    def is_ours(self) -> bool:
        """Whether it is one that the store needs once there is a connection."""
        return not self.is_setup and not self.is_inspection

    @property
    def is_inspection(self) -> bool:
        """Whether it is SQLAlchemy's own, of what the server and its database are."""
        asks = any(sign in self.statement for sign, _ in _FACTS if sign != _LOCK)
        views = ("sys.objects", "[sys]", "INFORMATION_SCHEMA")
        return asks or any(view in self.statement for view in views)


@dataclass
class Replay:
    """The answers that wait, and the calls that were made."""

    answers: deque[Answer] = field(default_factory=deque)
    calls: list[Call] = field(default_factory=list)


class RecordedSQLite(SQLite):
    """SQLite that answers in the shapes of SQL Server and records what it answers."""

    shared = True

    def __init__(self, replay: Replay) -> None:
        self.replay = replay

    def free_space(self, connection: SqlConnection) -> None:
        return None

    def list_of(self, column: ColumnElement[Any]) -> None:
        return None

    def _engine(self, url: URL, begin: str) -> Engine:
        engine = super()._engine(url, begin)
        replay = self.replay

        class Cursor(_RecordingCursor):
            answers = replay.answers

        class Connection(sqlite3.Connection):
            def cursor(self, factory: Any = Cursor) -> Any:
                return super().cursor(factory)

        @event.listens_for(engine, "do_connect")
        def connect(_d: Any, _r: Any, _a: Any, parameters: dict[str, Any]) -> None:
            parameters["factory"] = Connection

        return engine


class _RecordingCursor(sqlite3.Cursor):
    answers: deque[Answer]
    _rows: Iterator[Any] = iter(())

    def execute(self, statement: str, parameters: Any = ()) -> Any:
        super().execute(statement, parameters)
        self._record(statement)
        return self

    def executemany(self, statement: str, parameters: Any) -> Any:
        super().executemany(statement, parameters)
        self._record(statement)
        return self

    def _record(self, statement: str) -> None:
        rows = list(super().fetchall())
        self._rows = iter(rows)
        if not _SQLITE_ONLY.match(statement):
            answer = Answer(statement, self.description, rows, self.rowcount, self.lastrowid)
            self.answers.append(answer)

    def fetchone(self) -> Any:
        return next(self._rows, None)

    def fetchmany(self, size: int | None = None) -> Any:
        return [row for row, _ in zip(self._rows, range(size or 1), strict=False)]

    def fetchall(self) -> Any:
        return list(self._rows)


def driver(replay: Replay, paramstyle: str = "qmark") -> Any:
    """A module like pyodbc or pymssql, whose connections answer from `replay`."""

    class Error(Exception):
        pass

    class Cursor(_ReplayingCursor):
        source = replay

    class Connection:
        def cursor(self) -> Cursor:
            return Cursor()

        def close(self) -> None:
            pass

        def add_output_converter(self, *_: Any) -> None:
            pass

        def autocommit(self, _: bool) -> None:  # which pyodbc has as an attribute
            pass

        commit = rollback = close

    return SimpleNamespace(
        **dict.fromkeys(("Error", "InterfaceError", "DatabaseError", "DataError"), Error),
        **dict.fromkeys(("OperationalError", "IntegrityError", "InternalError"), Error),
        **dict.fromkeys(("ProgrammingError", "NotSupportedError"), Error),
        paramstyle=paramstyle,
        version="5.2.0",
        __version__="2.3.0",
        Cursor=Cursor,
        Binary=bytes,
        connect=lambda *_, **__: Connection(),
        **{name: name for name in _TYPE_NAMES},
    )


class _ReplayingCursor:
    source: Replay
    description: Any = None
    rowcount = -1
    arraysize = 1

    def __init__(self) -> None:
        self._types: Sequence[Any] = ()
        self._rows: deque[Any] = deque()

    def setinputsizes(self, types: Sequence[Any]) -> None:
        self._types = list(types)

    def execute(self, statement: str, parameters: Any = ()) -> None:
        self.executemany(statement, [parameters])

    def executemany(self, statement: str, parameters: Sequence[Any]) -> None:
        if parameters and isinstance(parameters[0], dict):
            statement, parameters = _positional(statement, parameters)
        self.source.calls.append(
            Call(statement, [tuple(row) for row in parameters], self._types, _place())
        )
        self._types = ()
        fact = next((found for sign, found in _FACTS if sign in statement), None)
        if fact is not None:
            self.description = [(f"fact{n}", *[None] * 6) for n in range(len(fact))]
            self._rows = deque([fact])
        elif _MSSQL_ONLY.match(statement):
            described = statement.lstrip().startswith("SELECT")
            self.description = [("name", *[None] * 6)] if described else None
            self._rows = deque()
        else:
            self._answer(statement)

    def _answer(self, statement: str) -> None:
        answer = self.source.answers.popleft()
        same = re.findall(_TABLE, answer.statement)[:1], re.findall(_TABLE, statement)[:1]
        assert same[0] == same[1], f"{answer.statement}\nis not what was asked:\n{statement}"
        self.description = answer.description
        self._rows = deque(answer.rows)
        if " OUTPUT inserted.id " in statement:
            # SQLite's driver knows the new id by itself.
            self.description = [("id", *[None] * 6)]
            self._rows = deque([(answer.new_id,)])
        self.rowcount = answer.rowcount

    def fetchone(self) -> Any:
        return self._rows.popleft() if self._rows else None

    def fetchmany(self, size: int = 1) -> Any:
        return [self._rows.popleft() for _ in range(min(size, len(self._rows)))]

    def fetchall(self) -> Any:
        rows, self._rows = list(self._rows), deque()
        return rows

    def nextset(self) -> bool:
        return False

    def close(self) -> None:
        pass


def _positional(
    statement: str, parameters: Sequence[dict[str, Any]]
) -> tuple[str, list[tuple[Any, ...]]]:
    """A statement with `%(name)s` for its parameters as one with `?`."""
    names = re.findall(r"%\((\w+)\)s", statement)
    text = re.sub(r"%\(\w+\)s", "?", statement)
    assert "%" not in text.replace("%%", ""), statement
    assert all(set(names) == set(row) for row in parameters), statement
    return text.replace("%%", "%"), [tuple(row[name] for name in names) for row in parameters]


def _place() -> tuple[str, int] | None:
    """The line of the store that runs a statement."""
    frame = sys._getframe(1)
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if path.parent == SQL_FOLDER and path.name not in _OWN_LAYER:
            return path.name, frame.f_lineno
        frame = frame.f_back  # type: ignore[assignment]
    return None
