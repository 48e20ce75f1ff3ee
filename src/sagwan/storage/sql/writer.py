"""Group commit: one thread, one transaction for everything that waits.

Under load a commit serves hundreds of requests; alone, a request waits for nobody. An answer is
given only after its commit. An operation that breaks a rule fails alone. Where the joint
transaction fails for a reason that nobody foresaw, each operation is tried in one of its own.

Other processes may write to the same database: a group that lost against one of them is tried
again. A database that is gone is waited for; what may have been committed before it went is only
tried again where doing it twice does no harm, as with batches.
"""

import asyncio
import random
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from itertools import chain, count, repeat
from queue import SimpleQueue
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError

from sagwan.errors import Overloaded, SagwanError, Unavailable
from sagwan.storage.base import RunBatch
from sagwan.storage.sql.activity import Activity
from sagwan.storage.sql.batch import BatchWriter
from sagwan.storage.sql.database import Database
from sagwan.storage.sql.keys import Keys

T = TypeVar("T")

# How often a group is tried when other processes are in its way, and then each operation alone.
ATTEMPTS = 5
ATTEMPTS_ALONE = 20
PAUSES = (0.0, 0.01, 0.05, 0.2, 0.5)

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

    def __init__(
        self, database: Database, keys: Keys, capacity: int, clock: Callable[[], int]
    ) -> None:
        """`clock` tells Unix milliseconds, for when runs were written to."""
        self._loop = asyncio.get_running_loop()
        self._database = database
        self._keys = keys
        # Calls say there which runs they change.
        self.activity = Activity(database.dialect, clock)
        self._batches = BatchWriter(database, keys, self.activity)
        self._capacity = capacity
        self._waiting = 0
        self._submitted: list[_Operation] = []
        self._queue: SimpleQueue[list[_Operation] | None] = SimpleQueue()
        self._connection: Connection | None = None
        self._committing = False
        # Whether the database was waited for in vain: then nobody waits until it is back.
        self._gone = False
        # Why the last transaction could not be had, if that was the database's fault.
        self.trouble: Unavailable | None = None
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
        give_up = time.monotonic() + (0.0 if self._gone else self._database.dialect.patience)
        pauses = chain(PAUSES, repeat(PAUSES[-1]))
        # Savepoints cost two statements an operation: they are set where one turned out to fail.
        savepoints = False
        for attempt in count(1):
            try:
                self._transaction(group, savepoints)
                self._gone = False
                self.trouble = None
                return
            except Exception as error:
                self._keys.rolled_back()
                explained = error
                if isinstance(error, SagwanError) and len(group) > 1 and not savepoints:
                    savepoints = True
                    continue
                if isinstance(error, DBAPIError):
                    explained = self._database.explain(error)
                    if isinstance(explained, Unavailable):
                        self.trouble = explained
                        self._gone = time.monotonic() >= give_up or self._closed
                        if self._gone:
                            _fail(group, explained)
                            return
                        group = self._repeatable(group, explained)
                        if not group:
                            return
                        time.sleep(next(pauses))
                        continue
                    if self._database.dialect.conflict(error):
                        if attempt < (ATTEMPTS if len(group) > 1 else ATTEMPTS_ALONE):
                            # By chance, so that the two don't meet again.
                            time.sleep(next(pauses) * random.random())
                            continue
                        if not isinstance(error, IntegrityError):
                            explained = Unavailable("Other writers were in the way all the time.")
                break
        if len(group) == 1:
            _fail(group, explained)
        else:
            for operation in group:
                self._commit([operation])

    def _repeatable(
        self, group: Sequence[_Operation], explained: Exception
    ) -> Sequence[_Operation]:
        """The operations that may be tried again; the others are told why they are not."""
        if not self._committing:
            return group
        batches = [operation for operation in group if isinstance(operation.work, RunBatch)]
        _fail([operation for operation in group if operation not in batches], explained)
        return batches

    def _transaction(self, group: Sequence[_Operation], savepoints: bool) -> None:
        self._committing = False
        try:
            if self._connection is None:
                self._connection = self._database.engine.connect()
            if self._write_at_once(self._connection, group):
                return
            with self._connection.begin() as transaction, ExitStack() as pipeline:
                self._apply(self._connection, group, savepoints, pipeline)
                self._committing = True
                transaction.commit()
        except SagwanError:
            raise  # a rule was broken, nothing else
        except Exception as error:
            lost = isinstance(error, DBAPIError) and self._database.dialect.conflict(error)
            # After a COMMIT that failed, SQLAlchemy would keep the transaction that is gone.
            if not lost or self._committing:
                self._let_go()
            raise
        self._keys.committed()
        self.activity.committed()

    def _write_at_once(self, connection: Connection, group: Sequence[_Operation]) -> bool:
        """Write and commit the group in the database's short way, if it has one for it."""
        batches = [operation.work for operation in group if isinstance(operation.work, RunBatch)]
        if len(batches) < len(group):
            return False
        # Nobody knows whether a statement that commits by itself did so before an error.
        self._committing = True
        written = self._batches.write_at_once(connection, batches)
        self._committing = False
        if written:
            for operation in group:
                operation.error = None
        return written

    def _let_go(self) -> None:
        """Close the connection: after an error nobody knows what it is good for."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    def _apply(
        self,
        connection: Connection,
        group: Sequence[_Operation],
        savepoints: bool,
        pipeline: ExitStack,
    ) -> None:
        self.activity.begin()
        batches = [operation for operation in group if isinstance(operation.work, RunBatch)]
        if batches:
            errors = self._batches.write(
                connection,
                [o.work for o in batches if isinstance(o.work, RunBatch)],
                pipeline if len(batches) == len(group) else None,
            )
            for operation, error in zip(batches, errors, strict=True):
                operation.error = error
        for operation in group:
            if isinstance(operation.work, RunBatch):
                continue
            operation.error = None
            if not savepoints:
                operation.result = operation.work(connection)
                continue
            try:
                with connection.begin_nested():
                    operation.result = operation.work(connection)
            except SagwanError as error:
                self._keys.rolled_back()
                operation.error = error
        self.activity.write(connection)


def _fail(group: Sequence[_Operation], error: Exception) -> None:
    for operation in group:
        operation.error = error
