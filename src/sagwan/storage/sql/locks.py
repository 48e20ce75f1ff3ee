"""At most one upgrade, downgrade or restore of a database at a time."""

import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, text

from sagwan.errors import InvalidState
from sagwan.storage.sql.database import Database

# Any number that others are unlikely to use; not the one that starting servers lock.
_LOCK = 5_419_002_027
_PAUSE = 0.2


@contextmanager
def alone(database: Database, *, wait: bool = False) -> Iterator[None]:
    """For the block, nobody else is in here with this database.

    Raises InvalidState where somebody is, unless it is to `wait` for them. The lock ends with the
    process, however that ends.
    """
    if database.dialect.name == "sqlite":
        with _file_lock(Path(f"{database.url.database}.lock"), wait):
            yield
        return
    engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        _wait_for(lambda: _take(connection, database.url.database or ""), wait)
        yield


def _take(connection: Connection, name: str) -> bool:
    """Take the lock that ends with the connection, if nobody has it."""
    match connection.dialect.name:
        case "postgresql":
            found = connection.execute(text("SELECT pg_try_advisory_lock(:n)"), {"n": _LOCK})
            return bool(found.scalar())
        case "mssql":
            found = connection.execute(
                text(
                    "DECLARE @taken INT; EXEC @taken = sp_getapplock 'sagwan-upgrade',"
                    " 'Exclusive', 'Session', 0; SELECT @taken"
                )
            )
            return int(found.scalar_one()) >= 0
        case _:
            # Such locks are the whole server's, not one database's.
            named = "sagwan-" + hashlib.sha256(name.encode()).hexdigest()[:32]
            found = connection.execute(text("SELECT GET_LOCK(:n, 0)"), {"n": named})
            return found.scalar() == 1


def _wait_for(take: Callable[[], bool], wait: bool) -> None:
    while not take():
        if not wait:
            raise InvalidState(
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
