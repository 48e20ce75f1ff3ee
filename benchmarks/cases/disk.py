"""Bytes that a point takes on disk, right after writing and at rest."""

import time

from benchmarks import curves, processes
from benchmarks.api import Api
from benchmarks.bodies import KEYS
from benchmarks.cases.base import Case, Prepared, Row, Sample, Target
from benchmarks.systems import Server, running

POINTS = 1_000_000
# A row a point takes the same space however many there are, and MLflow needs minutes for a million.
MLFLOW_POINTS = 100_000
RUNS = 5


class Disk(Case):
    """Growth of the database's files by 1,000,000 points sent through log-batch."""

    name = "disk"
    group = ""
    repetitions = 1
    reads_files = True
    rows = (
        Row("training_written", "disk, training curves, just written", "bytes/point", False),
        Row("training_rest", "disk, training curves, at rest", "bytes/point", False),
        Row("random_written", "disk, random floats, just written", "bytes/point", False),
        Row("random_rest", "disk, random floats, at rest", "bytes/point", False),
    )

    def prepare(self, target: Target) -> Prepared:
        count = MLFLOW_POINTS if target.system.name == "mlflow" else POINTS
        points = target.settings.scaled(count)

        def measure() -> Sample:
            values: dict[str, float] = {}
            details: dict[str, float] = {"points": points}
            for kind in ("training", "random"):
                with running(target.system, target.scratch) as server:
                    stages = _grow(server, points, kind, target.settings.compaction_wait)
                empty = sum(stages["empty"].values())
                for stage in ("written", "rest"):
                    grown = sum(stages[stage].values()) - empty
                    values[f"{kind}_{stage}"] = grown / points
                for stage, files in stages.items():
                    details |= {f"{kind} {stage} {name}": size for name, size in files.items()}
            return Sample(values, details)

        return Prepared(measure)


def _grow(server: Server, points: int, kind: str, wait: float) -> dict[str, dict[str, int]]:
    """The database's files before the first point, after the last, and at rest.

    At rest the runs have ended, too.
    """
    steps = points // RUNS // len(KEYS)
    with Api(server.port) as api:
        experiment = api.create_experiment("disk")
        runs = [api.create_run(experiment, f"disk-{number}") for number in range(RUNS)]
        empty = server.database_files()
        for number, run in enumerate(runs):
            for body in curves.batches(run, steps, kind, number):
                api.post_bytes("runs/log-batch", body)
        written = server.database_files()
        for run in runs:
            api.post("runs/update", run_id=run, status="FINISHED", end_time=curves.START)
    _wait_for_rest(server, wait)
    return {"empty": empty, "written": written, "rest": server.database_files()}


def _wait_for_rest(server: Server, wait: float) -> None:
    """Wait for `wait` seconds: background work may begin only after a while."""
    deadline = time.monotonic() + wait
    while time.monotonic() < deadline:
        if server.system.name == "mlflow":
            return
        time.sleep(1)
    processes.wait_until_quiet([server.pid], limit=wait)
