"""A store with very many runs, made in seconds: `python -m sagwan.testing.fixture URI`.

The rows go straight into the tables of a new store, as a restore puts them there. What they say is
made up in `sagwan.testing.fixture_data`, from a seed: the same store wherever and whenever.
"""

import argparse
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import fields
from itertools import count
from math import isnan
from typing import Any

import numpy as np

from sagwan import __version__
from sagwan.domain import metrics as rules
from sagwan.domain.artifact_paths import append_to_uri
from sagwan.errors import SagwanError
from sagwan.storage.segments import Points, Segment, encode_series, fresh_segment
from sagwan.storage.sql.chain import Chain
from sagwan.storage.sql.dump import Head, Rows
from sagwan.storage.sql.loading import load
from sagwan.storage.sql.locks import alone
from sagwan.storage.sql.merging import FRESH, FULL, FULL_SERIES, PARTIAL
from sagwan.storage.sql.tables import ACTIVE, MIXED, SEGMENT
from sagwan.storage.sql.upgrade import open_database
from sagwan.testing.fixture_data import (
    LONG_METRICS,
    START,
    Fixture,
    FixtureRun,
    Shape,
)

EXPERIMENT = 1
EXPERIMENT_NAME = "vision/sweep-100k"
PARENT_TAG = "mlflow.parentRunId"

EXTREMES = ("least", "least_step", "greatest", "greatest_step")

_ROOT = "mlflow-artifacts:/"
_CHUNK = 500

_COLUMNS: dict[str, list[str]] = {
    "experiments": ["id", "name", "artifact_location", "stage", "created", "updated"],
    "keys": ["id", "name"],
    "runs": [
        *("id", "run_id", "experiment_id", "name", "user_id", "status"),
        *("start_time", "end_time", "stage", "deleted", "artifact_uri"),
    ],
    "params": ["run", "key", "value"],
    "tags": ["run", "key", "value"],
    "latest_metrics": ["run", "key", "step", "timestamp", "value", "nan", *EXTREMES],
    "metric_segments": list(SEGMENT),
}


