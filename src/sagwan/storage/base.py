"""The ports: what a backend store must do. These docstrings are the contract.

Every method is one use case in one transaction. Stores hold no clock and make no ids: the caller
passes times (Unix milliseconds) and ids, so that two stores given the same calls hold the same.
Names, values and limits are checked by the caller (`sagwan.domain`); a store checks what only it
can know: existence, lifecycle stage, uniqueness, write-once params.

Errors are those of `sagwan.errors`, with the protocol's texts. A method that raises has changed
nothing. A method that returned has made its change durable.

`sagwan.testing.storage` holds the conformance suite that every store passes.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

import msgspec

from sagwan.domain.bands import Band
from sagwan.domain.buckets import Curve
from sagwan.domain.search.ast import EVERYTHING, Condition, Field, Filter, OrderBy
from sagwan.entities import (
    Dataset,
    DatasetInput,
    DatasetSummary,
    Experiment,
    LoggedModel,
    LoggedModelStatus,
    Metric,
    ModelOutput,
    Page,
    Param,
    Run,
    RunInfo,
    RunStatus,
    Tag,
    ViewType,
)
from sagwan.entities.workspace import (
    Cell,
    OpenedExperiment,
    RunFacet,
    RunGroups,
    RunKeys,
    RunRows,
)
from sagwan.storage.bulk import BulkStore
from sagwan.storage.changes import ChangeStore
from sagwan.storage.dictionary import DictionaryStore
from sagwan.storage.jobs import JobStore
from sagwan.storage.registry import RegistryStore
from sagwan.storage.traces import TraceStore
from sagwan.storage.trash import TrashStore
from sagwan.storage.views import NewShare, NewView, ViewStore, ViewUpdate
from sagwan.storage.webhooks import WebhookStore

__all__ = [
    "Axis",
    "Dataset",
    "ExperimentStore",
    "GroupBand",
    "GroupsQuery",
    "MetricStore",
    "ModelOrder",
    "ModelQuery",
    "ModelStore",
    "NewExperiment",
    "NewModel",
    "NewRun",
    "NewShare",
    "NewView",
    "RunBatch",
    "RunPage",
    "RunQuery",
    "RunStore",
    "RunTable",
    "RunUpdate",
    "SearchQuery",
    "SeriesCurve",
    "SeriesQuery",
    "SeriesStore",
    "Store",
    "ViewStore",
    "ViewUpdate",
    "WorkspaceStore",
]


class NewExperiment(msgspec.Struct):
    """An experiment to create; its default location is `<the store's artifact root>/<its id>`."""

    name: str
    now: int
    artifact_location: str | None = None
    tags: Sequence[Tag] = ()


class NewRun(msgspec.Struct):
    """A run to create; `tags` includes `mlflow.runName` with the value `name`."""

    run_id: str
    experiment_id: int
    name: str
    user_id: str
    start_time: int
    tags: Sequence[Tag] = ()


class RunUpdate(msgspec.Struct):
    """What of a run to change; None leaves a field as it is."""

    run_id: str
    status: RunStatus | None = None
    end_time: int | None = None
    name: str | None = None


class RunBatch(msgspec.Struct):
    """What to log to one run, all or nothing.

    Param keys are distinct; of tags with one key the last counts. Values of metrics are finite
    or NaN.
    """

    run_id: str
    metrics: Sequence[Metric] = ()
    params: Sequence[Param] = ()
    tags: Sequence[Tag] = ()


class SearchQuery(msgspec.Struct):
    """A page of a search. `page_token` is what the page before returned for the same query."""

    filter: Filter
    order: Sequence[OrderBy]
    limit: int
    view: ViewType = ViewType.ACTIVE_ONLY
    page_token: str | None = None


class NewModel(msgspec.Struct):
    """A logged model to create, in status PENDING."""

    model_id: str
    experiment_id: int
    name: str
    now: int
    model_type: str | None = None
    source_run_id: str | None = None
    params: Sequence[Param] = ()
    tags: Sequence[Tag] = ()


class ModelOrder(msgspec.Struct):
    """One key of the order of a search for logged models.

    `field` is an attribute's name or `metrics.<key>`; a metric may be narrowed to one dataset.
    """

    field: str
    ascending: bool = True
    dataset_name: str | None = None
    dataset_digest: str | None = None


class ModelQuery(msgspec.Struct):
    """A page of a search for logged models.

    `datasets` (name, digest) narrows which metrics the filter looks at; empty means all.
    """

    experiment_ids: Sequence[int]
    filter: Filter
    order: Sequence[ModelOrder]
    limit: int
    datasets: Sequence[tuple[str, str | None]] = ()
    page_token: str | None = None


class Axis(StrEnum):
    """What a series is drawn over: its steps, Unix milliseconds, or those since the run's start."""

    STEP = "step"
    TIME = "time"
    RELATIVE = "relative"


