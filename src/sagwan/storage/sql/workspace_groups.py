"""Groups of runs: what they share is read as columns of the runs, and sorted here."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, Table, func, literal, select

from sagwan.domain.grouping import arranged, field_name, gather, leading_metrics, spread
from sagwan.domain.search.ast import Field, FieldKind, OrderBy
from sagwan.entities.workspace import RunGroupRow, RunGroups
from sagwan.storage.base import Grouping
from sagwan.storage.sql.dialects.base import Dialect
from sagwan.storage.sql.keys import Keys
from sagwan.storage.sql.search import metric_columns
from sagwan.storage.sql.snapshots import Numbers
from sagwan.storage.sql.tables import latest_metrics, params, runs, tags

Value = TypeVar("Value")

_ROWS = 20_000
_NAN = float("nan")
_TEXTS: dict[FieldKind, Table] = {FieldKind.PARAM: params, FieldKind.TAG: tags}


def run_groups(
    connection: Connection,
    dialect: Dialect,
    keys: Keys,
    numbers: Numbers,
    order: Sequence[OrderBy],
    grouping: Grouping,
) -> RunGroups:
    """The groups of the runs with these numbers, which are in order."""
    reading = _Reading(connection, dialect, keys, numbers.tolist())
    by = list(grouping.by) or reading.differing(grouping.without)
    texts = reading.texts(by)
    values = reading.metrics({*grouping.metrics, *leading_metrics(order)})
    groups = arranged(gather(texts, len(numbers)), order, values)
    shown = groups[: grouping.limit]
    named: list[int] = []
    for group in shown:
        if len(named) + len(group.places) > grouping.members:
            break
        named += group.places
    names = reading.names({*named, *(group.places[0] for group in shown)})
    told = set(named)
    return RunGroups(
        by=[field_name(field) for field in by],
        runs=len(numbers),
        total=len(groups),
        groups=[
            RunGroupRow(
                values=list(group.values),
                runs=len(group.places),
                metrics=[
                    spread(values[field][place] for place in group.places)
                    for field in grouping.metrics
                ],
                first=names[group.places[0]][0],
                first_name=names[group.places[0]][1],
                run_ids=[names[place][0] for place in group.places]
                if group.places[0] in told
                else [],
            )
            for group in shown
        ],
    )


class _Reading:
    """Reads what some runs have, in few statements, a part of the rows at a time."""

    def __init__(
        self, connection: Connection, dialect: Dialect, keys: Keys, numbers: Sequence[int]
    ) -> None:
        self._connection = connection
        self._dialect = dialect
        self._keys = keys
        self._numbers = numbers
        self._places = {number: place for place, number in enumerate(numbers)}

    def differing(self, without: Sequence[Field]) -> list[Field]:
        """The params that not all of the runs have with the same value, by name."""
        if not self._numbers:
            return []
        value = params.c.value
        statement = (
            select(params.c.key, func.count(), func.min(value), func.max(value))
            .where(self._dialect.in_integers(params.c.run, self._numbers))
            .group_by(params.c.key)
        )
        found = [
            key
            for key, count, low, high in self._rows(statement)
            if count < len(self._numbers) or low != high
        ]
        names = self._keys.names(self._connection, found)
        fields = {Field(FieldKind.PARAM, names[key]) for key in found}
        return sorted(fields - set(without), key=lambda field: field.key)

    def texts(self, fields: Sequence[Field]) -> list[list[str | None]]:
        """A column for each param and tag."""
        columns: dict[Field, list[str | None]] = {
            field: [None] * len(self._numbers) for field in fields
        }
        # Many runs have the same few texts, of which one is kept.
        known: dict[str, str] = {}
        for kind, table in _TEXTS.items():
            wanted = self._wanted(kind, columns)
            if not wanted:
                continue
            statement = select(table.c.run, table.c.key, table.c.value)
            for run, key, value in self._rows(self._of(statement, table, wanted)):
                wanted[key][self._places[run]] = known.setdefault(value, value)
        return [columns[field] for field in fields]

    def metrics(self, fields: set[Field]) -> dict[Field, list[float | None]]:
        """A column for each metric, of the summary that is asked for."""
        columns: dict[Field, list[float | None]] = {
            field: [None] * len(self._numbers) for field in fields
        }
        for summary in {field.summary for field in fields}:
            some = {field: columns[field] for field in fields if field.summary is summary}
            wanted = self._wanted(FieldKind.METRIC, some)
            if not wanted:
                continue
            table = latest_metrics
            column, nans = metric_columns(table, next(iter(some)))
            nan_or_0 = literal(0) if nans is None else nans
            statement = select(table.c.run, table.c.key, column, nan_or_0)
            for run, key, value, nan in self._rows(self._of(statement, table, wanted)):
                wanted[key][self._places[run]] = _NAN if nan else value
        return columns

    def names(self, places: set[int]) -> dict[int, tuple[str, str]]:
        """The ids and the names of the runs at these places."""
        if not places:
            return {}
        numbers = sorted(self._numbers[place] for place in places)
        statement = select(runs.c.id, runs.c.run_id, runs.c.name).where(
            self._dialect.in_integers(runs.c.id, numbers)
        )
        return {
            self._places[number]: (run_id, name) for number, run_id, name in self._rows(statement)
        }

    def _wanted(
        self, kind: FieldKind, columns: Mapping[Field, list[Value]]
    ) -> dict[int, list[Value]]:
        """The columns of a kind by the numbers of their keys, as far as there are such keys."""
        names = {field.key for field in columns if field.kind is kind}
        if not names or not self._numbers:
            return {}
        known = self._keys.find(self._connection, names)
        return {
            known[field.key]: column
            for field, column in columns.items()
            if field.kind is kind and field.key in known
        }

    def _of(self, statement: Select[Any], table: Table, wanted: Mapping[int, Any]) -> Select[Any]:
        return statement.where(
            self._dialect.in_integers(table.c.run, self._numbers),
            self._dialect.in_integers(table.c.key, sorted(wanted)),
        )

    def _rows(self, statement: Select[Any]) -> Iterator[tuple[Any, ...]]:
        """The rows as the driver gives them."""
        result = self._connection.execute(statement)
        assert result.cursor is not None
        while rows := result.cursor.fetchmany(_ROWS):
            yield from rows
        result.close()
