"""Logged models: a model as an object of its own, apart from the run that wrote it."""

from enum import IntEnum

from sagwan.entities.base import Entity, Param, Tag
from sagwan.entities.metrics import Metric


class LoggedModelStatus(IntEnum):
    """How far the model's upload has come."""

    LOGGED_MODEL_STATUS_UNSPECIFIED = 0
    LOGGED_MODEL_PENDING = 1
    LOGGED_MODEL_READY = 2
    LOGGED_MODEL_UPLOAD_FAILED = 3


class LoggedModelInfo(Entity):
    """A logged model's identity and state. Times are Unix milliseconds."""

    model_id: str
    experiment_id: str
    name: str
    creation_timestamp_ms: int
    last_updated_timestamp_ms: int
    artifact_uri: str
    status: str
    model_type: str | None = None
    source_run_id: str | None = None
    status_message: str | None = None
    tags: list[Tag] = []


class LoggedModelData(Entity):
    """A logged model's params and the latest metrics measured on it."""

    params: list[Param] = []
    metrics: list[Metric] = []


class LoggedModel(Entity):
    """A logged model as the protocol shows it."""

    info: LoggedModelInfo
    data: LoggedModelData
