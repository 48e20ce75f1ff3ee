"""Work out the extremes of the metrics that there are."""

from sagwan.storage.sql.summaries import ExtremesBackfill

revision = "0008"
down_revision = "0007"
# Measured on PostgreSQL on a busy machine with two processors.
touches = {"latest_metrics": 2_000}

backfill = ExtremesBackfill("latest_metrics", {}, todo="least_step IS NULL", key="run")
