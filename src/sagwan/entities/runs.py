"""Runs: one execution of training code, with what it logged."""

from enum import IntEnum

from sagwan.entities.base import Entity, Int64, Param, Tag
from sagwan.entities.datasets import DatasetInput
from sagwan.entities.metrics import Metric


class RunStatus(IntEnum):
    """The state that the client last reported."""

    RUNNING = 1
    SCHEDULED = 2
    FINISHED = 3
    FAILED = 4
    KILLED = 5


class RunInfo(Entity):
    """A run's identity and state. Times are Unix milliseconds; `end_time` is absent until set."""

    run_uuid: str
    experiment_id: str
    run_name: str
    user_id: str
    status: str
    start_time: int
    artifact_uri: str
    lifecycle_stage: str
    run_id: str
    end_time: int | None = None


class RunData(Entity):
    """What a run logged; of each metric the latest point."""

    metrics: list[Metric] = []
    params: list[Param] = []
    tags: list[Tag] = []


class ModelInput(Entity):
    """A logged model that a run read."""

    model_id: str


class ModelOutput(Entity):
    """A logged model that a run wrote, and at which step."""

    model_id: str
    step: Int64


class RunInputs(Entity):
    """Datasets and models that a run used."""

    model_inputs: list[ModelInput] = []
    dataset_inputs: list[DatasetInput] = []


class RunOutputs(Entity):
    """Models that a run produced."""

    model_outputs: list[ModelOutput] = []


class Run(Entity):
    """A run as the protocol shows it."""

    info: RunInfo
    data: RunData
    inputs: RunInputs
    outputs: RunOutputs | None = None
