"""What the fixture holds, made up from a seed: runs of a sweep that look like somebody's work.

Five runs in a row share all params but the seed. The metrics follow from the params, so that there
is something to find: `val/loss` is lowest with `optimizer=adamw` and `lr=0.001`.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sagwan.domain.runs import generate_name
from sagwan.entities import RunStatus

T = TypeVar("T")

Floats = NDArray[np.float64]

START = 1_760_000_000_000
MINUTE = 60_000

SEEDS = 5
CHILDREN = 2 * SEEDS
SEED_PARAM = "seed"

# Every value with what it adds to the loss; a param with one value is the same in all runs.
_PARAMS: dict[str, dict[str, float]] = {
    "lr": {"0.0001": 0.5, "0.0003": 0.2, "0.001": 0.0, "0.003": 0.15, "0.01": 0.6},
    "batch_size": {"32": 0.1, "64": 0.0, "128": 0.02, "256": 0.08},
    "optimizer": {"adam": 0.08, "adamw": 0.0, "sgd": 0.25},
    SEED_PARAM: {str(seed): 0.0 for seed in range(SEEDS)},
    "dropout": {"0.0": 0.1, "0.1": 0.0, "0.2": 0.03, "0.5": 0.2},
    "weight_decay": {"0.0": 0.05, "1e-05": 0.02, "0.0001": 0.0, "0.01": 0.1},
    "model": {"resnet18": 0.2, "resnet34": 0.1, "resnet50": 0.0, "vit-small": 0.05},
    "hidden_size": {"256": 0.06, "512": 0.02, "768": 0.0},
    "num_layers": {"4": 0.05, "6": 0.0, "12": 0.01},
    "activation": {"relu": 0.02, "gelu": 0.0, "silu": 0.0},
    "scheduler": {"constant": 0.12, "linear": 0.03, "cosine": 0.0},
    "warmup_steps": {"0": 0.04, "500": 0.0, "2000": 0.01},
    "label_smoothing": {"0.0": 0.01, "0.1": 0.0},
    "augment": {"none": 0.15, "flip": 0.05, "randaugment": 0.0},
    "grad_clip": {"1.0": 0.0},
    "ema_decay": {"0.999": 0.0},
    "epochs": {"100": 0.0},
    "dataset": {"cifar10": 0.0},
    "precision": {"bf16": 0.0},
    "num_workers": {"8": 0.0},
}
_MORE_PARAM = {"0.1": 0.0, "0.2": 0.0, "0.3": 0.0}

# Of every metric where it begins, where it ends, what a loss of one adds to that, and its noise.
_METRICS: dict[str, tuple[float, float, float, float]] = {
    "train/loss": (2.3, 0.05, 0.8, 0.02),
    "train/acc": (0.1, 0.99, -0.3, 0.01),
    "val/loss": (2.3, 0.25, 1.0, 0.02),
    "val/acc": (0.1, 0.95, -0.35, 0.01),
    "val/f1": (0.1, 0.94, -0.35, 0.01),
    "val/auc": (0.5, 0.99, -0.2, 0.005),
    "val/ece": (0.2, 0.02, 0.05, 0.005),
    "test/loss": (2.3, 0.28, 1.0, 0.03),
    "test/acc": (0.1, 0.94, -0.35, 0.01),
    "train/perplexity": (10.0, 1.05, 1.5, 0.05),
    "grad_norm": (5.0, 0.4, 1.0, 0.1),
    "param_norm": (40.0, 80.0, 5.0, 1.0),
    "lr": (0.001, 0.00001, 0.0, 0.0),
    "epoch": (0.0, 100.0, 0.0, 0.0),
    "throughput": (900.0, 1200.0, 0.0, 40.0),
    "time/step": (0.2, 0.11, 0.0, 0.01),
    "time/epoch": (60.0, 45.0, 0.0, 2.0),
    "gpu/util": (40.0, 93.0, 0.0, 3.0),
    "gpu/memory": (8.0, 31.0, 0.0, 0.5),
    "cpu/util": (20.0, 35.0, 0.0, 5.0),
}
_MORE_METRIC = (1.0, 0.0, 1.0, 0.05)
LONG_METRICS = ("train/loss", "grad_norm")
_ABSENT_WHERE_FAILED = ("test/loss", "test/acc")

_USERS = ("minji", "jonas", "seoyeon", "aisha", "tomas", "haruto")
_TEAMS = ("vision", "research", "platform")


@dataclass(frozen=True, slots=True)
class Shape:
    """How much of everything. The newest runs have the series; the one before them is long.

    Of `parents` runs, spread evenly, the ten that follow each are children.
    """

    runs: int = 100_000
    params: int = 20
    metrics: int = 20
    series_runs: int = 500
    steps: int = 1_000
    long_steps: int = 1_000_000
    parents: int = 200
    seed: int = 0


@dataclass(frozen=True, slots=True)
class FixtureRun:
    """A run. `parent` is its parent's number; `tags` are without the parent's id."""

    number: int
    run_id: str
    name: str
    user: str
    status: RunStatus
    start: int
    end: int
    params: dict[str, str]
    tags: dict[str, str]
    latest: dict[str, float]
    parent: int | None


class Fixture:
    """The runs of a shape: the same ones whenever they are asked for."""

    def __init__(self, shape: Shape) -> None:
        """Raises ValueError for a shape that can't be."""
        if shape.runs < 0 or min(shape.params, shape.metrics, shape.steps) < 1:
            raise ValueError("a fixture has at least one param, metric and step")
        self.shape = shape
        self.params = _named(_PARAMS, shape.params, "extra.param_{}", _MORE_PARAM)
        self.metrics = _named(_METRICS, shape.metrics, "extra/metric_{}", _MORE_METRIC)
        source = random.Random(shape.seed)
        self.run_ids = [f"{source.getrandbits(128):032x}" for _ in range(shape.runs)]
        self._names = [generate_name(source) for _ in range(shape.runs)]
        self._random = np.random.Generator(np.random.PCG64(shape.seed))
        blocks = shape.runs // SEEDS + 1
        # In the order of the params; the seed's column is not used.
        self._choices = (self._random.random((blocks, len(self.params))) * 2**16).astype(np.int64)
        self._luck = self._random.random(shape.runs)

    @property
    def long_run(self) -> int | None:
        """The number of the run with the longest series."""
        number = self.shape.runs - self.shape.series_runs - 1
        return number if self.shape.long_steps and number >= 0 else None

    @property
    def first_with_series(self) -> int:
        """From this number on, runs have series."""
        return max(0, self.shape.runs - self.shape.series_runs)

    def parent_of(self, number: int) -> int | None:
        """The parent's number, None where the run has none."""
        if self.shape.parents < 1:
            return None
        stride = max(CHILDREN + 1, self.shape.runs // self.shape.parents)
        place = number % stride
        return number - place if 0 < place <= CHILDREN else None

    def runs(self) -> Iterator[FixtureRun]:
        """All of them, oldest first."""
        for number in range(self.shape.runs):
            yield self._run(number)

    @cached_property
    def latest(self) -> Floats:
        """The latest value of every run and metric, of 32 bits as training frameworks have them."""
        losses = self._losses
        columns = []
        for _, end, slope, noise in self.metrics.values():
            luck = self._random.random(self.shape.runs) - 0.5
            columns.append(end + slope * losses + noise * luck)
        values = np.stack(columns, axis=1).astype(np.float32).astype(np.float64)
        for name in ("train/loss", "val/loss"):
            if name in self.metrics:
                values[self._luck < 0.01, list(self.metrics).index(name)] = np.nan
        return values

    def series(self, number: int, key: str, steps: int) -> Floats:
        """The values of a run's metric; the last one is the latest."""
        place = list(self.metrics).index(key)
        begin, _, _, noise = self.metrics[key]
        end = float(self.latest[number, place])
        source = np.random.Generator(np.random.PCG64([self.shape.seed, number, place]))
        if np.isnan(end):
            # The loss that became NaN at nine tenths of the way.
            values = self._curve(source, begin, begin / 2, noise, steps)
            values[steps * 9 // 10 :] = np.nan
        else:
            values = self._curve(source, begin, end, noise, steps)
            spikes = (source.random(steps // 20_000) * steps).astype(np.int64)
            values[spikes] += (begin + 1) * (1 + source.random(len(spikes)))
        values[-1] = end
        return values.astype(np.float32).astype(np.float64)

    @staticmethod
    def _curve(
        source: np.random.Generator, begin: float, end: float, noise: float, steps: int
    ) -> Floats:
        pace = steps * (0.08 + 0.12 * source.random())
        falling = np.exp(-np.arange(steps) / pace)
        wobble = source.random(steps) - 0.5
        curve: Floats = end + (begin - end) * falling + noise * wobble * (1 + 3 * falling)
        return curve

    @property
    def _losses(self) -> Floats:
        """What the params of each run add to its loss."""
        added = np.zeros(len(self._choices))
        for place, options in enumerate(self.params.values()):
            weights = np.array(list(options.values()))
            added += weights[self._choices[:, place] % len(weights)]
        return np.repeat(added, SEEDS)[: self.shape.runs]

    @cached_property
    def _options(self) -> list[tuple[str, list[str]]]:
        return [(name, list(values)) for name, values in self.params.items()]

    def _run(self, number: int) -> FixtureRun:
        choices = self._choices[number // SEEDS].tolist()
        params = {
            name: values[(number if name == SEED_PARAM else choice) % len(values)]
            for (name, values), choice in zip(self._options, choices, strict=True)
        }
        luck = float(self._luck[number])
        status = RunStatus.FAILED if luck < 0.04 else RunStatus.FINISHED
        if 0.04 <= luck < 0.06:
            status = RunStatus.KILLED
        latest = dict(zip(self.metrics, self.latest[number].tolist(), strict=True))
        if status is RunStatus.FAILED:
            for name in _ABSENT_WHERE_FAILED:
                latest.pop(name, None)
        user = _USERS[number // SEEDS % len(_USERS)]
        start = START + number * MINUTE
        parent = self.parent_of(number)
        name = self._names[number]
        if self.parent_of(number + 1) == number:
            name = f"sweep-{name}"
        tags = {
            "mlflow.runName": name,
            "mlflow.user": user,
            "mlflow.source.name": "train.py",
            "mlflow.source.type": "LOCAL",
            "team": _TEAMS[number // SEEDS % len(_TEAMS)],
        }
        if number == self.long_run:
            tags["length"] = "long"
        return FixtureRun(
            number=number,
            run_id=self.run_ids[number],
            name=name,
            user=user,
            status=status,
            start=start,
            end=start + int((5 + 50 * luck) * MINUTE),
            params=params,
            tags=tags,
            latest=latest,
            parent=parent,
        )


def _named(known: dict[str, T], count: int, more: str, default: T) -> dict[str, T]:
    """The first `count` of what is known by name, and as many more as it takes."""
    chosen = dict(list(known.items())[:count])
    for number in range(len(chosen), count):
        chosen[more.format(number + 1)] = default
    return chosen
