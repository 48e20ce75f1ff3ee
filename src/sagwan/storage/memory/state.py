"""What the reference model holds."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from sagwan.domain.artifact_paths import append_to_uri
from sagwan.domain.lifecycle import (
    experiment_not_found,
    model_not_found,
    require_active_experiment,
    require_active_run,
    run_not_found,
)
from sagwan.domain.runs import ACTIVITY_EVERY
from sagwan.entities import (
    Dataset,
    LifecycleStage,
    LoggedModelStatus,
    Metric,
    Param,
    RunStatus,
    Tag,
)
from sagwan.entities.dictionary import MetricDictionary
from sagwan.entities.views import SavedView

CONTEXT_TAG = "mlflow.data.context"

PointId = tuple[object, ...]


@dataclass
class StoredExperiment:
    """An experiment; times in Unix milliseconds."""

    id: int
    name: str
    artifact_location: str
    created: int
    updated: int
    stage: LifecycleStage = LifecycleStage.ACTIVE
    tags: dict[str, str] = field(default_factory=dict)


@dataclass
class StoredRun:
    """A run. `inputs` holds, by (name, digest) of a dataset, the tags of its use."""

    run_id: str
    experiment_id: int
    name: str
    user_id: str
    start_time: int
    artifact_uri: str
    status: RunStatus = RunStatus.RUNNING
    end_time: int | None = None
    stage: LifecycleStage = LifecycleStage.ACTIVE
    deleted: int | None = None
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    points: dict[PointId, Metric] = field(default_factory=dict)
    inputs: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    model_inputs: set[str] = field(default_factory=set)
    outputs: dict[str, int] = field(default_factory=dict)
    active: int | None = None

    def history(self, key: str) -> list[Metric]:
        """The points of a metric by (timestamp, step, value)."""
        points = (point for point in self.points.values() if point.key == key)
        return sorted(points, key=lambda point: (point.timestamp, point.step, *rank(point)))

    def latest(self) -> list[Metric]:
        """Of each metric the greatest point by (step, timestamp, value); of equals the first."""
        keys = sorted({point.key for point in self.points.values()})
        return [
            max(
                (point for point in self.points.values() if point.key == key),
                key=lambda point: (point.step, point.timestamp, rank(point)[0]),
            )
            for key in keys
        ]


@dataclass
class StoredModel:
    """A logged model. `points` are all measurements, in the order in which they were logged."""

    model_id: str
    experiment_id: int
    name: str
    artifact_uri: str
    created: int
    updated: int
    model_type: str | None
    source_run_id: str | None
    status: LoggedModelStatus = LoggedModelStatus.LOGGED_MODEL_PENDING
    stage: LifecycleStage = LifecycleStage.ACTIVE
    deleted: int | None = None
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    points: dict[PointId, Metric] = field(default_factory=dict)


@dataclass
class State:
    """Everything. `datasets` is by experiment, name and digest, `views` by slug.

    `default_views` and `dictionaries` are by experiment; None stands for the server. `changes` are
    all that were ever made: a run's id, and the points that were logged, or None.
    """

    artifact_root: str
    clock: Callable[[], int] = lambda: 0
    next_experiment_id: int = 0
    experiments: dict[int, StoredExperiment] = field(default_factory=dict)
    runs: dict[str, StoredRun] = field(default_factory=dict)
    models: dict[str, StoredModel] = field(default_factory=dict)
    datasets: dict[tuple[int, str, str], Dataset] = field(default_factory=dict)
    views: dict[str, SavedView] = field(default_factory=dict)
    default_views: dict[int | None, str] = field(default_factory=dict)
    dictionaries: dict[int | None, MetricDictionary] = field(default_factory=dict)
    changes: list[tuple[str, Sequence[Metric] | None]] = field(default_factory=list)

    def add_experiment(
        self, name: str, now: int, location: str | None = None, tags: Iterable[Tag] = ()
    ) -> StoredExperiment:
        """Give an experiment the next id and keep it."""
        experiment_id = self.next_experiment_id
        self.next_experiment_id += 1
        location = location or append_to_uri(self.artifact_root, str(experiment_id))
        added = StoredExperiment(experiment_id, name, location, now, now, tags=as_dict(tags))
        self.experiments[experiment_id] = added
        return added

    def experiment(self, experiment_id: int) -> StoredExperiment:
        """The experiment, active or deleted. Raises NotFound."""
        if experiment_id not in self.experiments:
            raise experiment_not_found(experiment_id)
        return self.experiments[experiment_id]

    def active_experiment(self, experiment_id: int) -> StoredExperiment:
        """The experiment. Raises NotFound; InvalidParameter where it is deleted."""
        experiment = self.experiment(experiment_id)
        require_active_experiment(experiment_id, experiment.stage)
        return experiment

    def default_view(self, experiment_id: int) -> SavedView | None:
        """The experiment's own default view, or else the server's."""
        slug = self.default_views.get(experiment_id) or self.default_views.get(None)
        return None if slug is None else self.views[slug]

    def runs_of(self, experiment_ids: Iterable[int]) -> list[StoredRun]:
        """The runs, active and deleted, of these experiments."""
        wanted = set(experiment_ids)
        return [run for run in self.runs.values() if run.experiment_id in wanted]

    def run(self, run_id: str) -> StoredRun:
        """The run, active or deleted. Raises NotFound."""
        if run_id not in self.runs:
            raise run_not_found(run_id)
        return self.runs[run_id]

    def active_run(self, run_id: str) -> StoredRun:
        """The run. Raises NotFound; InvalidParameter where it is deleted."""
        run = self.run(run_id)
        require_active_run(run_id, run.stage)
        return run

    def changing(self, run_id: str) -> StoredRun:
        """As `active_run`; it is about to be changed."""
        run = self.active_run(run_id)
        self.changed(run)
        return run

    def changed(self, run: StoredRun) -> None:
        """Take note that something other than metrics is written."""
        run.active = self.clock()
        self.changes.append((run.run_id, None))

    def logged(self, run: StoredRun, metrics: Sequence[Metric]) -> None:
        """Take note that metrics are logged."""
        now = self.clock()
        if run.active is None or now - run.active >= ACTIVITY_EVERY:
            run.active = now
        self.changes.append((run.run_id, metrics))

    def model(self, model_id: str, allow_deleted: bool = False) -> StoredModel:
        """The logged model. Raises NotFound, also where it is deleted unless that is allowed."""
        model = self.models.get(model_id)
        if model is None or (model.stage is LifecycleStage.DELETED and not allow_deleted):
            raise model_not_found(model_id)
        return model


def as_dict(pairs: Iterable[Tag] | Iterable[Param]) -> dict[str, str]:
    """Tags or params by key; of one key the last counts."""
    return {pair.key: pair.value for pair in pairs}


def as_tags(values: dict[str, str]) -> list[Tag]:
    """Tags in the order of their keys."""
    return [Tag(key, value) for key, value in sorted(values.items())]


def as_params(values: dict[str, str]) -> list[Param]:
    """Params in the order of their keys."""
    return [Param(key, value) for key, value in sorted(values.items())]


def rank(point: Metric) -> tuple[float, bool]:
    """What a point's value counts where points are compared: NaN is 0, and after a real 0."""
    nan = math.isnan(point.value)
    return (0.0 if nan else point.value, nan)


def add_points(points: dict[PointId, Metric], new: Sequence[Metric]) -> None:
    """Keep the points that are not there yet."""
    for point in new:
        identity = (
            point.key,
            point.timestamp,
            point.step,
            rank(point),
            point.run_id,
            point.dataset_name,
            point.dataset_digest,
        )
        points.setdefault(identity, point)
