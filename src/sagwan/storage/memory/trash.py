"""What is removed for good, in memory."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from sagwan.domain.lifecycle import another_purge
from sagwan.entities import LifecycleStage
from sagwan.storage.memory.state import State, StoredExperiment, StoredModel, StoredRun
from sagwan.storage.trash import (
    Discarded,
    Remains,
    ThingKind,
    TrashedExperiment,
    TrashedThing,
    TrashFilter,
    TrashStore,
)

# A run's id, a logged model's, and where files are.
Use = tuple[str, str | None, str]

Stored = StoredRun | StoredModel | StoredExperiment


class MemoryTrash(TrashStore):
    """Looks at everything, each time. Numbers are places in the order of creation."""

    def __init__(self, state: State, uses: Callable[[], list[Use]]) -> None:
        """`uses` tells what versions of registered models use."""
        self._state = state
        self._uses = uses
        self._numbers: dict[tuple[ThingKind, str], int] = {}
        self._remains: list[Remains] = []
        self._busy = False

    async def contents(self) -> list[TrashedExperiment]:
        found = []
        for number, experiment in sorted(self._state.experiments.items()):
            runs = [run for run in self._state.runs_of([number]) if _is_deleted(run)]
            models = [
                model
                for model in self._state.models.values()
                if model.experiment_id == number and _is_deleted(model)
            ]
            times = [thing.deleted or 0 for thing in runs]
            times += [thing.deleted or 0 for thing in models]
            if times or _is_deleted(experiment):
                deleted = experiment.updated if _is_deleted(experiment) else None
                first, last = min(times, default=None), max(times, default=None)
                counts = (len(runs), len(models))
                found.append(
                    TrashedExperiment(number, experiment.name, deleted, *counts, first, last, 0)
                )
        return found

    async def when(self, run_id: str) -> int | None:
        return self._state.run(run_id).deleted

    async def count(self, filter: TrashFilter) -> dict[ThingKind, int]:
        return {kind: len(self._find(filter, kind)) for kind in ThingKind}

    async def things(
        self, filter: TrashFilter, kind: ThingKind, after: int, limit: int
    ) -> list[TrashedThing]:
        found = [thing for thing in self._find(filter, kind) if thing.number > after]
        return sorted(found, key=lambda thing: thing.number)[:limit]

    async def registered(self, things: Sequence[TrashedThing]) -> list[TrashedThing]:
        uses = self._uses()
        return [
            thing
            for thing in things
            if thing.kind is not ThingKind.EXPERIMENT
            and any(
                thing.id in (run_id, model_id) or (not run_id and thing.id in places)
                for run_id, model_id, places in uses
            )
        ]

    async def discard(self, things: Sequence[TrashedThing]) -> Discarded:
        remove: dict[ThingKind, Callable[[str], bool]] = {
            ThingKind.RUN: self._remove_run,
            ThingKind.MODEL: self._remove_model,
            ThingKind.EXPERIMENT: self._remove_experiment,
        }
        gone = [thing for thing in things if remove[thing.kind](thing.id)]
        last = self._remains[-1].number if self._remains else 0
        self._remains += [Remains(last + place, thing) for place, thing in enumerate(gone, 1)]
        return Discarded(gone, 0)

    async def remains(self, after: int, limit: int) -> list[Remains]:
        return [one for one in self._remains if one.number > after][:limit]

    async def clear(self, remains: Sequence[Remains], limit: int) -> tuple[int, bool]:
        return 0, False

    async def forget(self, remains: Sequence[Remains]) -> None:
        self._remains = [one for one in self._remains if one not in remains]

    async def give_back(self) -> None:
        """Memory is Python's."""

    def alone(self) -> AbstractAsyncContextManager[None]:
        return self._alone()

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        if self._busy:
            raise another_purge()
        self._busy = True
        try:
            yield
        finally:
            self._busy = False

    def _find(self, filter: TrashFilter, kind: ThingKind) -> list[TrashedThing]:
        stored: Sequence[Stored]
        if kind is ThingKind.RUN:
            stored, ids = [*self._state.runs.values()], filter.run_ids
        elif kind is ThingKind.MODEL:
            stored, ids = [*self._state.models.values()], filter.model_ids
        else:
            stored, ids = [*self._state.experiments.values()], None
        return [
            self._thing(kind, thing)
            for thing in stored
            if _is_deleted(thing)
            and (filter.before is None or _time(thing) <= filter.before)
            and (
                not filter.is_narrowed
                or _id(thing) in (ids or ())
                or _experiment(thing) in (filter.experiment_ids or ())
            )
        ]

    def _thing(self, kind: ThingKind, thing: Stored) -> TrashedThing:
        if isinstance(thing, StoredExperiment):
            return TrashedThing(kind, thing.id, str(thing.id), thing.artifact_location)
        key = (kind, _id(thing))
        number = self._numbers.setdefault(key, len(self._numbers) + 1)
        return TrashedThing(kind, number, _id(thing), thing.artifact_uri)

    def _remove_run(self, run_id: str) -> bool:
        if run_id not in self._state.runs or not _is_deleted(self._state.runs[run_id]):
            return False
        del self._state.runs[run_id]
        return True

    def _remove_model(self, model_id: str) -> bool:
        if model_id not in self._state.models or not _is_deleted(self._state.models[model_id]):
            return False
        del self._state.models[model_id]
        return True

    def _remove_experiment(self, experiment_id: str) -> bool:
        number = int(experiment_id)
        experiment = self._state.experiments.get(number)
        owned = self._state.runs_of([number]) or any(
            model.experiment_id == number for model in self._state.models.values()
        )
        if number == 0 or experiment is None or not _is_deleted(experiment) or owned:
            return False
        del self._state.experiments[number]
        for key in [key for key in self._state.datasets if key[0] == number]:
            del self._state.datasets[key]
        return True


def _is_deleted(thing: Stored) -> bool:
    return thing.stage is LifecycleStage.DELETED


def _time(thing: Stored) -> int:
    time = thing.updated if isinstance(thing, StoredExperiment) else thing.deleted
    return time or 0


def _id(thing: Stored) -> str:
    if isinstance(thing, StoredExperiment):
        return str(thing.id)
    return thing.run_id if isinstance(thing, StoredRun) else thing.model_id


def _experiment(thing: Stored) -> int:
    return thing.id if isinstance(thing, StoredExperiment) else thing.experiment_id
