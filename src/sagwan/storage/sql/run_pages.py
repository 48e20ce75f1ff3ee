"""From run rows to runs: a constant number of statements, whatever the size of the page."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
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
        self._parts: tuple[_Part, ...] = (
            _Metrics(dialect),
            _Texts(dialect, params, Param),
            _Texts(dialect, tags, Tag),
        )

    def assemble(
        self, connection: Connection, rows: Sequence[Row[Any]], with_model_inputs: bool
    ) -> list[Run]:
        """Runs with everything that was logged to them, in the order of `rows`."""
        numbers = [row.id for row in rows]
        if not numbers:
            return []
        metrics, run_params, run_tags = self._read(connection, numbers)
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

    def _read(self, connection: Connection, numbers: Sequence[int]) -> list["_Items"]:
        """The metrics, params and tags of runs."""
        packed = (self._dialect.pack(numbers),)
        queries = [(part.statement, packed) for part in self._parts]
        found: dict[_Part, _Items] = {}
        late: dict[_Part, Sequence[tuple[Any, ...]]] = {}
        fetched = self._dialect.fetch_each(connection, queries)
        for part, rows in zip(self._parts, fetched, strict=True):
            try:
                found[part] = part.items(rows, numbers, self._keys.known)
            except KeyError:
                late[part] = rows  # a key that this process has not seen; there is time for it then
        for part, rows in late.items():
            names = self._keys.names(connection, part.keys(rows))
            found[part] = part.items(rows, numbers, names)
        return [found[part] for part in self._parts]


# What runs have of one kind, by their numbers, each run's in the order of its keys' names.
_Items = dict[int, list[Any]]


class _Part(ABC):
    """What runs have of one kind: how it is selected, and how rows become entities."""

    statement: Prepared

    @abstractmethod
    def keys(self, rows: Sequence[tuple[Any, ...]]) -> set[int]:
        """The numbers of the keys in the rows."""

    @abstractmethod
    def items(
        self, rows: Sequence[tuple[Any, ...]], numbers: Sequence[int], names: Mapping[int, str]
    ) -> _Items:
        """The entities of the runs `numbers`. Raises KeyError where a key isn't in `names`."""


class _Metrics(_Part):
    def __init__(self, dialect: Dialect) -> None:
        latest = latest_metrics.c
        self.statement = Prepared(
            select(
                latest.run, latest.key, latest.value, latest.timestamp, latest.step, latest.nan
            ).where(dialect.listed(latest.run, "runs")),
            ("runs",),
        )

    def keys(self, rows: Sequence[tuple[Any, ...]]) -> set[int]:
        return {row[1] for row in rows}

    def items(
        self, rows: Sequence[tuple[Any, ...]], numbers: Sequence[int], names: Mapping[int, str]
    ) -> _Items:
        found: _Items = {number: [] for number in numbers}
        for run, key, value, timestamp, step, nan in rows:
            found[run].append(Metric(names[key], _NAN if nan else value, timestamp, step))
        return _sorted(found)


class _Texts(_Part):
    """The params or tags of runs, read as JSON lists where the database makes them faster."""

    def __init__(self, dialect: Dialect, table: Table, kind: type[Param] | type[Tag]) -> None:
        self._kind = kind
        run, key, value = table.c.run, table.c.key, table.c.value
        keys, values = dialect.json_list(key), dialect.json_list(value)
        self._packed = keys is not None and values is not None
        wanted = dialect.listed(run, "runs")
        if keys is not None and values is not None:
            statement = select(run, keys, values).where(wanted).group_by(run)
        else:
            statement = select(run, key, value).where(wanted)
        self.statement = Prepared(statement, ("runs",))

    def keys(self, rows: Sequence[tuple[Any, ...]]) -> set[int]:
        if self._packed:
            return {key for _, keys, _ in rows for key in _integers(keys)}
        return {key for _, key, _ in rows}

    def items(
        self, rows: Sequence[tuple[Any, ...]], numbers: Sequence[int], names: Mapping[int, str]
    ) -> _Items:
        kind = self._kind
        found: _Items = {number: [] for number in numbers}
        if not self._packed:
            for run, key, value in rows:
                found[run].append(kind(names[key], value))
            return _sorted(found)
        for run, keys, values in rows:
            # Two lists of one group, in the same order.
            found[run] = [
                kind(names[key], value)
                for key, value in zip(_integers(keys), _strings(values), strict=True)
            ]
        return _sorted(found)


_integers = msgspec.json.Decoder(list[int]).decode
_strings = msgspec.json.Decoder(list[str]).decode


def _sorted(found: _Items) -> _Items:
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
