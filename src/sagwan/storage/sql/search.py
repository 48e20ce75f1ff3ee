"""Filters, orders and keyset pages as SQL.

What they mean is defined by `sagwan.domain.search.evaluate`; tests compare the two. Comparisons
with metrics, params, tags and datasets become EXISTS on the tables' primary keys (run, key): the
database walks the runs, in their order where an index has it, and probes each. That beats lists of
run ids, which must be complete before the first run is found.
"""

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Row,
    Select,
    Table,
    and_,
    case,
    exists,
    false,
    func,
    literal_column,
    not_,
    or_,
    true,
)

from sagwan.domain.lifecycle import invalid_page_token
from sagwan.domain.runs import RUN_NAME_TAG
from sagwan.domain.search.ast import (
    All,
    Comparison,
    Condition,
    Either,
    Field,
    FieldKind,
    Filter,
    Not,
    Op,
    OrderBy,
    Summary,
    Value,
)
from sagwan.domain.search.evaluate import value_test
from sagwan.domain.search.fields import EXPERIMENTS, RUNS, complete_order
from sagwan.entities import RunStatus
from sagwan.storage.sql.dialects.base import Dialect
from sagwan.storage.sql.tables import (
    dataset_input_tags,
    dataset_inputs,
    datasets,
    experiment_tags,
    experiments,
    latest_metrics,
    params,
    runs,
    tags,
)

__all__ = [
    "Context",
    "OrderColumn",
    "begun",
    "condition_clauses",
    "experiment_clauses",
    "experiment_order",
    "from_place",
    "integer_clause",
    "key_names",
    "keyset_after",
    "last_values",
    "metric_clause",
    "metric_columns",
    "metric_meets",
    "metric_terms",
    "ordered",
    "run_clauses",
    "run_order",
    "sorted_by",
    "text_clause",
]

CONTEXT_TAG = "mlflow.data.context"

_MIN, _MAX = -(2**63), 2**63 - 1
_VALUE, _NAN, _MISSING = 0, 1, 2

_KEYED: dict[FieldKind, Table] = {
    FieldKind.METRIC: latest_metrics,
    FieldKind.PARAM: params,
    FieldKind.TAG: tags,
}
_RUN_TEXTS: dict[str, ColumnElement[str]] = {
    "run_id": runs.c.run_id,
    "run_name": runs.c.name,
    "user_id": runs.c.user_id,
    "artifact_uri": runs.c.artifact_uri,
}
_RUN_TIMES: dict[str, ColumnElement[int]] = {
    "start_time": runs.c.start_time,
    "end_time": runs.c.end_time,
}
_EXPERIMENT_INTEGERS: dict[str, ColumnElement[int]] = {
    "experiment_id": experiments.c.id,
    "creation_time": experiments.c.created,
    "last_update_time": experiments.c.updated,
}
_STATUSES_BY_NAME = sorted(RunStatus, key=lambda status: status.name)


@dataclass(frozen=True, slots=True)
class Context:
    """What a translation needs: the dialect and the ids of those keys that exist.

    `run` is the run's number, from the table that a search begins with.
    """

    dialect: Dialect
    keys: Mapping[str, int]
    run: ColumnElement[int] = runs.c.id


def key_names(leaves: Iterable[Comparison], order: Sequence[OrderBy]) -> set[str]:
    """The keys of metrics, params and tags that a search of runs names."""
    fields = [_filtered(comparison.field) for comparison in leaves] + [key.field for key in order]
    return {field.key for field in fields if field.kind in _KEYED}


def _filtered(field: Field) -> Field:
    # MLflow's filters look for a run's name in its tag, which a user may have deleted.
    if field == Field(FieldKind.ATTRIBUTE, "run_name"):
        return Field(FieldKind.TAG, RUN_NAME_TAG)
    return field


# --- Comparisons with columns ---------------------------------------------------------------------


def text_clause(
    dialect: Dialect, column: ColumnElement[str], op: Op, value: Value
) -> ColumnElement[bool]:
    """A comparison with a column of text; not true where the column is null."""
    if op in (Op.LIKE, Op.ILIKE):
        return dialect.like(column, str(value), ignore_case=op is Op.ILIKE)
    exact = dialect.exact(column)
    if isinstance(value, tuple):
        listed = dialect.in_texts(exact, [str(each) for each in value])
        return listed if op is Op.IN else not_(listed)
    return exact == value if op is Op.EQ else exact != value


