"""Experiments in memory."""

from sagwan.domain.experiments import CUSTOM_VIEW_PREFIX, check_custom_views
from sagwan.domain.lifecycle import (
    experiment_exists,
    experiment_name_taken,
    experiment_not_found,
    experiment_not_renamable,
    experiment_tag_not_found,
)
from sagwan.domain.search.evaluate import Subject, matches, sort_key
from sagwan.domain.search.fields import EXPERIMENTS, complete_order
from sagwan.entities import Experiment, LifecycleStage, Page, Tag
from sagwan.entities.experiments import DEFAULT_WORKSPACE
from sagwan.storage.base import ExperimentStore, NewExperiment, SearchQuery
from sagwan.storage.memory.paging import cut_page
from sagwan.storage.memory.state import State, StoredExperiment, as_tags


class MemoryExperiments(ExperimentStore):
    """Experiments, in dictionaries."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def create(self, new: NewExperiment) -> int:
        if self._named(new.name):
            raise experiment_exists(new.name)
        return self._state.add_experiment(new.name, new.now, new.artifact_location, new.tags).id

    async def get(self, experiment_id: int) -> Experiment:
        return shown(self._state.experiment(experiment_id))

    async def get_by_name(self, name: str) -> Experiment | None:
        experiment = self._named(name)
        return shown(experiment) if experiment else None

    async def search(self, query: SearchQuery) -> Page[Experiment]:
        found = [
            experiment
            for experiment in self._state.experiments.values()
            if experiment.stage in query.view.stages and matches(query.filter, _subject(experiment))
        ]
        order = complete_order(query.order, EXPERIMENTS)
        found.sort(key=lambda experiment: sort_key(order, _subject(experiment)))
        entities = [shown(experiment) for experiment in found]
        return cut_page(
            entities, query.limit, query.page_token, tuple(query.filter), order, query.view
        )

    async def rename(self, experiment_id: int, name: str, now: int) -> None:
        experiment = self._state.experiment(experiment_id)
        if experiment.stage is not LifecycleStage.ACTIVE:
            raise experiment_not_renamable()
        if self._named(name) not in (None, experiment):
            raise experiment_name_taken(name)
        experiment.name = name
        experiment.updated = now

    async def delete(self, experiment_id: int, now: int) -> None:
        self._move(experiment_id, LifecycleStage.ACTIVE, LifecycleStage.DELETED, now)

    async def restore(self, experiment_id: int, now: int) -> None:
        self._move(experiment_id, LifecycleStage.DELETED, LifecycleStage.ACTIVE, now)

    async def set_tag(self, experiment_id: int, tag: Tag) -> None:
        tags = self._state.active_experiment(experiment_id).tags
        if tag.key.startswith(CUSTOM_VIEW_PREFIX):
            check_custom_views({*tags, tag.key})
        tags[tag.key] = tag.value

    async def delete_tag(self, experiment_id: int, key: str) -> None:
        tags = self._state.active_experiment(experiment_id).tags
        if key not in tags:
            raise experiment_tag_not_found(experiment_id, key)
        del tags[key]

    def _named(self, name: str) -> StoredExperiment | None:
        for experiment in self._state.experiments.values():
            if experiment.name == name:
                return experiment
        return None

    def _move(
        self, experiment_id: int, before: LifecycleStage, after: LifecycleStage, now: int
    ) -> None:
        experiment = self._state.experiment(experiment_id)
        if experiment.stage is not before:
            raise experiment_not_found(experiment_id)
        experiment.stage = after
        experiment.updated = now
        for run in self._state.runs_of([experiment_id]):
            if after is LifecycleStage.ACTIVE:
                run.deleted = None
            elif run.stage is before:
                run.deleted = now
            run.stage = after


def shown(experiment: StoredExperiment) -> Experiment:
    return Experiment(
        experiment_id=str(experiment.id),
        name=experiment.name,
        artifact_location=experiment.artifact_location,
        lifecycle_stage=experiment.stage.value,
        last_update_time=experiment.updated,
        creation_time=experiment.created,
        workspace=DEFAULT_WORKSPACE,
        tags=as_tags(experiment.tags),
    )


def _subject(experiment: StoredExperiment) -> Subject:
    return Subject(
        attributes={
            "experiment_id": experiment.id,
            "name": experiment.name,
            "creation_time": experiment.created,
            "last_update_time": experiment.updated,
        },
        tags=experiment.tags,
    )
