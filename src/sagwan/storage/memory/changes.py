"""What changed, in memory: a list of all changes, and how far somebody has read it."""

from collections.abc import Iterable, Sequence

from sagwan.entities import Metric
from sagwan.storage.changes import ChangeFeed, ChangeStore, RunChange, Wanted
from sagwan.storage.memory.state import State, StoredRun, rank


class MemoryChanges(ChangeStore):
    """All changes since the store was made."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def feed(self) -> ChangeFeed:
        return _Feed(self._state)

    async def since(self, position: str, wanted: Wanted, most: int) -> list[RunChange] | None:
        if not position.isdecimal() or int(position) > len(self._state.changes):
            return None
        changed = {run_id for run_id, _ in self._state.changes[int(position) :]}
        if len(changed) > most:
            return None
        return [RunChange(*_name(run), other=True) for run in _runs(self._state, changed, wanted)]


class _Feed(ChangeFeed):
    def __init__(self, state: State) -> None:
        self._state = state
        self.position = str(len(state.changes))

    async def look(self, wanted: Wanted) -> list[RunChange]:
        new = self._state.changes[int(self.position) :]
        self.position = str(len(self._state.changes))
        found = []
        for run in _runs(self._state, {run_id for run_id, _ in new}, wanted):
            mine = [points for run_id, points in new if run_id == run.run_id]
            points = _points([point for some in mine if some is not None for point in some])
            keys = {point.key for point in points}
            latest = [point for point in run.latest() if point.key in keys]
            found.append(RunChange(*_name(run), None in mine, points, latest))
        return found


def _runs(state: State, ids: set[str], wanted: Wanted) -> Iterable[StoredRun]:
    return [
        run
        for run in state.runs.values()
        if run.run_id in ids and wanted(run.run_id, run.experiment_id)
    ]


def _name(run: StoredRun) -> tuple[str, int]:
    return run.run_id, run.experiment_id


def _points(points: Sequence[Metric]) -> list[Metric]:
    return sorted(points, key=lambda one: (one.key, one.step, one.timestamp, rank(one)[0]))
