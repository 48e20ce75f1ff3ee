"""The long history: one metric's points, the same for every system."""

import math

KEY = "train/loss"
START = 1_763_000_000_000


def point_value(step: int) -> float:
    """A falling curve with a ripple."""
    return 2.0 / math.sqrt(step + 1) + 0.01 * math.sin(step * 0.7)