class SeriesQuery(msgspec.Struct):
    """Series of many runs, each of at most `buckets` entries; x is within `first` and `last`.

    None is no bound: then buckets reach as far as the series itself.
    """

    run_ids: Sequence[str]
    keys: Sequence[str]
    axis: Axis
    buckets: int
    first: float | None = None
    last: float | None = None


class GroupsQuery(msgspec.Struct):
    """Statistics of groups of runs; else as `SeriesQuery`."""

    groups: Sequence[Sequence[str]]
    keys: Sequence[str]
    axis: Axis
    buckets: int
    first: float | None = None
    last: float | None = None


class SeriesCurve(msgspec.Struct):
    """The series of a key of a run."""

    run_id: str
    key: str
    curve: Curve


class GroupBand(msgspec.Struct):
    """A key in a group, given by its number in the query; `runs` of its members have the key."""

    group: int
    key: str
    runs: int
    band: Band


class ExperimentStore(ABC):
    """Experiments. `Default`, with id 0, exists from the start."""

    @abstractmethod
    async def create(self, new: NewExperiment) -> int:
        """Create an experiment and return its id.

        Raises AlreadyExists where an experiment, active or deleted, has the name.
        """

    @abstractmethod
    async def get(self, experiment_id: int) -> Experiment:
        """The experiment, active or deleted. Raises NotFound."""

    @abstractmethod
    async def get_by_name(self, name: str) -> Experiment | None:
        """The experiment of that name, active or deleted, or None."""

    @abstractmethod
    async def search(self, query: SearchQuery) -> Page[Experiment]:
        """A page of experiments. Raises InvalidParameter on a token that is not this query's."""

    @abstractmethod
    async def rename(self, experiment_id: int, name: str, now: int) -> None:
        """Rename an active experiment.

        Raises NotFound, InvalidState where it is deleted, BadRequest where the name is taken.
        """

    @abstractmethod
    async def delete(self, experiment_id: int, now: int) -> None:
        """Move an active experiment and its active runs to the trash. Raises NotFound."""

    @abstractmethod
    async def restore(self, experiment_id: int, now: int) -> None:
        """Take a deleted experiment and all its runs from the trash. Raises NotFound."""

    @abstractmethod
    async def set_tag(self, experiment_id: int, tag: Tag) -> None:
        """Set a tag. Raises NotFound.

        Raises InvalidParameter where the experiment is deleted or would have too many custom views.
        """

    @abstractmethod
    async def delete_tag(self, experiment_id: int, key: str) -> None:
        """Delete a tag. Raises NotFound (experiment or tag); InvalidParameter where deleted."""


