"""Metrics: numbers with a step and a time."""

import msgspec

from sagwan.entities.base import Int64


class Metric(msgspec.Struct, omit_defaults=True, gc=False):
    """One point of a metric. `timestamp` is in Unix milliseconds; `value` may be NaN.

    `model_id`, `dataset_name` and `dataset_digest` say which logged model and which dataset the
    value was measured on.
    """

    key: str
    value: float
    timestamp: Int64
    step: Int64
    model_id: str | None = None
    dataset_name: str | None = None
    dataset_digest: str | None = None
    run_id: str | None = None
