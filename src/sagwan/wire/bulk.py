"""Requests and responses that change many runs at once."""

from enum import StrEnum

from sagwan.entities import Entity, Tag
from sagwan.entities.base import Int64


class BulkAction(StrEnum):
    """What is done to runs."""

    DELETE = "delete"
    RESTORE = "restore"
    TAG = "tag"


class BulkRuns(Entity):
    """POST runs/bulk

    `delete`, `restore` or `tag` many runs, all or nothing. They are named by `run_ids`, at most
    100,000, or found by the `filter` of `runs/query` among the active runs of experiments, or among
    the deleted ones where they are to be restored; then `expected` has to say how many runs the
    caller means to change. Where `expected` is given and it would be another number, nothing is
    done (INVALID_STATE). `deleted_at`, the `time` in the answer to a deletion, narrows the runs to
    those that it deleted. Runs that are in the trash, or out of it, already are left as they are;
    tags that are to be removed need not be there.
    """

    action: str
    run_ids: list[str] | None = None
    experiment_ids: list[str] = []
    filter: str | None = None
    deleted_at: Int64 | None = None
    expected: Int64 | None = None
    set_tags: list[Tag] = []
    remove_tags: list[str] = []


class BulkRunsResponse(Entity):
    """How many runs were changed and when, in Unix milliseconds.

    Of a restore also their ids, since nothing else tells them apart from then on.
    """

    runs: int
    time: int
    run_ids: list[str] | None = None


__all__ = ["BulkAction", "BulkRuns", "BulkRunsResponse"]
