"""Text on SQL Server: equal only to itself, and in one order.

SQL Server compares texts as if the shorter one ended in spaces, in every collation: `a` equals
`a` with a space, also in unique keys. So a comparison of our text columns looks at their lengths,
too; an order has the length as its last word; and a unique key holds the length of each text as a
computed column. This is done where statements are compiled: no caller can forget it.

Also here, since it is the compiler's, too: locks of rows, which are hints of the table, and orders
that name a column twice, which SQL Server refuses.
"""

import operator
from typing import Any

from sqlalchemy import BinaryExpression, ColumnElement, LargeBinary, Select, UnaryExpression, func
from sqlalchemy.dialects import mssql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import (
    Column,
    CreateColumn,
    PrimaryKeyConstraint,
    UniqueConstraint,
)
from sqlalchemy.sql.operators import asc_op, desc_op

from sagwan.errors import InvalidParameter
from sagwan.storage.sql.dialects.letters import same_letters
from sagwan.storage.sql.types import exact_text

EXACT = exact_text()
_dialect = mssql.dialect()  # type: ignore[no-untyped-call]
COLLATION = str(getattr(EXACT.dialect_impl(_dialect), "collation"))  # noqa: B009

# In bytes, of UTF-16.
_LONGEST_PATTERN = 8000

# What SELECT … FOR UPDATE and FOR SHARE are. READPAST needs locks rather than row versions.
_UPDATE = "WITH (UPDLOCK, ROWLOCK)"
_SKIP_LOCKED = "WITH (UPDLOCK, ROWLOCK, READPAST, READCOMMITTEDLOCK)"
_SHARE = "WITH (REPEATABLEREAD, ROWLOCK)"

_SIGNS: dict[Any, str] = {
    operator.eq: "=",
    operator.ne: "<>",
    operator.lt: "<",
    operator.le: "<=",
    operator.gt: ">",
    operator.ge: ">=",
}


def is_exact(element: Any) -> bool:
    """Whether an expression is a text of ours, or compares as one."""
    kind = getattr(element, "type", None)
    if kind is None or not hasattr(kind, "collation"):
        return False
    return getattr(kind.dialect_impl(_dialect), "collation", None) == COLLATION


def exactly(sign: str, left: str, right: str) -> str:
    """A comparison of two texts, written in SQL, that minds spaces at their ends."""
    lengths = f"DATALENGTH({left}) {{}} DATALENGTH({right})"
    if sign == "=":
        return f"({left} = {right} AND {lengths.format('=')})"
    if sign == "<>":
        return f"({left} <> {right} OR {lengths.format('<>')})"
    strict = sign.rstrip("=")
    return f"({left} {strict} {right} OR ({left} = {right} AND {lengths.format(sign)}))"


@compiles(BinaryExpression, "mssql")
def _compare(element: BinaryExpression[Any], compiler: Any, **options: Any) -> str:
    sign = _SIGNS.get(element.operator)
    if sign is None or not (is_exact(element.left) or is_exact(element.right)):
        text: str = compiler.visit_binary(element, **options)
        return text
    for name in ("override_operator", "eager_grouping", "from_linter", "lateral_from_linter"):
        options.pop(name, None)
    left = compiler.process(element.left, **options)
    right = compiler.process(element.right, **options)
    return exactly(sign, left, right)


@compiles(Select, "mssql")
def _select(element: Any, compiler: Any, **options: Any) -> str:
    statement = element
    if element._order_by_clauses:
        statement = statement.order_by(None).order_by(*_order(element))
    locks = element._for_update_arg
    if locks is not None:
        hint = _SHARE if locks.read else _SKIP_LOCKED if locks.skip_locked else _UPDATE
        for table in element.get_final_froms():
            statement = statement.with_hint(table, hint, "mssql")
    text: str = compiler.visit_select(statement, **options)
    return text


def _order(element: Any) -> list[Any]:
    """The order of a statement, complete for texts, with nothing in it twice."""
    order: list[Any] = []
    seen: list[Any] = []
    for clause in element._order_by_clauses:
        directed = isinstance(clause, UnaryExpression) and clause.modifier in (asc_op, desc_op)
        key: Any = clause.element if directed else clause
        if any(key.compare(other) for other in seen):
            continue
        seen.append(key)
        order.append(clause)
        # What a SELECT DISTINCT is ordered by, it must select.
        if is_exact(key) and not element._distinct:
            length = func.datalength(key)
            descending = directed and clause.modifier is desc_op
            order.append(length.desc() if descending else length)
    return order


# --- Keys -----------------------------------------------------------------------------------------


def _in_a_key(column: Column[Any]) -> bool:
    return is_exact(column) and any(
        isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint)
        and constraint.contains_column(column)
        for constraint in column.table.constraints
    )


def _length_name(column: Column[Any]) -> str:
    return f"{column.name}_bytes"


@compiles(CreateColumn, "mssql")
def _create_column(element: CreateColumn, compiler: Any, **options: Any) -> str:
    text: str = compiler.visit_create_column(element, **options)
    column = element.element
    if not _in_a_key(column):
        return text
    quote = compiler.preparer.quote
    name, length = quote(column.name), quote(_length_name(column))
    return f"{text}, \n\t{length} AS DATALENGTH({name}) PERSISTED NOT NULL"


@compiles(PrimaryKeyConstraint, "mssql")
def _primary_key(element: PrimaryKeyConstraint, compiler: Any, **options: Any) -> str:
    return _with_lengths(
        compiler.visit_primary_key_constraint(element, **options), element, compiler
    )


@compiles(UniqueConstraint, "mssql")
def _unique(element: UniqueConstraint, compiler: Any, **options: Any) -> str:
    return _with_lengths(compiler.visit_unique_constraint(element, **options), element, compiler)


def _with_lengths(
    text: str, constraint: PrimaryKeyConstraint | UniqueConstraint, compiler: Any
) -> str:
    quote = compiler.preparer.quote
    plain = ", ".join(quote(column.name) for column in constraint.columns)
    names = []
    for column in constraint.columns:
        names.append(quote(column.name))
        if is_exact(column):
            names.append(quote(_length_name(column)))
    return text.replace(f"({plain})", f"({', '.join(names)})")


@compiles(LargeBinary, "mssql")
def _binary(_: LargeBinary, __: Any, **___: Any) -> str:
    # Also where only the SQL is asked for: without a connection SQLAlchemy would say IMAGE.
    return "VARBINARY(max)"


# --- LIKE -----------------------------------------------------------------------------------------


def like(column: ColumnElement[str], pattern: str, ignore_case: bool) -> ColumnElement[bool]:
    """Whether the column's text, which compares exactly, matches the pattern.

    Raises InvalidParameter for a pattern that SQL Server would refuse.
    """
    translated = "".join(_classes(char) if ignore_case else _literal(char) for char in pattern)
    if len(translated.encode("utf-16-le", "surrogatepass")) > _LONGEST_PATTERN:
        raise InvalidParameter("The pattern is too long for SQL Server.")
    return column.like(translated)


def _literal(char: str) -> str:
    return "[[]" if char == "[" else char


def _classes(char: str) -> str:
    """A character of a pattern as the class of those that ILIKE takes for the same."""
    forms = same_letters(char)
    # A class holds UTF-16 units, so a letter of two of them has its case minded.
    if len(forms) == 1 or any(ord(form) > 0xFFFF for form in forms):
        return _literal(char)
    return f"[{forms}]"
