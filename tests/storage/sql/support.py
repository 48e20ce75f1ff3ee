"""Stores on real SQLite files, and a count of the statements that they run."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import event

from sagwan.storage.sql.store import SqlStore

T = TypeVar("T")

TRANSACTION = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


def with_store(folder: Path, use: Callable[[SqlStore], Awaitable[T]], queue_size: int = 100) -> T:
    """What `use` returns for a store in `folder`, which is closed afterwards."""

    async def main() -> T:
        store = await SqlStore.open(
            str(folder), artifact_root="mlflow-artifacts:/", now=0, queue_size=queue_size
        )
        try:
            return await use(store)
        finally:
            await store.close()

    return asyncio.run(main())


@contextlib.contextmanager
def counted_statements(store: SqlStore) -> Iterator[list[str]]:
    """The statements that the store runs in the block, without those that frame transactions."""
    found: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(TRANSACTION):
            found.append(statement)

    engines = (store._database.engine, store._database.read_engine)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
