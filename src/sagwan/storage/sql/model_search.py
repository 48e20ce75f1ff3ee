"""Search for logged models: filter and order as SQL."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, case, exists, func, or_, select

from sagwan.domain.search.ast import Comparison, Field, FieldKind
from sagwan.domain.search.fields import LOGGED_MODELS
from sagwan.domain.search.parser import parse_order_field
from sagwan.storage.base import ModelOrder, ModelQuery
from sagwan.storage.sql.dialects.base import Dialect
from sagwan.storage.sql.search import OrderColumn, integer_clause, metric_clause, text_clause
from sagwan.storage.sql.tables import (
    ACTIVE,
    logged_model_metrics,
    logged_model_params,
    logged_model_tags,
    logged_models,
)

# As `sagwan.storage.sql.search` ranks what is missing.
MISSING_RANK = 2

_TEXTS: dict[str, ColumnElement[str]] = {
    "name": logged_models.c.name,
    "model_id": logged_models.c.model_id,
    "model_type": logged_models.c.model_type,
    "source_run_id": logged_models.c.source_run_id,
    "artifact_uri": logged_models.c.artifact_uri,
    "status_message": logged_models.c.status_message,
    "lifecycle_stage": case((logged_models.c.stage == ACTIVE, "active"), else_="deleted"),
}
_INTEGERS: dict[str, ColumnElement[int]] = {
    "status": logged_models.c.status,
    "experiment_id": logged_models.c.experiment_id,
    "creation_timestamp_ms": logged_models.c.created,
    "last_updated_timestamp_ms": logged_models.c.updated,
}
_KEYED: dict[FieldKind, Table] = {
    FieldKind.PARAM: logged_model_params,
    FieldKind.TAG: logged_model_tags,
}


def clauses(query: ModelQuery, dialect: Dialect) -> list[ColumnElement[bool]]:
    """The conditions that a model must meet.

    With datasets, a comparison looks at metrics measured on one of them, and a model must have
    such a metric.
    """
    measured = _on_datasets(query.datasets)
    conditions = [_clause(comparison, measured, dialect) for comparison in query.filter]
    if measured is not None:
        conditions.append(_points().where(measured))
    return conditions


def _points() -> Any:
    return exists().where(logged_model_metrics.c.model == logged_models.c.id)


def _on_datasets(
    datasets: Sequence[tuple[str, str | None]],
) -> ColumnElement[bool] | None:
    if not datasets:
        return None
    table = logged_model_metrics.c
    return or_(
        *(
            table.dataset_name == name
            if digest is None
            else and_(table.dataset_name == name, table.dataset_digest == digest)
            for name, digest in datasets
        )
    )


def _clause(
    comparison: Comparison, measured: ColumnElement[bool] | None, dialect: Dialect
) -> ColumnElement[bool]:
    field, op, value = comparison.field, comparison.op, comparison.value
    if field.kind is FieldKind.METRIC:
        assert isinstance(value, int | float)
        table = logged_model_metrics.c
        found = _points().where(
            dialect.exact(table.key) == field.key,
            metric_clause(table.value, table.nan, op, float(value)),
        )
        return found if measured is None else found.where(measured)  # type: ignore[no-any-return]
    if field.kind in _KEYED:
        keyed = _KEYED[field.kind].c
        return exists().where(
            keyed.model == logged_models.c.id,
            dialect.exact(keyed.key) == field.key,
            text_clause(dialect, keyed.value, op, value),
        )
    if field.key in _INTEGERS:
        return integer_clause(dialect, _INTEGERS[field.key], op, value)
    return text_clause(dialect, _TEXTS[field.key], op, value)


def order(keys: Sequence[ModelOrder], dialect: Dialect) -> list[OrderColumn]:
    """The complete order of a search."""
    columns = []
    for key in keys:
        field = parse_order_field(key.field, LOGGED_MODELS)
        columns.append(_column(field, key, dialect))
    tie_break = [_attribute(by.field, by.ascending, dialect) for by in LOGGED_MODELS.tie_break]
    return columns + tie_break


def _column(field: Field, key: ModelOrder, dialect: Dialect) -> OrderColumn:
    if field.kind is FieldKind.METRIC:
        return _metric_column(field.key, key, dialect)
    return _attribute(field, key.ascending, dialect)


def _attribute(field: Field, ascending: bool, dialect: Dialect) -> OrderColumn:
    if field.key in _INTEGERS:
        return OrderColumn(_INTEGERS[field.key], int, ascending)
    column = dialect.exact(_TEXTS[field.key])
    rank = case((column.is_(None), MISSING_RANK), else_=0)
    return OrderColumn(column, str, ascending, rank)


def _metric_column(name: str, key: ModelOrder, dialect: Dialect) -> OrderColumn:
    """The newest value of a metric, by time, then step, then run."""
    table = logged_model_metrics.c
    newest = select(
        table.model,
        table.value,
        table.nan,
        func.row_number()
        .over(
            partition_by=table.model,
            order_by=[
                table.timestamp.desc(),
                table.step.desc(),
                table.run_id,
                table.id.desc(),
            ],
        )
        .label("place"),
    ).where(dialect.exact(table.key) == name)
    if key.dataset_name is not None:
        newest = newest.where(table.dataset_name == key.dataset_name)
    if key.dataset_digest is not None:
        newest = newest.where(table.dataset_digest == key.dataset_digest)
    found = newest.subquery()
    join = (found, and_(found.c.model == logged_models.c.id, found.c.place == 1))
    rank = func.coalesce(found.c.nan, MISSING_RANK)
    return OrderColumn(found.c.value, float, key.ascending, rank, join)
