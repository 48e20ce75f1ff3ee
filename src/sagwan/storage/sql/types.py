"""Column types that mean the same in every database."""

from typing import Any

from sqlalchemy import BigInteger, Dialect, LargeBinary, String, Text
from sqlalchemy.dialects import mssql, mysql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import GenericTypeCompiler
from sqlalchemy.types import TypeEngine

# SQLite gives row ids only to columns declared INTEGER.
BigId = BigInteger().with_variant(sqlite.INTEGER(), "sqlite")

# MySQL's BLOB ends at 64 kB.
Bytes = LargeBinary().with_variant(mysql.LONGBLOB(), "mysql", "mariadb")


class _MySQLText(mysql.VARCHAR):
    """Text of MySQL or MariaDB that compares by code points, spaces at the end included."""


@compiles(_MySQLText, "mysql", "mariadb")
def _mysql_text(type_: _MySQLText, compiler: GenericTypeCompiler, **_: Any) -> str:
    name = "LONGTEXT" if type_.length is None else f"VARCHAR({type_.length})"
    # Both named, since the server's own may be latin1.
    return f"{name} CHARACTER SET utf8mb4 COLLATE {mysql_collation(compiler.dialect)}"


def mysql_collation(dialect: Dialect) -> str:
    """What compares by code points, spaces at the end included; the two have none in common."""
    return "utf8mb4_nopad_bin" if getattr(dialect, "is_mariadb", False) else "utf8mb4_0900_bin"


def exact_text(length: int | None = None) -> TypeEngine[str]:
    """Text of at most `length` characters, equal only to itself and ordered by code points.

    The collation of a database may ignore case, accents or spaces; the protocol minds them all.
    """
    kind = Text if length is None else String
    return (
        kind(length)
        .with_variant(kind(length, collation="C"), "postgresql")
        .with_variant(_MySQLText(length), "mysql", "mariadb")
        .with_variant(mssql.NVARCHAR(length, collation="Latin1_General_100_BIN2"), "mssql")
    )
