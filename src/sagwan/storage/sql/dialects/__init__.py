"""One file a database."""

from sqlalchemy import URL

from sagwan.errors import InvalidParameter
from sagwan.storage.sql.dialects.base import Dialect
from sagwan.storage.sql.dialects.mssql import MSSQL
from sagwan.storage.sql.dialects.mysql import MySQL
from sagwan.storage.sql.dialects.postgresql import PostgreSQL
from sagwan.storage.sql.dialects.sqlite import SQLite

_DIALECTS: dict[str, type[Dialect]] = {
    "sqlite": SQLite,
    "postgresql": PostgreSQL,
    "mysql": MySQL,
    "mariadb": MySQL,
    "mssql": MSSQL,
}


def dialect_for(url: URL) -> Dialect:
    """The dialect of a database URL. Raises InvalidParameter for one that is not supported."""
    name = url.get_backend_name()
    if name not in _DIALECTS:
        raise InvalidParameter(
            f"{name} is not supported as a backend store. Supported: a folder (./path) and"
            f" {', '.join(f'{known}://' for known in _DIALECTS)}."
        )
    return _DIALECTS[name]()
