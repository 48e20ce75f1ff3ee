"""Filling a database from a portable backup.

On databases that change their schema in transactions it is one transaction. On the others a mark
comes first; where the restore was interrupted, the mark is found, and it begins anew.
"""

from collections.abc import Iterable
from typing import Protocol

from sqlalchemy import Connection, MetaData, Table, inspect
from sqlalchemy.exc import DBAPIError, IntegrityError

from sagwan.errors import InvalidParameter, InvalidState
from sagwan.storage.sql import schema
from sagwan.storage.sql.backfill import Progress
from sagwan.storage.sql.chain import Chain, operations
from sagwan.storage.sql.database import Database
from sagwan.storage.sql.dialects.base import Dialect
from sagwan.storage.sql.dump import Head, Rows
from sagwan.storage.sql.prepared import Bulk

LOCK_TIMEOUT = 5
"""Seconds for which a table that is to be replaced is waited for."""


class Source(Protocol):
    """What a database is filled from."""

    head: Head

    @property
    def size(self) -> int:
        """Rows."""

    def rows(self) -> Iterable[Rows]:
        """All of them."""


def load(
    database: Database,
    chain: Chain,
    source: Source,
    progress: Progress,
    *,
    overwrite: bool = False,
) -> None:
    """Create the schema of the backup and fill it.

    Raises InvalidParameter where the database holds something, unless it is a store that is to be
    overwritten or an interrupted restore.
    """
    atomic = database.dialect.atomic
    with database.engine.connect() as connection:
        with connection.begin():
            database.dialect.only_one(connection)
            _clear(database.dialect, connection, chain, overwrite)
            schema.set_revision(connection, schema.RESTORING)
            if atomic:
                _fill(database, connection, chain, source, progress, atomic)
        if not atomic:
            _fill(database, connection, chain, source, progress, atomic)


def _clear(dialect: Dialect, connection: Connection, chain: Chain, overwrite: bool) -> None:
    """Drop what a restore left, or the store that is to be overwritten."""
    found = schema.revision(connection)
    if found not in (None, schema.RESTORING) and not overwrite:
        raise InvalidParameter(
            "The database holds a store already. Restore into an empty database, or add --force"
            " to replace everything in it."
        )
    dialect.wait_for_locks(connection, LOCK_TIMEOUT)
    ours = chain.table_names & set(inspect(connection).get_table_names())
    if ours:
        there = MetaData()
        there.reflect(connection, only=sorted(ours - {schema.versions.name}))
        if found not in (None, schema.RESTORING):
            # From here on there is no store, but the rest of one.
            schema.set_revision(connection, schema.RESTORING)
        try:
            there.drop_all(connection)
        except DBAPIError as error:
            if dialect.lock_timed_out(error):
                raise InvalidState(
                    "A server or another program uses the database. Stop it, and try again."
                ) from None
            raise


def _fill(
    database: Database,
    connection: Connection,
    chain: Chain,
    source: Source,
    progress: Progress,
    atomic: bool,
) -> None:
    revision = source.head.revision
    with operations(connection):
        for step in chain.revisions[: chain.position(revision)]:
            step.upgrade()
    tables = MetaData()
    tables.reflect(connection, only=list(source.head.rows))
    bulks: dict[str, tuple[Bulk, list[str]]] = {}
    done = 0
    for part in source.rows():
        if part.table not in bulks:
            table = _table(tables, part.table, part.columns)
            bulks[part.table] = (database.dialect.bulk(table, part.columns), part.columns)
        try:
            bulks[part.table][0].execute(connection, map(tuple, part.rows))
        except IntegrityError as error:
            raise InvalidParameter(
                f"The backup's rows of {part.table} don't fit: {error.orig}"
            ) from None
        done += len(part.rows)
        progress(done, source.size)
        if not atomic:
            connection.commit()
    for name, number in source.head.numbers.items():
        # New rows get ids that no row of the backup's store ever had.
        database.dialect.continue_numbers(connection, name, number)
    schema.set_revision(connection, revision)
    if not atomic:
        connection.commit()


def _table(tables: MetaData, name: str, columns: list[str]) -> Table:
    table = tables.tables.get(name)
    if table is None or set(columns) - set(table.columns.keys()):
        raise InvalidParameter(f"The backup has a table or columns that are not known: {name}.")
    return table
