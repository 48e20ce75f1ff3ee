"""The first page of very many runs by a metric, from the beginning of the metric's index.

Where a filter leaves most of the runs, a page of a thousand is found among the first few thousand
values, without sorting all. How much a filter leaves is not known, and planners guess it badly
where metrics depend on one another: so only that many values are looked at, and where they don't
fill a page, the usual statement does.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Row, Select, func, literal_column, select

from sagwan.domain.search.ast import All, FieldKind, Summary
from sagwan.storage.base import SearchQuery
from sagwan.storage.sql import search
from sagwan.storage.sql.search import Context, OrderColumn
from sagwan.storage.sql.tables import latest_metrics, runs

# Sorting fewer runs than that takes less than looking in vain may; to count so many takes 2 ms.
MANY = 20_000
# So many values are looked at, for each row of a page and in any case.
FOR_A_ROW = 4
AT_LEAST = 1_000

_INDEXED = 0  # the rank of a number: the metric is there, and not NaN


def first_rows(
    connection: Connection,
    query: SearchQuery,
    within: Sequence[ColumnElement[bool]],
    context: Context,
    after: Sequence[Any] | None,
) -> tuple[list[OrderColumn], Sequence[Row[Any]]] | None:
    """The rows of a page, and one more, with the order that `last_values` reads them by.

    `within` are conditions for the runs besides the query's filter; `after` are the `last_values`
    of the page before. None where the page can't be told this way. Raises InvalidParameter where
    `after` is none of this order.
    """
    metric = query.order[0] if query.order else None
    if metric is None or metric.field.kind is not FieldKind.METRIC:
        return None
    if metric.field.summary is not Summary.LAST:
        return None
    key = context.keys.get(metric.field.key)
    if key is None or not context.dialect.begins_with_metrics:
        return None
    if after is not None and not _at_a_number(after):
        return None
    latest = latest_metrics.c
    numbers = select(latest.run, latest.value).where(latest.key == key, latest.nan == 0)
    if after is not None:
        indexed = OrderColumn(latest.value, float, metric.ascending)
        numbers = numbers.where(search.from_place(indexed, after[0]))
    first = (
        numbers.order_by(latest.value if metric.ascending else latest.value.desc())
        .limit(FOR_A_ROW * query.limit + AT_LEAST)
        .cte("first_values")
    )
    # Others may share the last of these values, and come before some that do.
    last = func.max(first.c.value) if metric.ascending else func.min(first.c.value)
    edge = select(last).correlate(None).scalar_subquery()
    one = literal_column("1", Integer)
    found = [select(one).where(*within)]
    found += [
        select(one).where(search.metric_meets(latest_metrics, term, context))
        for term in search.metric_terms(All(query.filter), context)
    ]
    context = replace(context, run=first.c.run)
    order = [
        OrderColumn(first.c.value, float, metric.ascending),
        *search.run_order(query.order, context)[1:],
    ]
    statement = search.ordered(select(runs).join(first, first.c.run == runs.c.id), order).where(
        *map(_many, found),
        first.c.value < edge if metric.ascending else first.c.value > edge,
        *within,
        *search.condition_clauses(All(query.filter), context),
    )
    if after is not None:
        statement = statement.where(search.keyset_after(order, after))
    rows = connection.execute(statement.limit(query.limit + 1)).all()
    return (order, rows) if len(rows) > query.limit else None


def _many(statement: Select[int]) -> ColumnElement[bool]:
    some = statement.limit(MANY).subquery()
    return select(func.count()).select_from(some).scalar_subquery() == MANY


def _at_a_number(after: Sequence[Any]) -> bool:
    return bool(after) and isinstance(after[0], list) and after[0][:1] == [_INDEXED]
