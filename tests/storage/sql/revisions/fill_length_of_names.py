"""Fill in the length of the names of runs."""

from sagwan.storage.sql.backfill import Backfill
from tests.support.revisions import ADDED, FILLED

revision = FILLED
down_revision = ADDED
touches = {"runs": 10_000}

backfill = Backfill("runs", {"name_length": "length(name)"}, todo="name_length IS NULL")
