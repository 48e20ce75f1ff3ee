"""Fill in the length of the names of runs."""

from sagwan.storage.sql.backfill import Backfill

revision = "0003"
down_revision = "0002"
touches = {"runs": 10_000}

backfill = Backfill("runs", {"name_length": "length(name)"}, todo="name_length IS NULL")
