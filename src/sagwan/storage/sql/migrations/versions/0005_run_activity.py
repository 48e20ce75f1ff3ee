"""When runs were last written to."""

from sqlalchemy import BigInteger, Column, Index, MetaData, Table

from sagwan.storage.sql.migrations.steps import NAMING, create_tables, drop_tables
from sagwan.storage.sql.types import BigId

revision = "0005"
down_revision = "0004"
loses = "when runs were last written to"

metadata = MetaData(naming_convention=NAMING)

Table(
    "run_activity",
    metadata,
    Column("run", BigId, primary_key=True, autoincrement=False),
    Column("active", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
    Index("ix_run_activity_changed", "changed"),
    mysql_engine="InnoDB",
    mysql_charset="utf8mb4",
    sqlite_with_rowid=False,
)


def upgrade() -> None:
    """Create the table."""
    create_tables(metadata)


def downgrade() -> None:
    """Drop the table."""
    drop_tables(metadata)
