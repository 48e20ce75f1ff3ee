"""Runs in memory."""

import json
from collections.abc import Sequence
from math import isnan

from msgspec.structs import replace

from sagwan.domain.artifact_paths import append_to_uri
from sagwan.domain.lifecycle import outputs_exist, run_tag_not_found, tag_is_no_list
from sagwan.domain.runs import RUN_NAME_TAG
from sagwan.domain.search.evaluate import DatasetSubject, Subject, matches, sort_key
from sagwan.domain.search.fields import RUNS, complete_order
from sagwan.entities import (
    DatasetInput,
    LifecycleStage,
    Metric,
    ModelInput,
    ModelOutput,
    Page,
    Run,
    RunData,
    RunInfo,
    RunInputs,
    RunOutputs,
)
from sagwan.errors import ParamConflict
from sagwan.storage.base import NewRun, RunBatch, RunStore, RunUpdate, SearchQuery
from sagwan.storage.memory.paging import cut_page
from sagwan.storage.memory.state import (
    CONTEXT_TAG,
    State,
    StoredRun,
    add_points,
    as_dict,
    as_params,
    as_tags,
)


class MemoryRuns(RunStore):
    """Runs, in dictionaries."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def create(self, new: NewRun) -> Run:
        experiment = self._state.active_experiment(new.experiment_id)
        run = StoredRun(
            run_id=new.run_id,
            experiment_id=new.experiment_id,
            name=new.name,
            user_id=new.user_id,
            start_time=new.start_time,
            artifact_uri=append_to_uri(experiment.artifact_location, new.run_id, "artifacts"),
            tags=as_dict(new.tags),
        )
        self._state.runs[new.run_id] = run
        self._state.changed(run)
        return Run(_info(run), _data(run), RunInputs())

    async def get(self, run_id: str) -> Run:
        run = self._state.run(run_id)
        shown = self._listed(run)
        shown.inputs.model_inputs = [ModelInput(model_id) for model_id in sorted(run.model_inputs)]
        return shown

    async def update(self, update: RunUpdate) -> RunInfo:
        run = self._state.changing(update.run_id)
        if update.status is not None:
            run.status = update.status
        if update.end_time is not None:
            run.end_time = update.end_time
        if update.name:
            run.name = update.name
            run.tags[RUN_NAME_TAG] = update.name
        return _info(run)

    async def delete(self, run_id: str, now: int) -> None:
        run = self._state.run(run_id)
        if run.stage is LifecycleStage.ACTIVE:
            run.stage, run.deleted = LifecycleStage.DELETED, now
            self._state.changed(run)

    async def restore(self, run_id: str) -> None:
        run = self._state.run(run_id)
        run.stage, run.deleted = LifecycleStage.ACTIVE, None
        self._state.changed(run)

    async def search(self, experiment_ids: Sequence[int], query: SearchQuery) -> Page[Run]:
        found = [
            run
            for run in self._state.runs_of(experiment_ids)
            if run.stage in query.view.stages
            # A filter looks for the name in the tag, which may be gone; an order never does.
            and matches(query.filter, run_subject(self._state, run, run.tags.get(RUN_NAME_TAG)))
        ]
        order = complete_order(query.order, RUNS)
        found.sort(key=lambda run: sort_key(order, run_subject(self._state, run, run.name)))
        return cut_page(
            [self._listed(run) for run in found],
            query.limit,
            query.page_token,
            tuple(experiment_ids),
            tuple(query.filter),
            order,
            query.view,
        )

    async def log_batch(self, batch: RunBatch) -> None:
        run = self._state.active_run(batch.run_id)
        conflicts = [
            (param.key, run.params[param.key], param.value)
            for param in batch.params
            if run.params.get(param.key, param.value) != param.value
        ]
        if conflicts:
            raise ParamConflict(batch.run_id, conflicts)
        if batch.params or batch.tags:
            self._state.changed(run)
        run.params.update(as_dict(batch.params))
        # As in MLflow, a run keeps its name where it is to get an empty one.
        tags = as_dict(tag for tag in batch.tags if tag.value or tag.key != RUN_NAME_TAG)
        run.tags.update(tags)
        run.name = tags.get(RUN_NAME_TAG, run.name)
        points = [Metric(m.key, m.value, m.timestamp, m.step) for m in batch.metrics]
        add_points(run.points, points)
        if points:
            self._state.logged(run, points)
        for metric in batch.metrics:
            self._add_to_model(run.run_id, metric)

    async def delete_tag(self, run_id: str, key: str) -> None:
        run = self._state.active_run(run_id)
        if key not in run.tags:
            raise run_tag_not_found(run_id, key)
        del run.tags[key]
        self._state.changed(run)

    async def log_inputs(
        self, run_id: str, datasets: Sequence[DatasetInput], model_ids: Sequence[str]
    ) -> None:
        run = self._state.changing(run_id)
        for used in datasets:
            name, digest = used.dataset.name, used.dataset.digest
            self._state.datasets.setdefault(
                (run.experiment_id, name, digest), replace(used.dataset)
            )
            run.inputs.setdefault((name, digest), as_dict(used.tags))
        run.model_inputs.update(model_ids)

    async def log_outputs(self, run_id: str, models: Sequence[ModelOutput]) -> None:
        run = self._state.active_run(run_id)
        outputs = dict(run.outputs)
        refused = []
        for model in models:
            if model.model_id in outputs:
                refused.append(model.model_id)
            outputs[model.model_id] = model.step
        if refused:
            raise outputs_exist(run_id, refused)
        run.outputs = outputs
        self._state.changed(run)

    async def append_to_json_tag(self, run_id: str, key: str, item: object) -> None:
        run = self._state.active_run(run_id)
        try:
            items = json.loads(run.tags.get(key, "[]"))
        except ValueError:
            items = None
        if not isinstance(items, list):
            raise tag_is_no_list(run_id, key)
        run.tags[key] = json.dumps([*items, item])
        self._state.changed(run)

    def _add_to_model(self, run_id: str, metric: Metric) -> None:
        model = self._state.models.get(metric.model_id or "")
        if model:
            point = Metric(
                metric.key,
                metric.value,
                metric.timestamp,
                metric.step,
                model_id=model.model_id,
                dataset_name=metric.dataset_name,
                dataset_digest=metric.dataset_digest,
                run_id=run_id,
            )
            add_points(model.points, [point])

    def _listed(self, run: StoredRun) -> Run:
        """The run as a search shows it: without model inputs."""
        datasets = [
            DatasetInput(
                replace(self._state.datasets[run.experiment_id, name, digest]), as_tags(tags)
            )
            for (name, digest), tags in run.inputs.items()
        ]
        outputs = [ModelOutput(model_id, step) for model_id, step in sorted(run.outputs.items())]
        return Run(_info(run), _data(run), RunInputs(dataset_inputs=datasets), RunOutputs(outputs))


def run_subject(state: State, run: StoredRun, name: str | None) -> Subject:
    """A run in the eyes of a search that looks for its name in `name`."""
    numbers: dict[str, list[float]] = {}
    for point in run.points.values():
        if not isnan(point.value):
            numbers.setdefault(point.key, []).append(point.value)
    return Subject(
        attributes={
            "run_id": run.run_id,
            "run_name": name,
            "user_id": run.user_id,
            "status": run.status.name,
            "artifact_uri": run.artifact_uri,
            "start_time": run.start_time,
            "end_time": run.end_time,
        },
        metrics={point.key: point.value for point in run.latest()},
        least={key: min(values) for key, values in numbers.items()},
        greatest={key: max(values) for key, values in numbers.items()},
        params=run.params,
        tags=run.tags,
        datasets=[
            DatasetSubject(name, digest, tags.get(CONTEXT_TAG))
            for (name, digest), tags in run.inputs.items()
        ],
    )


def _info(run: StoredRun) -> RunInfo:
    return RunInfo(
        run_uuid=run.run_id,
        experiment_id=str(run.experiment_id),
        run_name=run.name,
        user_id=run.user_id,
        status=run.status.name,
        start_time=run.start_time,
        artifact_uri=run.artifact_uri,
        lifecycle_stage=run.stage.value,
        run_id=run.run_id,
        end_time=run.end_time,
    )


def _data(run: StoredRun) -> RunData:
    metrics = [replace(point) for point in run.latest()]
    return RunData(metrics, as_params(run.params), as_tags(run.tags))
