"""The port that tells what changed, for those who look on while runs go on."""

from abc import ABC, abstractmethod
from collections.abc import Callable

import msgspec

from sagwan.entities import Metric

__all__ = ["ChangeFeed", "ChangeStore", "RunChange", "Wanted"]

Wanted = Callable[[str, int], bool]
"""Whether someone wants to know of a run, by its id and its experiment's; called in any thread."""

# Of a look, and of a run in it, no more points are told.
MOST_POINTS = 5000
MOST_POINTS_OF_RUN = 500


class RunChange(msgspec.Struct):
    """What happened to a run since the look before.

    `points` were logged, by key and then as the latest of a metric is found; `latest` are the
    latest points of those keys. Where `other` is set, something else may have happened, or too much
    to be told: whoever wants to know reads the run.
    """

    run_id: str
    experiment_id: int
    other: bool = False
    points: list[Metric] = []
    latest: list[Metric] = []


class ChangeFeed(ABC):
    """Changes from a moment on, also those that other processes make, looked for at each call.

    `position` names how far it came, for `ChangeStore.since`.
    """

    position: str

    @abstractmethod
    async def look(self, wanted: Wanted) -> list[RunChange]:
        """What happened to the runs that are wanted since the last look. Raises Unavailable.

        Nothing is left out that was committed before a call and wanted ever since the last one.
        What is committed meanwhile comes with this look or the next. Runs come in the order of
        their creation.
        """


class ChangeStore(ABC):
    """What changes, for those who look on."""

    @abstractmethod
    async def feed(self) -> ChangeFeed:
        """A feed that begins now."""

    @abstractmethod
    async def since(self, position: str, wanted: Wanted, most: int) -> list[RunChange] | None:
        """The runs that may have changed since a feed was at a position, with `other` set.

        None where that can't be told, and where more than `most` runs did, wanted or not.
        """
