"""Keep the extremes of each metric beside its latest point."""

from sqlalchemy import BigInteger, Column, Double

from sagwan.storage.sql.migrations.steps import add_column, drop_column

revision = "0007"
down_revision = "0006"
loses = "the extremes of metrics, which an upgrade works out again"

_TABLE = "latest_metrics"


def upgrade() -> None:
    """Add the columns, without values."""
    add_column(_TABLE, Column("least", Double))
    add_column(_TABLE, Column("least_step", BigInteger))
    add_column(_TABLE, Column("greatest", Double))
    add_column(_TABLE, Column("greatest_step", BigInteger))


def downgrade() -> None:
    """Drop them."""
    for name in ("greatest_step", "greatest", "least_step", "least"):
        drop_column(_TABLE, name)
