"""Fills MLflow's database in bulk; runs in MLflow's own Python.

`python -m benchmarks.mlflow_fill DATABASE runs EXPERIMENT_ID COUNT`, `... history RUN_ID COUNT` or
`... registry "" COUNT`.
Tables and columns come from MLflow's own definitions, so they fit the version that is installed.
"""

import itertools
import sys
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy
from mlflow.store.model_registry.dbmodels.models import (  # type: ignore[import-not-found,unused-ignore]
    SqlModelVersion,
    SqlModelVersionTag,
    SqlRegisteredModel,
)
from mlflow.store.tracking.dbmodels.models import (  # type: ignore[import-not-found,unused-ignore]
    SqlLatestMetric,
    SqlMetric,
    SqlParam,
    SqlRun,
    SqlTag,
)

from benchmarks import registry_data
from benchmarks.history_data import KEY, START, point_value
from benchmarks.runs_data import RunData, runs

CHUNK = 500
POINTS = 20_000


def main(database: str, what: str, parent: str, count: int) -> None:
    """Insert `count` runs into an experiment, points into a run, or registered models."""
    engine = sqlalchemy.create_engine(database)
    with engine.begin() as connection:
        if what == "runs":
            _fill_runs(connection, int(parent), count)
        elif what == "history":
            _fill_history(connection, parent, count)
        else:
            _fill_registry(connection, count)


def _chunks(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    source = iter(items)
    while chunk := list(itertools.islice(source, size)):
        yield chunk


def _fill_runs(connection: sqlalchemy.Connection, experiment_id: int, count: int) -> None:
    for chunk in _chunks(runs(count), CHUNK):
        identified = [(uuid.uuid4().hex, run) for run in chunk]
        connection.execute(
            SqlRun.__table__.insert(),
            [_run_row(run_id, experiment_id, run) for run_id, run in identified],
        )
        points = [
            _point(run_id, key, value, run.end_time, 0)
            for run_id, run in identified
            for key, value in run.metrics.items()
        ]
        connection.execute(SqlMetric.__table__.insert(), points)
        connection.execute(SqlLatestMetric.__table__.insert(), points)
        for table, pairs in ((SqlParam, "params"), (SqlTag, "tags")):
            rows = [
                {"run_uuid": run_id, "key": key, "value": value}
                for run_id, run in identified
                for key, value in _pairs(run, pairs).items()
            ]
            connection.execute(table.__table__.insert(), rows)


def _pairs(run: RunData, kind: str) -> dict[str, str]:
    return run.params if kind == "params" else run.tags | {"mlflow.runName": run.name}


def _run_row(run_id: str, experiment_id: int, run: RunData) -> dict[str, Any]:
    return {
        "run_uuid": run_id,
        "name": run.name,
        "source_type": "UNKNOWN",
        "source_name": "",
        "entry_point_name": "",
        "source_version": "",
        "user_id": "",
        "status": "FINISHED",
        "start_time": run.start_time,
        "end_time": run.end_time,
        "lifecycle_stage": "active",
        "artifact_uri": f"mlflow-artifacts:/{experiment_id}/{run_id}/artifacts",
        "experiment_id": experiment_id,
    }


def _point(run_id: str, key: str, value: float, timestamp: int, step: int) -> dict[str, Any]:
    return {
        "run_uuid": run_id,
        "key": key,
        "value": value,
        "timestamp": timestamp,
        "step": step,
        "is_nan": False,
    }


def _fill_history(connection: sqlalchemy.Connection, run_id: str, count: int) -> None:
    points = (_point(run_id, KEY, point_value(step), START + step, step) for step in range(count))
    last: list[dict[str, Any]] = []
    for chunk in _chunks(points, POINTS):
        connection.execute(SqlMetric.__table__.insert(), chunk)
        last = chunk
    connection.execute(SqlLatestMetric.__table__.insert(), last[-1:])


def _fill_registry(connection: sqlalchemy.Connection, count: int) -> None:
    for names in _chunks(registry_data.names(count), CHUNK):
        made = [(name, number) for name in names for number in range(1, registry_data.VERSIONS + 1)]
        times = {"creation_time": registry_data.START, "last_updated_time": registry_data.START}
        connection.execute(
            SqlRegisteredModel.__table__.insert(), [{"name": name, **times} for name in names]
        )
        connection.execute(
            SqlModelVersion.__table__.insert(),
            [
                {
                    "name": name,
                    "version": number,
                    **times,
                    "current_stage": "None",
                    "source": registry_data.source(name, number),
                    "status": "READY",
                }
                for name, number in made
            ],
        )
        connection.execute(
            SqlModelVersionTag.__table__.insert(),
            [
                {"name": name, "version": number, **tag}
                for name, number in made
                for tag in registry_data.tags(number)
            ],
        )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
