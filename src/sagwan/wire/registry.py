"""Requests and responses about registered models and their versions."""

from sagwan.entities import Entity, Tag
from sagwan.entities.base import Int64
from sagwan.entities.registry import ModelVersion, RegisteredModel


class CreateRegisteredModel(Entity):
    """POST registered-models/create"""

    name: str
    tags: list[Tag] = []
    description: str | None = None


class RegisteredModelResponse(Entity):
    """One registered model."""

    registered_model: RegisteredModel


class RegisteredModelRequest(Entity):
    """A request that names a registered model."""

    name: str


class RenameRegisteredModel(Entity):
    """POST registered-models/rename"""

    name: str
    new_name: str


class UpdateRegisteredModel(Entity):
    """PATCH registered-models/update"""

    name: str
    description: str | None = None


class SearchRegisteredModels(Entity):
    """GET registered-models/search"""

    filter: str | None = None
    max_results: Int64 = 100
    order_by: list[str] = []
    page_token: str | None = None


class SearchRegisteredModelsResponse(Entity):
    """A page of registered models."""

    registered_models: list[RegisteredModel] = []
    next_page_token: str | None = None


class GetLatestVersions(Entity):
    """POST and GET registered-models/get-latest-versions"""

    name: str
    stages: list[str] = []


class ModelVersionsResponse(Entity):
    """Some versions."""

    model_versions: list[ModelVersion] = []


class SetRegisteredModelTag(Entity):
    """POST registered-models/set-tag"""

    name: str
    key: str
    value: str = ""


class DeleteRegisteredModelTag(Entity):
    """DELETE registered-models/delete-tag"""

    name: str
    key: str


class SetAlias(Entity):
    """POST registered-models/alias"""

    name: str
    alias: str
    version: str


class AliasRequest(Entity):
    """GET and DELETE registered-models/alias"""

    name: str
    alias: str


class CreateModelVersion(Entity):
    """POST model-versions/create"""

    name: str
    source: str
    run_id: str | None = None
    tags: list[Tag] = []
    run_link: str | None = None
    description: str | None = None
    model_id: str | None = None


class ModelVersionResponse(Entity):
    """One version."""

    model_version: ModelVersion


class ModelVersionRequest(Entity):
    """A request that names a version."""

    name: str
    version: str


class UpdateModelVersion(Entity):
    """PATCH model-versions/update"""

    name: str
    version: str
    description: str | None = None


class TransitionStage(Entity):
    """POST model-versions/transition-stage"""

    name: str
    version: str
    stage: str
    archive_existing_versions: bool = False


class SearchModelVersions(Entity):
    """GET model-versions/search"""

    filter: str | None = None
    max_results: Int64 = 200_000
    order_by: list[str] = []
    page_token: str | None = None


class SearchModelVersionsResponse(Entity):
    """A page of versions."""

    model_versions: list[ModelVersion] = []
    next_page_token: str | None = None


class DownloadUri(Entity):
    """Where the files of a version are."""

    artifact_uri: str


class SetModelVersionTag(Entity):
    """POST model-versions/set-tag"""

    name: str
    version: str
    key: str
    value: str = ""


class DeleteModelVersionTag(Entity):
    """DELETE model-versions/delete-tag"""

    name: str
    version: str
    key: str
