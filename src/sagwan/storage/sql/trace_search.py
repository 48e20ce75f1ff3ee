"""Search for traces: filter and order as SQL."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Table,
    and_,
    case,
    exists,
    false,
    not_,
    or_,
    select,
)

from sagwan.domain.search.ast import Comparison, Field, FieldKind, Op, OrderBy, Value
from sagwan.domain.search.evaluate import value_test
from sagwan.domain.search.fields import TRACES, complete_order
from sagwan.domain.traces import NAME_TAG, RUN_METADATA
from sagwan.entities.traces import TraceState
from sagwan.storage.sql.dialects.base import Dialect
from sagwan.storage.sql.paging import decode_token, encode_token, query_digest
from sagwan.storage.sql.search import (
    OrderColumn,
    integer_clause,
    keyset_after,
    last_values,
    ordered,
    text_clause,
)
from sagwan.storage.sql.trace_tables import trace_metadata, trace_runs, trace_tags, traces
from sagwan.storage.traces import TraceQuery

_VALUE, _MISSING = 0, 2

_TABLES: dict[FieldKind, Table] = {
    FieldKind.TAG: trace_tags,
    FieldKind.METADATA: trace_metadata,
}
_KEPT_ELSEWHERE = {
    "name": Field(FieldKind.TAG, NAME_TAG),
    "source_run": Field(FieldKind.METADATA, RUN_METADATA),
}
_TEXTS: dict[str, ColumnElement[str]] = {
    "request_id": traces.c.trace_id,
    "client_request_id": traces.c.client_request_id,
}
_NUMBERS: dict[str, ColumnElement[int]] = {
    "experiment_id": traces.c.experiment_id,
    "timestamp_ms": traces.c.time,
    "execution_time_ms": traces.c.duration,
    "end_time_ms": traces.c.time + traces.c.duration,
}
_NULLABLE = ("execution_time_ms", "end_time_ms")
_STATES_BY_NAME = sorted(TraceState, key=lambda state: state.name)


def page(
    connection: Connection, query: TraceQuery, dialect: Dialect
) -> tuple[Sequence[Row[Any]], str | None]:
    """The rows of a page and the token of the next. Raises InvalidParameter."""
    ids = sorted(set(query.experiment_ids))
    digest = query_digest("traces", ids, query.filter, query.order)
    order = [_column(by, dialect) for by in complete_order(query.order, TRACES)]
    statement = ordered(select(traces), order).where(
        dialect.in_integers(traces.c.experiment_id, ids),
        *(_clause(comparison, dialect) for comparison in query.filter),
    )
    if query.page_token:
        statement = statement.where(keyset_after(order, decode_token(digest, query.page_token)))
    rows = connection.execute(statement.limit(query.limit + 1)).all()
    if len(rows) <= query.limit:
        return rows, None
    rows = rows[: query.limit]
    return rows, encode_token(digest, last_values(order, rows[-1]))


def _clause(comparison: Comparison, dialect: Dialect) -> ColumnElement[bool]:
    field, op, value = comparison.field, comparison.op, comparison.value
    if field == Field(FieldKind.ATTRIBUTE, "run_id"):
        linked = exists().where(
            trace_runs.c.trace == traces.c.id,
            text_clause(dialect, trace_runs.c.run_id, op, value),
        )
        return or_(_keyed(_KEPT_ELSEWHERE["source_run"], op, value, dialect), linked)
    if field.kind is FieldKind.ATTRIBUTE:
        field = _KEPT_ELSEWHERE.get(field.key, field)
    if field.kind is not FieldKind.ATTRIBUTE:
        return _keyed(field, op, value, dialect)
    if field.key == "status":
        holds = value_test(op, value)
        numbers = [state.value for state in TraceState if holds(state.name)]
        return traces.c.state.in_(numbers) if numbers else false()
    if field.key in _NUMBERS:
        return integer_clause(dialect, _NUMBERS[field.key], op, value)
    return text_clause(dialect, _TEXTS[field.key], op, value)


def _keyed(field: Field, op: Op, value: Value, dialect: Dialect) -> ColumnElement[bool]:
    table = _TABLES[field.kind].c
    found = exists().where(table.trace == traces.c.id, dialect.exact(table.key) == field.key)
    if op in (Op.IS_NULL, Op.IS_NOT_NULL):
        return not_(found) if op is Op.IS_NULL else found
    return found.where(text_clause(dialect, table.value, op, value))


def _column(by: OrderBy, dialect: Dialect) -> OrderColumn:
    field = by.field
    if field.kind is FieldKind.ATTRIBUTE:
        field = _KEPT_ELSEWHERE.get(field.key, field)
    if field.kind is not FieldKind.ATTRIBUTE:
        table = _TABLES[field.kind].alias()
        join = (table, and_(table.c.trace == traces.c.id, dialect.exact(table.c.key) == field.key))
        missing = case((table.c.trace.is_(None), _MISSING), else_=_VALUE)
        return OrderColumn(dialect.exact(table.c.value), str, by.ascending, missing, join)
    if field.key == "status":
        places = {state.value: place for place, state in enumerate(_STATES_BY_NAME)}
        return OrderColumn(case(places, value=traces.c.state), int, by.ascending)
    numeric = field.key in _NUMBERS
    column: ColumnElement[Any] = (
        _NUMBERS[field.key] if numeric else dialect.exact(_TEXTS[field.key])
    )
    rank = None
    if field.key in _NULLABLE:
        rank = case((column.is_(None), _MISSING), else_=_VALUE)
    return OrderColumn(column, int if numeric else str, by.ascending, rank)