class RunStore(ABC):
    """Runs and what is logged to them.

    Every change of a run that is deleted raises InvalidParameter ("must be in the 'active'
    state"); a run that does not exist raises NotFound.
    """

    @abstractmethod
    async def create(self, new: NewRun) -> Run:
        """Create a run in status RUNNING; NotFound or InvalidParameter for its experiment.

        The artifact URI is `<the experiment's location>/<run id>/artifacts`.
        """

    @abstractmethod
    async def get(self, run_id: str) -> Run:
        """The run with its latest metrics, params, tags, inputs and outputs, keys in order."""

    @abstractmethod
    async def update(self, update: RunUpdate) -> RunInfo:
        """Change status, end time or name; a name also changes the tag `mlflow.runName`."""

    @abstractmethod
    async def delete(self, run_id: str, now: int) -> None:
        """Move a run to the trash; nothing happens where it already is there."""

    @abstractmethod
    async def restore(self, run_id: str) -> None:
        """Take a run from the trash; nothing happens where it is not there."""

    @abstractmethod
    async def search(self, experiment_ids: Sequence[int], query: SearchQuery) -> Page[Run]:
        """A page of runs of these experiments; unknown ids are ignored.

        Runs come without model inputs, as in MLflow.
        Raises InvalidParameter on a token that is not this query's.
        """

    @abstractmethod
    async def log_batch(self, batch: RunBatch) -> None:
        """Log metrics, params and tags, all or nothing.

        An exact duplicate of a point (key, timestamp, step, value) is kept once. The latest value
        of a metric is the greatest by (step, timestamp, value), NaN counting as 0. A param that is
        there with the same value is left; with another value, ParamConflict. The tag
        `mlflow.runName` also renames the run. A metric with `model_id` is stored on that logged
        model too (where it exists).
        """

    @abstractmethod
    async def delete_tag(self, run_id: str, key: str) -> None:
        """Delete a tag. Raises NotFound (run or tag)."""

    @abstractmethod
    async def log_inputs(
        self, run_id: str, datasets: Sequence[DatasetInput], model_ids: Sequence[str]
    ) -> None:
        """Link datasets and models that the run used.

        Datasets are one per experiment, name and digest: the first copy stays. A link that is
        there is left as it is, with its tags.
        """

    @abstractmethod
    async def log_outputs(self, run_id: str, models: Sequence[ModelOutput]) -> None:
        """Link models that the run produced; InvalidParameter where a link is already there."""

    @abstractmethod
    async def append_to_json_tag(self, run_id: str, key: str, item: object) -> None:
        """Append an item to the JSON list in a tag (`mlflow.log-model.history`)."""


class MetricStore(ABC):
    """Histories of metrics: points ordered by (timestamp, step, value), duplicates dropped."""

    @abstractmethod
    async def history(
        self, run_id: str, key: str, limit: int | None = None, page_token: str | None = None
    ) -> Page[Metric]:
        """A page of a history, all of it where `limit` is None; empty for an unknown run or key."""

    @abstractmethod
    async def bulk(self, run_ids: Sequence[str], key: str, limit: int) -> list[Metric]:
        """Histories of several runs, ordered by run id, `run_id` set, `limit` points in all."""

    @abstractmethod
    async def sample(
        self, run_ids: Sequence[str], key: str, steps: tuple[int, int] | None, limit: int
    ) -> list[Metric]:
        """At most `limit` + 1 points of each run within `steps` (inclusive), with `run_id` set.

        Points ordered by (step, timestamp, value) are cut into `limit` equal buckets; the first of
        each is taken, and the last point is always among them.
        """


class RunQuery(msgspec.Struct):
    """Which runs, active or deleted, of these experiments, and in which order."""

    experiment_ids: Sequence[int]
    where: Condition = EVERYTHING
    order: Sequence[OrderBy] = ()
    view: ViewType = ViewType.ACTIVE_ONLY


class RunPage(msgspec.Struct):
    """A part of a snapshot; of each field a column, or the latest values of a metric."""

    columns: Sequence[Field] = ()
    offset: int = 0
    limit: int = 100
    snapshot: str | None = None


class Grouping(msgspec.Struct):
    """What makes runs belong together, and what is asked about the groups.

    `by` are params and tags; none stands for all params that differ between the runs, except those
    in `without`. Runs are named for the first groups with no more than `members` in all.
    """

    by: Sequence[Field] = ()
    without: Sequence[Field] = ()
    metrics: Sequence[Field] = ()
    limit: int = 100
    members: int = 0


class RunTable(msgspec.Struct):
    """The runs of a page, and a column of cells for each field, in the order asked for."""

    total: int
    snapshot: str
    runs: RunRows
    columns: list[list[Cell]]


