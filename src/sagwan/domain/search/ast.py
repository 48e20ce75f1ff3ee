"""What a search asks for, as data.

MLflow's filters are conjunctions of comparisons (`Filter`); the workspace's are trees whose leaves
are comparisons (`Condition`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

__all__ = [
    "EVERYTHING",
    "All",
    "Comparison",
    "Condition",
    "Either",
    "Field",
    "FieldKind",
    "Filter",
    "Not",
    "Op",
    "OrderBy",
    "Summary",
    "Value",
    "comparisons",
]


class FieldKind(Enum):
    """What a field belongs to; the value is the word for it in messages."""

    ATTRIBUTE = "attribute"
    METRIC = "metric"
    PARAM = "parameter"
    TAG = "tag"
    DATASET = "dataset"
    METADATA = "metadata"


class Summary(Enum):
    """Which of a metric's points a field means; the value is how it is written.

    The last point is the latest one; the least and the greatest are the extremes of all that are
    not NaN.
    """

    LAST = "last"
    MIN = "min"
    MAX = "max"


class Op(Enum):
    """A comparator; the value is how it is written."""

    EQ = "="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    LIKE = "LIKE"
    ILIKE = "ILIKE"
    IN = "IN"
    NOT_IN = "NOT IN"
    IS_NULL = "IS NULL"
    IS_NOT_NULL = "IS NOT NULL"


Value = float | int | str | tuple[str, ...] | tuple[int, ...] | tuple[float, ...] | None


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the thing that is searched.

    The key of an attribute or a dataset is its canonical name (aliases are resolved by the
    parser); the key of a metric, param or tag is the one it was logged under. Only a metric's
    `summary` is ever another than the last.
    """

    kind: FieldKind
    key: str
    summary: Summary = Summary.LAST


@dataclass(frozen=True, slots=True)
class Comparison:
    """`field op value`.

    The value is a float (or a tuple of them) for metrics, an int or float for numeric attributes,
    an int (or a tuple of them) for ids that are integers, text otherwise, a tuple with IN and
    NOT IN, and None with IS NULL and IS NOT NULL.
    """

    field: Field
    op: Op
    value: Value = None


Filter = tuple[Comparison, ...]
"""All of these must hold; the empty filter holds for everything."""


@dataclass(frozen=True, slots=True)
class All:
    """Every one of the terms holds; without terms it always does."""

    terms: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of the terms holds; without terms none does."""

    terms: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """The term does not hold: also where what it compares is missing."""

    term: "Condition"


Condition = Comparison | All | Either | Not

EVERYTHING = All(())
"""What holds for everything."""


def comparisons(condition: Condition) -> Iterator[Comparison]:
    """The leaves of a condition, from left to right."""
    match condition:
        case All(terms) | Either(terms):
            for term in terms:
                yield from comparisons(term)
        case Not(term):
            yield from comparisons(term)
        case _:
            yield condition


@dataclass(frozen=True, slots=True)
class OrderBy:
    """One key of an order. NaN comes after all numbers and a missing value last, either way."""

    field: Field
    ascending: bool = True
