"""Fills servers with data for the read cases, untimed.

Sagwan is filled over HTTP. MLflow would take many minutes that way, so its database is filled in
bulk with its own table definitions, by `benchmarks.mlflow_fill` in its own Python.
"""

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks import bodies, registry_data
from benchmarks.api import Api
from benchmarks.cases.base import CaseError, Target
from benchmarks.history_data import KEY, START, point_value
from benchmarks.runs_data import RunData, runs
from benchmarks.systems import clean_environment

THREADS = 4


def fill_runs(target: Target, experiment_id: str, count: int) -> None:
    """`count` runs of `runs_data` in an experiment."""
    if target.system.name == "mlflow":
        _fill_mlflow(target, "runs", experiment_id, str(count))
        return
    with ThreadPoolExecutor(THREADS) as pool:
        shares = [
            pool.submit(_post_runs, target.running.port, experiment_id, count, share)
            for share in range(THREADS)
        ]
        for share in shares:
            share.result()


def fill_history(target: Target, run_id: str, count: int) -> None:
    """`count` points of one metric in a run, steps from 0 on."""
    if target.system.name == "mlflow":
        _fill_mlflow(target, "history", run_id, str(count))
        return
    with Api(target.running.port) as api:
        for start in range(0, count, bodies.BATCH):
            points = [
                {"key": KEY, "value": point_value(step), "timestamp": START + step, "step": step}
                for step in range(start, min(count, start + bodies.BATCH))
            ]
            api.post("runs/log-batch", run_id=run_id, metrics=points)


def fill_registry(target: Target, count: int) -> None:
    """`count` registered models of `registry_data`, each with its versions."""
    if target.system.name == "mlflow":
        _fill_mlflow(target, "registry", "", str(count))
        return
    names = list(registry_data.names(count))
    with ThreadPoolExecutor(THREADS) as pool:
        shares = [
            pool.submit(_post_models, target.running.port, names[share::THREADS])
            for share in range(THREADS)
        ]
        for share in shares:
            share.result()


def _post_models(port: int, names: list[str]) -> None:
    with Api(port) as api:
        for name in names:
            api.post("registered-models/create", name=name)
            for version in range(1, registry_data.VERSIONS + 1):
                api.post(
                    "model-versions/create",
                    name=name,
                    source=registry_data.source(name, version),
                    tags=registry_data.tags(version),
                )


def _post_runs(port: int, experiment_id: str, count: int, share: int) -> None:
    with Api(port) as api:
        for number, run in enumerate(runs(count)):
            if number % THREADS == share:
                _post_run(api, experiment_id, run)


def _post_run(api: Api, experiment_id: str, run: RunData) -> None:
    answer = api.post(
        "runs/create",
        experiment_id=experiment_id,
        run_name=run.name,
        start_time=run.start_time,
        tags=[{"key": key, "value": value} for key, value in run.tags.items()],
    )
    run_id = answer["run"]["info"]["run_id"]
    api.post(
        "runs/log-batch",
        run_id=run_id,
        metrics=[
            {"key": key, "value": value, "timestamp": run.end_time, "step": 0}
            for key, value in run.metrics.items()
        ],
        params=[{"key": key, "value": value} for key, value in run.params.items()],
    )
    api.post("runs/update", run_id=run_id, status="FINISHED", end_time=run.end_time)


def _fill_mlflow(target: Target, *arguments: str) -> None:
    python = target.settings.mlflow_python
    if python is None:
        raise CaseError("MLflow's own Python is needed to fill its database")
    server = target.running
    database = server.database or f"sqlite:///{server.folder / 'mlflow.db'}"
    done = subprocess.run(
        [str(python), "-m", "benchmarks.mlflow_fill", database, *arguments],
        capture_output=True,
        text=True,
        env=clean_environment(str(Path(__file__).parents[1])),
        cwd=target.scratch,
        check=False,
    )
    if done.returncode != 0:
        raise CaseError(f"filling MLflow's database failed: {json.dumps(done.stderr[-1500:])}")
