"""The schema, in SQLAlchemy Core.

Runs, keys and models are integers inside; the ids of the protocol are columns of one table each.
Keys of metrics, params and run tags are interned in `keys`. Tables that are read by run are
clustered by (run, key), with an index by (key, run) for searches.
Times are Unix milliseconds. `stage` is 0 (active) or 1 (deleted).
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects import sqlite

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ACTIVE, DELETED = 0, 1

# SQLite gives row ids only to columns declared INTEGER.
BigId = BigInteger().with_variant(sqlite.INTEGER(), "sqlite")


def _clustered(name: str, *parts: Column[object] | Index | UniqueConstraint) -> Table:
    """A table stored in the order of its primary key, where the database can do so."""
    return Table(name, metadata, *parts, sqlite_with_rowid=False)


experiments = Table(
    "experiments",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("name", String(500), nullable=False, unique=True),
    Column("artifact_location", String(2048), nullable=False),
    Column("stage", SmallInteger, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)

experiment_tags = _clustered(
    "experiment_tags",
    Column("experiment_id", BigId, ForeignKey("experiments.id"), primary_key=True),
    Column("key", String(250), primary_key=True),
    Column("value", Text, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("run_id", String(32), nullable=False, unique=True),
    Column("experiment_id", BigId, ForeignKey("experiments.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("start_time", BigInteger, nullable=False),
    Column("end_time", BigInteger),
    Column("stage", SmallInteger, nullable=False),
    Column("deleted", BigInteger),
    Column("artifact_uri", Text, nullable=False),
    Index("ix_runs_listing", "experiment_id", "stage", "start_time", "run_id"),
    # The number of a run that was purged must not come back with another run's points.
    sqlite_autoincrement=True,
)

keys = Table(
    "keys",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("name", String(250), nullable=False, unique=True),
)

params = _clustered(
    "params",
    Column("run", BigId, ForeignKey("runs.id"), primary_key=True),
    Column("key", BigId, ForeignKey("keys.id"), primary_key=True),
    Column("value", Text, nullable=False),
    Index("ix_params_key_run", "key", "run"),
)

tags = _clustered(
    "tags",
    Column("run", BigId, ForeignKey("runs.id"), primary_key=True),
    Column("key", BigId, ForeignKey("keys.id"), primary_key=True),
    Column("value", Text, nullable=False),
    Index("ix_tags_key_run", "key", "run"),
)

# NaN is stored as value 0 with `nan` 1: databases disagree on how NaN compares, and the protocol
# lets NaN count as 0 where it decides which point is the latest.
latest_metrics = _clustered(
    "latest_metrics",
    Column("run", BigId, ForeignKey("runs.id"), primary_key=True),
    Column("key", BigId, ForeignKey("keys.id"), primary_key=True),
    Column("step", BigInteger, nullable=False),
    Column("timestamp", BigInteger, nullable=False),
    Column("value", Double, nullable=False),
    Column("nan", SmallInteger, nullable=False),
    Index("ix_latest_metrics_key_run", "key", "run"),
)

# A segment holds points of one key of a run, or (key 0) of all keys that one commit touched.
MIXED = 0

metric_segments = Table(
    "metric_segments",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("run", BigId, ForeignKey("runs.id"), nullable=False),
    Column("key", BigId, nullable=False),
    Column("level", SmallInteger, nullable=False),
    Column("count", Integer, nullable=False),
    Column("first_step", BigInteger, nullable=False),
    Column("last_step", BigInteger, nullable=False),
    Column("first_time", BigInteger, nullable=False),
    Column("last_time", BigInteger, nullable=False),
    Column("encoding", SmallInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Index("ix_metric_segments_run_key", "run", "key", "level"),
)

datasets = Table(
    "datasets",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("experiment_id", BigId, ForeignKey("experiments.id"), nullable=False),
    Column("name", String(500), nullable=False),
    Column("digest", String(36), nullable=False),
    Column("source_type", String(36), nullable=False),
    Column("source", Text, nullable=False),
    Column("schema", Text),
    Column("profile", Text),
    UniqueConstraint("experiment_id", "name", "digest"),
)

dataset_inputs = Table(
    "dataset_inputs",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("run", BigId, ForeignKey("runs.id"), nullable=False),
    Column("dataset", BigId, ForeignKey("datasets.id"), nullable=False),
    UniqueConstraint("run", "dataset"),
    Index("ix_dataset_inputs_dataset_run", "dataset", "run"),
)

dataset_input_tags = _clustered(
    "dataset_input_tags",
    Column("input", BigId, ForeignKey("dataset_inputs.id"), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("value", String(500), nullable=False),
)

# The models that a run read (`output` 0, step 0) or wrote (`output` 1).
run_models = _clustered(
    "run_models",
    Column("run", BigId, ForeignKey("runs.id"), primary_key=True),
    Column("output", SmallInteger, primary_key=True),
    Column("model_id", String(64), primary_key=True),
    Column("step", BigInteger, nullable=False),
)

logged_models = Table(
    "logged_models",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("model_id", String(64), nullable=False, unique=True),
    Column("experiment_id", BigId, ForeignKey("experiments.id"), nullable=False),
    Column("name", String(500), nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("status_message", Text),
    Column("model_type", Text),
    Column("source_run_id", String(64)),
    Column("artifact_uri", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("stage", SmallInteger, nullable=False),
    Column("deleted", BigInteger),
    Index("ix_logged_models_listing", "experiment_id", "stage", "created"),
)

logged_model_params = _clustered(
    "logged_model_params",
    Column("model", BigId, ForeignKey("logged_models.id"), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("value", Text, nullable=False),
)

logged_model_tags = _clustered(
    "logged_model_tags",
    Column("model", BigId, ForeignKey("logged_models.id"), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("value", Text, nullable=False),
)

logged_model_metrics = Table(
    "logged_model_metrics",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("model", BigId, ForeignKey("logged_models.id"), nullable=False),
    Column("run_id", String(32), nullable=False),
    Column("key", String(250), nullable=False),
    Column("timestamp", BigInteger, nullable=False),
    Column("step", BigInteger, nullable=False),
    Column("value", Double, nullable=False),
    Column("nan", SmallInteger, nullable=False),
    Column("dataset_name", String(500)),
    Column("dataset_digest", String(36)),
    Index("ix_logged_model_metrics_model_key", "model", "key"),
)
