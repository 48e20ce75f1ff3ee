"""Medians and percentiles of samples."""

from collections.abc import Sequence
from statistics import median

__all__ = ["median", "percentile"]


def percentile(ordered: Sequence[float], percent: float) -> float:
    """The value at `percent` (0 to 100) of ascending samples, linear between neighbours."""
    if not ordered:
        raise ValueError("no samples")
    if not 0 <= percent <= 100:
        raise ValueError("a percentile lies between 0 and 100")
    place = (len(ordered) - 1) * percent / 100
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
