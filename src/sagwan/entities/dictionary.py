"""What is said of metrics: their names, units, directions and ranges."""

from sagwan.entities.base import Entity


class MetricEntry(Entity):
    """What is said of the metric `key`; what is None or empty isn't said.

    `unit` stands behind the metric's name. `direction`, `min` or `max`, tells which of its values
    are the best, and `decimals` how exactly they are shown. `low` and `high` are the ends of a
    chart's y axis, `goal` is a line across it, and `group` is the section of the charts that the
    metric is in.
    """

    key: str
    label: str = ""
    unit: str = ""
    direction: str = ""
    decimals: int | None = None
    low: float | None = None
    high: float | None = None
    goal: float | None = None
    group: str = ""


class MetricDictionary(Entity):
    """What is said of the metrics of an experiment, or of all.

    `version` counts the changes that were made: 0 where nothing was ever said.
    """

    metrics: list[MetricEntry]
    version: int
