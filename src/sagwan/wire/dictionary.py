"""Requests about what is said of metrics."""

from sagwan.entities import Entity
from sagwan.entities.base import Int64
from sagwan.entities.dictionary import MetricDictionary, MetricEntry


class ReadDictionary(Entity):
    """GET metric-dictionary

    What is said of the metrics of an experiment, or without one of those of all experiments: the
    server's own words. `experiments/keys` tells what holds in an experiment, from both.
    """

    experiment_id: str | None = None


class WriteDictionary(Entity):
    """POST metric-dictionary

    Put these entries in place of all that there are. A label has at most 250 characters, a unit 40;
    `decimals` are between 0 and 12, and at most 1,000 metrics can be described. With `version`,
    only where nobody has changed the dictionary since it was read at that version.
    """

    metrics: list[MetricEntry] = []
    experiment_id: str | None = None
    version: Int64 | None = None


__all__ = ["MetricDictionary", "ReadDictionary", "WriteDictionary"]
