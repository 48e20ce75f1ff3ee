"""Column types that mean the same in every database."""

from typing import Any

from sqlalchemy import BigInteger, LargeBinary, String, Text
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
    # The two have no collation in common that does so.
    dialect: Any = compiler.dialect
    collation = "utf8mb4_nopad_bin" if dialect.is_mariadb else "utf8mb4_0900_bin"
    name = "LONGTEXT" if type_.length is None else f"VARCHAR({type_.length})"
    return f"{name} CHARACTER SET utf8mb4 COLLATE {collation}"


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
