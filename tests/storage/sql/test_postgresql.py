"""What is PostgreSQL's own."""

import asyncio
from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import Integer, bindparam, cast, make_url, select
from sqlalchemy.exc import DBAPIError

from sagwan.errors import InvalidParameter
from sagwan.storage.sql.database import Database
from sagwan.storage.sql.dialects.postgresql import PostgreSQL
from sagwan.storage.sql.prepared import Prepared
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


NUMBER = Prepared(select(cast(bindparam("number"), Integer)), ("number",))
QUERIES = [(NUMBER, (1,)), (NUMBER, (2,))]


@pytest.fixture
def database(databases: Databases) -> Iterator[Database]:
    dialect = PostgreSQL()
    url = dialect.complete(make_url(databases.server("postgresql").new_database()))
    with closing(Database(url, dialect)) as database:
        yield database


def test_queries_in_a_pipeline(database: Database) -> None:
    with database.read_engine.connect() as connection, connection.begin():
        assert list(database.dialect.fetch_each(connection, QUERIES)) == [[(1,)], [(2,)]]
        assert list(database.dialect.fetch_each(connection, [])) == []
        assert NUMBER.rows(connection, (3,)) == [(3,)]


@pytest.mark.parametrize("when", ["reading", "before", "within"])
def test_a_connection_that_is_lost_in_a_pipeline(database: Database, when: str) -> None:
    dialect = database.dialect
    with database.engine.connect() as connection, database.engine.connect() as other:
        backend = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()

        def lose() -> None:
            other.exec_driver_sql(f"SELECT pg_terminate_backend({backend}, 5000)")

        def use() -> None:
            if when != "within":
                lose()
            if when == "reading":
                list(dialect.fetch_each(connection, QUERIES))
            with dialect.pipeline(connection):
                connection.exec_driver_sql("SELECT 1")
                if when == "within":
                    lose()
                connection.commit()

        with pytest.raises(DBAPIError) as lost:
            use()
        assert dialect.unavailable(lost.value)
        connection.invalidate()
