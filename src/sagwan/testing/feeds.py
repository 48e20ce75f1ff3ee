"""What a store tells those who look on, compared with what the reference model tells."""

from collections.abc import Sequence

from sagwan.entities import Metric
from sagwan.storage.changes import ChangeFeed


async def compare_feeds(model: ChangeFeed, store: ChangeFeed) -> None:
    """Look at both; the store may say of more runs that something changed, and no less."""
    expected, actual = [
        {change.run_id: change for change in await feed.look(lambda run_id, experiment_id: True)}
        for feed in (model, store)
    ]
    for run_id, change in actual.items():
        same = expected.pop(run_id, None)
        if change.other and (same is None or not change.points):
            continue
        assert same is not None, f"the store tells {change}, the model nothing"
        assert change.other or not same.other, f"the store tells {change}, the model {same}"
        assert _sorted(change.points) == _sorted(same.points)
        assert _sorted(change.latest) == _sorted(same.latest)
    assert not expected, f"the store tells nothing of {expected}"


def _sorted(metrics: Sequence[Metric]) -> list[tuple[str, int, int, str]]:
    """Points in an order that doesn't depend on what counts as equal; -0.0 is 0.0."""
    return sorted((one.key, one.step, one.timestamp, repr(one.value + 0.0)) for one in metrics)
