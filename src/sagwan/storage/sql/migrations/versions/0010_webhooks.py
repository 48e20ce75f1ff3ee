"""Webhooks and their deliveries."""

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Index, MetaData, SmallInteger, Table
from sqlalchemy.schema import SchemaItem

from sagwan.storage.sql.migrations.steps import NAMING, create_tables, drop_tables
from sagwan.storage.sql.types import BigId, exact_text

revision = "0010"
down_revision = "0009"
loses = "all webhooks, and what they have not been told yet"

metadata = MetaData(naming_convention=NAMING)


def _table(name: str, *parts: SchemaItem, **options: Any) -> None:
    options = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", **options}
    Table(name, metadata, *parts, **options)


_table(
    "webhooks",
    Column("id", BigId, primary_key=True),
    Column("webhook_id", exact_text(64), nullable=False, unique=True),
    Column("name", exact_text(64), nullable=False),
    Column("description", exact_text()),
    Column("url", exact_text(), nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("secret", exact_text()),
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
)

_table(
    "webhook_events",
    Column("webhook", BigId, ForeignKey("webhooks.id"), primary_key=True),
    Column("entity", SmallInteger, primary_key=True, autoincrement=False),
    Column("action", SmallInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

_table(
    "webhook_deliveries",
    Column("id", BigId, primary_key=True),
    Column("delivery_id", exact_text(64), nullable=False, unique=True),
    Column("webhook", BigId, ForeignKey("webhooks.id"), nullable=False),
    Column("entity", SmallInteger, nullable=False),
    Column("action", SmallInteger, nullable=False),
    Column("body", exact_text(), nullable=False),
    Column("state", SmallInteger, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("attempts", BigInteger, nullable=False),
    Column("attempted", BigInteger),
    Column("response_status", BigInteger),
    Column("error", exact_text()),
    Index("ix_webhook_deliveries_due", "state", "due"),
    Index("ix_webhook_deliveries_webhook", "webhook", "id"),
)


def upgrade() -> None:
    """Create the tables."""
    create_tables(metadata)


def downgrade() -> None:
    """Drop the tables."""
    drop_tables(metadata)
