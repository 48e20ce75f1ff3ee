"""The curves that charts draw: of many runs, of a long run, and a part of it.

Sagwan is asked as its web UI asks, MLflow as its own does: 100 runs a request, sampled.
"""

import json
import math
import random
import time
from collections.abc import Sequence

from benchmarks.api import Api
from benchmarks.cases.base import Case, CaseError, Prepared, Row, Sample, Target
from benchmarks.cases.history import POINTS, run_with_history
from benchmarks.curves import float32
from benchmarks.history_data import KEY, START

RUNS = 500
STEPS = 1_000
AT_ONCE = 100
EXPERIMENT = "curves"
SERIES = "/api/sagwan/v1/series"
SAMPLED = "metrics/get-history-bulk-interval"


class ManyCurves(Case):
    """A metric of 500 runs of 1,000 steps each, 100 buckets or samples a run."""

    name = "series-many"
    group = "series"
    rows = (
        Row("ms", "curves of 500 runs of 1,000 steps", "ms", False),
        Row("kilobytes", "curves of 500 runs of 1,000 steps, sent", "kB", False),
    )

    def prepare(self, target: Target) -> Prepared:
        return _prepare(target, _runs_with_curves(target), 100, narrow=True)


class LongCurve(Case):
    """One metric of 1,000,000 steps, 800 buckets or samples."""

    name = "series-long"
    group = "history"
    rows = (Row("ms", "curve of 1,000,000 steps", "ms", False),)

    def prepare(self, target: Target) -> Prepared:
        return _prepare(target, [run_with_history(target)], 800)


class Zoom(Case):
    """1,000 steps in the middle of that metric, every point of them."""

    name = "series-zoom"
    group = "history"
    rows = (Row("ms", "1,000 steps out of 1,000,000, every point", "ms", False),)

    def prepare(self, target: Target) -> Prepared:
        first = target.settings.scaled(POINTS) // 2
        steps = (first, first + STEPS - 1)
        return _prepare(target, [run_with_history(target)], STEPS, steps=steps)


def _prepare(
    target: Target,
    run_ids: Sequence[str],
    buckets: int,
    narrow: bool = False,
    steps: tuple[int, int] | None = None,
) -> Prepared:
    ask = _ask_mlflow if target.system.name == "mlflow" else _ask_sagwan
    with Api(target.running.port) as api:
        ask(api, run_ids, buckets, narrow, steps)

    def measure() -> Sample:
        with Api(target.running.port) as api:
            begun = time.perf_counter()
            size, curves = ask(api, run_ids, buckets, narrow, steps)
            seconds = time.perf_counter() - begun
        if curves != len(run_ids):
            raise CaseError(f"{curves} curves came instead of {len(run_ids)}")
        return Sample({"ms": seconds * 1000, "kilobytes": size / 1000}, {"bytes": size})

    return Prepared(measure)


def _ask_sagwan(
    api: Api,
    run_ids: Sequence[str],
    buckets: int,
    narrow: bool,
    steps: tuple[int, int] | None,
) -> tuple[int, int]:
    """How many bytes came, and curves in them."""
    wanted: dict[str, object] = {"run_ids": run_ids, "keys": [KEY], "buckets": buckets}
    wanted["narrow"] = narrow
    if steps is not None:
        wanted["from"], wanted["to"] = steps
    frame = api.post_bytes(SERIES, json.dumps(wanted).encode())
    if frame[:4] != b"SGW1":
        raise CaseError("the answer is no frame")
    length = int.from_bytes(frame[4:8], "little")
    return len(frame), len(json.loads(frame[8 : 8 + length])["series"])


def _ask_mlflow(
    api: Api,
    run_ids: Sequence[str],
    buckets: int,
    narrow: bool,
    steps: tuple[int, int] | None,
) -> tuple[int, int]:
    size, curves = 0, 0
    for first in range(0, len(run_ids), AT_ONCE):
        some = run_ids[first : first + AT_ONCE]
        query: dict[str, object] = {"run_ids": some, "metric_key": KEY, "max_results": buckets}
        if steps is not None:
            query["start_step"], query["end_step"] = steps
        body = api.get_bytes(SAMPLED, query)
        size += len(body)
        curves += sum(body.count(run_id.encode()) > 0 for run_id in some)
    return size, curves


def _runs_with_curves(target: Target) -> list[str]:
    """The ids of the runs, made and filled over HTTP when they are first asked for."""
    count = target.settings.scaled(RUNS)
    with Api(target.running.port) as api:
        found = api.post("experiments/search", filter=f"name = '{EXPERIMENT}'", max_results=1)
        if found.get("experiments"):
            experiment_id = found["experiments"][0]["experiment_id"]
            runs = api.post("runs/search", experiment_ids=[experiment_id], max_results=count)
            return [str(run["info"]["run_id"]) for run in runs["runs"]]
        experiment_id = api.create_experiment(EXPERIMENT)
        run_ids = [api.create_run(experiment_id, f"curve-{number}") for number in range(count)]
        for number, run_id in enumerate(run_ids):
            source = random.Random(number)
            points = [
                {
                    "key": KEY,
                    "value": float32(2.5 * math.exp(-step / 300) + source.gauss(0, 0.05)),
                    "timestamp": START + 180 * step + source.randrange(40),
                    "step": step,
                }
                for step in range(STEPS)
            ]
            api.post("runs/log-batch", run_id=run_id, metrics=points)
    return run_ids
