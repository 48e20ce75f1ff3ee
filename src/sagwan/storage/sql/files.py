"""SQLite files: copied while a server writes to them, and put in the place of others."""

import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sagwan.errors import InvalidParameter, InvalidState, Unavailable
from sagwan.storage.sql.backfill import Progress
from sagwan.storage.sql.database import Database

MAGIC = b"SQLite format 3\0"
PARTIAL = ".partial"
_BESIDE = ("-wal", "-shm", "-journal")
_PAGES = 4096


def before_upgrade(database: Database, revision: str) -> Path:
    """Where the copy of a SQLite database goes before its schema is changed."""
    file = Path(str(database.url.database))
    return file.with_name(f"{file.name}.{revision}-{timestamp()}.backup")


def timestamp() -> str:
    """Now, as part of a file's name."""
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")


def copy_file(source: Path, target: Path, progress: Progress) -> None:
    """Copy a SQLite database as it is at this moment; servers go on writing to it meanwhile.

    The copy is checked, and appears whole or not at all. Raises Unavailable, where the database
    is damaged InvalidState.
    """
    with replacing(target) as partial:
        copy(source, partial, progress)


def copy(source: Path, target: Path, progress: Progress) -> None:
    """Copy a SQLite database to a new file, in one state, and check the copy.

    Raises Unavailable, where the database is damaged InvalidState.
    """
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as old,
            closing(sqlite3.connect(target)) as new,
        ):
            old.isolation_level = None
            old.execute("PRAGMA busy_timeout = 30000")
            # A transaction of its own keeps the copy at one state: without it, it would begin
            # anew whenever a server commits.
            old.execute("BEGIN")
            old.execute("SELECT count(*) FROM sqlite_master").fetchone()
            old.backup(new, pages=_PAGES, progress=_copied(progress), sleep=0)
            old.execute("ROLLBACK")
            # One file, without a log beside it.
            new.execute("PRAGMA journal_mode = DELETE").fetchone()
            check(new)
    except sqlite3.DatabaseError as error:
        raise Unavailable(f"The database can't be copied to {target}: {error}") from None
    except OSError as error:
        raise Unavailable(f"The database can't be copied: {error}") from None


def _copied(progress: Progress) -> Callable[[int, int, int], None]:
    return lambda status, remaining, total: progress(total - remaining, total)


def check(connection: sqlite3.Connection) -> None:
    """Raise InvalidState where the database is damaged."""
    try:
        found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        found = str(error)
    if found != "ok":
        raise InvalidState(f"The database is damaged: {found}")


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A path to write to; at the end of the block it takes the place of `target`, durably.

    Where the block fails, or the process dies, what was at `target` stays.
    """
    partial = target.with_name(target.name + PARTIAL)
    remove(partial)
    try:
        yield partial
        _sync(partial)
        os.replace(partial, target)
        if sys.platform != "win32":
            _sync(target.parent)
    finally:
        remove(partial)


def finish(file: Path) -> None:
    """Put all of a SQLite database into its one file, and check it. Raises InvalidState."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        check(connection)


def remove(file: Path) -> None:
    """Delete a SQLite database with what SQLite keeps beside it."""
    for path in (file, *(Path(f"{file}{ending}") for ending in _BESIDE)):
        path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def set_aside(file: Path) -> None:
    """Make a SQLite database ready to be replaced: nobody uses it and its log is empty.

    Raises InvalidState where somebody has it open.
    """
    if not file.exists():
        for ending in _BESIDE:
            Path(f"{file}{ending}").unlink(missing_ok=True)
        return
    try:
        with closing(sqlite3.connect(file, timeout=1)) as connection:
            # Leaving the write-ahead log takes the last reader away, and puts the log's contents
            # into the file.
            connection.execute("PRAGMA journal_mode = DELETE").fetchone()
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        raise InvalidState(f"{file} is in use ({error}). Stop the server, and try again.") from None
    except sqlite3.DatabaseError:
        # No database at all, or one that is damaged: the log belongs to it.
        for ending in _BESIDE:
            Path(f"{file}{ending}").unlink(missing_ok=True)


def is_sqlite(file: Path) -> bool:
    """Whether a file is a SQLite database. Raises InvalidParameter where it can't be read."""
    return first_bytes(file, len(MAGIC)) == MAGIC


def first_bytes(file: Path, count: int) -> bytes:
    """The beginning of a file. Raises InvalidParameter where it can't be read."""
    try:
        with file.open("rb") as stream:
            return stream.read(count)
    except OSError as error:
        raise InvalidParameter(f"{file} can't be read: {error.strerror}.") from None
