"""The model registry: registered models and their versions. Times are Unix milliseconds."""

from enum import StrEnum

from sagwan.entities.base import Entity, Tag


class Stage(StrEnum):
    """Where a version stands in the older of the protocol's two ways to say so."""

    NONE = "None"
    STAGING = "Staging"
    PRODUCTION = "Production"
    ARCHIVED = "Archived"


class Alias(Entity):
    """A name for one version of a registered model."""

    alias: str
    version: str


class ModelVersion(Entity):
    """A version of a registered model.

    `version` is an integer as text, `source` where the model was said to be. `aliases` are only in
    some of the protocol's answers. A description that was never given is empty text; one that was
    taken away is None.
    """

    name: str
    version: str
    creation_timestamp: int
    last_updated_timestamp: int
    current_stage: str
    source: str
    run_id: str
    status: str
    run_link: str
    description: str | None = None
    model_id: str | None = None
    tags: list[Tag] = []
    aliases: list[str] = []


class RegisteredModel(Entity):
    """A registered model; `latest_versions` are the newest of each stage."""

    name: str
    creation_timestamp: int
    last_updated_timestamp: int
    description: str | None = None
    latest_versions: list[ModelVersion] = []
    tags: list[Tag] = []
    aliases: list[Alias] = []
