"""Search for registered models and versions: filter and order as SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, exists, false, select, true

from sagwan.domain.registry import PROMPT_TAG, prompt_value
from sagwan.domain.search.ast import Comparison, FieldKind, Op, OrderBy
from sagwan.domain.search.evaluate import value_test
from sagwan.domain.search.fields import (
    MODEL_VERSIONS,
    REGISTERED_MODELS,
    Grammar,
    complete_order,
)
from sagwan.storage.registry import RegistryQuery
from sagwan.storage.sql.dialects.base import Dialect
from sagwan.storage.sql.paging import decode_token, encode_token, query_digest
from sagwan.storage.sql.registry_tables import (
    model_version_tags,
    model_versions,
    registered_model_tags,
    registered_models,
)
from sagwan.storage.sql.search import (
    OrderColumn,
    integer_clause,
    keyset_after,
    last_values,
    ordered,
    text_clause,
)


@dataclass(frozen=True, slots=True)
class Searched:
    """What is searched: its table, its attributes' columns, its tags and what these refer to."""

    grammar: Grammar
    table: Table
    texts: Mapping[str, ColumnElement[str]]
    integers: Mapping[str, ColumnElement[int]]
    tags: Table
    owner: ColumnElement[int]


_INDEXED = ("name", "run_id")

MODELS = Searched(
    REGISTERED_MODELS,
    registered_models,
    {"name": registered_models.c.name},
    {"last_updated_timestamp": registered_models.c.updated},
    registered_model_tags,
    registered_model_tags.c.model,
)
VERSIONS = Searched(
    MODEL_VERSIONS,
    model_versions,
    {
        "name": model_versions.c.name,
        "source_path": model_versions.c.source,
        "run_id": model_versions.c.run_id,
    },
    {
        "version_number": model_versions.c.version,
        "creation_timestamp": model_versions.c.created,
        "last_updated_timestamp": model_versions.c.updated,
    },
    model_version_tags,
    model_version_tags.c.version,
)


def page(
    connection: Connection, of: Searched, query: RegistryQuery, dialect: Dialect
) -> tuple[Sequence[Row[Any]], str | None]:
    """The rows of a page and the token of the next. Raises InvalidParameter."""
    digest = query_digest(of.table.name, query.filter, query.order)
    order = _order(of, query.order, dialect)
    found = any(_is_found(comparison) for comparison in query.filter)
    statement = ordered(select(of.table), order).where(
        *(_clause(of, comparison, dialect, found) for comparison in query.filter)
    )
    if query.page_token:
        statement = statement.where(keyset_after(order, decode_token(digest, query.page_token)))
    rows = connection.execute(statement.limit(query.limit + 1)).all()
    if len(rows) <= query.limit:
        return rows, None
    rows = rows[: query.limit]
    return rows, encode_token(digest, last_values(order, rows[-1]))


def _is_found(comparison: Comparison) -> bool:
    """Whether an index finds the few rows for which the comparison holds."""
    named = comparison.field.kind is FieldKind.ATTRIBUTE and comparison.field.key in _INDEXED
    return named and comparison.op in (Op.EQ, Op.IN)


def _clause(
    of: Searched, comparison: Comparison, dialect: Dialect, found: bool
) -> ColumnElement[bool]:
    field, op, value = comparison.field, comparison.op, comparison.value
    if field.kind is FieldKind.TAG:
        if field.key == PROMPT_TAG:
            return _prompt_clause(of, comparison, found)
        return exists().where(
            of.owner == of.table.c.id,
            dialect.exact(of.tags.c.key) == field.key,
            text_clause(dialect, of.tags.c.value, op, value),
        )
    if field.key in of.integers:
        return integer_clause(dialect, of.integers[field.key], op, value)
    return text_clause(dialect, of.texts[field.key], op, value)


def _prompt_clause(of: Searched, comparison: Comparison, found: bool) -> ColumnElement[bool]:
    holds = value_test(comparison.op, comparison.value)
    numbers = [number for number in (0, 1) if holds(prompt_value(bool(number)))]
    if len(numbers) == 1:
        # An equality, so that the indexes that begin with it give the order of what follows; but
        # SQLite would walk one of them, too, where another index finds the few rows at once.
        prompt = of.table.c.prompt
        return (prompt + 0 if found else prompt) == numbers[0]
    return true() if numbers else false()


def _order(of: Searched, order: Sequence[OrderBy], dialect: Dialect) -> list[OrderColumn]:
    columns = []
    for by in complete_order(order, of.grammar):
        key = by.field.key
        if key in of.integers:
            columns.append(OrderColumn(of.integers[key], int, by.ascending))
        else:
            columns.append(OrderColumn(dialect.exact(of.texts[key]), str, by.ascending))
    return columns
