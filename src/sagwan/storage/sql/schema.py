"""Which version of the schema a database has, and how a new database gets it."""

import shlex

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    String,
    Table,
    delete,
    insert,
    inspect,
    select,
)
from sqlalchemy.schema import CreateTable

from sagwan.config.settings import without_password
from sagwan.errors import InvalidParameter
from sagwan.storage.sql import making, registry_tables, tables, trace_tables, webhook_tables

# The revision that the tables describe: the last of the chain in `migrations`.
HEAD = "0011"

# Each module adds its tables to the one metadata.
MODULES = (tables, registry_tables, webhook_tables, trace_tables)
metadata = making.metadata

# What stands in place of a revision while one is being undone in several transactions, after
# that revision, and while a backup is being restored.
UNDOING = "-undoing"
RESTORING = "restoring"

versions = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), primary_key=True),
    mysql_engine="InnoDB",
)

_DIGITS = 4
_MLFLOW_TABLES = {"experiments", "metrics"}
_OWN_TABLE = "metric_segments"


def revision(connection: Connection) -> str | None:
    """The revision of the schema in a database; None for an empty one and for one being created.

    It may end in UNDOING or be RESTORING: what was begun there was not finished. Raises
    InvalidParameter where the database holds something else.
    """
    names = set(inspect(connection).get_table_names())
    found = None
    if versions.name in names:
        found = connection.execute(select(versions.c.version_num)).scalar()
    others = names - {versions.name}
    if found is None:
        foreign = others - set(metadata.tables) if versions.name in names else others
        if foreign:
            raise InvalidParameter(
                "The database is not empty and holds no Sagwan store; it has tables like"
                f" {', '.join(sorted(foreign)[:3])}. Use an empty database. Nothing was changed."
            )
    elif not _is_own(found):
        if others >= _MLFLOW_TABLES and _OWN_TABLE not in others:
            raise InvalidParameter(
                "The database is one of MLflow, whose schema is not Sagwan's. Sagwan needs a"
                " database of its own: name an empty one. Nothing was changed."
            )
        raise InvalidParameter(
            f"The database's schema has the revision '{found}', which is none of Sagwan's. Use an"
            " empty database. Nothing was changed."
        )
    return found


def set_revision(connection: Connection, number: str | None) -> None:
    """Say which revision the schema has; None removes the table that says so."""
    if number is None:
        versions.drop(connection, checkfirst=True)
        return
    versions.create(connection, checkfirst=True)
    connection.execute(delete(versions))
    connection.execute(insert(versions), {"version_num": number})


def is_finished(found: str) -> bool:
    """Whether `found` names a revision, and not something that was interrupted."""
    return len(found) == _DIGITS and found.isdigit()


def check(connection: Connection, found: str) -> None:
    """Raise InvalidParameter, with the command to run, where the schema is not this version's."""
    if found == HEAD:
        return
    if found == RESTORING:
        raise InvalidParameter(
            "A backup is being restored into the database, or that was interrupted. If it was, run"
            f" it again:\n  {command('restore', connection)} BACKUP"
        )
    upgrade = command("upgrade", connection)
    if not is_finished(found):
        raise InvalidParameter(
            f"A downgrade of the database's schema from revision {found.removesuffix(UNDOING)} is"
            f" under way or was interrupted. If it was, run it again, or go back up:\n  {upgrade}"
        )
    if int(found) < int(HEAD):
        raise InvalidParameter(
            f"The database has schema revision {found}, this version of Sagwan needs {HEAD}."
            f" Upgrade it:\n  {upgrade}\nor start the server with --auto-upgrade. Add --dry-run to"
            " see what it would do."
        )
    raise InvalidParameter(
        f"The database has schema revision {found}, which a newer version of Sagwan made; this one"
        f" needs {HEAD}. Install the newer version, or use it to go back:\n"
        f"  {command('downgrade', connection)} {HEAD}"
    )


def command(name: str, connection: Connection) -> str:
    """The `sagwan db` command for a connection's database; it does not tell the password."""
    shown = without_password(connection.engine.url.render_as_string(hide_password=True))
    return f"sagwan db {name} --backend-store-uri {shlex.quote(shown)}"


def prepare(connection: Connection) -> None:
    """Create the schema in an empty database; check it in another.

    Raises InvalidParameter where the database is of another version or holds something else.
    """
    found = revision(connection)
    if found is not None:
        check(connection, found)
        return
    # First of all, so that a creation that was interrupted is recognized and taken up.
    versions.create(connection, checkfirst=True)
    create_missing(connection, metadata)
    set_revision(connection, HEAD)


def create_missing(connection: Connection, wanted: MetaData) -> None:
    """Create the tables and indexes that are not there yet."""
    names = set(inspect(connection).get_table_names())
    for table in wanted.sorted_tables:
        if table.name not in names:
            connection.execute(CreateTable(table))
            there: set[str] = set()
        else:
            there = {str(index["name"]) for index in inspect(connection).get_indexes(table.name)}
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            if index.name not in there:
                index.create(connection)  # where it is one of this kind of database


def _is_own(found: str) -> bool:
    return is_finished(found.removesuffix(UNDOING)) or found == RESTORING
