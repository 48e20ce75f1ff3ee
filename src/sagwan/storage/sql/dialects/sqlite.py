"""SQLite: one file, write-ahead log, every commit synced."""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    URL,
    BindParameter,
    ColumnElement,
    Connection,
    Double,
    Engine,
    Insert,
    Integer,
    Table,
    Text,
    bindparam,
    column,
    create_engine,
    event,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from sagwan.storage.sql.dialects import sqlite_text
from sagwan.storage.sql.dialects.base import Dialect, ListOf, conflict_update
from sagwan.storage.sql.tables import Extreme

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    # FULL survives a power cut; group commit makes it affordable.
    "PRAGMA synchronous = FULL",
    "PRAGMA busy_timeout = 30000",
    "PRAGMA cache_size = -16000",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA journal_size_limit = 67108864",
)

# Pages that one transaction gives back: few milliseconds.
_PAGES = 512

_REASONS = (
    ("locked", "the database is locked by another process"),
    ("disk is full", "the disk is full"),
    ("readonly", "the database file is read-only"),
    ("disk I/O error", "the disk reported an error"),
    ("unable to open", "the database file can't be opened"),
)


class SQLite(Dialect):
    """The default database."""

    name = "sqlite"
    shared = False
    atomic = True
    patience = 0.0  # what is wrong with a file won't pass by itself
    settling = ("PRAGMA wal_checkpoint(TRUNCATE)",)

    def create_engine(self, url: URL) -> Engine:
        return self._engine(url, "BEGIN IMMEDIATE")

    def create_read_engine(self, url: URL) -> Engine:
        return self._engine(url, "BEGIN")

    def _engine(self, url: URL, begin: str) -> Engine:
        engine = create_engine(
            url, poolclass=NullPool, connect_args={"check_same_thread": False, "timeout": 30}
        )

        @event.listens_for(engine, "connect")
        def connected(connection: sqlite3.Connection, _: object) -> None:
            # The driver would begin transactions by itself, too late and not for reads.
            connection.isolation_level = None
            if _is_new(connection):
                # Has to come first, and only there: in a database with pages it is a write.
                connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            for pragma in _PRAGMAS:
                connection.execute(pragma).fetchall()
            sqlite_text.add_functions(connection)

        @event.listens_for(engine, "begin")
        def begun(connection: Connection) -> None:
            connection.exec_driver_sql(begin)

        return engine

    def only_one(self, connection: Connection) -> None:
        pass  # a write transaction is alone

    def insert_missing(self, table: Table) -> Insert:
        return sqlite.insert(table).on_conflict_do_nothing()

    def upsert(
        self,
        table: Table,
        update: Sequence[str],
        newer: Sequence[str] = (),
        extremes: Sequence[Extreme] = (),
    ) -> Insert:
        statement = sqlite.insert(table)
        changes, where = conflict_update(statement.excluded, table, update, newer, extremes)
        return statement.on_conflict_do_update(
            index_elements=list(table.primary_key.columns), set_=changes, where=where
        )

    def listed(self, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
        return column.in_(_json_values(bindparam(name)))

    def pack(self, values: Sequence[int] | Sequence[str]) -> object:
        return json.dumps(values)

    def in_integers(self, column: ColumnElement[int], values: Sequence[int]) -> ColumnElement[bool]:
        if len(values) == 1:
            # Only with an equality does the index also give the order of what follows in it.
            return column == values[0]
        return column.in_(_json_values(bindparam(None, json.dumps(values), unique=True)))

    def in_texts(self, column: ColumnElement[str], values: Sequence[str]) -> ColumnElement[bool]:
        return column.in_(_json_values(bindparam(None, json.dumps(values), unique=True)))

    def like(
        self, column: ColumnElement[str], pattern: str, ignore_case: bool
    ) -> ColumnElement[bool]:
        return sqlite_text.like(column, pattern, ignore_case)

    def list_of(self, column: ColumnElement[Any]) -> ListOf | None:
        # The driver lets go of the interpreter at every row: a row for each run, not each text.
        if isinstance(column.type, Double):
            return None  # as JSON, numbers lose digits in some versions
        kind = int if isinstance(column.type, Integer) else str
        decode = msgspec.json.Decoder(list[kind]).decode  # type: ignore[valid-type]
        return ListOf(func.json_group_array(column, type_=Text), decode)

    def free_space(self, connection: Connection) -> int | None:
        driver: Any = connection.connection.driver_connection
        (pages,) = driver.execute("PRAGMA freelist_count").fetchone()
        (size,) = driver.execute("PRAGMA page_size").fetchone()
        return int(pages) * int(size)

    def shrink(self, connection: Connection) -> bool:
        driver: Any = connection.connection.driver_connection
        driver.execute(f"PRAGMA incremental_vacuum({_PAGES})").fetchall()
        (left,) = driver.execute("PRAGMA freelist_count").fetchone()
        (vacuums,) = driver.execute("PRAGMA auto_vacuum").fetchone()
        return bool(left and vacuums)

    def take_lock(self, connection: Connection, name: str) -> bool:
        raise NotImplementedError("a file has no locks with names: lock another file beside it")

    def last_number(self, connection: Connection, table: str) -> int | None:
        if not inspect(connection).has_table("sqlite_sequence"):
            return None
        found = connection.execute(
            text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table}
        )
        number: int | None = found.scalar()
        return number

    def continue_numbers(self, connection: Connection, table: str, last: int) -> None:
        made = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name")
        if "AUTOINCREMENT" not in str(connection.execute(made, {"name": table}).scalar()):
            return
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": table})
        connection.execute(
            text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :number)"),
            {"name": table, "number": last},
        )

    def conflict(self, error: DBAPIError) -> bool:
        return False  # one process writes, one transaction at a time

    def unavailable(self, error: DBAPIError) -> str | None:
        said = str(error.orig)
        return next((reason for sign, reason in _REASONS if sign in said), None)


def _is_new(connection: sqlite3.Connection) -> bool:
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    return bool(pages == 0)


def _json_values(packed: BindParameter[str]) -> ColumnElement[object]:
    # One parameter of any length: the statement's text, and so its plan, stays the same.
    return select(column("value")).select_from(func.json_each(packed)).scalar_subquery()
