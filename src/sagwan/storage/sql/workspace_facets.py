"""How values are spread over runs, counted by the database."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
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
from sagwan.storage.sql.search import Context
from sagwan.storage.sql.tables import latest_metrics, params, runs, tags

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
    nan = table.c.nan if field.kind is FieldKind.METRIC else None
    return None if key is None else joined, table.c.value, nan


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
        finite = value if nan is None else case((nan == 0, value))
        total, there, numbers, low, high = self._connection.execute(
            select(
                func.count(),
                func.count(value),
                func.count(finite),
                func.min(finite),
                func.max(finite),
            )
            .select_from(self._source)
            .where(*self._matching)
        ).one()
        found = RunFacet("number", total, total - there, there - numbers)
        if not numbers:
            return found
        found.min, found.max = float(low), float(high)
        edges = bin_edges(found.min, found.max, bins)
        adding = summable(found.min, found.max)
        sums = self._sums(finite, edges, adding)
        found.bins = histogram(edges, {index: count for index, count, _ in sums})
        if adding:
            found.mean = sum(total for _, _, total in sums) / numbers
        return found

    def _sums(
        self, finite: ColumnElement[Any], edges: Sequence[float], adding: bool
    ) -> list[tuple[int, int, float]]:
        """Of each bin that has values how many, and their sum."""
        last = len(edges) - 2
        inner = [(finite < edge, index) for index, edge in enumerate(edges[1:-1])]
        values = (
            select(
                # As doubles: a database would add times as integers, and they grow too large.
                (finite * 1.0 if adding else literal(0.0)).label("value"),
                (case(*inner, else_=last) if inner else literal(last)).label("place"),
            )
            .select_from(self._source)
            .where(*self._matching, finite.is_not(None))
            .subquery()
        )
        rows = self._connection.execute(
            select(values.c.place, func.count(), func.sum(values.c.value)).group_by(values.c.place)
        )
        return [(place, count, float(total or 0)) for place, count, total in rows]

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
