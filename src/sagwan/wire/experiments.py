"""Requests and responses about experiments."""

from sagwan.entities import Entity, Experiment, Tag, ViewType
from sagwan.entities.base import Int64


class CreateExperiment(Entity):
    """POST experiments/create"""

    name: str
    artifact_location: str | None = None
    tags: list[Tag] = []


class CreateExperimentResponse(Entity):
    """The new experiment's id."""

    experiment_id: str


class ExperimentRequest(Entity):
    """GET experiments/get, POST experiments/delete and experiments/restore"""

    experiment_id: str


class GetExperimentByName(Entity):
    """GET experiments/get-by-name"""

    experiment_name: str


class ExperimentResponse(Entity):
    """One experiment."""

    experiment: Experiment


class SearchExperiments(Entity):
    """POST and GET experiments/search"""

    max_results: Int64 = 0
    page_token: str | None = None
    filter: str | None = None
    order_by: list[str] = []
    view_type: ViewType | None = None


class SearchExperimentsResponse(Entity):
    """A page of experiments."""

    experiments: list[Experiment] = []
    next_page_token: str | None = None


class UpdateExperiment(Entity):
    """POST experiments/update"""

    experiment_id: str
    new_name: str


class SetExperimentTag(Entity):
    """POST experiments/set-experiment-tag"""

    experiment_id: str
    key: str
    value: str = ""


class DeleteExperimentTag(Entity):
    """POST experiments/delete-experiment-tag"""

    experiment_id: str
    key: str
