"""LIKE and ILIKE on SQLite, as `sagwan.domain.search.like` defines them.

SQLite's LIKE ignores the case of ASCII letters and of no others, its GLOB minds the case of all:
between them they do all but patterns with other letters that are to match in either case. For
those, connections get a function of ours.
"""

import sqlite3
from functools import lru_cache

from sqlalchemy import ColumnElement, func

from sagwan.domain.search.like import like_matcher

_FUNCTION = "sagwan_like"

# SQLite refuses longer patterns.
_LONGEST_PATTERN = 50_000

_GLOB = str.maketrans({"%": "*", "_": "?", "*": "[*]", "?": "[?]", "[": "[[]"})


def add_functions(connection: sqlite3.Connection) -> None:
    """Give a new connection what `like` needs."""
    connection.create_function(_FUNCTION, 3, _matches, deterministic=True)


def like(column: ColumnElement[str], pattern: str, ignore_case: bool) -> ColumnElement[bool]:
    """Whether the column's text matches the pattern."""
    glob = pattern.translate(_GLOB)
    if len(glob.encode()) > _LONGEST_PATTERN or (ignore_case and not pattern.isascii()):
        return func.sagwan_like(column, pattern, int(ignore_case)) == 1
    if ignore_case:
        return column.like(pattern)
    return column.op("GLOB", is_comparison=True)(glob)


_matcher = lru_cache(maxsize=64)(like_matcher)


def _matches(text: object, pattern: str, ignore_case: int) -> int:
    return int(isinstance(text, str) and _matcher(pattern, bool(ignore_case))(text))
