"""The nouns of the protocol, as msgspec Structs."""

from sagwan.entities.artifacts import FileInfo
from sagwan.entities.base import Entity, LifecycleStage, Page, Param, Tag, ViewType
from sagwan.entities.datasets import Dataset, DatasetInput, DatasetSummary
from sagwan.entities.experiments import Experiment
from sagwan.entities.metrics import Metric
from sagwan.entities.models import (
    LoggedModel,
    LoggedModelData,
    LoggedModelInfo,
    LoggedModelStatus,
)
from sagwan.entities.runs import (
    ModelInput,
    ModelOutput,
    Run,
    RunData,
    RunInfo,
    RunInputs,
    RunOutputs,
    RunStatus,
)

__all__ = [
    "Dataset",
    "DatasetInput",
    "DatasetSummary",
    "Entity",
    "Experiment",
    "FileInfo",
    "LifecycleStage",
    "LoggedModel",
    "LoggedModelData",
    "LoggedModelInfo",
    "LoggedModelStatus",
    "Metric",
    "ModelInput",
    "ModelOutput",
    "Page",
    "Param",
    "Run",
    "RunData",
    "RunInfo",
    "RunInputs",
    "RunOutputs",
    "RunStatus",
    "Tag",
    "ViewType",
]
