"""The schema, in SQLAlchemy Core.

Runs, keys and models are integers inside; the ids of the protocol are columns of one table each.
Keys of metrics, params and run tags are interned in `keys`. Tables that are read by run are
clustered by (run, key), with an index by (key, run) for searches. The tables that every request
writes to have no foreign keys: databases would read and lock the run's row for each of their rows.
Times are Unix milliseconds. `stage` is 0 (active) or 1 (deleted).
"""

from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    UniqueConstraint,
)

from sagwan.storage.sql import making
from sagwan.storage.sql.types import BigId, Bytes, exact_text

metadata = making.metadata
_table, _clustered = making.table, making.clustered

ACTIVE, DELETED = 0, 1


class Extreme(NamedTuple):
    """A column that keeps the least or the greatest of what it is given, and where that was."""

    value: str
    place: str
    greatest: bool = False


def _elsewhere(*_: object, dialect: Dialect, **__: object) -> bool:
    """Whether a database is none of PostgreSQL, in the form that SQLAlchemy asks for it."""
    return dialect.name != "postgresql"


experiments = _table(
    "experiments",
    Column("id", BigId, primary_key=True),
    Column("name", exact_text(500), nullable=False, unique=True),
    Column("artifact_location", exact_text(2048), nullable=False),
    Column("stage", SmallInteger, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)

experiment_tags = _clustered(
    "experiment_tags",
    Column("experiment_id", BigId, ForeignKey("experiments.id"), primary_key=True),
    Column("key", exact_text(250), primary_key=True),
    Column("value", exact_text(), nullable=False),
)

runs = _table(
    "runs",
    Column("id", BigId, primary_key=True),
    Column("run_id", exact_text(32), nullable=False, unique=True),
    Column("experiment_id", BigId, ForeignKey("experiments.id"), nullable=False),
    Column("name", exact_text(), nullable=False),
    Column("user_id", exact_text(), nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("start_time", BigInteger, nullable=False),
    Column("end_time", BigInteger),
    Column("stage", SmallInteger, nullable=False),
    Column("deleted", BigInteger),
    Column("artifact_uri", exact_text(), nullable=False),
    Index("ix_runs_listing", "experiment_id", "stage", "start_time", "run_id"),
    # The number of a run that was purged must not come back with another run's points.
    sqlite_autoincrement=True,
)

keys = _table(
    "keys",
    Column("id", BigId, primary_key=True),
    Column("name", exact_text(250), nullable=False, unique=True),
)

params = _clustered(
    "params",
    Column("run", BigId, primary_key=True),
    Column("key", BigId, primary_key=True),
    Column("value", exact_text(), nullable=False),
    Index("ix_params_key_run", "key", "run"),
)

tags = _clustered(
    "tags",
    Column("run", BigId, ForeignKey("runs.id"), primary_key=True),
    Column("key", BigId, ForeignKey("keys.id"), primary_key=True),
    Column("value", exact_text(), nullable=False),
    Index("ix_tags_key_run", "key", "run"),
)

# NaN is stored as value 0 with `nan` 1: databases disagree on how NaN compares, and the protocol
# lets NaN count as 0 where it decides which point is the latest.
latest_metrics = _clustered(
    "latest_metrics",
    Column("run", BigId, primary_key=True),
    Column("key", BigId, primary_key=True),
    Column("step", BigInteger, nullable=False),
    Column("timestamp", BigInteger, nullable=False),
    Column("value", Double, nullable=False),
    Column("nan", SmallInteger, nullable=False),
    # The extremes of all points but NaN, each with the first step that has it. They are null where
    # all are NaN, and so are their steps where nobody has looked at all points yet.
    Column("least", Double),
    Column("least_step", BigInteger),
    Column("greatest", Double),
    Column("greatest_step", BigInteger),
    Index("ix_latest_metrics_key_run", "key", "run").ddl_if(callable_=_elsewhere),
    # PostgreSQL keeps rows where they were inserted: a search by a metric would else visit every
    # run's page. It has them by value, too: a page of those that are first is a part of the index.
    Index("ix_latest_metrics_key_value", "key", "nan", "value", "run").ddl_if("postgresql"),
)

# When runs were written to, in the servers' time: `changed` by anything but metrics, `active` by
# anything, some seconds too early where that is metrics (see `activity.py`).
run_activity = _clustered(
    "run_activity",
    Column("run", BigId, primary_key=True, autoincrement=False),
    Column("active", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
    Index("ix_run_activity_changed", "changed"),
)

# A segment holds points of one key of a run, or (key 0) of all keys that one commit touched.
MIXED = 0

metric_segments = _table(
    "metric_segments",
    Column("id", BigId, primary_key=True),
    Column("run", BigId, nullable=False),
    Column("key", BigId, nullable=False),
    Column("level", SmallInteger, nullable=False),
    Column("count", Integer, nullable=False),
    Column("first_step", BigInteger, nullable=False),
    Column("last_step", BigInteger, nullable=False),
    Column("first_time", BigInteger, nullable=False),
    Column("last_time", BigInteger, nullable=False),
    Column("encoding", SmallInteger, nullable=False),
    Column("data", Bytes, nullable=False),
    Index("ix_metric_segments_run_key", "run", "key", "level"),
)

# The columns of a segment that is added; the database gives the id.
SEGMENT = tuple(column.name for column in metric_segments.columns if column.name != "id")

# The columns of a latest metric, and those of its point; the first three decide which is later.
LATEST = tuple(latest_metrics.columns.keys())
POINT = LATEST[2:6]
EXTREMES = (Extreme("least", "least_step"), Extreme("greatest", "greatest_step", greatest=True))

# What is left of what was purged: points of a run, artifacts.
remains = _table(
    "remains",
    Column("id", BigId, primary_key=True),
    Column("kind", SmallInteger, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("name", exact_text(64), nullable=False),
    Column("artifact_uri", exact_text(), nullable=False),
    sqlite_autoincrement=True,
)

# Long jobs of the server: what was asked for, how far it has come, and how it ended.
jobs = _table(
    "jobs",
    Column("id", BigId, primary_key=True),
    Column("job_id", exact_text(32), nullable=False, unique=True),
    Column("kind", exact_text(32), nullable=False),
    Column("state", SmallInteger, nullable=False),
    Column("request", exact_text(), nullable=False),
    Column("progress", exact_text(), nullable=False),
    Column("error", exact_text()),
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("ended", BigInteger),
    Index("ix_jobs_state", "state", "id"),
)

datasets = _table(
    "datasets",
    Column("id", BigId, primary_key=True),
    Column("experiment_id", BigId, ForeignKey("experiments.id"), nullable=False),
    Column("name", exact_text(500), nullable=False),
    Column("digest", exact_text(36), nullable=False),
    Column("source_type", exact_text(36), nullable=False),
    Column("source", exact_text(), nullable=False),
    Column("schema", exact_text()),
    Column("profile", exact_text()),
    UniqueConstraint("experiment_id", "name", "digest"),
)

dataset_inputs = _table(
    "dataset_inputs",
    Column("id", BigId, primary_key=True),
    Column("run", BigId, ForeignKey("runs.id"), nullable=False),
    Column("dataset", BigId, ForeignKey("datasets.id"), nullable=False),
    UniqueConstraint("run", "dataset"),
    Index("ix_dataset_inputs_dataset_run", "dataset", "run"),
)

dataset_input_tags = _clustered(
    "dataset_input_tags",
    Column("input", BigId, ForeignKey("dataset_inputs.id"), primary_key=True),
    Column("key", exact_text(255), primary_key=True),
    Column("value", exact_text(500), nullable=False),
)

# The models that a run read (`output` 0, step 0) or wrote (`output` 1).
run_models = _clustered(
    "run_models",
    Column("run", BigId, ForeignKey("runs.id"), primary_key=True),
    Column("output", SmallInteger, primary_key=True),
    Column("model_id", exact_text(64), primary_key=True),
    Column("step", BigInteger, nullable=False),
)

logged_models = _table(
    "logged_models",
    Column("id", BigId, primary_key=True),
    Column("model_id", exact_text(64), nullable=False, unique=True),
    Column("experiment_id", BigId, ForeignKey("experiments.id"), nullable=False),
    Column("name", exact_text(500), nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("status_message", exact_text()),
    Column("model_type", exact_text()),
    Column("source_run_id", exact_text(64)),
    Column("artifact_uri", exact_text(), nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("stage", SmallInteger, nullable=False),
    Column("deleted", BigInteger),
    Index("ix_logged_models_listing", "experiment_id", "stage", "created"),
)

logged_model_params = _clustered(
    "logged_model_params",
    Column("model", BigId, ForeignKey("logged_models.id"), primary_key=True),
    Column("key", exact_text(255), primary_key=True),
    Column("value", exact_text(), nullable=False),
)

logged_model_tags = _clustered(
    "logged_model_tags",
    Column("model", BigId, ForeignKey("logged_models.id"), primary_key=True),
    Column("key", exact_text(255), primary_key=True),
    Column("value", exact_text(), nullable=False),
)

logged_model_metrics = _table(
    "logged_model_metrics",
    Column("id", BigId, primary_key=True),
    Column("model", BigId, ForeignKey("logged_models.id"), nullable=False),
    Column("run_id", exact_text(32), nullable=False),
    Column("key", exact_text(250), nullable=False),
    Column("timestamp", BigInteger, nullable=False),
    Column("step", BigInteger, nullable=False),
    Column("value", Double, nullable=False),
    Column("nan", SmallInteger, nullable=False),
    Column("dataset_name", exact_text(500)),
    Column("dataset_digest", exact_text(36)),
    Index("ix_logged_model_metrics_model_key", "model", "key"),
)

# Views have no foreign keys: what is purged need not know of them, and a view whose experiment is
# gone is of use to others.
saved_views = _table(
    "saved_views",
    Column("id", BigId, primary_key=True),
    Column("slug", exact_text(32), nullable=False, unique=True),
    Column("experiment_id", BigId, nullable=False),
    Column("name", exact_text(250), nullable=False),
    Column("owner", exact_text(250), nullable=False),
    Column("query", exact_text(), nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    UniqueConstraint("experiment_id", "name"),
    Index("ix_saved_views_updated_slug", "updated", "slug"),
)

shared_views = _clustered(
    "shared_views",
    Column("slug", exact_text(32), primary_key=True),
    Column("path", exact_text(1000), nullable=False),
    Column("query", exact_text(), nullable=False),
    Column("created", BigInteger, nullable=False),
)

# What stands in place of an experiment for the server's default.
SERVER = -1

default_views = _clustered(
    "default_views",
    Column("experiment_id", BigInteger, primary_key=True, autoincrement=False),
    Column("slug", exact_text(32), nullable=False),
    Index("ix_default_views_slug", "slug"),
)

metric_dictionaries = _clustered(
    "metric_dictionaries",
    Column("experiment_id", BigInteger, primary_key=True, autoincrement=False),
    Column("version", BigInteger, nullable=False),
    Column("entries", exact_text(), nullable=False),
)
