"""The model registry: registered models, their versions and aliases."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    MetaData,
    SmallInteger,
    Table,
    UniqueConstraint,
)
from sqlalchemy.schema import SchemaItem

from sagwan.storage.sql.migrations.steps import NAMING, create_tables, drop_tables
from sagwan.storage.sql.types import BigId, exact_text

revision = "0006"
down_revision = "0005"
loses = "all registered models and prompts"

metadata = MetaData(naming_convention=NAMING)


def _table(name: str, *parts: SchemaItem, **options: Any) -> Table:
    options = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", **options}
    return Table(name, metadata, *parts, **options)


def _clustered(name: str, *parts: SchemaItem) -> Table:
    """A table stored in the order of its primary key, where the database can do so."""
    return _table(name, *parts, sqlite_with_rowid=False)


_table(
    "registered_models",
    Column("id", BigId, primary_key=True),
    Column("name", exact_text(256), nullable=False, unique=True),
    Column("description", exact_text()),
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("prompt", SmallInteger, nullable=False),
    Column("last_version", BigInteger, nullable=False),
    Index("ix_registered_models_listing", "prompt", "name"),
    Index("ix_registered_models_updated", "prompt", "updated", "name"),
)

_clustered(
    "registered_model_tags",
    Column("model", BigId, ForeignKey("registered_models.id"), primary_key=True),
    Column("key", exact_text(250), primary_key=True),
    Column("value", exact_text(), nullable=False),
)

_clustered(
    "registered_model_aliases",
    Column("model", BigId, ForeignKey("registered_models.id"), primary_key=True),
    Column("alias", exact_text(255), primary_key=True),
    Column("version", BigInteger, nullable=False),
)

_table(
    "model_versions",
    Column("id", BigId, primary_key=True),
    Column("model", BigId, ForeignKey("registered_models.id"), nullable=False),
    Column("name", exact_text(256), nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("stage", SmallInteger, nullable=False),
    Column("prompt", SmallInteger, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("description", exact_text()),
    Column("source", exact_text(), nullable=False),
    Column("storage_location", exact_text()),
    Column("run_id", exact_text(64), nullable=False),
    Column("run_link", exact_text(), nullable=False),
    Column("model_id", exact_text(64)),
    UniqueConstraint("name", "version"),
    Index("ix_model_versions_stage", "model", "stage", "version"),
    Index("ix_model_versions_listing", "prompt", "name", "version"),
    Index("ix_model_versions_updated", "prompt", "updated"),
    Index("ix_model_versions_run_id", "run_id"),
)

_clustered(
    "model_version_tags",
    Column("version", BigId, ForeignKey("model_versions.id"), primary_key=True),
    Column("key", exact_text(250), primary_key=True),
    Column("value", exact_text(), nullable=False),
)


def upgrade() -> None:
    """Create the tables."""
    create_tables(metadata)


def downgrade() -> None:
    """Drop the tables."""
    drop_tables(metadata)
