"""Which version of the schema a database has, and how a new database gets it."""

from sqlalchemy import Column, Connection, MetaData, String, Table, insert, inspect, select

from sagwan.errors import InvalidParameter
from sagwan.storage.sql.tables import metadata

# The revision that `tables` describes: the last of the chain in `migrations`.
HEAD = "0001"

_versions = Table(
    "alembic_version", MetaData(), Column("version_num", String(32), primary_key=True)
)


def revision(connection: Connection) -> str | None:
    """The revision of the schema in a database; None where there is no schema of ours."""
    if not inspect(connection).has_table(_versions.name):
        return None
    return connection.execute(select(_versions.c.version_num)).scalar_one_or_none()


def prepare(connection: Connection) -> None:
    """Create the schema in an empty database; check it in another.

    Raises InvalidParameter where the database is of another version or holds something else.
    """
    found = revision(connection)
    if found == HEAD:
        return
    if found is not None:
        raise InvalidParameter(
            f"The database has schema revision {found}, this version of Sagwan needs {HEAD}."
        )
    others = sorted(inspect(connection).get_table_names())
    if others:
        raise InvalidParameter(
            "The database is not empty and holds no Sagwan store; it has tables like"
            f" {', '.join(others[:3])}. Use an empty database."
        )
    metadata.create_all(connection)
    _versions.create(connection)
    connection.execute(insert(_versions), {"version_num": HEAD})
