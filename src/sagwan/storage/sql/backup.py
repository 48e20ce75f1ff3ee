"""Backups of a store, and stores from backups.

A SQLite database is copied as it is; of any database a portable backup (`dump`) can be made. Both
can be restored into any database: that is how a store moves from SQLite to PostgreSQL.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from sagwan.errors import InvalidParameter, InvalidState, Unavailable
from sagwan.storage.sql import dump, files, schema
from sagwan.storage.sql.chain import Chain
from sagwan.storage.sql.database import Database
from sagwan.storage.sql.dialects import dialect_for
from sagwan.storage.sql.dialects.sqlite import SQLite
from sagwan.storage.sql.loading import Source, load
from sagwan.storage.sql.locks import alone
from sagwan.storage.sql.upgrade import Watch, explained

PORTABLE = ".sagwan"


def target_file(database: Database, target: Path, portable: bool) -> Path:
    """The file of a backup: `target` itself, or one with the time in its name in that folder."""
    if not target.is_dir():
        return target
    copied = database.dialect.name == "sqlite" and not portable
    return target / f"sagwan-{files.timestamp()}{'.db' if copied else PORTABLE}"


def backup(
    database: Database, chain: Chain, target: Path, watch: Watch, *, portable: bool, force: bool
) -> None:
    """Write a backup of the store as it is at one moment; servers go on meanwhile.

    The file appears whole or not at all. Raises InvalidParameter where there is no store, or a
    file at `target` and not `force`; Unavailable; InvalidState where a SQLite file is damaged.
    """
    if target.exists() and not force:
        raise InvalidParameter(f"{target} exists. Name another file, or add --force.")
    if not target.parent.is_dir():
        raise InvalidParameter(f"There is no folder {target.parent}.")
    try:
        with database.read_engine.connect() as connection, connection.begin():
            number = _finished(connection, chain)
            if database.dialect.name != "sqlite" or portable:
                with (
                    files.replacing(target) as partial,
                    partial.open("wb") as stream,
                    watch.progress("Writing the backup") as progress,
                ):
                    tables = chain.tables[number]
                    head = dump.head(connection, database.dialect, number, tables)
                    dump.write(connection, head, tables, stream, progress)
                return
    except DBAPIError as error:
        raise explained(database, error) from None
    except OSError as error:
        raise Unavailable(f"The backup can't be written: {error}") from None
    with watch.progress("Copying the database") as progress:
        files.copy_file(Path(str(database.url.database)), target, progress)


def restore(database: Database, chain: Chain, source: Path, watch: Watch, *, force: bool) -> str:
    """Make a store from a backup; the revision of its schema.

    The backup is checked as a whole before anything is changed. Raises InvalidParameter where it
    is no backup or damaged, or where there is a store already and not `force`; InvalidState where
    that store is in use; Unavailable.
    """
    try:
        with alone(database):
            if files.is_sqlite(source):
                return _restore_file(database, chain, source, watch, force)
            reader = dump.Reader(source)
            _check_revision(chain, reader.head.revision)
            with watch.progress("Checking the backup") as progress:
                reader.verify(progress)
            _load(database, chain, reader, watch, force)
            return reader.head.revision
    except DBAPIError as error:
        raise explained(database, error) from None
    except OSError as error:
        raise Unavailable(f"The backup can't be restored: {error}") from None


class FileSource:
    """The rows of a SQLite database that nobody writes to."""

    def __init__(self, connection: Connection, chain: Chain) -> None:
        """Raises InvalidParameter where it is no store of ours."""
        self.revision = _finished(connection, chain)
        self._connection = connection
        self._tables = chain.tables[self.revision]
        self.head = dump.head(connection, SQLite(), self.revision, self._tables)

    @property
    def size(self) -> int:
        """Rows."""
        return sum(self.head.rows.values())

    def rows(self) -> Iterable[dump.Rows]:
        """All of them."""
        return dump.contents(self._connection, self._tables)


def _restore_file(database: Database, chain: Chain, source: Path, watch: Watch, force: bool) -> str:
    """From a SQLite database; it is copied first, since it may be a store in use."""
    if database.dialect.name == "sqlite":
        target = Path(str(database.url.database))
        if target.exists() and source.exists() and target.samefile(source):
            raise InvalidParameter("The backup and the store are the same file.")
        _refuse_to_overwrite(target, force)
        with files.replacing(target) as partial:
            with watch.progress("Copying the backup") as progress:
                files.copy(source, partial, progress)
            number = _revision_of(partial, chain)
            files.set_aside(target)
        return number
    with _opened(source) as connection:
        rows = FileSource(connection, chain)
        _load(database, chain, rows, watch, force)
        return rows.revision


@contextmanager
def _opened(file: Path) -> Iterator[Connection]:
    """A SQLite database in one state, only read. Raises InvalidState where it is damaged."""
    # A plain engine: that of a store would turn the file into one with a write-ahead log.
    engine = create_engine(
        URL.create(
            "sqlite",
            database=file.absolute().as_uri(),
            query={"mode": "ro", "uri": "true"},
        ),
        poolclass=NullPool,
    )
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
        if found != "ok":
            raise InvalidState(f"{file} is damaged: {found}")
        yield connection


def _load(database: Database, chain: Chain, source: Source, watch: Watch, force: bool) -> None:
    if database.dialect.name != "sqlite":
        with watch.progress("Restoring") as progress:
            load(database, chain, source, progress, overwrite=force)
        return
    target = Path(str(database.url.database))
    _refuse_to_overwrite(target, force)
    with files.replacing(target) as partial:
        with closing(_sqlite(partial)) as new, watch.progress("Restoring") as progress:
            load(new, chain, source, progress)
        files.finish(partial)
        files.set_aside(target)


def _refuse_to_overwrite(target: Path, force: bool) -> None:
    if target.exists() and target.stat().st_size and not force:
        raise InvalidParameter(
            f"{target} exists. Name another place, or add --force to replace it."
        )


def _revision_of(file: Path, chain: Chain) -> str:
    with _opened(file) as connection:
        return _finished(connection, chain)


def _finished(connection: Connection, chain: Chain) -> str:
    """The revision of a store that is whole. Raises InvalidParameter."""
    number = schema.revision(connection)
    if number is None:
        raise InvalidParameter("There is no store in the database.")
    if not schema.is_finished(number):
        schema.check(connection, number)
    _check_revision(chain, number)
    return number


def _check_revision(chain: Chain, number: str) -> None:
    if number not in {revision.number for revision in chain.revisions}:
        raise InvalidParameter(
            f"The schema has revision {number}, which this version of Sagwan does not know; it"
            f" knows revisions up to {chain.head}. Use a newer version."
        )


def _sqlite(file: Path) -> Database:
    url = URL.create("sqlite", database=str(file))
    return Database(url, dialect_for(url))
