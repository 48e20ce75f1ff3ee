"""A database and its connections: one for writes, a few for reads."""

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, CursorResult, Engine
from sqlalchemy.exc import DataError, DBAPIError

from sagwan.errors import InvalidParameter, SagwanError, Unavailable
from sagwan.storage.sql.dialects.base import Dialect

T = TypeVar("T")

READERS = 4

# How long a read goes on trying when the database is gone, in seconds. Clients try again
# themselves; this only hides a connection that broke and a restart that took a moment.
READ_PATIENCE = 2.0
RETRY_PAUSE = 0.1

# After so many seconds a replica that was gone is tried again.
REPLICA_PAUSE = 10.0

_log = logging.getLogger(__name__)


def new_id(inserted: CursorResult[Any]) -> int:
    """The id that the database gave to the one row of an insert."""
    assert inserted.inserted_primary_key is not None
    number: int = inserted.inserted_primary_key[0]
    return number


class Database:
    """Connections to one database."""

    def __init__(self, url: URL, dialect: Dialect, replica: URL | None = None) -> None:
        self.url = url
        self.dialect = dialect
        self.engine = dialect.create_engine(url)
        self.read_engine = dialect.create_read_engine(url)
        self.replica_engine = None if replica is None else dialect.create_read_engine(replica)

    def explain(self, error: DBAPIError) -> Exception:
        """What a caller is told of a driver's error: Unavailable where waiting may help."""
        reason = self.dialect.unavailable(error)
        if reason is not None:
            return Unavailable(f"The backend store can't be used at the moment: {reason}.")
        if isinstance(error, DataError):
            return InvalidParameter(f"The backend store can't hold a value: {error.orig}")
        return error

    def settle(self) -> None:
        """Bring the files of a database that is quiet to their smallest form."""
        if self.dialect.settling:
            with contextlib.closing(self.engine.raw_connection()) as connection:
                cursor = connection.cursor()
                for statement in self.dialect.settling:
                    cursor.execute(statement)

    def close(self) -> None:
        """Let go of the engines; connections belong to their users."""
        self.engine.dispose()
        self.read_engine.dispose()
        if self.replica_engine is not None:
            self.replica_engine.dispose()


class Readers:
    """Runs reads on a few threads, each with a connection of its own.

    A read that finds the database gone is tried again until `patience` seconds after the call, and
    once in any case: the connection may be one of before a restart. With the `engine` for writes it
    also runs transactions that may be tried again as they are. With `replica`, the database's
    replica is asked, and the database itself for a while where the replica is gone.
    """

    def __init__(
        self,
        database: Database,
        count: int = READERS,
        patience: float = READ_PATIENCE,
        engine: Engine | None = None,
        replica: bool = False,
    ) -> None:
        self._database = database
        self._engine = engine or database.read_engine
        self._replica = database.replica_engine if replica else None
        self._replica_from = 0.0
        self._patience = min(patience, database.dialect.patience)
        self._local = threading.local()
        self._open: set[Connection] = set()
        self._executor = ThreadPoolExecutor(count, thread_name_prefix="sagwan-read")

    async def call(self, read: Callable[[Connection], T]) -> T:
        """The result of `read`, run in one transaction. Raises what it raises; Unavailable."""
        give_up = time.monotonic() + self._patience
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, self._run, read, give_up)

    def _run(self, read: Callable[[Connection], T], give_up: float) -> T:
        # A database that waiting doesn't help is asked once.
        more = self._database.dialect.patience > 0
        while True:
            try:
                if self._replica is not None and self._on_primary_too_long():
                    self._let_go()
                connection = self._connection()
                with connection.begin():
                    return read(connection)
            except DBAPIError as error:
                self._let_go()
                explained = self._database.explain(error)
                again = isinstance(explained, Unavailable) or self._database.dialect.conflict(error)
                if not again or not (more or time.monotonic() < give_up):
                    raise explained from error
                more = False
                time.sleep(RETRY_PAUSE)
            except SagwanError:
                raise
            except Exception:
                self._let_go()
                raise

    def _connection(self) -> Connection:
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._connect()
            self._open.add(connection)
        return connection

    def _connect(self) -> Connection:
        if self._replica is not None and time.monotonic() >= self._replica_from:
            try:
                return self._replica.connect()
            except DBAPIError as error:
                reason = self._database.explain(error)
                _log.warning("Reads go to the primary, since the replica fails: %s", reason)
                self._replica_from = time.monotonic() + REPLICA_PAUSE
        return self._engine.connect()

    def _on_primary_too_long(self) -> bool:
        connection: Connection | None = getattr(self._local, "connection", None)
        return (
            connection is not None
            and connection.engine is self._engine
            and time.monotonic() >= self._replica_from
        )

    def _let_go(self) -> None:
        """Close this thread's connection: after an error nobody knows what it is good for."""
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is not None:
            self._local.connection = None
            self._open.discard(connection)
            connection.invalidate()
            connection.close()

    def close(self) -> None:
        """Wait for what is under way and close the connections."""
        self._executor.shutdown()
        for connection in self._open:
            connection.close()
