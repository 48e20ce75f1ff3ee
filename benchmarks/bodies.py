"""Request bodies for the write cases, as the MLflow Python client of 3.x spells them.

Templates in the sense of `benchmarks.load`: `@r` run id, `@q` sequence number, `@z` the same with
seven digits.
"""

import json
import random
from collections.abc import Sequence

BATCH = 1000
TRAINING_KEYS = 20
TRAINING_STEPS = 50
# A sequence number covers a hundred steps, so that step numbers are made by appending two digits.
STEPS_PER_SEQUENCE = 100

KEYS = tuple(
    f"{split}/{name}"
    for split in ("train", "valid")
    for name in (
        *("loss", "accuracy", "top5_accuracy", "precision", "recall"),
        *("f1", "auc", "learning_rate", "grad_norm", "examples_per_second"),
    )
)


def create_run(experiment_id: str) -> str:
    """A run as `mlflow.start_run` creates it."""
    tags = {"mlflow.user": "ada", "mlflow.source.name": "train.py", "mlflow.source.type": "LOCAL"}
    return json.dumps(
        {
            "experiment_id": experiment_id,
            "user_id": "ada",
            "run_name": "bench-@q",
            "start_time": "@time",
            "tags": [{"key": key, "value": value} for key, value in tags.items()],
        }
    ).replace('"@time"', "1763@z00")


def log_metric() -> str:
    """One point of one metric, a step a request."""
    return (
        '{"run_uuid": "@r", "key": "train/loss", "value": 0.4837261974811554, '
        '"timestamp": 1763@z00, "step": @q, "run_id": "@r"}'
    )


def training_batches() -> Sequence[str]:
    """Batches of 20 metrics over 50 steps, the first and the second half of a hundred steps."""
    source = random.Random(20)
    halves = []
    for start in (0, TRAINING_STEPS):
        points = [
            _point(key, source.random(), f"1763@z{step:02d}", f"@q{step:02d}")
            for step in range(start, start + TRAINING_STEPS)
            for key in KEYS
        ]
        halves.append(_batch(points))
    return halves


def distinct_batch() -> str:
    """A batch of 1,000 different metrics of one step."""
    source = random.Random(1000)
    points = [
        _point(f"layer.{number:03d}/weight_norm", source.random(), "1763@z00", "@q")
        for number in range(BATCH)
    ]
    return _batch(points)


def _point(key: str, value: float, timestamp: str, step: str) -> str:
    return (
        f'{{"key": "{key}", "value": {value!r}, "timestamp": {timestamp}, "step": {step}, '
        f'"run_id": "@r"}}'
    )


def _batch(points: Sequence[str]) -> str:
    return f'{{"run_id": "@r", "metrics": [{", ".join(points)}]}}'
