"""From run rows to runs: a constant number of statements, whatever the size of the page."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter, itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, select

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
    """What runs have of one kind: how it is selected, and how rows become entities.

    A row for each run, with a list for each column, where the database makes such lists: to fetch
    a list costs hardly more than to fetch one item.
    """

    def __init__(self, dialect: Dialect, table: Table, columns: Sequence[ColumnElement[Any]]):
        run, columns = table.c.run, [table.c.key, *columns]
        lists = [dialect.list_of(column) for column in columns]
        found = [each for each in lists if each is not None]
        self._decoders = [each.decode for each in found] if len(found) == len(lists) else None
        selected = columns if self._decoders is None else [each.column for each in found]
        statement = select(run, *selected).where(dialect.listed(run, "runs"))
        if self._decoders is not None:
            statement = statement.group_by(run)
        self.statement = Prepared(statement, ("runs",))

    @abstractmethod
    def from_lists(self, names: Sequence[str], columns: Sequence[Sequence[Any]]) -> list[Any]:
        """What one run has: names of keys, and of each column the values."""

    @abstractmethod
    def from_rows(
        self, found: _Items, rows: Sequence[tuple[Any, ...]], names: Mapping[int, str]
    ) -> None:
        """Put what rows of one item each say into `found`."""

    def keys(self, rows: Sequence[tuple[Any, ...]]) -> set[int]:
        """The numbers of the keys in the rows."""
        if self._decoders is None:
            return {row[1] for row in rows}
        decode = self._decoders[0]
        return {key for row in rows for key in decode(row[1])}

    def items(
        self, rows: Sequence[tuple[Any, ...]], numbers: Sequence[int], names: Mapping[int, str]
    ) -> _Items:
        """The entities of the runs `numbers`. Raises KeyError where a key isn't in `names`."""
        found: _Items = {number: [] for number in numbers}
        if self._decoders is None:
            self.from_rows(found, rows, names)
            for items in found.values():
                items.sort(key=_by_key)
            return found
        # Runs of one experiment mostly have the same keys: those are named and sorted once.
        orders: dict[tuple[int, ...], tuple[Sequence[str], Callable[..., Any] | None]] = {}
        decode, *decoders = self._decoders
        for run, packed, *lists in rows:
            keys = tuple(decode(packed))
            order = orders.get(keys)
            if order is None:
                order = orders[keys] = _in_order([names[key] for key in keys])
            in_order, pick = order
            # Lists of one group, all in the same order.
            columns = [each(values) for each, values in zip(decoders, lists, strict=True)]
            found[run] = self.from_lists(in_order, list(map(pick, columns)) if pick else columns)
        return found


def _in_order(names: Sequence[str]) -> tuple[Sequence[str], Callable[..., Any] | None]:
    """The names sorted, and what puts values of the same places in that order, if need be."""
    places = sorted(range(len(names)), key=names.__getitem__)
    if places == list(range(len(names))):
        return names, None
    return [names[place] for place in places], itemgetter(*places)


class _Metrics(_Part):
    def __init__(self, dialect: Dialect) -> None:
        latest = latest_metrics.c
        columns = [latest.value, latest.timestamp, latest.step, latest.nan]
        super().__init__(dialect, latest_metrics, columns)

    def from_lists(self, names: Sequence[str], columns: Sequence[Sequence[Any]]) -> list[Any]:
        values, times, steps, nans = columns
        if any(nans):
            values = [_NAN if nan else value for value, nan in zip(values, nans, strict=True)]
        return list(map(Metric, names, values, times, steps))

    def from_rows(
        self, found: _Items, rows: Sequence[tuple[Any, ...]], names: Mapping[int, str]
    ) -> None:
        for run, key, value, timestamp, step, nan in rows:
            found[run].append(Metric(names[key], _NAN if nan else value, timestamp, step))


class _Texts(_Part):
    """The params or tags of runs."""

    def __init__(self, dialect: Dialect, table: Table, kind: type[Param] | type[Tag]) -> None:
        super().__init__(dialect, table, [table.c.value])
        self._kind = kind

    def from_lists(self, names: Sequence[str], columns: Sequence[Sequence[Any]]) -> list[Any]:
        return list(map(self._kind, names, *columns))

    def from_rows(
        self, found: _Items, rows: Sequence[tuple[Any, ...]], names: Mapping[int, str]
    ) -> None:
        kind = self._kind
        for run, key, value in rows:
            found[run].append(kind(names[key], value))


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
