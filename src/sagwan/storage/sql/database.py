"""A database and its connections: one for writes, a few for reads."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, CursorResult
from sqlalchemy.exc import DBAPIError

from sagwan.errors import Unavailable
from sagwan.storage.sql.dialects.base import Dialect

T = TypeVar("T")

READERS = 4


def new_id(inserted: CursorResult[Any]) -> int:
    """The id that the database gave to the one row of an insert."""
    assert inserted.inserted_primary_key is not None
    number: int = inserted.inserted_primary_key[0]
    return number


class Database:
    """Connections to one database."""

    def __init__(self, url: URL, dialect: Dialect) -> None:
        self.url = url
        self.dialect = dialect
        self.engine = dialect.create_engine(url)
        self.read_engine = dialect.create_read_engine(url)

    def explain(self, error: DBAPIError) -> Exception:
        """What a caller is told of a driver's error: Unavailable where waiting may help."""
        reason = self.dialect.unavailable(error)
        if reason is None:
            return error
        return Unavailable(f"The backend store can't be used at the moment: {reason}.")

    def close(self) -> None:
        """Let go of the engines; connections belong to their users."""
        self.engine.dispose()
        self.read_engine.dispose()


class Readers:
    """Runs reads on a few threads, each with a connection of its own."""

    def __init__(self, database: Database, count: int = READERS) -> None:
        self._database = database
        self._local = threading.local()
        self._open: list[Connection] = []
        self._executor = ThreadPoolExecutor(count, thread_name_prefix="sagwan-read")

    async def call(self, read: Callable[[Connection], T]) -> T:
        """The result of `read`, run in one transaction. Raises what it raises; Unavailable."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, self._run, read)

    def _run(self, read: Callable[[Connection], T]) -> T:
        try:
            connection: Connection | None = getattr(self._local, "connection", None)
            if connection is None:
                connection = self._local.connection = self._database.read_engine.connect()
                self._open.append(connection)
            with connection.begin():
                return read(connection)
        except DBAPIError as error:
            raise self._database.explain(error) from error

    def close(self) -> None:
        """Wait for what is under way and close the connections."""
        self._executor.shutdown()
        for connection in self._open:
            connection.close()
