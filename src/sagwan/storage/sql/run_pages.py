"""From run rows to runs: a constant number of statements, whatever the size of the page."""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

import msgspec
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
from sagwan.storage.sql.prepared import Prepared
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


def run_info(row: Any) -> RunInfo:
    """A row of `runs`, or an object with its columns, as the protocol shows it."""
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


class RunPages:
    """Reads whole runs from one database."""

    def __init__(self, dialect: Dialect, keys: Keys) -> None:
        self._dialect = dialect
        self._keys = keys
        latest = latest_metrics.c
        self._metrics = Prepared(
            select(
                latest.run, latest.key, latest.value, latest.timestamp, latest.step, latest.nan
            ).where(dialect.listed(latest.run, "runs")),
            ("runs",),
        )
        self._params = _Texts(dialect, params)
        self._tags = _Texts(dialect, tags)

    def assemble(
        self, connection: Connection, rows: Sequence[Row[Any]], with_model_inputs: bool
    ) -> list[Run]:
        """Runs with everything that was logged to them, in the order of `rows`."""
        numbers = [row.id for row in rows]
        if not numbers:
            return []
        metrics = self._read_metrics(connection, numbers)
        run_params = self._read_texts(connection, numbers, self._params, Param)
        run_tags = self._read_texts(connection, numbers, self._tags, Tag)
        inputs = _dataset_inputs(connection, self._dialect, numbers)
        read, written = _models(connection, self._dialect, numbers)
        return [
            Run(
                info=run_info(row),
                data=RunData(metrics[number], run_params[number], run_tags[number]),
                inputs=RunInputs(
                    model_inputs=read.get(number, []) if with_model_inputs else [],
                    dataset_inputs=inputs.get(number, []),
                ),
                outputs=RunOutputs(written.get(number, [])),
            )
            for number, row in zip(numbers, rows, strict=True)
        ]

    def _read_metrics(
        self, connection: Connection, numbers: Sequence[int]
    ) -> dict[int, list[Metric]]:
        rows = self._metrics.rows(connection, (self._dialect.pack(numbers),))
        names = self._keys.names(connection, {row[1] for row in rows})
        found: dict[int, list[Metric]] = {number: [] for number in numbers}
        for run, key, value, timestamp, step, nan in rows:
            found[run].append(Metric(names[key], _NAN if nan else value, timestamp, step))
        return _sorted(found)

    def _read_texts(
        self, connection: Connection, numbers: Sequence[int], texts: "_Texts", kind: Any
    ) -> dict[int, list[Any]]:
        groups = texts.read(connection, numbers)
        names = self._keys.names(connection, {key for _, keys, _ in groups for key in keys})
        found: dict[int, list[Any]] = {number: [] for number in numbers}
        for run, keys, values in groups:
            found[run] += [kind(names[key], value) for key, value in zip(keys, values, strict=True)]
        return _sorted(found)


class _Texts:
    """The params or tags of runs, read as JSON lists where the database makes them faster."""

    def __init__(self, dialect: Dialect, table: Table) -> None:
        self._dialect = dialect
        run, key, value = table.c.run, table.c.key, table.c.value
        keys, values = dialect.json_list(key), dialect.json_list(value)
        self._packed = keys is not None and values is not None
        wanted = dialect.listed(run, "runs")
        if keys is not None and values is not None:
            statement = select(run, keys, values).where(wanted).group_by(run)
        else:
            statement = select(run, key, value).where(wanted)
        self._statement = Prepared(statement, ("runs",))

    def read(
        self, connection: Connection, numbers: Sequence[int]
    ) -> list[tuple[int, Sequence[int], Sequence[str]]]:
        """Runs with their keys and values; a run may come in several parts."""
        rows = self._statement.rows(connection, (self._dialect.pack(numbers),))
        if self._packed:
            return [(run, _integers(keys), _strings(values)) for run, keys, values in rows]
        return [(run, (key,), (value,)) for run, key, value in rows]


_integers = msgspec.json.Decoder(list[int]).decode
_strings = msgspec.json.Decoder(list[str]).decode


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
