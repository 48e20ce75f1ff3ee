"""What is said of metrics: labels, units, directions, ranges."""

from sqlalchemy import BigInteger, Column, MetaData, Table

from sagwan.storage.sql.migrations.steps import NAMING, create_tables, drop_tables
from sagwan.storage.sql.types import exact_text

revision = "0009"
down_revision = "0008"
loses = "what is said of metrics: labels, units, directions, ranges, goals, sections"

metadata = MetaData(naming_convention=NAMING)

Table(
    "metric_dictionaries",
    metadata,
    Column("experiment_id", BigInteger, primary_key=True, autoincrement=False),
    Column("version", BigInteger, nullable=False),
    Column("entries", exact_text(), nullable=False),
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