def integer_clause(
    dialect: Dialect, column: ColumnElement[int], op: Op, value: Value
) -> ColumnElement[bool]:
    """A comparison of a 64-bit integer column with numbers of any size, fractions included."""
    if isinstance(value, tuple):
        storable = [number for number in map(int, value) if _MIN <= number <= _MAX]
        listed = dialect.in_integers(column, storable) if storable else false()
        return listed if op is Op.IN else and_(column.is_not(None), not_(listed))
    assert isinstance(value, int | float)
    if op in (Op.EQ, Op.NE):
        whole = not isinstance(value, float) or value.is_integer()
        if not whole or not _MIN <= value <= _MAX:
            return false() if op is Op.EQ else column.is_not(None)
        return column == int(value) if op is Op.EQ else column != int(value)
    return _integer_range(column, op, value)


def _integer_range(column: ColumnElement[int], op: Op, value: float) -> ColumnElement[bool]:
    below = op in (Op.LT, Op.LE)
    if value > _MAX or value < _MIN:
        return column.is_not(None) if below is (value > 0) else false()
    # For integers, `< 1.5` is `< 2` and `<= 1.5` is `<= 1`.
    bound = math.ceil(value) if op in (Op.LT, Op.GE) else math.floor(value)
    if bound > _MAX:
        return column.is_not(None) if below else false()
    return _compare(column, op, bound)


def metric_clause(
    value: ColumnElement[float],
    nan: ColumnElement[int],
    op: Op,
    expected: float | tuple[float, ...],
) -> ColumnElement[bool]:
    """A comparison with a metric; NaN, stored as 0, satisfies `!=`, NOT IN and nothing else."""
    if isinstance(expected, tuple):
        listed = or_(false(), *(value == number for number in expected if math.isfinite(number)))
        return and_(nan == 0, listed) if op is Op.IN else or_(nan == 1, not_(listed))
    if math.isinf(expected):
        # No stored value is infinite, and not every database takes infinities.
        above = expected > 0
        holds = op is Op.NE or (op in (Op.LT, Op.LE) if above else op in (Op.GT, Op.GE))
        if not holds:
            return false()
        return true() if op is Op.NE else nan == 0
    if op is Op.NE:
        return or_(nan == 1, value != expected)
    return and_(nan == 0, _compare(value, op, expected))


def _compare(column: ColumnElement[Any], op: Op, value: object) -> ColumnElement[bool]:
    comparisons: dict[Op, Callable[[], ColumnElement[bool]]] = {
        Op.EQ: lambda: column == value,
        Op.NE: lambda: column != value,
        Op.LT: lambda: column < value,
        Op.LE: lambda: column <= value,
        Op.GT: lambda: column > value,
        Op.GE: lambda: column >= value,
    }
    return comparisons[op]()


# --- Filters --------------------------------------------------------------------------------------


def run_clauses(filter: Filter, context: Context) -> list[ColumnElement[bool]]:
    """The conditions that a run must meet, those first that are cheap and exclude most."""
    return condition_clauses(All(filter), context)


def condition_clauses(condition: Condition, context: Context) -> list[ColumnElement[bool]]:
    """The conditions that a run must meet, those first that are cheap and exclude most."""
    terms = condition.terms if isinstance(condition, All) else (condition,)
    return [_holds(term, context) for term in sorted(terms, key=_weight)]


def _holds(condition: Condition, context: Context) -> ColumnElement[bool]:
    match condition:
        case All(terms):
            return and_(true(), *(_holds(term, context) for term in sorted(terms, key=_weight)))
        case Either(terms):
            return or_(false(), *(_holds(term, context) for term in sorted(terms, key=_weight)))
        case Not(term):
            return _fails(term, context)
        case Comparison():
            return _run_clause(condition, context)


def _fails(condition: Condition, context: Context) -> ColumnElement[bool]:
    """Whether a condition does not hold, where SQL's NOT would say that it doesn't know."""
    match condition:
        case All(terms):
            return or_(false(), *(_fails(term, context) for term in sorted(terms, key=_weight)))
        case Either(terms):
            return and_(true(), *(_fails(term, context) for term in sorted(terms, key=_weight)))
        case Not(term):
            return _holds(term, context)
        case Comparison(field=Field(kind=FieldKind.ATTRIBUTE, key="end_time")):
            return or_(runs.c.end_time.is_(None), not_(_run_clause(condition, context)))
        case Comparison():
            return not_(_run_clause(condition, context))


