"""What may be logged to a run in one request (`runs/log-batch` and its single forms)."""

from collections.abc import Sequence
from math import inf

from sagwan.domain import limits
from sagwan.domain.limits import within_or_cut
from sagwan.domain.names import all_known_good, check_name
from sagwan.entities import Metric, Param, Tag
from sagwan.errors import InvalidParameter, invalid

# The protocol clamps infinities to the largest double, as its SQL store does.
LARGEST = 1.7976931348623157e308


def check_counts(metrics: int, params: int, tags: int) -> None:
    """Raise InvalidParameter where a batch holds more than the protocol allows."""
    for name, limit, count in (
        ("metrics", limits.BATCH_METRICS, metrics),
        ("params", limits.BATCH_PARAMS, params),
        ("tags", limits.BATCH_TAGS, tags),
        ("metrics, params, and tags", limits.BATCH_ITEMS, metrics + params + tags),
    ):
        if count > limit:
            raise InvalidParameter(
                f"A batch logging request can contain at most {limit} {name}. Got {count} {name}."
                f" Please split up {name} across multiple requests and try again."
            )


def check_metrics(metrics: Sequence[Metric], path: str = "metrics[{}].") -> None:
    """Check and normalise metrics in place: infinities are clamped. Raises InvalidParameter.

    `path` is the pattern that names a metric in errors.
    """
    if not metrics:
        return
    # Few passes over all of them find what is in order; only what is not is looked at one by one.
    if not all_known_good({metric.key for metric in metrics}):
        for index, metric in enumerate(metrics):
            check_name(metric.key, f"{path.format(index)}name", "Metric name")
    if min([metric.timestamp for metric in metrics]) < 0:
        for index, metric in enumerate(metrics):
            _check_time(metric, path.format(index))
    values = [metric.value for metric in metrics]
    if inf in values or -inf in values:
        for metric in metrics:
            if metric.value in (inf, -inf):
                metric.value = LARGEST if metric.value > 0 else -LARGEST
    for metric in metrics:
        if metric.model_id is not None or metric.dataset_name or metric.dataset_digest:
            _check_dataset(metric)


def _check_time(metric: Metric, path: str) -> None:
    if metric.timestamp < 0:
        raise invalid(
            f"{path}timestamp",
            metric.timestamp,
            f"metric '{metric.key}' (value={metric.value})."
            " Timestamp must be a nonnegative long (64-bit integer) ",
        )


def _check_dataset(metric: Metric) -> None:
    metric.model_id = metric.model_id or None
    metric.dataset_name = metric.dataset_name or None
    metric.dataset_digest = metric.dataset_digest or None
    if (metric.dataset_name is None) != (metric.dataset_digest is None):
        raise InvalidParameter(
            "Both dataset_name and dataset_digest must be provided if one is provided"
        )


def check_params(params: Sequence[Param], truncate: bool, path: str = "params[{}].") -> list[Param]:
    """The params, values cut to their limit. Raises InvalidParameter, also for a repeated key."""
    checked = [
        Param(
            check_name(param.key, f"{path.format(index)}key", "Param key"),
            within_or_cut("Param value", limits.PARAM_VALUE_LENGTH, param.value, truncate),
        )
        for index, param in enumerate(params)
    ]
    if len({param.key for param in checked}) < len(checked):
        seen: set[str] = set()
        repeated = [p.key for p in checked if p.key in seen or seen.add(p.key)]  # type: ignore[func-returns-value]
        raise InvalidParameter(
            f"Duplicate parameter keys have been submitted: {repeated}. Please ensure "
            "the request contains only one param value per param key."
        )
    return checked


def check_tags(tags: Sequence[Tag], truncate: bool, path: str = "tags[{}].") -> list[Tag]:
    """The tags, values cut to their limit. Raises InvalidParameter."""
    return [
        Tag(
            check_name(tag.key, f"{path.format(index)}key", f"{path.format(index)}key"),
            within_or_cut(
                f"{path.format(index)}value", limits.TAG_VALUE_LENGTH, tag.value, truncate
            ),
        )
        for index, tag in enumerate(tags)
    ]
