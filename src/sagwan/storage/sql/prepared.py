"""Statements of the hot paths, compiled once.

SQLAlchemy Core looks a statement up in its cache and processes every parameter at each call; for
inserts of thousands of rows a second that costs more than the database does.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ClauseElement, Connection, CursorResult
from sqlalchemy.sql.compiler import SQLCompiler


class Prepared:
    """A statement whose parameters are given as tuples, in the order of `names`."""

    def __init__(self, statement: ClauseElement, names: Sequence[str]) -> None:
        self._statement = statement
        self._names = tuple(names)
        self._text = ""
        self._order: tuple[int, ...] | None = None

    def _compile(self, connection: Connection) -> None:
        compiled = self._statement.compile(
            dialect=connection.dialect, column_keys=list(self._names)
        )
        assert isinstance(compiled, SQLCompiler)
        self._text = compiled.string
        if compiled.positional:
            order = tuple(self._names.index(name) for name in compiled.positiontup or ())
            self._order = None if order == tuple(range(len(self._names))) else order
            self._positional = True
        else:
            self._positional = False

    def _parameters(self, row: tuple[Any, ...]) -> Any:
        if not self._positional:
            return dict(zip(self._names, row, strict=True))
        return row if self._order is None else tuple(row[index] for index in self._order)

    def bound(self, connection: Connection, row: tuple[Any, ...]) -> tuple[str, Any]:
        """The statement's text and parameters, as the driver of `connection` takes them."""
        if not self._text:
            self._compile(connection)
        return self._text, self._parameters(row)

    def execute(self, connection: Connection, row: tuple[Any, ...]) -> CursorResult[Any]:
        """Run it once."""
        return connection.exec_driver_sql(*self.bound(connection, row))

    def rows(self, connection: Connection, row: tuple[Any, ...]) -> Sequence[tuple[Any, ...]]:
        """Run it once; all rows, as the driver gives them.

        SQLAlchemy's own rows cost as much again where there are tens of thousands.
        """
        result = self.execute(connection, row)
        assert result.cursor is not None
        found: Sequence[tuple[Any, ...]] = result.cursor.fetchall()
        result.close()
        return found

    def execute_many(self, connection: Connection, rows: Iterable[tuple[Any, ...]]) -> None:
        """Run it for each row, if there is any."""
        if not self._text:
            self._compile(connection)
        parameters = [self._parameters(row) for row in rows]
        if parameters:
            connection.exec_driver_sql(self._text, parameters)


class Bulk(ABC):
    """An insert of any number of rows."""

    @abstractmethod
    def execute(self, connection: Connection, rows: Iterable[tuple[Any, ...]]) -> None:
        """Insert the rows, if there are any."""


class PreparedBulk(Bulk):
    """The portable way: the driver runs the statement for each row."""

    def __init__(self, statement: ClauseElement, names: Sequence[str]) -> None:
        self._statement = Prepared(statement, names)

    def execute(self, connection: Connection, rows: Iterable[tuple[Any, ...]]) -> None:
        self._statement.execute_many(connection, rows)
