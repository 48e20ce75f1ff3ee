"""The port for what is said of metrics. Its docstrings are the contract, as in `base`."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

from sagwan.entities.dictionary import MetricDictionary, MetricEntry

__all__ = ["DictionaryStore"]


class DictionaryStore(ABC):
    """The dictionaries of metrics: one of each experiment and, for None, one of the server."""

    @abstractmethod
    async def get(self, experiment_id: int | None) -> MetricDictionary:
        """The dictionary; that of an experiment of which nothing was said is empty."""

    @abstractmethod
    async def put(
        self, experiment_id: int | None, entries: Sequence[MetricEntry], version: int | None
    ) -> MetricDictionary:
        """Put entries in place of all that there are; the next version is 1 greater.

        With `version`, only where the dictionary is at that: InvalidState otherwise. NotFound or
        InvalidParameter for the experiment.
        """
