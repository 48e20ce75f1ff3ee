"""What differs between databases: each has one file beside this one."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from sqlalchemy import URL, ColumnElement, Engine, Insert, Table
from sqlalchemy.exc import DBAPIError


class Dialect(ABC):
    """The statements and settings that a database has in a form of its own."""

    name: str

    @abstractmethod
    def create_engine(self, url: URL) -> Engine:
        """An engine whose connections have the database's settings; `BEGIN` is a write's."""

    @abstractmethod
    def create_read_engine(self, url: URL) -> Engine:
        """An engine for reads only."""

    @abstractmethod
    def insert_missing(self, table: Table) -> Insert:
        """An insert that skips rows whose unique key is there."""

    @abstractmethod
    def upsert(self, table: Table, update: Sequence[str], newer: Sequence[str] = ()) -> Insert:
        """An insert that, where the primary key is there, sets the columns `update` instead.

        With `newer`, only where the new values of those columns, in order, are greater.
        """

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

    @abstractmethod
    def exact(self, column: ColumnElement[str]) -> ColumnElement[str]:
        """The column, compared and ordered by code points, whatever its collation."""

    @abstractmethod
    def like(
        self, column: ColumnElement[str], pattern: str, ignore_case: bool
    ) -> ColumnElement[bool]:
        """Whether the column matches the pattern, as `sagwan.domain.search.like` defines it."""

    def json_list(self, column: ColumnElement[Any]) -> ColumnElement[str] | None:
        """An aggregate: the integers or texts of a group as one JSON list.

        None where rows are as fast. Two of them in one statement list the rows in the same order.
        """
        return None

    @abstractmethod
    def unavailable(self, error: DBAPIError) -> str | None:
        """Why the database takes no writes at this moment, if that is what the error means."""
