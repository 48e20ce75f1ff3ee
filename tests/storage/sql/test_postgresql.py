"""What is PostgreSQL's own."""

import asyncio

import pytest

from sagwan.errors import InvalidParameter
from sagwan.storage.sql.store import SqlStore
from tests.support.databases import Databases


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
@pytest.mark.parametrize("driver", ["", "+psycopg"])
def test_a_database_that_can_not_hold_every_text_is_refused(
    encoding: str, driver: str, databases: Databases
) -> None:
    server = databases.server("postgresql")
    name = f"encoded_{encoding}{len(driver)}".lower()
    server.execute(f"CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE template0")
    uri = server.url(name).set(drivername=f"postgresql{driver}")
    with pytest.raises(InvalidParameter, match="UTF8"):
        asyncio.run(
            SqlStore.open(uri.render_as_string(hide_password=False), artifact_root="x:/", now=0)
        )
