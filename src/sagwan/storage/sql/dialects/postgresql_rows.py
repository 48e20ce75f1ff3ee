"""Rows for PostgreSQL: a parameter a column, an array written as the database's literal.

Drivers make arrays element by element in Python; joining texts takes a fraction of that.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Double,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    bindparam,
    cast,
    func,
    select,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

from sagwan.storage.sql.dialects.base import conflict_update
from sagwan.storage.sql.tables import Extreme

Pack = Callable[[Sequence[Any]], object]

# What the database reads as `\x`, the sign of bytes in hexadecimal.
_HEX = r"\\x"


def insert_rows(
    table: Table, names: Sequence[str], prefix: str = "", where: ColumnElement[bool] | None = None
) -> postgresql.Insert:
    """An insert of rows from arrays, one a column: parameters named `prefix` and the column."""
    arrays = [cast(bindparam(prefix + name), ARRAY(element(table.c[name].type))) for name in names]
    rows = func.unnest(*arrays).table_valued(*names).render_derived()
    chosen = select(*(rows.c[name] for name in names))
    if where is not None:
        chosen = chosen.where(where)
    return postgresql.insert(table).from_select(list(names), chosen)


def or_update(
    statement: postgresql.Insert,
    table: Table,
    update: Sequence[str],
    newer: Sequence[str] = (),
    extremes: Sequence[Extreme] = (),
) -> postgresql.Insert:
    """The insert as an upsert; see `Dialect.upsert`."""
    changes, where = conflict_update(statement.excluded, table, update, newer, extremes)
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns), set_=changes, where=where
    )


def packers(table: Table, names: Sequence[str]) -> list[Pack]:
    """What makes the parameter of each of these columns."""
    return [_packer(table.c[name]) for name in names]


def pack_rows(packs: Sequence[Pack], rows: Iterable[tuple[Any, ...]]) -> tuple[object, ...]:
    """The parameters of these rows; none where there are no rows."""
    columns = tuple(zip(*rows, strict=True))
    return (
        tuple(pack(column) for pack, column in zip(packs, columns, strict=True)) if columns else ()
    )


def pack_integers(values: Sequence[int]) -> str:
    """A parameter of integers."""
    return f"{{{','.join(map(str, values))}}}"


def _pack_reals(values: Sequence[float]) -> str:
    # The shortest text that is the same number again, on both sides.
    return f"{{{','.join(map(repr, values))}}}"


def _pack_bytes(values: Sequence[bytes]) -> str:
    return f"{{{','.join([_HEX + value.hex() for value in values])}}}"


def _pack_some(values: Sequence[float | None]) -> str:
    return f"{{{','.join(['NULL' if value is None else repr(value) for value in values])}}}"


def _packer(column: Column[Any]) -> Pack:
    if column.nullable:
        return _pack_some if isinstance(column.type, Double | Integer) else list
    if isinstance(column.type, Integer):
        return pack_integers
    if isinstance(column.type, Double):
        return _pack_reals
    return _pack_bytes if isinstance(column.type, LargeBinary) else list


def element(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """The type of an array's elements for a column, without its length and collation."""
    if isinstance(kind, String):
        return Text()
    return LargeBinary() if isinstance(kind, LargeBinary) else kind
