"""Logged models in memory."""

from collections.abc import Sequence

from msgspec.structs import replace

from sagwan.domain.artifact_paths import append_to_uri
from sagwan.domain.lifecycle import model_params_exist, model_tag_not_found
from sagwan.domain.limits import DATASET_SUMMARIES
from sagwan.domain.search.ast import FieldKind, OrderBy
from sagwan.domain.search.evaluate import SortKey, Subject, matches, sort_key
from sagwan.domain.search.fields import LOGGED_MODELS
from sagwan.domain.search.parser import parse_order_field
from sagwan.entities import (
    DatasetSummary,
    LifecycleStage,
    LoggedModel,
    LoggedModelData,
    LoggedModelInfo,
    LoggedModelStatus,
    Metric,
    Page,
    Param,
    Tag,
)
from sagwan.storage.base import ModelOrder, ModelQuery, ModelStore, NewModel
from sagwan.storage.memory.paging import cut_page
from sagwan.storage.memory.state import (
    CONTEXT_TAG,
    State,
    StoredModel,
    as_dict,
    as_params,
    as_tags,
)


class MemoryModels(ModelStore):
    """Logged models, in dictionaries."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def create(self, new: NewModel) -> LoggedModel:
        location = self._state.active_experiment(new.experiment_id).artifact_location
        model = StoredModel(
            model_id=new.model_id,
            experiment_id=new.experiment_id,
            name=new.name,
            artifact_uri=append_to_uri(location, "models", new.model_id, "artifacts"),
            created=new.now,
            updated=new.now,
            model_type=new.model_type,
            source_run_id=new.source_run_id,
            params=as_dict(new.params),
            tags=as_dict(new.tags),
        )
        self._state.models[new.model_id] = model
        return _shown(model)

    async def get(self, model_id: str, allow_deleted: bool = False) -> LoggedModel:
        return _shown(self._state.model(model_id, allow_deleted))

    async def finalize(self, model_id: str, status: LoggedModelStatus, now: int) -> LoggedModel:
        model = self._state.model(model_id)
        model.status = status
        model.updated = now
        return _shown(model)

    async def delete(self, model_id: str, now: int) -> None:
        model = self._state.model(model_id, allow_deleted=True)
        model.stage = LifecycleStage.DELETED
        model.updated = model.deleted = now

    async def search(self, query: ModelQuery) -> Page[LoggedModel]:
        found = [
            model
            for model in self._state.models.values()
            if model.stage is LifecycleStage.ACTIVE
            and model.experiment_id in query.experiment_ids
            and _matches(query, model)
        ]
        found.sort(key=lambda model: _place(query.order, model))
        return cut_page(
            [_shown(model) for model in found],
            query.limit,
            query.page_token,
            tuple(query.experiment_ids),
            tuple(query.filter),
            tuple(query.order),
            tuple(query.datasets),
        )

    async def set_tags(self, model_id: str, tags: Sequence[Tag]) -> None:
        self._state.model(model_id).tags.update(as_dict(tags))

    async def delete_tag(self, model_id: str, key: str) -> None:
        tags = self._state.model(model_id).tags
        if key not in tags:
            raise model_tag_not_found(model_id, key)
        del tags[key]

    async def add_params(self, model_id: str, params: Sequence[Param]) -> None:
        model = self._state.model(model_id)
        known = [param.key for param in params if param.key in model.params]
        if known:
            raise model_params_exist(model_id, known)
        model.params.update(as_dict(params))

    async def search_datasets(self, experiment_ids: Sequence[int]) -> list[DatasetSummary]:
        found = {
            (run.experiment_id, name, digest, tags.get(CONTEXT_TAG))
            for run in self._state.runs_of(experiment_ids)
            for (name, digest), tags in run.inputs.items()
        }
        # Those without a context come before those with one.
        ordered = sorted(found, key=lambda row: (*row[:3], row[3] is not None, row[3] or ""))
        return [
            DatasetSummary(str(experiment_id), name, digest, context)
            for experiment_id, name, digest, context in ordered[:DATASET_SUMMARIES]
        ]


def _matches(query: ModelQuery, model: StoredModel) -> bool:
    """Whether the filter holds for the model, seen with the metrics of the query's datasets.

    A filter without metrics asks that there be any metric of these datasets.
    """
    points = [
        point
        for point in model.points.values()
        if not query.datasets or any(_is_of(point, name, digest) for name, digest in query.datasets)
    ]
    if query.datasets and not points:
        return False
    return matches(query.filter, _subject(model, points))


def _place(order: Sequence[ModelOrder], model: StoredModel) -> SortKey:
    """Where the model stands in an order; of a metric its newest value counts."""
    place: SortKey = ()
    for by in order:
        field = parse_order_field(by.field, LOGGED_MODELS)
        points = [
            point
            for point in model.points.values()
            if _is_of(point, by.dataset_name, by.dataset_digest)
        ]
        if field.kind is FieldKind.METRIC:
            points = [point for point in points if point.key == field.key]
        place += sort_key([OrderBy(field, by.ascending)], _subject(model, _newest_first(points)))
    return place + sort_key(LOGGED_MODELS.tie_break, _subject(model, []))


def _newest_first(points: Sequence[Metric]) -> list[Metric]:
    """By time, then by step, latest first; then by run id; of equals the last that was logged."""
    places = sorted(
        enumerate(points),
        key=lambda place: (
            -place[1].timestamp,
            -place[1].step,
            place[1].run_id or "",
            -place[0],
        ),
    )
    return [point for _, point in places]


def _is_of(point: Metric, name: str | None, digest: str | None) -> bool:
    """Whether a point was measured on this dataset; None stands for any."""
    return name in (None, point.dataset_name) and digest in (None, point.dataset_digest)


def _shown(model: StoredModel) -> LoggedModel:
    """The model with every point measured on it, as MLflow shows it."""
    info = LoggedModelInfo(
        model_id=model.model_id,
        experiment_id=str(model.experiment_id),
        name=model.name,
        creation_timestamp_ms=model.created,
        last_updated_timestamp_ms=model.updated,
        artifact_uri=model.artifact_uri,
        status=model.status.name,
        model_type=model.model_type,
        source_run_id=model.source_run_id,
        tags=as_tags(model.tags),
    )
    points = [replace(point) for point in model.points.values()]
    return LoggedModel(info, LoggedModelData(as_params(model.params), points))


def _subject(model: StoredModel, points: Sequence[Metric]) -> Subject:
    metrics: dict[str, list[float]] = {}
    for point in points:
        metrics.setdefault(point.key, []).append(point.value)
    return Subject(
        attributes={
            "model_id": model.model_id,
            "experiment_id": model.experiment_id,
            "name": model.name,
            "model_type": model.model_type,
            "source_run_id": model.source_run_id,
            "status": int(model.status),
            "lifecycle_stage": model.stage.value,
            "artifact_uri": model.artifact_uri,
            "creation_timestamp_ms": model.created,
            "last_updated_timestamp_ms": model.updated,
        },
        metrics=metrics,
        params=model.params,
        tags=model.tags,
    )
