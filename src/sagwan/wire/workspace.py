"""Requests and responses about many runs at once, for the web UI."""

from sagwan.entities import Entity, ViewType
from sagwan.entities.base import Int64
from sagwan.entities.workspace import (
    Cell,
    OpenedExperiment,
    RunFacet,
    RunGroups,
    RunKeys,
    RunRows,
)


class QueryRuns(Entity):
    """POST runs/query

    A page of the runs that a filter finds, by columns, and how many there are in all. The filter is
    that of `runs/search`, and takes more: `OR` (`AND` binds tighter), brackets, `NOT (...)`,
    `BETWEEN a AND b` for numbers, lists after `IN` and `NOT IN` for every text and for metrics, and
    `IS NULL` for metrics. A column is a field as `order_by` names it. A metric is its latest value;
    after its key in backticks, `.min` and `.max` name the least and the greatest of all points but
    NaN. With `snapshot` from an earlier answer to the same query, the page is of the runs that it
    found then, if the server still knows; `limit` is at most 1,000, and there are at most 200
    columns.
    """

    experiment_ids: list[str] = []
    filter: str | None = None
    order_by: list[str] = []
    run_view_type: ViewType | None = None
    offset: Int64 = 0
    limit: Int64 = 100
    columns: list[str] = []
    snapshot: str | None = None


class RunColumn(Entity):
    """The values of a field, one for each run of the page; NaN is `"NaN"`."""

    field: str
    values: list[Cell]


class QueryRunsResponse(Entity):
    """A page of runs. `snapshot` names the list that it is of, `total` runs long."""

    total: int
    snapshot: str
    offset: int
    runs: RunRows
    columns: list[RunColumn]


class ReadKeys(Entity):
    """POST experiments/keys

    The keys of all active runs of experiments, and what the newest of them, at most 1,000, have
    under those. Metrics with `val` in their names come first, params and tags that vary.
    """

    experiment_ids: list[str] = []
    sample: Int64 = 200


class OpenExperiment(Entity):
    """GET experiments/open

    What the page of an experiment begins with, in one answer: the experiment as `experiments/get`
    has it, its keys as `experiments/keys` has them, and the view that `default-view` gives.
    """

    experiment_id: str
    sample: Int64 = 200


class FacetRuns(Entity):
    """POST runs/facet

    How the values of a field are spread over the runs that a filter of `runs/query` finds. There
    are at most 100 bins.
    """

    field: str
    experiment_ids: list[str] = []
    filter: str | None = None
    run_view_type: ViewType | None = None
    bins: Int64 = 20


class GroupRuns(Entity):
    """POST runs/groups

    The runs that a filter of `runs/query` finds, in groups of equal values, and how the latest
    values of `metrics` are spread over all runs of each. `by` are params and tags; where it is
    empty, all params that differ between the runs, except those in `without`: with the param of a
    seed there, a group is what was run with several seeds. Where `order_by` begins with a metric,
    groups are in the order of its mean, else in that of their first runs. At most `limit` groups,
    up to 1,000, come at once, and runs are named for the first of them with no more than `members`
    runs in all, up to 5,000. Fields are written as in `runs/query`, at most 200 of a kind.
    """

    by: list[str] = []
    without: list[str] = []
    metrics: list[str] = []
    experiment_ids: list[str] = []
    filter: str | None = None
    order_by: list[str] = []
    run_view_type: ViewType | None = None
    limit: Int64 = 100
    members: Int64 = 0


__all__ = [
    "FacetRuns",
    "GroupRuns",
    "OpenExperiment",
    "OpenedExperiment",
    "QueryRuns",
    "QueryRunsResponse",
    "ReadKeys",
    "RunColumn",
    "RunFacet",
    "RunGroups",
    "RunKeys",
]
