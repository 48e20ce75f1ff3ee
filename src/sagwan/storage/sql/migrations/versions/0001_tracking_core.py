"""Experiments, runs, metrics, datasets and logged models."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    UniqueConstraint,
)
from sqlalchemy.schema import SchemaItem

from sagwan.storage.sql.migrations.steps import NAMING, create_tables, drop_tables
from sagwan.storage.sql.types import BigId, Bytes, exact_text

revision = "0001"
down_revision = None
loses = "all experiments, runs and models"

metadata = MetaData(naming_convention=NAMING)


def _table(name: str, *parts: SchemaItem, **options: Any) -> Table:
    options = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", **options}
    return Table(name, metadata, *parts, **options)


def _clustered(name: str, *parts: SchemaItem) -> Table:
    """A table stored in the order of its primary key, where the database can do so."""
    return _table(name, *parts, sqlite_with_rowid=False)


_table(
    "experiments",
    Column("id", BigId, primary_key=True),
    Column("name", exact_text(500), nullable=False, unique=True),
    Column("artifact_location", exact_text(2048), nullable=False),
    Column("stage", SmallInteger, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)

_clustered(
    "experiment_tags",
    Column("experiment_id", BigId, ForeignKey("experiments.id"), primary_key=True),
    Column("key", exact_text(250), primary_key=True),
    Column("value", exact_text(), nullable=False),
)

_table(
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
    sqlite_autoincrement=True,
)

_table(
    "keys",
    Column("id", BigId, primary_key=True),
    Column("name", exact_text(250), nullable=False, unique=True),
)

_clustered(
    "params",
    Column("run", BigId, primary_key=True),
    Column("key", BigId, primary_key=True),
    Column("value", exact_text(), nullable=False),
    Index("ix_params_key_run", "key", "run"),
)

_clustered(
    "tags",
    Column("run", BigId, ForeignKey("runs.id"), primary_key=True),
    Column("key", BigId, ForeignKey("keys.id"), primary_key=True),
    Column("value", exact_text(), nullable=False),
    Index("ix_tags_key_run", "key", "run"),
)

_clustered(
    "latest_metrics",
    Column("run", BigId, primary_key=True),
    Column("key", BigId, primary_key=True),
    Column("step", BigInteger, nullable=False),
    Column("timestamp", BigInteger, nullable=False),
    Column("value", Double, nullable=False),
    Column("nan", SmallInteger, nullable=False),
    Index("ix_latest_metrics_key_run", "key", "run", postgresql_include=["value", "nan"]),
)

_table(
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

_table(
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

_table(
    "dataset_inputs",
    Column("id", BigId, primary_key=True),
    Column("run", BigId, ForeignKey("runs.id"), nullable=False),
    Column("dataset", BigId, ForeignKey("datasets.id"), nullable=False),
    UniqueConstraint("run", "dataset"),
    Index("ix_dataset_inputs_dataset_run", "dataset", "run"),
)

_clustered(
    "dataset_input_tags",
    Column("input", BigId, ForeignKey("dataset_inputs.id"), primary_key=True),
    Column("key", exact_text(255), primary_key=True),
    Column("value", exact_text(500), nullable=False),
)

_clustered(
    "run_models",
    Column("run", BigId, ForeignKey("runs.id"), primary_key=True),
    Column("output", SmallInteger, primary_key=True),
    Column("model_id", exact_text(64), primary_key=True),
    Column("step", BigInteger, nullable=False),
)

_table(
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

_clustered(
    "logged_model_params",
    Column("model", BigId, ForeignKey("logged_models.id"), primary_key=True),
    Column("key", exact_text(255), primary_key=True),
    Column("value", exact_text(), nullable=False),
)

_clustered(
    "logged_model_tags",
    Column("model", BigId, ForeignKey("logged_models.id"), primary_key=True),
    Column("key", exact_text(255), primary_key=True),
    Column("value", exact_text(), nullable=False),
)

_table(
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


def upgrade() -> None:
    """Create the tables."""
    create_tables(metadata)


def downgrade() -> None:
    """Drop the tables."""
    drop_tables(metadata)
