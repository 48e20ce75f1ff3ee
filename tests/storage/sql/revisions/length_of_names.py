"""Keep the length of a run's name."""

from sqlalchemy import BigInteger, Column

from sagwan.storage.sql.migrations.steps import add_column, drop_column
from tests.support.revisions import ADDED, REAL_HEAD

revision = ADDED
down_revision = REAL_HEAD
loses = "the lengths of runs' names"


def upgrade() -> None:
    """Add the column, without values."""
    add_column("runs", Column("name_length", BigInteger))


def downgrade() -> None:
    """Drop it."""
    drop_column("runs", "name_length")