def _weight(condition: Condition) -> tuple[int, int]:
    match condition:
        case All(terms) | Either(terms):
            return max(map(_weight, terms), default=(0, 0))
        case Not(term):
            return _weight(term)
        case Comparison():
            return _cost(condition)


def begun(
    statement: Select[Any], condition: Condition, context: Context
) -> tuple[Select[Any], Condition, Context]:
    """A select from `runs` with what is to be translated of its condition, and how.

    Databases that do set work in one go begin with the runs of the first metric that the condition
    compares: that is a part of an index, and what the runs are ordered by is joined with it before
    the rows of the runs are read. It says the same as EXISTS, since a run has a key only once.
    """
    metrics = metric_terms(condition, context)
    if not metrics or not context.dialect.begins_with_metrics:
        return statement, condition, context
    table = latest_metrics.alias()
    first = metrics[0]
    statement = statement.join(
        table, and_(table.c.run == runs.c.id, metric_meets(table, first, context))
    )
    terms = condition.terms if isinstance(condition, All) else (condition,)
    rest = All(tuple(term for term in terms if term is not first))
    return statement, rest, replace(context, run=table.c.run)


def metric_terms(condition: Condition, context: Context) -> list[Comparison]:
    """The comparisons with metrics that every run of the condition has to meet."""
    terms = condition.terms if isinstance(condition, All) else (condition,)
    return [term for term in terms if isinstance(term, Comparison) and _is_metric(term, context)]


def metric_meets(table: FromClause, term: Comparison, context: Context) -> ColumnElement[bool]:
    """Whether a row of `latest_metrics` is what a comparison of `metric_terms` asks for."""
    return and_(
        table.c.key == context.keys[term.field.key],
        _metric_holds(table, term.field, term.op, term.value),
    )


def _is_metric(comparison: Comparison, context: Context) -> bool:
    field, op = comparison.field, comparison.op
    kept = op not in (Op.IS_NULL, Op.IS_NOT_NULL)
    return field.kind is FieldKind.METRIC and kept and field.key in context.keys


def experiment_clauses(filter: Filter, context: Context) -> list[ColumnElement[bool]]:
    """The conditions that an experiment must meet."""
    return [_experiment_clause(comparison, context) for comparison in sorted(filter, key=_cost)]


def _cost(comparison: Comparison) -> tuple[int, int]:
    kind, op = _filtered(comparison.field).kind, comparison.op
    kinds = {FieldKind.ATTRIBUTE: 0, FieldKind.DATASET: 2}
    if op in (Op.EQ, Op.IN):
        selectivity = 0
    else:
        selectivity = 2 if op in (Op.NE, Op.NOT_IN, Op.IS_NULL, Op.IS_NOT_NULL) else 1
    return kinds.get(kind, 1), selectivity


def _run_clause(comparison: Comparison, context: Context) -> ColumnElement[bool]:
    field, op, value = _filtered(comparison.field), comparison.op, comparison.value
    if field.kind is FieldKind.DATASET:
        return _dataset_clause(field.key, op, value, context.dialect)
    if field.kind in _KEYED:
        return _keyed_clause(field, op, value, context)
    if field.key == "status":
        holds = value_test(op, value)
        numbers = [status.value for status in RunStatus if holds(status.name)]
        return runs.c.status.in_(numbers) if numbers else false()
    if field.key in _RUN_TIMES:
        return integer_clause(context.dialect, _RUN_TIMES[field.key], op, value)
    return text_clause(context.dialect, _RUN_TEXTS[field.key], op, value)


def _keyed_clause(field: Field, op: Op, value: Value, context: Context) -> ColumnElement[bool]:
    key = context.keys.get(field.key)
    if key is None:
        return true() if op is Op.IS_NULL else false()
    table = _KEYED[field.kind]
    found = exists().where(table.c.run == runs.c.id, table.c.key == key)
    if field.summary is not Summary.LAST:
        found = found.where(metric_columns(table, field)[0].is_not(None))
    if op in (Op.IS_NULL, Op.IS_NOT_NULL):
        return not_(found) if op is Op.IS_NULL else found
    if field.kind is FieldKind.METRIC:
        return found.where(_metric_holds(table, field, op, value))
    return found.where(text_clause(context.dialect, table.c.value, op, value))


def metric_columns(
    table: FromClause, field: Field
) -> tuple[ColumnElement[float], ColumnElement[int] | None]:
    """The column with a metric's summary, and the one that is 1 where it is NaN.

    An extreme never is, but is null where there is none.
    """
    if field.summary is Summary.LAST:
        return table.c.value, table.c.nan
    return table.c.least if field.summary is Summary.MIN else table.c.greatest, None


