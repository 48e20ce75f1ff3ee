"""At most one upgrade, downgrade or restore of a database at a time, and one purge."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sagwan.domain.lifecycle import another_purge
from sagwan.errors import InvalidState
from sagwan.storage.sql.database import Database

_LOCK = "sagwan-upgrade"
_PURGE = "sagwan-purge"
_PAUSE = 0.2


@contextmanager
def alone(database: Database, *, wait: bool = False) -> Iterator[None]:
    """For the block, nobody else is in here with this database.

    Raises InvalidState where somebody is, unless it is to `wait` for them. The lock ends with the
    process, however that ends.
    """
    if not database.dialect.shared:
        with _file_lock(Path(f"{database.url.database}.lock"), wait):
            yield
        return
    engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        _wait_for(lambda: database.dialect.take_lock(connection, _LOCK), wait)
        yield


@contextmanager
def purging(database: Database) -> Iterator[None]:
    """For the block, nobody else purges this database. Raises InvalidState where somebody does."""
    if not database.dialect.shared:
        try:
            with _file_lock(Path(f"{database.url.database}.purge.lock"), wait=False):
                yield
        except _Taken:
            raise another_purge() from None
        return
    engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        if not database.dialect.take_lock(connection, _PURGE):
            raise another_purge()
        yield


class _Taken(InvalidState):
    """Somebody else has the lock."""


def _wait_for(take: Callable[[], bool], wait: bool) -> None:
    while not take():
        if not wait:
            raise _Taken(
                "Another upgrade, downgrade or restore of the database is under way. Wait until"
                " it is over."
            )
        time.sleep(_PAUSE)


@contextmanager
def _file_lock(path: Path, wait: bool) -> Iterator[None]:
    held: list[int] = []

    def take() -> bool:
        number = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        # Whoever had it before may have deleted the file in the meantime.
        if _lock(number) and path.exists() and os.path.samestat(os.fstat(number), path.stat()):
            held.append(number)
            return True
        os.close(number)
        return False

    _wait_for(take, wait)
    try:
        yield
    finally:
        if sys.platform != "win32":
            path.unlink(missing_ok=True)
        os.close(held[0])


def _lock(number: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
