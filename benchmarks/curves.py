"""Training curves for the disk case: what `loss.item()` and its like return, not any floats."""

import json
import math
import random
import struct
from collections.abc import Iterator
from itertools import count

from benchmarks.bodies import KEYS, TRAINING_STEPS

START = 1_763_000_000_000


def float32(value: float) -> float:
    """`value` rounded to single precision, as tensors on an accelerator hold it."""
    rounded: float = struct.unpack("f", struct.pack("f", value))[0]
    return rounded


def training_value(key: str, step: int, source: random.Random) -> float:
    """A value of a metric of `bodies.KEYS`.

    Losses and norms are noisy single-precision numbers, rates of correct answers are fractions of a
    batch of 256, the learning rate is a smooth schedule, throughput has one decimal.
    """
    name = key.rpartition("/")[2]
    progress = 1 - math.exp(-step / 2_000)
    if name in ("loss", "grad_norm"):
        return float32(2.5 - 2 * progress + source.gauss(0, 0.05))
    if name == "learning_rate":
        return 0.0005 * (1 + math.cos(math.pi * step / 50_000))
    if name == "examples_per_second":
        return round(1_800 + source.gauss(0, 20), 1)
    return min(256, round(256 * (0.5 + 0.45 * progress) + source.gauss(0, 4))) / 256


def random_value(key: str, step: int, source: random.Random) -> float:
    """All 52 bits of the fraction random: nothing can store it in much less than eight bytes."""
    return source.random()


def batches(run_id: str, steps: int, kind: str, seed: int) -> Iterator[bytes]:
    """log-batch bodies of 20 metrics × 50 steps; `kind` is "training" or "random"."""
    source = random.Random(seed)
    value = training_value if kind == "training" else random_value
    clock = START
    for first in count(0, TRAINING_STEPS):
        if first >= steps:
            return
        points = []
        for step in range(first, min(steps, first + TRAINING_STEPS)):
            clock += 180 + source.randrange(40)
            points += [
                {"key": key, "value": value(key, step, source), "timestamp": clock, "step": step}
                for key in KEYS
            ]
        yield json.dumps({"run_id": run_id, "metrics": points}).encode()
