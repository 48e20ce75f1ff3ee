"""How values are spread over runs: texts are counted by the database, numbers here."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    case,
    func,
    literal,
    select,
)

from sagwan.domain.search.ast import Field, FieldKind
from sagwan.domain.workspace import FACET_VALUES, bin_edges, histogram, is_number, summable
from sagwan.entities import RunStatus
from sagwan.entities.workspace import KeyValue, RunFacet
from sagwan.storage.sql.search import Context, metric_columns
from sagwan.storage.sql.tables import latest_metrics, params, runs, tags

Floats = NDArray[np.float64]

_ROWS = 20_000

_ATTRIBUTES: dict[str, ColumnElement[Any]] = {
    "run_id": runs.c.run_id,
    "run_name": runs.c.name,
    "user_id": runs.c.user_id,
    "status": runs.c.status,
    "artifact_uri": runs.c.artifact_uri,
    "start_time": runs.c.start_time,
    "end_time": runs.c.end_time,
}
_TABLES = {
    FieldKind.METRIC: latest_metrics,
    FieldKind.PARAM: params,
    FieldKind.TAG: tags,
}


def facet(
    connection: Connection,
    context: Context,
    matching: Sequence[ColumnElement[bool]],
    field: Field,
    bins: int,
) -> RunFacet:
    """The facet of a field over the runs that meet all of the conditions."""
    source, value, nan = _values(field, context)
    if source is None:
        count = connection.execute(select(func.count()).where(*matching)).scalar_one()
        return RunFacet("number" if is_number(field) else "text", count, count)
    counting = _Counting(connection, source, matching)
    if is_number(field):
        return counting.number(value, nan, bins)
    names = {status.value: status.name for status in RunStatus} if field.key == "status" else {}
    return counting.text(value, names if field.kind is FieldKind.ATTRIBUTE else {})


def _values(
    field: Field, context: Context
) -> tuple[FromClause | None, ColumnElement[Any], ColumnElement[int] | None]:
    """Where a field's values are, joined to the runs; no source where no run can have one."""
    if field.kind is FieldKind.ATTRIBUTE:
        return runs, _ATTRIBUTES[field.key], None
    # A name of its own: the filter may look into the same table.
    table = _TABLES[field.kind].alias()
    key = context.keys.get(field.key)
    joined = runs.outerjoin(table, and_(table.c.run == runs.c.id, table.c.key == key))
    source = None if key is None else joined
    if field.kind is FieldKind.METRIC:
        return source, *metric_columns(table, field)
    return source, table.c.value, None


class _Counting:
    def __init__(
        self,
        connection: Connection,
        source: FromClause,
        matching: Sequence[ColumnElement[bool]],
    ) -> None:
        self._connection = connection
        self._source = source
        self._matching = matching

    def number(
        self, value: ColumnElement[Any], nan: ColumnElement[int] | None, bins: int
    ) -> RunFacet:
        # One look at the runs and all values cost less than two looks, for bounds and for bins.
        statement = (
            select(value, literal(0) if nan is None else nan)
            .select_from(self._source)
            .where(*self._matching)
        )
        values, flags = _columns(self._connection, statement)
        there = ~np.isnan(values)
        numbers = values[there & (flags != 1)]
        missing = int(len(values) - there.sum())
        found = RunFacet("number", len(values), missing, len(values) - missing - len(numbers))
        if len(numbers):
            found.min, found.max = float(numbers.min()), float(numbers.max())
            edges = bin_edges(found.min, found.max, bins)
            places = np.searchsorted(edges[1:-1], numbers, side="right")
            found.bins = histogram(edges, dict(enumerate(np.bincount(places).tolist())))
            if summable(found.min, found.max):
                found.mean = float(numbers.mean())
        return found

    def text(self, value: ColumnElement[Any], names: Mapping[int, str]) -> RunFacet:
        """`names` are the texts of values that are numbers in the database."""
        groups = (
            select(value.label("value"), func.count().label("runs"))
            .select_from(self._source)
            .where(*self._matching)
            .group_by(value)
            .subquery()
        )
        missing_first = case((groups.c.value.is_(None), 0), else_=1)
        rows = self._connection.execute(
            select(
                groups.c.value,
                groups.c.runs,
                func.count(groups.c.value).over(),
                func.sum(groups.c.runs).over(),
            )
            .order_by(missing_first, groups.c.runs.desc(), groups.c.value)
            .limit(FACET_VALUES + 1)
        ).all()
        if not rows:
            return RunFacet("text", 0, 0)
        _, _, distinct, total = rows[0]
        there = [(names.get(text, text), count) for text, count, *_ in rows if text is not None]
        there.sort(key=lambda pair: (-pair[1], pair[0]))
        return RunFacet(
            kind="text",
            runs=int(total),
            missing=rows[0][1] if rows[0][0] is None else 0,
            distinct=distinct,
            top=[KeyValue(*pair) for pair in there[:FACET_VALUES]],
        )


def _columns(connection: Connection, statement: Select[Any]) -> tuple[Floats, Floats]:
    """Two columns of numbers, NaN where there is none."""
    result = connection.execute(statement)
    assert result.cursor is not None
    parts = [np.empty((0, 2))]
    # A part of the rows at a time, since rows take far more memory than what they hold.
    while rows := result.cursor.fetchmany(_ROWS):
        parts.append(np.array(rows, np.float64))
    result.close()
    columns = np.concatenate(parts)
    return columns[:, 0], columns[:, 1]
