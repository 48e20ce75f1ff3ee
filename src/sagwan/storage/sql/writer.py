"""Group commit: one thread, one transaction for everything that waits.

Under load a commit serves hundreds of requests; alone, a request waits for nobody. An answer is
given only after its commit. An operation that breaks a rule fails alone. Where the joint
transaction fails for a reason that nobody foresaw, each operation is tried in one of its own.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from queue import SimpleQueue
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from sagwan.errors import Overloaded, SagwanError, Unavailable
from sagwan.storage.base import RunBatch
from sagwan.storage.sql.batch import BatchWriter
from sagwan.storage.sql.database import Database
from sagwan.storage.sql.keys import Keys

T = TypeVar("T")

# A group is bounded so that the first of it does not wait for a very long transaction.
GROUP = 1000


class _Operation:
    """A batch or a call, with whom to tell."""

    __slots__ = ("error", "future", "result", "work")

    def __init__(
        self, work: RunBatch | Callable[[Connection], Any], future: asyncio.Future[Any]
    ) -> None:
        self.work = work
        self.future = future
        self.result: Any = None
        self.error: Exception | None = None

    def answer(self) -> None:
        """Resolve the future, in its loop."""
        if self.future.done():  # the caller went away
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class Writer:
    """The one writer of a process.

    What one turn of the event loop submits is handed to the thread together: waking the thread at
    the first request of many would only make both contend for the interpreter.
    """

    def __init__(self, database: Database, keys: Keys, capacity: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._database = database
        self._keys = keys
        self._batches = BatchWriter(database, keys)
        self._capacity = capacity
        self._waiting = 0
        self._submitted: list[_Operation] = []
        self._queue: SimpleQueue[list[_Operation] | None] = SimpleQueue()
        self._connection: Connection | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="sagwan-write", daemon=True)
        self._thread.start()

    def log(self, batch: RunBatch) -> Awaitable[None]:
        """Log a batch; done when it is durable."""
        return self._submit(batch)

    def call(self, write: Callable[[Connection], T]) -> Awaitable[T]:
        """Run `write` within the group's transaction; its result comes when it is durable.

        Where `write` raises, what it did is undone and the others of the group aren't touched.
        """
        return self._submit(write)

    def _submit(self, work: RunBatch | Callable[[Connection], Any]) -> Awaitable[Any]:
        if self._closed:
            raise Unavailable("The server is shutting down.")
        if self._waiting >= self._capacity:
            raise Overloaded(
                f"The server has {self._waiting} writes waiting already. Try again in a moment."
            )
        operation = _Operation(work, self._loop.create_future())
        self._waiting += 1
        if not self._submitted:
            self._loop.call_soon(self._hand_over)
        self._submitted.append(operation)
        return operation.future

    def _hand_over(self) -> None:
        if self._submitted:
            self._queue.put(self._submitted)
            self._submitted = []

    async def close(self) -> None:
        """Finish what waits, then stop."""
        self._closed = True
        self._hand_over()
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        running = True
        while running:
            submitted = self._queue.get()
            group: list[_Operation] = []
            while submitted is not None:
                group += submitted
                if len(group) >= GROUP or self._queue.empty():
                    break
                submitted = self._queue.get()
            running = submitted is not None
            if group:
                self._commit(group)
                if not self._loop.is_closed():
                    self._loop.call_soon_threadsafe(self._answer_all, group)
        if self._connection is not None:
            self._connection.close()

    def _answer_all(self, operations: Sequence[_Operation]) -> None:
        # In the loop's thread, which alone counts what waits.
        self._waiting -= len(operations)
        for operation in operations:
            operation.answer()

    def _commit(self, group: Sequence[_Operation]) -> None:
        try:
            self._transaction(group)
        except Exception as error:
            self._keys.rolled_back()
            if len(group) == 1:
                group[0].error = self._explained(error)
                return
            for operation in group:
                self._commit([operation])

    def _transaction(self, group: Sequence[_Operation]) -> None:
        if self._connection is None:
            self._connection = self._database.engine.connect()
        try:
            with self._connection.begin():
                self._apply(self._connection, group)
        except DBAPIError as error:
            if error.connection_invalidated:
                self._connection.close()
                self._connection = None
            raise
        self._keys.committed()

    def _apply(self, connection: Connection, group: Sequence[_Operation]) -> None:
        batches = [operation for operation in group if isinstance(operation.work, RunBatch)]
        if batches:
            errors = self._batches.write(
                connection, [o.work for o in batches if isinstance(o.work, RunBatch)]
            )
            for operation, error in zip(batches, errors, strict=True):
                operation.error = error
        for operation in group:
            if not isinstance(operation.work, RunBatch):
                operation.error = None
                try:
                    with connection.begin_nested():
                        operation.result = operation.work(connection)
                except SagwanError as error:
                    self._keys.rolled_back()
                    operation.error = error

    def _explained(self, error: Exception) -> Exception:
        return self._database.explain(error) if isinstance(error, DBAPIError) else error
