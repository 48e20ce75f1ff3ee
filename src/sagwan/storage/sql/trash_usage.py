"""How much of a database the trash takes.

What segments hold is summed exactly, and so are the texts of params and tags. For what a database
keeps beside them, rows' heads and entries of indexes, there is an estimate a row: these constants,
as SQLite has them; PostgreSQL and InnoDB take some two or three times as much.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, func, literal, select

from sagwan.storage.sql.dialects.base import Dialect
from sagwan.storage.sql.tables import (
    DELETED,
    experiments,
    latest_metrics,
    logged_models,
    metric_segments,
    params,
    runs,
    tags,
)
from sagwan.storage.trash import TrashedExperiment

SEGMENT_ROW = 60
RUN_ROW = 200
_LATEST_ROW = 60
_TEXT_ROW = 30


def contents(connection: Connection, dialect: Dialect) -> list[TrashedExperiment]:
    """What each experiment has in the trash."""
    of_runs = _by_experiment(connection, runs)
    of_models = _by_experiment(connection, logged_models)
    sizes = _sizes(connection, dialect)
    rows = connection.execute(
        select(experiments.c.id, experiments.c.name, experiments.c.stage, experiments.c.updated)
        .where(
            (experiments.c.stage == DELETED)
            | dialect.in_integers(experiments.c.id, sorted({*of_runs, *of_models}))
        )
        .order_by(experiments.c.id)
    )
    found = []
    for number, name, stage, updated in rows:
        both = [each for each in (of_runs.get(number), of_models.get(number)) if each is not None]
        count = of_runs[number].things if number in of_runs else 0
        found.append(
            TrashedExperiment(
                experiment_id=number,
                name=name,
                deleted=updated if stage == DELETED else None,
                runs=count,
                models=of_models[number].things if number in of_models else 0,
                first=min((each.first for each in both), default=None),
                last=max((each.last for each in both), default=None),
                bytes=sizes.get(number, 0) + count * RUN_ROW,
            )
        )
    return found


def _by_experiment(connection: Connection, table: Table) -> dict[int, Row[Any]]:
    time = func.coalesce(table.c.deleted, 0)
    rows = connection.execute(
        select(
            table.c.experiment_id,
            func.count().label("things"),
            func.min(time).label("first"),
            func.max(time).label("last"),
        )
        .where(table.c.stage == DELETED)
        .group_by(table.c.experiment_id)
    )
    return {row.experiment_id: row for row in rows}


def _parts(dialect: Dialect) -> list[tuple[Table, ColumnElement[int]]]:
    """What runs have, with the bytes of a row."""
    return [
        (metric_segments, dialect.size(metric_segments.c.data) + SEGMENT_ROW),
        (latest_metrics, literal(_LATEST_ROW)),
        (params, dialect.size(params.c.value) + _TEXT_ROW),
        (tags, dialect.size(tags.c.value) + _TEXT_ROW),
    ]


def _sizes(connection: Connection, dialect: Dialect) -> dict[int, int]:
    """The bytes of what deleted runs have, by experiment."""
    sizes: dict[int, int] = {}
    for table, size in _parts(dialect):
        statement: Select[Any] = (
            select(runs.c.experiment_id, func.sum(size))
            .join_from(runs, table, table.c.run == runs.c.id)
            .where(runs.c.stage == DELETED)
            .group_by(runs.c.experiment_id)
        )
        for number, total in connection.execute(statement):
            sizes[number] = sizes.get(number, 0) + int(total)
    return sizes


def rows_of(connection: Connection, dialect: Dialect, numbers: Sequence[int]) -> int:
    """About the bytes of the rows of some runs, without their points."""
    total = len(numbers) * RUN_ROW
    for table, size in _parts(dialect)[1:]:
        statement = select(func.coalesce(func.sum(size), 0)).where(
            dialect.in_integers(table.c.run, numbers)
        )
        total += int(connection.execute(statement).scalar_one())
    return total
