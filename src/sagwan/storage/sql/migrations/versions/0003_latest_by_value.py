"""Have the latest metrics in the order of their values, on PostgreSQL."""

from alembic import op

from sagwan.storage.sql.migrations.steps import create_index, drop_index, is_postgresql

revision = "0003"
down_revision = "0002"
# Measured on PostgreSQL: 2,000,000 rows in 9 s on a busy machine with two processors.
touches = {"latest_metrics": 200_000}


def upgrade() -> None:
    """Put an index by value in the place of the one by run."""
    if is_postgresql():
        create_index("ix_latest_metrics_key_value", "latest_metrics", "key", "nan", "value", "run")
        drop_index("ix_latest_metrics_key_run", "latest_metrics")


def downgrade() -> None:
    """Go back to the one by run."""
    if is_postgresql():
        op.create_index(
            "ix_latest_metrics_key_run",
            "latest_metrics",
            ["key", "run"],
            postgresql_include=["value", "nan"],
        )
        drop_index("ix_latest_metrics_key_value", "latest_metrics")
