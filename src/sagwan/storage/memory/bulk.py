"""Changes of many runs at once, in memory."""

from collections.abc import Sequence

from sagwan.domain.lifecycle import require_active_run, require_expected
from sagwan.domain.runs import RUN_NAME_TAG
from sagwan.domain.search.evaluate import condition_test
from sagwan.entities import LifecycleStage, Tag
from sagwan.storage.bulk import BulkStore, RunSelection
from sagwan.storage.memory.runs import run_subject
from sagwan.storage.memory.state import State, StoredRun, as_dict


class MemoryBulk(BulkStore):
    """Looks at every run, each time."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def delete(self, selection: RunSelection, now: int) -> int:
        changed = self._find(selection, LifecycleStage.ACTIVE)
        for run in changed:
            run.stage, run.deleted = LifecycleStage.DELETED, now
            self._state.changed(run)
        return len(changed)

    async def restore(self, selection: RunSelection) -> list[str]:
        changed = self._find(selection, LifecycleStage.DELETED)
        for run in changed:
            run.stage, run.deleted = LifecycleStage.ACTIVE, None
            self._state.changed(run)
        return sorted(run.run_id for run in changed)

    async def tag(
        self, selection: RunSelection, tags: Sequence[Tag], removed: Sequence[str]
    ) -> int:
        for run in [self._state.run(run_id) for run_id in selection.run_ids or ()]:
            require_active_run(run.run_id, run.stage)
        changed = self._find(selection, LifecycleStage.ACTIVE)
        new = as_dict(tag for tag in tags if tag.value or tag.key != RUN_NAME_TAG)
        for run in changed:
            kept = {key: value for key, value in run.tags.items() if key not in removed}
            run.tags = kept | new
            run.name = new.get(RUN_NAME_TAG, run.name)
            self._state.changed(run)
        return len(changed)

    def _find(self, selection: RunSelection, stage: LifecycleStage) -> list[StoredRun]:
        if selection.run_ids is None:
            test = condition_test(selection.where)
            found = [
                run
                for run in self._state.runs_of(selection.experiment_ids)
                if test(run_subject(self._state, run, run.tags.get(RUN_NAME_TAG)))
            ]
        else:
            found = [self._state.run(run_id) for run_id in dict.fromkeys(selection.run_ids)]
        found = [
            run for run in found if run.stage is stage and selection.deleted in (None, run.deleted)
        ]
        require_expected(selection.expected, len(found))
        return found
