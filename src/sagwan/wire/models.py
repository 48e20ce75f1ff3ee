"""Requests and responses about logged models and datasets."""

from sagwan.entities import DatasetSummary, Entity, LoggedModel, LoggedModelStatus, Param, Tag
from sagwan.entities.base import Int64


class CreateLoggedModel(Entity):
    """POST logged-models"""

    experiment_id: str
    name: str | None = None
    model_type: str | None = None
    source_run_id: str | None = None
    params: list[Param] = []
    tags: list[Tag] = []


class LoggedModelResponse(Entity):
    """One logged model."""

    model: LoggedModel


class LoggedModelRequest(Entity):
    """DELETE logged-models/{model_id}"""

    model_id: str


class GetLoggedModel(Entity):
    """GET logged-models/{model_id}"""

    model_id: str
    allow_deleted: bool = False


class FinalizeLoggedModel(Entity):
    """PATCH logged-models/{model_id}"""

    model_id: str
    status: LoggedModelStatus


class DatasetFilter(Entity):
    """A dataset that narrows which metrics a search looks at."""

    dataset_name: str
    dataset_digest: str | None = None


class ModelOrderBy(Entity):
    """One key of a search's order."""

    field_name: str
    ascending: bool = True
    dataset_name: str | None = None
    dataset_digest: str | None = None


class SearchLoggedModels(Entity):
    """POST logged-models/search"""

    experiment_ids: list[str]
    filter: str | None = None
    datasets: list[DatasetFilter] = []
    max_results: Int64 = 50
    order_by: list[ModelOrderBy] = []
    page_token: str | None = None


class SearchLoggedModelsResponse(Entity):
    """A page of logged models."""

    models: list[LoggedModel] = []
    next_page_token: str | None = None


class SetLoggedModelTags(Entity):
    """PATCH logged-models/{model_id}/tags"""

    model_id: str
    tags: list[Tag] = []


class DeleteLoggedModelTag(Entity):
    """DELETE logged-models/{model_id}/tags/{tag_key}"""

    model_id: str
    tag_key: str


class LogLoggedModelParams(Entity):
    """POST logged-models/{model_id}/params"""

    model_id: str
    params: list[Param] = []


class SearchDatasets(Entity):
    """POST experiments/search-datasets"""

    experiment_ids: list[str] = []


class SearchDatasetsResponse(Entity):
    """Distinct datasets."""

    dataset_summaries: list[DatasetSummary] = []
