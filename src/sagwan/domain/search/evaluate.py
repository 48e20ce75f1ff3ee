"""What a filter and an order mean, in plain Python.

This is the definition that databases must agree with: stores that hold their data in memory use it
directly, and property tests compare SQL with it.

* A comparison with something that is missing is false, also `!=` and `NOT IN`; IS NULL is true.
* NaN satisfies `!=` and `NOT IN`, and nothing else.
* `NOT (...)` holds where what is in its brackets does not, also since something is missing.
* Texts compare by code points. LIKE and ILIKE are defined in `like`.
* A comparison with a dataset's field holds where it holds for any dataset of the run; two such
  comparisons may be satisfied by two datasets.
* In an order, numbers and texts come first, NaN follows, what is missing comes last: the latter two
  in either direction.
"""

import math
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

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
)
from sagwan.domain.search.fields import Grammar, complete_order
from sagwan.domain.search.like import like_matcher

__all__ = [
    "DatasetSubject",
    "SortKey",
    "Subject",
    "condition_test",
    "matcher",
    "matches",
    "sort_key",
    "sorted_subjects",
    "value_test",
]


@dataclass(frozen=True, slots=True)
class DatasetSubject:
    """A dataset that a run used, in the eyes of a filter."""

    name: str
    digest: str
    context: str | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing in the eyes of a search. `attributes` has the canonical names of its grammar.

    Of a run, metrics are the latest values, `least` and `greatest` the extremes of all points but
    NaN; where a metric has no other, they are missing. A logged model's metric may have several
    values: a comparison holds where it holds for any, and an order looks at the first. So may an
    attribute, as a tuple.
    """

    attributes: Mapping[str, object] = field(default_factory=dict)
    metrics: Mapping[str, float | Sequence[float]] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    datasets: Sequence[DatasetSubject] = ()
    least: Mapping[str, float] = field(default_factory=dict)
    greatest: Mapping[str, float] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)

    def values(self, of: Field) -> Sequence[Any]:
        """The values of a field; none where it is missing."""
        if of.kind is FieldKind.DATASET:
            found = (getattr(dataset, of.key) for dataset in self.datasets)
            return [value for value in found if value is not None]
        holder: Mapping[str, Any] = {
            FieldKind.ATTRIBUTE: self.attributes,
            FieldKind.METRIC: self.metrics,
            FieldKind.PARAM: self.params,
            FieldKind.TAG: self.tags,
            FieldKind.METADATA: self.metadata,
        }[of.kind]
        if of.summary is not Summary.LAST:
            holder = self.least if of.summary is Summary.MIN else self.greatest
        value = holder.get(of.key)
        if value is None:
            return ()
        if of.kind is FieldKind.METRIC and not isinstance(value, int | float):
            return [*value]
        return value if isinstance(value, tuple) else (value,)


def matches(filter: Filter, subject: Subject) -> bool:
    """Whether the subject satisfies every comparison of the filter."""
    return matcher(filter)(subject)


def matcher(filter: Filter) -> Callable[[Subject], bool]:
    """The filter as a test, made once for many subjects."""
    return condition_test(All(filter))


def condition_test(condition: Condition) -> Callable[[Subject], bool]:
    """The condition as a test, made once for many subjects."""
    match condition:
        case All(terms):
            every = [condition_test(term) for term in terms]
            return lambda subject: all(test(subject) for test in every)
        case Either(terms):
            some = [condition_test(term) for term in terms]
            return lambda subject: any(test(subject) for test in some)
        case Not(term):
            negated = condition_test(term)
            return lambda subject: not negated(subject)
        case Comparison():
            return _subject_test(condition)


def _subject_test(comparison: Comparison) -> Callable[[Subject], bool]:
    of = comparison.field
    if comparison.op is Op.IS_NULL:
        return lambda subject: not subject.values(of)
    if comparison.op is Op.IS_NOT_NULL:
        return lambda subject: bool(subject.values(of))
    test = value_test(comparison.op, comparison.value)
    return lambda subject: any(test(value) for value in subject.values(of))


_OPERATORS: dict[Op, Callable[[Any, Any], bool]] = {
    Op.EQ: operator.eq,
    Op.NE: operator.ne,
    Op.LT: operator.lt,
    Op.LE: operator.le,
    Op.GT: operator.gt,
    Op.GE: operator.ge,
}


def value_test(op: Op, expected: Any) -> Callable[[Any], bool]:
    """A comparator and its right side as a test for the left (not for IS NULL)."""
    if op in (Op.LIKE, Op.ILIKE):
        return like_matcher(expected, ignore_case=op is Op.ILIKE)
    if op in (Op.IN, Op.NOT_IN):
        members = frozenset(expected)
        return members.__contains__ if op is Op.IN else lambda value: value not in members
    compare = _OPERATORS[op]
    return lambda value: compare(value, expected)


@dataclass(frozen=True, slots=True, order=True)
class _Ascending:
    rank: int
    value: Any


@dataclass(frozen=True, slots=True)
class _Descending:
    rank: int
    value: Any

    def __lt__(self, other: "_Descending") -> bool:
        if self.rank != other.rank:
            return self.rank < other.rank
        return bool(other.value < self.value)


SortKey = tuple[_Ascending | _Descending, ...]


def sort_key(order: Sequence[OrderBy], subject: Subject) -> SortKey:
    """The subject's place in an order, comparable with other subjects' in the same order."""
    return tuple(_place(key, subject) for key in order)


def _place(key: OrderBy, subject: Subject) -> _Ascending | _Descending:
    values = subject.values(key.field)
    make = _Ascending if key.ascending else _Descending
    if not values:
        return make(2, 0)
    value = values[0]
    if isinstance(value, float) and math.isnan(value):
        return make(1, 0)
    return make(0, value)


def sorted_subjects(
    order: Sequence[OrderBy], subjects: Iterable[Subject], grammar: Grammar
) -> list[Subject]:
    """The subjects in the order that was asked for, completed as the grammar says."""
    complete = complete_order(order, grammar)
    return sorted(subjects, key=lambda subject: sort_key(complete, subject))
