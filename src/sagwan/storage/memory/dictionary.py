"""Dictionaries of metrics in memory."""

from collections.abc import Sequence

from sagwan.domain.dictionary import check_version
from sagwan.entities.dictionary import MetricDictionary, MetricEntry
from sagwan.storage.dictionary import DictionaryStore
from sagwan.storage.memory.state import State


class MemoryDictionaries(DictionaryStore):
    """Dictionaries, in a dictionary."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def get(self, experiment_id: int | None) -> MetricDictionary:
        return self._state.dictionaries.get(experiment_id, MetricDictionary([], 0))

    async def put(
        self, experiment_id: int | None, entries: Sequence[MetricEntry], version: int | None
    ) -> MetricDictionary:
        if experiment_id is not None:
            self._state.active_experiment(experiment_id)
        before = (await self.get(experiment_id)).version
        check_version(version, before)
        made = MetricDictionary(list(entries), before + 1)
        self._state.dictionaries[experiment_id] = made
        return made
