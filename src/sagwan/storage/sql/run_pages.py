"""From run rows to runs: a constant number of statements, whatever the size of the page."""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from sagwan.entities import (
    Dataset,
    DatasetInput,
    Metric,
    ModelInput,
    ModelOutput,
    Param,
    Run,
    RunData,
    RunInfo,
    RunInputs,
    RunOutputs,
    RunStatus,
    Tag,
)
from sagwan.storage.sql.dialects.base import Dialect
from sagwan.storage.sql.experiments import STAGES
from sagwan.storage.sql.keys import Keys
from sagwan.storage.sql.tables import (
    dataset_input_tags,
    dataset_inputs,
    datasets,
    latest_metrics,
    params,
    run_models,
    tags,
)

STATUSES = {status.value: status.name for status in RunStatus}

_NAN = float("nan")
_by_key = attrgetter("key")


def run_info(row: Row[Any]) -> RunInfo:
    """A row of `runs` as the protocol shows it."""
    return RunInfo(
        run_uuid=row.run_id,
        experiment_id=str(row.experiment_id),
        run_name=row.name,
        user_id=row.user_id,
        status=STATUSES[row.status],
        start_time=row.start_time,
        end_time=row.end_time,
        artifact_uri=row.artifact_uri,
        lifecycle_stage=STAGES[row.stage],
        run_id=row.run_id,
    )


def assemble(
    connection: Connection,
    dialect: Dialect,
    keys: Keys,
    rows: Sequence[Row[Any]],
    with_model_inputs: bool,
) -> list[Run]:
    """Runs with everything that was logged to them, in the order of `rows`."""
    numbers = [row.id for row in rows]
    if not numbers:
        return []
    metrics = _metrics(connection, dialect, keys, numbers)
    run_params = _texts(connection, dialect, keys, numbers, params, Param)
    run_tags = _texts(connection, dialect, keys, numbers, tags, Tag)
    inputs = _dataset_inputs(connection, dialect, numbers)
    read, written = _models(connection, dialect, numbers)
    return [
        Run(
            info=run_info(row),
            data=RunData(metrics[row.id], run_params[row.id], run_tags[row.id]),
            inputs=RunInputs(
                model_inputs=read.get(row.id, []) if with_model_inputs else [],
                dataset_inputs=inputs.get(row.id, []),
            ),
            outputs=RunOutputs(written.get(row.id, [])),
        )
        for row in rows
    ]


def _metrics(
    connection: Connection, dialect: Dialect, keys: Keys, numbers: Sequence[int]
) -> dict[int, list[Metric]]:
    table = latest_metrics.c
    rows = connection.execute(
        select(table.run, table.key, table.value, table.timestamp, table.step, table.nan).where(
            dialect.in_integers(table.run, numbers)
        )
    ).all()
    names = keys.names(connection, {row[1] for row in rows})
    found: dict[int, list[Metric]] = {number: [] for number in numbers}
    for run, key, value, timestamp, step, nan in rows:
        found[run].append(Metric(names[key], _NAN if nan else value, timestamp, step))
    return _sorted(found)


def _texts(
    connection: Connection,
    dialect: Dialect,
    keys: Keys,
    numbers: Sequence[int],
    table: Table,
    kind: Any,
) -> dict[int, list[Any]]:
    rows = connection.execute(
        select(table.c.run, table.c.key, table.c.value).where(
            dialect.in_integers(table.c.run, numbers)
        )
    ).all()
    names = keys.names(connection, {row[1] for row in rows})
    found: dict[int, list[Any]] = {number: [] for number in numbers}
    for run, key, value in rows:
        found[run].append(kind(names[key], value))
    return _sorted(found)


def _sorted(found: dict[int, list[Any]]) -> dict[int, list[Any]]:
    for items in found.values():
        items.sort(key=_by_key)
    return found


def _dataset_inputs(
    connection: Connection, dialect: Dialect, numbers: Sequence[int]
) -> dict[int, list[DatasetInput]]:
    rows = connection.execute(
        select(dataset_inputs.c.id.label("input"), dataset_inputs.c.run, datasets)
        .join(datasets, datasets.c.id == dataset_inputs.c.dataset)
        .where(dialect.in_integers(dataset_inputs.c.run, numbers))
        .order_by(dataset_inputs.c.id)
    ).all()
    if not rows:
        return {}
    input_tags: dict[int, list[Tag]] = {row.input: [] for row in rows}
    for row in connection.execute(
        select(dataset_input_tags)
        .where(dialect.in_integers(dataset_input_tags.c.input, list(input_tags)))
        .order_by(dataset_input_tags.c.key)
    ):
        input_tags[row.input].append(Tag(row.key, row.value))
    found: dict[int, list[DatasetInput]] = {}
    for row in rows:
        dataset = Dataset(
            name=row.name,
            digest=row.digest,
            source_type=row.source_type,
            source=row.source,
            schema=row.schema,
            profile=row.profile,
        )
        found.setdefault(row.run, []).append(DatasetInput(dataset, input_tags[row.input]))
    return found


def _models(
    connection: Connection, dialect: Dialect, numbers: Sequence[int]
) -> tuple[dict[int, list[ModelInput]], dict[int, list[ModelOutput]]]:
    rows: Iterable[Row[Any]] = connection.execute(
        select(run_models)
        .where(dialect.in_integers(run_models.c.run, numbers))
        .order_by(run_models.c.run, run_models.c.output, run_models.c.model_id)
    )
    read: dict[int, list[ModelInput]] = {}
    written: dict[int, list[ModelOutput]] = {}
    for row in rows:
        if row.output:
            written.setdefault(row.run, []).append(ModelOutput(row.model_id, row.step))
        else:
            read.setdefault(row.run, []).append(ModelInput(row.model_id))
    return read, written
