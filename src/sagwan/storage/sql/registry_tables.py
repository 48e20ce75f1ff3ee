"""The tables of the model registry.

A version has its model's name, too, so that searches of versions look at one table; a rename
updates all versions anyway. `prompt` is 1 where the tags say that it is a prompt. `last_version` is
the highest number that a version of the model ever had. Versions that are deleted are gone.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, SmallInteger, UniqueConstraint

from sagwan.entities.registry import Stage
from sagwan.storage.sql.making import clustered, table
from sagwan.storage.sql.types import BigId, exact_text

STAGES = {
    0: Stage.NONE,
    1: Stage.STAGING,
    2: Stage.PRODUCTION,
    3: Stage.ARCHIVED,
}
STAGE_NUMBERS = {stage: number for number, stage in STAGES.items()}

registered_models = table(
    "registered_models",
    Column("id", BigId, primary_key=True),
    Column("name", exact_text(256), nullable=False, unique=True),
    Column("description", exact_text()),
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("prompt", SmallInteger, nullable=False),
    Column("last_version", BigInteger, nullable=False),
    Index("ix_registered_models_listing", "prompt", "name"),
    Index("ix_registered_models_updated", "prompt", "updated", "name"),
)

registered_model_tags = clustered(
    "registered_model_tags",
    Column("model", BigId, ForeignKey("registered_models.id"), primary_key=True),
    Column("key", exact_text(250), primary_key=True),
    Column("value", exact_text(), nullable=False),
)

registered_model_aliases = clustered(
    "registered_model_aliases",
    Column("model", BigId, ForeignKey("registered_models.id"), primary_key=True),
    Column("alias", exact_text(255), primary_key=True),
    Column("version", BigInteger, nullable=False),
)

model_versions = table(
    "model_versions",
    Column("id", BigId, primary_key=True),
    Column("model", BigId, ForeignKey("registered_models.id"), nullable=False),
    Column("name", exact_text(256), nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("stage", SmallInteger, nullable=False),
    Column("prompt", SmallInteger, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("description", exact_text()),
    Column("source", exact_text(), nullable=False),
    Column("storage_location", exact_text()),
    Column("run_id", exact_text(64), nullable=False),
    Column("run_link", exact_text(), nullable=False),
    Column("model_id", exact_text(64)),
    UniqueConstraint("name", "version"),
    Index("ix_model_versions_stage", "model", "stage", "version"),
    Index("ix_model_versions_listing", "prompt", "name", "version"),
    Index("ix_model_versions_updated", "prompt", "updated"),
    Index("ix_model_versions_run_id", "run_id"),
)

model_version_tags = clustered(
    "model_version_tags",
    Column("version", BigId, ForeignKey("model_versions.id"), primary_key=True),
    Column("key", exact_text(250), primary_key=True),
    Column("value", exact_text(), nullable=False),
)
