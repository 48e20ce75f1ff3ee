"""Saved views, shared links, and which views are the defaults."""

from typing import Any

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, UniqueConstraint
from sqlalchemy.schema import SchemaItem

from sagwan.storage.sql.migrations.steps import NAMING, create_tables, drop_tables
from sagwan.storage.sql.types import BigId, exact_text

revision = "0002"
down_revision = "0001"
loses = "all saved views and shared links"

metadata = MetaData(naming_convention=NAMING)


def _table(name: str, *parts: SchemaItem, **options: Any) -> Table:
    options = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", **options}
    return Table(name, metadata, *parts, **options)


def _clustered(name: str, *parts: SchemaItem) -> Table:
    """A table stored in the order of its primary key, where the database can do so."""
    return _table(name, *parts, sqlite_with_rowid=False)


_table(
    "saved_views",
    Column("id", BigId, primary_key=True),
    Column("slug", exact_text(32), nullable=False, unique=True),
    Column("experiment_id", BigId, nullable=False),
    Column("name", exact_text(250), nullable=False),
    Column("owner", exact_text(250), nullable=False),
    Column("query", exact_text(), nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    UniqueConstraint("experiment_id", "name"),
    Index("ix_saved_views_updated_slug", "updated", "slug"),
)

_clustered(
    "shared_views",
    Column("slug", exact_text(32), primary_key=True),
    Column("path", exact_text(1000), nullable=False),
    Column("query", exact_text(), nullable=False),
    Column("created", BigInteger, nullable=False),
)

_clustered(
    "default_views",
    Column("experiment_id", BigInteger, primary_key=True, autoincrement=False),
    Column("slug", exact_text(32), nullable=False),
    Index("ix_default_views_slug", "slug"),
)


def upgrade() -> None:
    """Create the tables."""
    create_tables(metadata)


def downgrade() -> None:
    """Drop them."""
    drop_tables(metadata)
