"""What the SQL written for SQL Server means, where another database can tell."""

import re
import sqlite3
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import case, func, literal, not_, select
from sqlalchemy.dialects.mssql import pyodbc
from sqlalchemy.schema import CreateTable

from sagwan.domain.search.ast import Op
from sagwan.domain.search.like import like_matcher
from sagwan.errors import InvalidParameter
from sagwan.storage.sql import tables
from sagwan.storage.sql.dialects import mssql_text
from sagwan.storage.sql.dialects.mssql import MSSQL, _newer
from sagwan.storage.sql.dialects.mssql_text import exactly
from sagwan.storage.sql.search import text_clause
from sagwan.storage.sql.tables import experiments, logged_models, runs

SIGNS = {
    "=": lambda left, right: left == right,
    "<>": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def compiled(statement: Any) -> str:
    dialect = pyodbc.dialect(paramstyle="qmark")  # type: ignore[no-untyped-call]
    return re.sub(r"\s+", " ", str(statement.compile(dialect=dialect))).strip()


def padding_database() -> sqlite3.Connection:
    """SQLite with a collation that compares as SQL Server does."""

    def compare(left: str, right: str) -> int:
        length = max(len(left), len(right))
        left, right = left.ljust(length), right.ljust(length)
        return (left > right) - (left < right)

    database = sqlite3.connect(":memory:")
    database.create_collation("padding", compare)
    database.create_function("datalength", 1, lambda text: None if text is None else len(text))
    return database


TEXTS = st.text(" ab~", max_size=4)


@given(TEXTS, TEXTS)
def test_comparisons_mind_spaces_at_the_end(left: str, right: str) -> None:
    database = padding_database()
    for sign, holds in SIGNS.items():
        text = exactly(sign, "?1 COLLATE padding", "?2 COLLATE padding")
        assert database.execute(f"SELECT {text}", (left, right)).fetchone() == (holds(left, right),)
    database.close()


@pytest.mark.parametrize("sign", SIGNS)
def test_a_comparison_with_null_is_null(sign: str) -> None:
    database = padding_database()
    text = exactly(sign, "?1", "?2")
    assert database.execute(f"SELECT {text}", (None, "a")).fetchone() == (None,)
    database.close()


@given(st.lists(TEXTS, max_size=8), st.booleans())
def test_an_order_and_its_pages_agree(texts: list[str], descending: bool) -> None:
    """By text, then by length, is the order of `<` and `>`."""
    database = padding_database()
    database.execute("CREATE TABLE t (a TEXT COLLATE padding)")
    database.executemany("INSERT INTO t VALUES (?)", [(text,) for text in texts])
    down = "DESC" if descending else ""
    rows = database.execute(f"SELECT a FROM t ORDER BY a {down}, DATALENGTH(a) {down}").fetchall()
    assert [row[0] for row in rows] == sorted(texts, reverse=descending)
    database.close()


def test_comparisons_of_our_texts_are_exact() -> None:
    assert compiled(experiments.c.name == "a") == (
        "(experiments.name = ? AND DATALENGTH(experiments.name) = DATALENGTH(?))"
    )
    assert compiled(literal("a") == experiments.c.name).count("DATALENGTH") == 2
    assert compiled(runs.c.name != "a") == (
        "(runs.name <> ? OR DATALENGTH(runs.name) <> DATALENGTH(?))"
    )
    assert compiled(not_(runs.c.name == "a")) == compiled(runs.c.name != "a")
    # Parameters are repeated where they are named twice.
    dialect = pyodbc.dialect(paramstyle="qmark")  # type: ignore[no-untyped-call]
    clause: Any = (runs.c.name == "a").compile(dialect=dialect)
    assert clause.positiontup == ["name_1", "name_1"]


def test_comparisons_of_others_are_left_alone() -> None:
    assert compiled(runs.c.id == 1) == "runs.id = ?"
    # Such as names of tables in the system's views, whose texts may be of one byte a character.
    assert compiled(func.lower("a") == "b") == "lower(?) = ?"


def test_a_text_made_on_the_way_is_unicode_before_its_length_counts() -> None:
    stage = case((logged_models.c.stage == 0, "active"), else_="deleted")
    text = compiled(text_clause(MSSQL(), stage, Op.EQ, "active"))
    made = (
        "(CAST(CASE WHEN (logged_models.stage = ?) THEN ? ELSE ? END AS NVARCHAR(max))"
        " COLLATE Latin1_General_100_BIN2)"
    )
    assert text == f"({made} = ? AND DATALENGTH({made}) = DATALENGTH(?))"


def test_orders_are_complete_and_name_nothing_twice() -> None:
    name, number = experiments.c.name, experiments.c.id
    statement = select(number).order_by(name.desc(), number, number.desc(), name)
    assert compiled(statement).endswith(
        "ORDER BY experiments.name DESC, datalength(experiments.name) DESC, experiments.id"
    )
    # A SELECT DISTINCT may be ordered only by what it selects.
    assert compiled(select(name).distinct().order_by(name)).endswith("ORDER BY experiments.name")


def test_locks_are_hints() -> None:
    statement = select(runs.c.id)
    assert "FROM runs WITH (UPDLOCK, ROWLOCK)" in compiled(statement.with_for_update())
    skipping = compiled(statement.with_for_update(skip_locked=True))
    assert "FROM runs WITH (UPDLOCK, ROWLOCK, READPAST, READCOMMITTEDLOCK)" in skipping
    sharing = compiled(statement.with_for_update(read=True))
    assert "FROM runs WITH (REPEATABLEREAD, ROWLOCK)" in sharing


@pytest.mark.parametrize("table", tables.metadata.sorted_tables, ids=str)
def test_a_key_holds_the_lengths_of_its_texts(table: Any) -> None:
    text = compiled(CreateTable(table))
    for constraint in re.findall(r"(?:PRIMARY KEY|UNIQUE) \(([^)]*)\)", text):
        columns = [each.strip("[] ") for each in constraint.split(",")]
        for name in columns:
            if name in table.c and mssql_text.is_exact(table.c[name]):
                assert columns[columns.index(name) + 1] == f"{name}_bytes"
                assert f"{name}_bytes AS DATALENGTH(" in text
    assert not re.search(r"\b(value|source|profile)_bytes", text)


@given(st.tuples(*[st.integers(0, 2)] * 3), st.tuples(*[st.integers(0, 2)] * 3))
def test_a_comparison_of_rows_is_written_out(old: Any, new: Any) -> None:
    names = ("a", "b", "c")
    rows = [
        "SELECT " + ", ".join(f"{value} AS {name}" for name, value in zip(names, row, strict=True))
        for row in (old, new)
    ]
    statement = f"SELECT {_newer(names)} FROM ({rows[0]}) AS [old], ({rows[1]}) AS [new]"
    database = sqlite3.connect(":memory:")
    assert database.execute(statement).fetchone() == (new > old,)
    database.close()


# --- LIKE -----------------------------------------------------------------------------------------


def t_sql_pattern(pattern: str) -> re.Pattern[str]:
    """A pattern of LIKE as SQL Server documents it, with no ESCAPE, for texts within the BMP."""
    parts = []
    position = 0
    while position < len(pattern):
        char = pattern[position]
        if char == "[":
            end = pattern.index("]", position)
            members = pattern[position + 1 : end]
            assert members
            assert not members.startswith("^")
            assert "-" not in members
            parts.append(f"[{re.escape(members)}]")
            position = end
        else:
            parts.append({"%": ".*", "_": "."}.get(char, re.escape(char)))
        position += 1
    return re.compile("".join(parts), re.DOTALL)


def translated(pattern: str, ignore_case: bool) -> str:
    clause: Any = mssql_text.like(runs.c.name, pattern, ignore_case)
    found: str = clause.right.value
    return found


LETTERS = st.text("aAßẞſsS[]^-%_\\ éÉσςΣıİK\n", max_size=6)


@given(LETTERS, LETTERS, st.booleans())
def test_like_matches_what_the_rule_says(pattern: str, text: str, ignore_case: bool) -> None:
    found = t_sql_pattern(translated(pattern, ignore_case)).fullmatch(text)
    assert (found is not None) == like_matcher(pattern, ignore_case)(text)


def test_like_keeps_letters_of_two_units_out_of_classes() -> None:
    assert translated("a𐐀[", ignore_case=True) == "[aA]𐐀[[]"


def test_like_refuses_a_pattern_that_sql_server_would() -> None:
    assert translated("a" * 4000, ignore_case=False) == "a" * 4000
    with pytest.raises(InvalidParameter, match="too long for SQL Server"):
        translated("a" * 4001, ignore_case=False)
    with pytest.raises(InvalidParameter, match="too long for SQL Server"):
        translated("a" * 1001, ignore_case=True)
