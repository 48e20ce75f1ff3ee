"""The runs of the search cases, the same for every system: made from their numbers alone."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

METRICS = 20
PARAMS = 20
START = 1_760_000_000_000


@dataclass(frozen=True)
class RunData:
    """A finished run with 20 metrics, 20 params and 4 tags; its name is its fifth tag."""

    name: str
    start_time: int
    end_time: int
    metrics: dict[str, float]
    params: dict[str, str]
    tags: dict[str, str]


def runs(count: int) -> Iterator[RunData]:
    """Runs number 0 to `count` - 1, a minute apart."""
    for number in range(count):
        source = random.Random(number)
        start = START + number * 60_000
        metrics = {f"metric_{index:02d}": source.random() for index in range(METRICS)}
        params = {f"param_{index:02d}": f"value {source.randrange(50)}" for index in range(PARAMS)}
        tags = {
            "mlflow.user": f"user{number % 7}",
            "mlflow.source.name": "train.py",
            "mlflow.source.type": "LOCAL",
            "dataset": f"dataset-{number % 11}",
        }
        yield RunData(f"run-{number:05d}", start, start + 50_000, metrics, params, tags)
