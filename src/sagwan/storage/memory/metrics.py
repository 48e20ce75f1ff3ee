"""Histories of metrics in memory."""

from collections.abc import Sequence

from msgspec.structs import replace

from sagwan.entities import Metric, Page
from sagwan.storage.base import MetricStore
from sagwan.storage.memory.paging import cut_page
from sagwan.storage.memory.state import State, rank


class MemoryMetrics(MetricStore):
    """Histories, sorted at each call."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def history(
        self, run_id: str, key: str, limit: int | None = None, page_token: str | None = None
    ) -> Page[Metric]:
        points = [replace(point) for point in self._history(run_id, key)]
        return cut_page(points, limit, page_token, run_id, key)

    async def bulk(self, run_ids: Sequence[str], key: str, limit: int) -> list[Metric]:
        points = [
            replace(point, run_id=run_id)
            for run_id in sorted(set(run_ids))
            for point in self._history(run_id, key)
        ]
        return points[:limit]

    async def sample(
        self, run_ids: Sequence[str], key: str, steps: tuple[int, int] | None, limit: int
    ) -> list[Metric]:
        sampled = []
        for run_id in run_ids:
            points = [
                point
                for point in self._history(run_id, key)
                if steps is None or steps[0] <= point.step <= steps[1]
            ]
            points.sort(key=lambda point: (point.step, point.timestamp, *rank(point)))
            sampled += [
                replace(points[index], run_id=run_id) for index in _sampled(len(points), limit)
            ]
        return sampled

    def _history(self, run_id: str, key: str) -> list[Metric]:
        run = self._state.runs.get(run_id)
        return run.history(key) if run else []


def _sampled(count: int, buckets: int) -> list[int]:
    """The first index of each bucket, and the last of all; the larger buckets come first."""
    if not count:
        return []
    size, larger = divmod(count, buckets)
    starts = set()
    for bucket in range(min(buckets, count)):
        starts.add(bucket * size + min(bucket, larger))
    return sorted({*starts, count - 1})
