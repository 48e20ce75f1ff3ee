"""The port for what is removed for good. Its docstrings are the contract, as in `base`.

A purge goes in two steps, so that it may stop anywhere. First things leave the store in one
transaction, which also remembers what else is theirs: points of metrics and artifacts. Nobody can
restore them from then on. Then that is removed bit by bit, and forgotten once it is gone.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from enum import IntEnum

import msgspec

__all__ = [
    "Discarded",
    "Remains",
    "ThingKind",
    "TrashFilter",
    "TrashStore",
    "TrashedExperiment",
    "TrashedThing",
]


class ThingKind(IntEnum):
    """What can be in the trash, in the order in which it is removed."""

    RUN = 0
    MODEL = 1
    EXPERIMENT = 2


class TrashFilter(msgspec.Struct):
    """Which things in the trash: all, or those that were moved there at or before a time.

    Where one of the lists is given: only runs and models named in them or of these experiments,
    and these experiments. `registered` is for who removes them: whether those are meant, too, that
    a version of a registered model uses.
    """

    before: int | None = None
    run_ids: Sequence[str] | None = None
    model_ids: Sequence[str] | None = None
    experiment_ids: Sequence[int] | None = None
    registered: bool = False

    @property
    def is_narrowed(self) -> bool:
        """Whether one of the lists is given."""
        lists = (self.run_ids, self.model_ids, self.experiment_ids)
        return any(each is not None for each in lists)


class TrashedThing(msgspec.Struct, frozen=True):
    """A run, model or experiment in the trash. `number` is the store's own.

    `artifact_uri` is that of a run or a model, or an experiment's artifact location.
    """

    kind: ThingKind
    number: int
    id: str
    artifact_uri: str


class Discarded(msgspec.Struct):
    """What has left the store, and about how many bytes of it that freed."""

    things: list[TrashedThing]
    bytes: int


class Remains(msgspec.Struct, frozen=True):
    """What is left of a thing that has left the store; no artifacts where the URI is empty."""

    number: int
    thing: TrashedThing


class TrashedExperiment(msgspec.Struct):
    """What an experiment has in the trash; `bytes` is what the store holds, without artifacts.

    `deleted` is when the experiment itself was moved there, None where it is active; `first` and
    `last` are when the first and the last of its runs and models were.
    """

    experiment_id: int
    name: str
    deleted: int | None
    runs: int
    models: int
    first: int | None
    last: int | None
    bytes: int


class TrashStore(ABC):
    """The trash. Times are Unix milliseconds."""

    @abstractmethod
    async def contents(self) -> list[TrashedExperiment]:
        """The experiments that are in the trash or have something there, by their ids."""

    @abstractmethod
    async def when(self, run_id: str) -> int | None:
        """When a run was moved to the trash; None where it isn't there. Raises NotFound."""

    @abstractmethod
    async def count(self, filter: TrashFilter) -> dict[ThingKind, int]:
        """How many things of each kind a filter finds."""

    @abstractmethod
    async def things(
        self, filter: TrashFilter, kind: ThingKind, after: int, limit: int
    ) -> list[TrashedThing]:
        """The next things of a kind with numbers above `after`, in the order of their numbers."""

    @abstractmethod
    async def registered(self, things: Sequence[TrashedThing]) -> list[TrashedThing]:
        """Those of these runs and models that a version of a registered model uses.

        It names them as its run or logged model; where it names no run, in its source.
        """

    @abstractmethod
    async def discard(self, things: Sequence[TrashedThing]) -> Discarded:
        """Remove things for good; those of them that can be.

        What was restored or removed in the meantime is left alone, and so is an experiment that
        still has runs or models, and `Default`. Of a run everything is gone at once but its
        points, of an experiment all but its traces; they and the artifacts at the things' URIs are
        remembered as what remains. Traces are removed by `TraceStore.delete_until`.
        """

    @abstractmethod
    async def remains(self, after: int, limit: int) -> list[Remains]:
        """What remains of things that were removed, with numbers above `after`, in order."""

    @abstractmethod
    async def clear(self, remains: Sequence[Remains], limit: int) -> tuple[int, bool]:
        """Remove about `limit` pieces of the points of what remains.

        How many bytes that freed, and whether there may be more.
        """

    @abstractmethod
    async def forget(self, remains: Sequence[Remains]) -> None:
        """Nothing remains of these any more."""

    @abstractmethod
    async def give_back(self) -> None:
        """Give the freed space back to the file system, where the database can."""

    @abstractmethod
    def alone(self) -> AbstractAsyncContextManager[None]:
        """Nobody else purges this store, in any process, until the block ends.

        Raises InvalidState where somebody does.
        """