def _metric_holds(table: FromClause, field: Field, op: Op, value: Value) -> ColumnElement[bool]:
    assert isinstance(value, int | float | tuple)
    numbers = tuple(map(float, value)) if isinstance(value, tuple) else float(value)
    column, nan = metric_columns(table, field)
    if nan is not None:
        return metric_clause(column, nan, op, numbers)
    none: ColumnElement[int] = literal_column("0", Integer)
    return and_(column.is_not(None), metric_clause(column, none, op, numbers))


def _dataset_clause(key: str, op: Op, value: Value, dialect: Dialect) -> ColumnElement[bool]:
    found = exists().where(dataset_inputs.c.run == runs.c.id)
    if key == "context":
        return found.where(
            dataset_input_tags.c.input == dataset_inputs.c.id,
            dataset_input_tags.c.key == CONTEXT_TAG,
            text_clause(dialect, dataset_input_tags.c.value, op, value),
        )
    return found.where(
        datasets.c.id == dataset_inputs.c.dataset,
        text_clause(dialect, datasets.c[key], op, value),
    )


def _experiment_clause(comparison: Comparison, context: Context) -> ColumnElement[bool]:
    field, op, value = comparison.field, comparison.op, comparison.value
    if field.kind is FieldKind.TAG:
        table = experiment_tags.c
        found = exists().where(
            table.experiment_id == experiments.c.id,
            context.dialect.exact(table.key) == field.key,
        )
        if op in (Op.IS_NULL, Op.IS_NOT_NULL):
            return not_(found) if op is Op.IS_NULL else found
        return found.where(text_clause(context.dialect, table.value, op, value))
    if field.key in _EXPERIMENT_INTEGERS:
        return integer_clause(context.dialect, _EXPERIMENT_INTEGERS[field.key], op, value)
    return text_clause(context.dialect, experiments.c.name, op, value)


# --- Orders ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OrderColumn:
    """One key of an order.

    `rank` is 0 for a value, 1 for NaN, 2 for a missing value, or None where there always is a
    value. `value` is None where it is missing in every row. `join` is an outer join that the
    expressions need: the table and its condition. `type` is of the values in page tokens.
    """

    value: ColumnElement[Any] | None
    type: type[int] | type[float] | type[str]
    ascending: bool = True
    rank: ColumnElement[int] | None = None
    join: tuple[FromClause, ColumnElement[bool]] | None = None


def run_order(order: Sequence[OrderBy], context: Context) -> list[OrderColumn]:
    """The complete order of a search of runs."""
    return [_run_column(key, context) for key in complete_order(order, RUNS)]


def experiment_order(order: Sequence[OrderBy]) -> list[OrderColumn]:
    """The complete order of a search of experiments."""
    return [
        OrderColumn(_EXPERIMENT_INTEGERS[key.field.key], int, key.ascending)
        if key.field.key in _EXPERIMENT_INTEGERS
        else OrderColumn(experiments.c.name, str, key.ascending)
        for key in complete_order(order, EXPERIMENTS)
    ]


def _run_column(key: OrderBy, context: Context) -> OrderColumn:
    field = key.field
    if field.kind in _KEYED:
        return _keyed_column(field, key.ascending, context)
    if field.key == "status":
        places = {status.value: place for place, status in enumerate(_STATUSES_BY_NAME)}
        return OrderColumn(case(places, value=runs.c.status), int, key.ascending)
    if field.key == "end_time":
        column = runs.c.end_time
        rank = case((column.is_(None), _MISSING), else_=_VALUE)
        return OrderColumn(column, int, key.ascending, rank)
    if field.key in _RUN_TIMES:
        return OrderColumn(_RUN_TIMES[field.key], int, key.ascending)
    return OrderColumn(context.dialect.exact(_RUN_TEXTS[field.key]), str, key.ascending)


def _keyed_column(field: Field, ascending: bool, context: Context) -> OrderColumn:
    of_type = float if field.kind is FieldKind.METRIC else str
    number = context.keys.get(field.key)
    if number is None:
        return OrderColumn(None, of_type, ascending)
    table = _KEYED[field.kind].alias()
    join = (table, and_(table.c.run == context.run, table.c.key == number))
    if field.kind is FieldKind.METRIC:
        value, nan = metric_columns(table, field)
        if nan is None:
            rank = case((value.is_(None), _MISSING), else_=_VALUE)
            return OrderColumn(value, of_type, ascending, rank, join)
        # `nan` is 0 or 1, which is what the rank is to be.
        return OrderColumn(value, of_type, ascending, func.coalesce(nan, _MISSING), join)
    missing = case((table.c.run.is_(None), _MISSING), else_=_VALUE)
    return OrderColumn(context.dialect.exact(table.c.value), of_type, ascending, missing, join)