class WorkspaceStore(ABC):
    """Many runs at once, as the web UI looks at them; unknown experiments are ignored."""

    @abstractmethod
    async def query(self, query: RunQuery, page: RunPage) -> RunTable:
        """A page of the runs that a query finds, in its order (see `RunStore.search`).

        The runs and their order are those of the snapshot that an answer to the same query named;
        where there is no such snapshot (any more), those of now. What the page shows of the runs is
        always of now; of a run that is gone for good it shows nothing.
        """

    @abstractmethod
    async def keys(self, experiment_ids: Sequence[int], sample: int) -> RunKeys:
        """The keys of metrics, params and tags that active runs have.

        What is said of their values is of the `sample` newest active runs.
        """

    @abstractmethod
    async def open(self, experiment_id: int, sample: int) -> OpenedExperiment:
        """What its page begins with: the experiment, its keys, and its default view.

        Raises NotFound.
        """

    @abstractmethod
    async def facet(self, query: RunQuery, field: Field, bins: int) -> RunFacet:
        """How the values of a field are spread over the runs that a query finds."""

    @abstractmethod
    async def groups(self, query: RunQuery, grouping: Grouping) -> RunGroups:
        """The runs that a query finds in groups of equal values.

        The order is that of `sagwan.domain.grouping.arranged`. Statistics are of the latest values
        of all runs of a group (see `sagwan.domain.grouping.spread`).
        """


class SeriesStore(ABC):
    """Histories of metrics as charts draw them: `sagwan.domain.buckets` and `.bands` are the rules.

    Points are those of `MetricStore`, ordered by (step, timestamp, value) over steps and by
    (timestamp, step, value) over times. What has no point within the bounds is left out.
    """

    @abstractmethod
    async def read(self, query: SeriesQuery) -> list[SeriesCurve]:
        """The series of each key of each run, in the order asked for, each once."""

    @abstractmethod
    async def groups(self, query: GroupsQuery) -> list[GroupBand]:
        """The statistics of each key in each group, in the order asked for; NaN is no value.

        A run that a group names twice is one member.
        """


class ModelStore(ABC):
    """Logged models. An id that is unknown or deleted raises NotFound."""

    @abstractmethod
    async def create(self, new: NewModel) -> LoggedModel:
        """Create a model; its artifact URI is `<experiment's location>/models/<id>/artifacts`."""

    @abstractmethod
    async def get(self, model_id: str, allow_deleted: bool = False) -> LoggedModel:
        """The model with its params, tags and every point measured on it, as they were logged."""

    @abstractmethod
    async def finalize(self, model_id: str, status: LoggedModelStatus, now: int) -> LoggedModel:
        """Set the status."""

    @abstractmethod
    async def delete(self, model_id: str, now: int) -> None:
        """Move the model to the trash, also where it already is there. Raises NotFound."""

    @abstractmethod
    async def search(self, query: ModelQuery) -> Page[LoggedModel]:
        """A page of active models. Raises InvalidParameter on a token that is not this query's."""

    @abstractmethod
    async def set_tags(self, model_id: str, tags: Sequence[Tag]) -> None:
        """Set tags."""

    @abstractmethod
    async def delete_tag(self, model_id: str, key: str) -> None:
        """Delete a tag. Raises NotFound (model or tag)."""

    @abstractmethod
    async def add_params(self, model_id: str, params: Sequence[Param]) -> None:
        """Add params. Raises InvalidParameter where a key is there already."""

    @abstractmethod
    async def search_datasets(self, experiment_ids: Sequence[int]) -> list[DatasetSummary]:
        """The distinct datasets, with context, of runs of these experiments; at most 1,000."""


class Store(Protocol):
    """A backend store: one port a resource."""

    experiments: ExperimentStore
    runs: RunStore
    metrics: MetricStore
    series: SeriesStore
    workspace: WorkspaceStore
    bulk: BulkStore
    trash: TrashStore
    jobs: JobStore
    models: ModelStore
    views: ViewStore
    dictionaries: DictionaryStore
    changes: ChangeStore
    registry: RegistryStore
    webhooks: WebhookStore
    traces: TraceStore
    kind: str  # "SqlStore", what the protocol's server-info tells

    async def check(self) -> None:
        """Raise Unavailable where the store can't take writes at this moment."""

    async def close(self) -> None:
        """Finish what is under way and let go of files and connections."""
