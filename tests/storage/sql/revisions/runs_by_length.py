"""Find runs by the length of their names."""

from sagwan.storage.sql.migrations.steps import create_index, drop_index
from tests.support.revisions import FILLED, INVENTED_HEAD

revision = INVENTED_HEAD
down_revision = FILLED
touches = ("runs",)


def upgrade() -> None:
    """Create the index."""
    create_index("ix_runs_name_length", "runs", "name_length")


def downgrade() -> None:
    """Drop it."""
    drop_index("ix_runs_name_length", "runs")