def ordered(statement: Select[Any], order: Sequence[OrderColumn]) -> Select[Any]:
    """The statement in that order, with the columns that `last_values` reads."""
    for place, column in enumerate(order):
        if column.value is None:
            continue
        if column.join is not None:
            table, condition = column.join
            statement = statement.outerjoin(table, condition)
        if column.rank is not None:
            statement = statement.add_columns(column.rank.label(f"order_rank_{place}"))
            statement = statement.order_by(column.rank)
        value = column.value
        statement = statement.add_columns(value.label(f"order_value_{place}"))
        statement = statement.order_by(value if column.ascending else value.desc())
    return statement


def sorted_by(statement: Select[Any], order: Sequence[OrderColumn]) -> Select[Any]:
    """The statement in that order, with no more columns than it has."""
    for column in order:
        if column.value is None:
            continue
        if column.join is not None:
            statement = statement.outerjoin(*column.join)
        if column.rank is not None:
            statement = statement.order_by(column.rank)
        statement = statement.order_by(column.value if column.ascending else column.value.desc())
    return statement


# --- Pages ----------------------------------------------------------------------------------------


def last_values(order: Sequence[OrderColumn], row: Row[Any]) -> list[Any]:
    """Where a row of an ordered statement stands, for the token of the page after it."""
    values: list[Any] = []
    for place, column in enumerate(order):
        if column.value is None:
            values.append([_MISSING, None])
            continue
        value = row._mapping[f"order_value_{place}"]
        rank = _VALUE if column.rank is None else row._mapping[f"order_rank_{place}"]
        values.append([rank, value if rank == _VALUE else None])
    return values


def keyset_after(order: Sequence[OrderColumn], values: Collection[Any]) -> ColumnElement[bool]:
    """Whether a row comes after the one with these `last_values`. Raises InvalidParameter."""
    if len(values) != len(order):
        raise invalid_page_token()
    places = [_place(column, value) for column, value in zip(order, values, strict=True)]
    after: ColumnElement[bool] = reduce(
        lambda later, place: or_(place[0], and_(place[1], later)), reversed(places), false()
    )
    first = order[0]
    if first.value is not None and first.rank is None:
        # Says nothing new, but is a range that an index can start from.
        return and_(_from(first, places[0][2]), after)
    return after


def from_place(column: OrderColumn, given: Any) -> ColumnElement[bool]:
    """Whether a value is at, or comes after, the place of a column without ranks.

    `given` is of `last_values`. Raises InvalidParameter.
    """
    _, _, value = _place(column, given)
    return _from(column, value)


def _from(column: OrderColumn, value: Any) -> ColumnElement[bool]:
    assert column.value is not None
    return _compare(column.value, Op.GE if column.ascending else Op.LE, value)


def _place(column: OrderColumn, given: Any) -> tuple[ColumnElement[bool], ColumnElement[bool], Any]:
    """Whether a row comes after the place of one column, whether it is at it, and the value."""
    rank, value = _checked(column, given)
    if column.value is None:
        return false(), true(), None
    if rank != _VALUE:
        if column.rank is None:
            raise invalid_page_token()
        return column.rank > rank, column.rank == rank, None
    beyond = column.value > value if column.ascending else column.value < value
    at = column.value == value
    if column.rank is None:
        return beyond, at, value
    return or_(column.rank > rank, beyond), and_(column.rank == rank, at), value


def _checked(column: OrderColumn, given: Any) -> tuple[int, Any]:
    """The rank and the value of a place in a token, which anyone may have written."""
    if not isinstance(given, list) or len(given) != 2 or given[0] not in (_VALUE, _NAN, _MISSING):
        raise invalid_page_token()
    rank, value = given
    if rank != _VALUE:
        return int(rank), None
    if column.type is float and isinstance(value, int | float) and math.isfinite(value):
        return _VALUE, float(value)
    if column.type is str and isinstance(value, str):
        return _VALUE, value
    if column.type is int and isinstance(value, int) and _MIN <= value <= _MAX:
        return _VALUE, int(value)
    raise invalid_page_token()
