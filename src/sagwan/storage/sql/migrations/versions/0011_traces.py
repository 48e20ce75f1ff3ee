"""Traces, with their spans."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
)
from sqlalchemy.schema import SchemaItem

from sagwan.storage.sql.migrations.steps import NAMING, create_tables, drop_tables
from sagwan.storage.sql.types import BigId, Bytes, exact_text

revision = "0011"
down_revision = "0010"
loses = "all traces"

metadata = MetaData(naming_convention=NAMING)


def _table(name: str, *parts: SchemaItem, **options: Any) -> Table:
    options = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", **options}
    return Table(name, metadata, *parts, **options)


def _clustered(name: str, *parts: SchemaItem) -> Table:
    """A table stored in the order of its primary key, where the database can do so."""
    return _table(name, *parts, sqlite_with_rowid=False)


_table(
    "traces",
    Column("id", BigId, primary_key=True),
    Column("trace_id", exact_text(50), nullable=False, unique=True),
    Column("experiment_id", BigInteger, nullable=False),
    Column("time", BigInteger, nullable=False),
    Column("duration", BigInteger),
    Column("state", SmallInteger, nullable=False),
    Column("final", SmallInteger, nullable=False),
    Column("pieces", Integer, nullable=False),
    Column("client_request_id", exact_text(250)),
    Column("request_preview", exact_text(1000)),
    Column("response_preview", exact_text(1000)),
    Index("ix_traces_listing", "experiment_id", "time", "trace_id"),
)

_clustered(
    "trace_tags",
    Column("trace", BigId, ForeignKey("traces.id"), primary_key=True),
    Column("key", exact_text(250), primary_key=True),
    Column("value", exact_text(), nullable=False),
)

_clustered(
    "trace_metadata",
    Column("trace", BigId, ForeignKey("traces.id"), primary_key=True),
    Column("key", exact_text(250), primary_key=True),
    Column("value", exact_text(), nullable=False),
)

_clustered(
    "trace_runs",
    Column("trace", BigId, ForeignKey("traces.id"), primary_key=True),
    Column("run_id", exact_text(32), primary_key=True),
)

_table(
    "trace_spans",
    Column("id", BigId, primary_key=True),
    Column("trace", BigId, ForeignKey("traces.id"), nullable=False),
    Column("data", Bytes, nullable=False),
    Index("ix_trace_spans_trace", "trace"),
)


def upgrade() -> None:
    """Create the tables."""
    create_tables(metadata)


def downgrade() -> None:
    """Drop the tables."""
    drop_tables(metadata)
