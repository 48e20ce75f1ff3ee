"""Purges that go on after a restart."""

from sqlalchemy import BigInteger, Column, Index, MetaData, SmallInteger, Table

from sagwan.storage.sql.migrations.steps import NAMING, create_tables, drop_tables
from sagwan.storage.sql.types import BigId, exact_text

revision = "0004"
down_revision = "0003"
loses = "what purges that were cut off have left to remove, and the list of jobs"

metadata = MetaData(naming_convention=NAMING)

Table(
    "remains",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("kind", SmallInteger, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("name", exact_text(64), nullable=False),
    Column("artifact_uri", exact_text(), nullable=False),
    sqlite_autoincrement=True,
    mysql_engine="InnoDB",
    mysql_charset="utf8mb4",
)

Table(
    "jobs",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("job_id", exact_text(32), nullable=False, unique=True),
    Column("kind", exact_text(32), nullable=False),
    Column("state", SmallInteger, nullable=False),
    Column("request", exact_text(), nullable=False),
    Column("progress", exact_text(), nullable=False),
    Column("error", exact_text()),
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("ended", BigInteger),
    Index("ix_jobs_state", "state", "id"),
    mysql_engine="InnoDB",
    mysql_charset="utf8mb4",
)


def upgrade() -> None:
    create_tables(metadata)


def downgrade() -> None:
    drop_tables(metadata)
