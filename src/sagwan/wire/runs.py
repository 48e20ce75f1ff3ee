"""Requests and responses about runs. Every `run_id` may also be sent as `run_uuid`."""

from sagwan.entities import (
    DatasetInput,
    Entity,
    Metric,
    ModelInput,
    ModelOutput,
    Param,
    Run,
    RunInfo,
    RunStatus,
    Tag,
    ViewType,
)
from sagwan.entities.base import Int64


class CreateRun(Entity):
    """POST runs/create"""

    experiment_id: str
    user_id: str = ""
    run_name: str = ""
    start_time: Int64 = 0
    tags: list[Tag] = []


class RunRequest(Entity):
    """GET runs/get, POST runs/delete and runs/restore"""

    run_id: str


class RunResponse(Entity):
    """One run."""

    run: Run


class UpdateRun(Entity):
    """POST runs/update"""

    run_id: str
    status: RunStatus | None = None
    end_time: Int64 | None = None
    run_name: str | None = None


class UpdateRunResponse(Entity):
    """The run's new state."""

    run_info: RunInfo


class SearchRuns(Entity):
    """POST runs/search"""

    experiment_ids: list[str] = []
    filter: str | None = None
    run_view_type: ViewType | None = None
    max_results: Int64 = 1000
    order_by: list[str] = []
    page_token: str | None = None


class SearchRunsResponse(Entity):
    """A page of runs."""

    runs: list[Run] = []
    next_page_token: str | None = None


class LogMetric(Entity):
    """POST runs/log-metric"""

    run_id: str
    key: str
    value: float
    timestamp: Int64
    step: Int64 = 0
    model_id: str | None = None
    dataset_name: str | None = None
    dataset_digest: str | None = None


class LogParameter(Entity):
    """POST runs/log-parameter"""

    run_id: str
    key: str
    value: str = ""


class SetTag(Entity):
    """POST runs/set-tag"""

    run_id: str
    key: str
    value: str = ""


class DeleteTag(Entity):
    """POST runs/delete-tag"""

    run_id: str
    key: str


class LogBatch(Entity):
    """POST runs/log-batch"""

    run_id: str
    metrics: list[Metric] = []
    params: list[Param] = []
    tags: list[Tag] = []


class LogInputs(Entity):
    """POST runs/log-inputs"""

    run_id: str
    datasets: list[DatasetInput] = []
    models: list[ModelInput] = []


class LogOutputs(Entity):
    """POST runs/outputs"""

    run_id: str
    models: list[ModelOutput]


class LogModel(Entity):
    """POST runs/log-model (clients before 3.0); `model_json` is an MLmodel as JSON text"""

    run_id: str
    model_json: str
