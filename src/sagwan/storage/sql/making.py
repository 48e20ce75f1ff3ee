"""How tables are made, and what holds them all."""

from typing import Any

from sqlalchemy import MetaData, Table
from sqlalchemy.schema import SchemaItem

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def table(name: str, *parts: SchemaItem, **options: Any) -> Table:
    """A table, also for databases that know several kinds of them."""
    for dialect in ("mysql", "mariadb"):
        options |= {f"{dialect}_engine": "InnoDB", f"{dialect}_charset": "utf8mb4"}
    return Table(name, metadata, *parts, **options)


def clustered(name: str, *parts: SchemaItem) -> Table:
    """A table stored in the order of its primary key, where the database can do so."""
    return table(name, *parts, sqlite_with_rowid=False)