class FixtureSource:
    """The rows of a store with the fixture in it, for `sagwan.storage.sql.loading`.

    A run's number in the tables is the fixture's and one.
    """

    def __init__(self, shape: Shape, revision: str) -> None:
        self.fixture = Fixture(shape)
        names = {*self.fixture.params, *self.fixture.metrics, PARENT_TAG, "length"}
        if shape.runs:
            names |= set(next(self.fixture.runs()).tags)
        self._keys = {name: number for number, name in enumerate(sorted(names), start=1)}
        numbers = {"experiments": EXPERIMENT, "keys": len(names), "runs": shape.runs}
        self.head = Head(__version__, revision, dict.fromkeys(_COLUMNS, 0), numbers)

    @property
    def size(self) -> int:
        """About how many rows there are."""
        shape = self.fixture.shape
        return shape.runs * (shape.params + shape.metrics + 7)

    def rows(self) -> Iterable[Rows]:
        """All of them."""
        yield self._rows(
            "experiments",
            [
                [number, name, append_to_uri(_ROOT, str(number)), ACTIVE, START, START]
                for number, name in ((0, "Default"), (EXPERIMENT, EXPERIMENT_NAME))
            ],
        )
        yield self._rows("keys", [[number, name] for name, number in self._keys.items()])
        chunk: list[FixtureRun] = []
        for run in self.fixture.runs():
            chunk.append(run)
            if len(chunk) == _CHUNK:
                yield from self._chunk(chunk)
                chunk = []
        yield from self._chunk(chunk)

    def _rows(self, table: str, rows: list[list[Any]]) -> Rows:
        return Rows(table, _COLUMNS[table], rows)

    def _chunk(self, runs: Sequence[FixtureRun]) -> Iterator[Rows]:
        if not runs:
            return
        keys = self._keys
        location = append_to_uri(_ROOT, str(EXPERIMENT))
        yield self._rows(
            "runs",
            [
                [
                    *(run.number + 1, run.run_id, EXPERIMENT, run.name, run.user),
                    *(run.status.value, run.start, run.end, ACTIVE, None),
                    append_to_uri(location, run.run_id, "artifacts"),
                ]
                for run in runs
            ],
        )
        for table, texts in (("params", "params"), ("tags", "tags")):
            yield self._rows(
                table,
                [
                    [run.number + 1, keys[name], value]
                    for run in runs
                    for name, value in getattr(run, texts).items()
                ],
            )
        yield self._rows(
            "tags",
            [
                [run.number + 1, keys[PARENT_TAG], self.fixture.run_ids[run.parent]]
                for run in runs
                if run.parent is not None
            ],
        )
        yield self._rows("latest_metrics", [list(row) for run in runs for row in self._latest(run)])
        yield self._rows(
            "metric_segments", [list(row) for run in runs for row in self._segments(run)]
        )

    def _steps(self, run: FixtureRun, name: str) -> int:
        if run.number == self.fixture.long_run and name in LONG_METRICS:
            return self.fixture.shape.long_steps
        return self.fixture.shape.steps if run.number >= self.fixture.first_with_series else 1

    def _latest(self, run: FixtureRun) -> Iterator[tuple[Any, ...]]:
        for name, value in run.latest.items():
            step = self._steps(run, name) - 1
            nan = isnan(value)
            time_ = run.end if step else run.start
            extremes = self._extremes(run, name, step, value)
            yield (
                *(run.number + 1, self._keys[name], step, time_),
                *(0.0 if nan else value, int(nan), *extremes),
            )

    def _extremes(
        self, run: FixtureRun, name: str, step: int, value: float
    ) -> tuple[float | None, int, float | None, int]:
        if not step:
            return rules.extremes([(value, 0)])
        series = self.fixture.series(run.number, name, step + 1).tolist()
        return rules.extremes(zip(series, count(), strict=False))

    def _segments(self, run: FixtureRun) -> Iterator[tuple[Any, ...]]:
        """What a run logged, as compaction leaves it: few points together, many by key."""
        long = {name: steps for name in run.latest if (steps := self._steps(run, name)) > 1}
        short = [name for name in run.latest if name not in long]
        if short:
            size = len(short)
            segment = fresh_segment(
                [self._keys[name] for name in short],
                [0] * size,
                [run.start] * size,
                [run.latest[name] for name in short],
            )
            yield run.number + 1, MIXED, FRESH, *segment
        for name, steps in long.items():
            for segment in self._series(run, name, steps):
                level = FULL if segment.size >= FULL_SERIES else PARTIAL
                yield run.number + 1, self._keys[name], level, *segment

    def _series(self, run: FixtureRun, name: str, steps: int) -> Iterator[Segment]:
        numbers = np.arange(steps, dtype=np.int64)
        points = Points(
            np.broadcast_to(np.int64(self._keys[name]), steps),
            numbers,
            run.start + numbers * (run.end - run.start) // (steps - 1),
            self.fixture.series(run.number, name, steps),
        )
        for first in range(0, steps, FULL_SERIES):
            yield encode_series(points.select(slice(first, first + FULL_SERIES)))


def make_fixture(uri: str, shape: Shape, *, force: bool = False, quiet: bool = False) -> None:
    """Fill the store at a backend store URI, which must be new, or with `force` is replaced.

    Raises ValueError, InvalidParameter, InvalidState; Unavailable.
    """
    with closing(open_database(uri, create=True)) as database:
        chain = Chain()
        source = FixtureSource(shape, chain.head)
        progress = _Progress(quiet)
        with alone(database):
            load(database, chain, source, progress, overwrite=force)
        database.settle()


class _Progress:
    """Tells every tenth of the way."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._begun = time.monotonic()
        self._told = 0

    def __call__(self, done: int, total: int) -> None:
        tenth = min(10, 10 * done // max(total, 1))
        if tenth > self._told and not self._quiet:
            seconds = time.monotonic() - self._begun
            print(f"{tenth * 10:3} %  {done:,} rows  {seconds:.1f} s", file=sys.stderr, flush=True)
            self._told = tenth


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0, or 1 where the store could not be made."""
    parser = argparse.ArgumentParser(
        prog="python -m sagwan.testing.fixture",
        description="Fill a new store with runs that look like somebody's sweep.",
    )
    parser.add_argument("uri", help="the backend store: a folder or a database's URI")
    for field in fields(Shape):
        flag = f"--{field.name.replace('_', '-')}"
        parser.add_argument(flag, type=int, default=field.default, metavar="N")
    parser.add_argument("--force", action="store_true", help="replace the store that is there")
    given = vars(parser.parse_args(arguments))
    uri, force = given.pop("uri"), given.pop("force")
    try:
        make_fixture(uri, Shape(**given), force=force)
    except (SagwanError, ValueError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
