"""What the web UI sees of many runs at once: columns, keys, facets."""

import msgspec

from sagwan.entities.base import Entity
from sagwan.entities.dictionary import MetricEntry
from sagwan.entities.experiments import Experiment
from sagwan.entities.views import SavedView

Cell = float | str | None
"""A metric's value, a text, or None where a run has none."""


class RunRows(Entity):
    """What runs have in any case, by columns; `parent` is the id in the tag `mlflow.parentRunId`.

    `active` is when the server was last told something of the run, up to 15 seconds too early; null
    where that isn't known. A run that is gone for good has the id "", is `deleted`, and shows
    nothing else.
    """

    run_id: list[str]
    run_name: list[str]
    experiment_id: list[str]
    status: list[str]
    start_time: list[int]
    end_time: list[int | None]
    user_id: list[str]
    lifecycle_stage: list[str]
    active: list[int | None]
    parent: list[str | None]


class MetricKey(Entity):
    """A metric of an experiment, by the latest values of the runs of a sample.

    `min` and `max` are absent where no value is a number. `points` tells whether one of the ten
    newest runs of the sample has more than one point of it.
    """

    key: str
    runs: int
    varies: bool
    points: bool
    min: float | None = None
    max: float | None = None


class KeyValue(Entity):
    """A text and how many runs have it."""

    value: str
    runs: int


class TextKey(Entity):
    """A param or a tag of an experiment, by the runs of a sample.

    `values` are the ten that most runs have, without those of more than 250 characters.
    """

    key: str
    runs: int
    distinct: int
    varies: bool
    values: list[KeyValue]


class RunKeys(Entity):
    """All keys of an experiment's active runs, and what the newest of them have under those.

    Keys that only other runs have come with 0 runs. `dictionary` is what is said of metrics, in the
    experiment and where that says nothing by the server; of several experiments it is empty.
    """

    runs: int
    sampled: int
    metrics: list[MetricKey]
    params: list[TextKey]
    tags: list[TextKey]
    dictionary: list[MetricEntry] = []


class OpenedExperiment(Entity):
    """What an experiment's page begins with: itself, its keys, and its default view, if any."""

    experiment: Experiment
    keys: RunKeys
    view: SavedView | None = None


class FacetBin(Entity):
    """A part of a histogram: its upper end belongs to the next one, that of the last to itself."""

    start: float = msgspec.field(name="from")
    end: float = msgspec.field(name="to")
    runs: int


class RunFacet(Entity):
    """How the values of a field are spread over runs; `missing` are the runs that have none.

    Of a `number`: the range, the mean, and a histogram, all without the `nan` runs whose value is
    NaN. Of a `text`: how many different ones there are, and those that most runs have.
    """

    kind: str
    runs: int
    missing: int
    nan: int = 0
    min: float | None = None
    max: float | None = None
    mean: float | None = None
    bins: list[FacetBin] = []
    distinct: int = 0
    top: list[KeyValue] = []


class MetricSpread(Entity):
    """How the latest values of a metric are spread over the `n` runs of a group that have a number.

    `std` is the deviation of a sample, and 0 of one run. What nobody can tell is absent.
    """

    n: int
    mean: float | None = None
    std: float | None = None
    min: float | None = None
    max: float | None = None


class RunGroupRow(Entity):
    """Runs that have the same values, None where they have none.

    `first` is the first of them in the order that was asked for: the best one where a metric leads
    it. `run_ids` are all of them in that order, or none where there are too many to name.
    """

    values: list[str | None]
    runs: int
    metrics: list[MetricSpread]
    first: str
    first_name: str
    run_ids: list[str] = []


class RunGroups(Entity):
    """The first of `total` groups of `runs` runs; `by` are the fields of their values."""

    by: list[str]
    runs: int
    total: int
    groups: list[RunGroupRow]
