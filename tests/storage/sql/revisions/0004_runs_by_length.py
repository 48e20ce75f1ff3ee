"""Find runs by the length of their names."""

from sagwan.storage.sql.migrations.steps import create_index, drop_index

revision = "0004"
down_revision = "0003"
touches = ("runs",)


def upgrade() -> None:
    """Create the index."""
    create_index("ix_runs_name_length", "runs", "name_length")


def downgrade() -> None:
    """Drop it."""
    drop_index("ix_runs_name_length", "runs")
