"""Requests and responses about metric histories."""

from sagwan.entities import Entity, Metric
from sagwan.entities.base import Int64


class GetHistory(Entity):
    """GET metrics/get-history"""

    run_id: str
    metric_key: str
    max_results: Int64 | None = None
    page_token: str | None = None


class MetricsResponse(Entity):
    """Points of a metric, and the token of the next page where there is one."""

    metrics: list[Metric] = []
    next_page_token: str | None = None


class GetHistoryBulk(Entity):
    """GET metrics/get-history-bulk (for UIs); `run_id` is repeated"""

    run_id: list[str] = []
    metric_key: str | None = None
    max_results: Int64 = 25_000


class GetHistoryInterval(Entity):
    """GET metrics/get-history-bulk-interval; `run_ids` is repeated"""

    run_ids: list[str]
    metric_key: str
    start_step: Int64 | None = None
    end_step: Int64 | None = None
    max_results: Int64 = 2500
