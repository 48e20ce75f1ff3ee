"""The port for changes of many runs at once. Its docstrings are the contract, as in `base`."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import msgspec

from sagwan.domain.search.ast import EVERYTHING, Condition
from sagwan.entities import Tag

__all__ = ["BulkStore", "RunSelection"]


class RunSelection(msgspec.Struct):
    """Which runs: those of `run_ids`, or, where that is None, those that a condition finds.

    `deleted` narrows them to the runs that were moved to the trash at exactly that time. With
    `expected`, nothing is changed unless so many runs would be.
    """

    run_ids: Sequence[str] | None = None
    experiment_ids: Sequence[int] = ()
    where: Condition = EVERYTHING
    deleted: int | None = None
    expected: int | None = None


class BulkStore(ABC):
    """Changes of many runs, all or nothing.

    A condition looks at active runs, or at deleted ones where they are to be restored; unknown
    experiments are ignored. Raises NotFound for the first unknown id of a run, and InvalidState
    where it is another number of runs than expected.
    """

    @abstractmethod
    async def delete(self, selection: RunSelection, now: int) -> int:
        """Move active runs to the trash; how many. Those that are there stay as they are."""

    @abstractmethod
    async def restore(self, selection: RunSelection) -> list[str]:
        """Take runs from the trash; their ids in order. Others stay as they are."""

    @abstractmethod
    async def tag(
        self, selection: RunSelection, tags: Sequence[Tag], removed: Sequence[str]
    ) -> int:
        """Remove tags, where they are there, then set tags; how many runs were looked at.

        Of tags with one key the last counts; `mlflow.runName` renames the runs, and is ignored
        where it is empty. Raises InvalidParameter for the first id of a deleted run.
        """
