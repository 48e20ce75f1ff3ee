"""What is PostgreSQL's own."""

import asyncio
import math
from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    bindparam,
    cast,
    make_url,
    select,
)
from sqlalchemy.exc import DBAPIError

from sagwan.entities import Metric
from sagwan.errors import InvalidParameter
from sagwan.storage.base import NewRun, RunBatch
from sagwan.storage.sql.database import Database
from sagwan.storage.sql.dialects.postgresql import PostgreSQL
from sagwan.storage.sql.prepared import Prepared
from sagwan.storage.sql.store import SqlStore
from tests.storage.sql.support import counted_statements
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


def test_metrics_of_known_runs_are_one_statement(databases: Databases) -> None:
    uri = databases.server("postgresql").new_database()
    batches = [
        RunBatch(f"{n:032x}", [Metric("m", n / 3, 7, n), Metric("n", math.nan, 7, -n)])
        for n in (1, 2)
    ]

    async def use() -> None:
        store = await SqlStore.open(uri, artifact_root="x:/", now=0)
        try:
            for batch in batches:
                await store.runs.create(NewRun(batch.run_id, 0, "", "", 0))
            await asyncio.gather(*map(store.runs.log_batch, batches))
            with counted_statements(store) as statements:
                await asyncio.gather(*map(store.runs.log_batch, batches))
                await store.runs.log_batch(RunBatch(batches[0].run_id, [Metric("m", 5.0, 7, 0)]))
            assert not statements  # all that SQLAlchemy sees: the one goes past it
            found = await store.runs.get(batches[1].run_id)
            assert str(found.data.metrics) == str(batches[1].metrics)
            page = await store.metrics.history(batches[0].run_id, "m")
            assert [point.value for point in page.items] == [5.0, 1 / 3]
        finally:
            await store.close()

    asyncio.run(use())


def test_numbers_and_bytes_are_what_they_were(database: Database) -> None:
    columns = [
        Column("number", BigInteger, nullable=False),
        Column("real", Double, nullable=False),
        Column("data", LargeBinary, nullable=False),
        Column("text", Text, nullable=False),
        Column("none", Integer),
    ]
    table = Table("rows", MetaData(), *columns)
    rows = [
        (-(2**63), 5e-324, b"", "", None),
        (2**63 - 1, 1.7976931348623157e308, bytes(range(256)), '"\\{},NULL', 3),
        (0, 0.1, b"\\x", "한국어", -1),
    ]
    bulk = database.dialect.bulk(table, table.columns.keys())
    with database.engine.begin() as connection:
        table.create(connection)
        bulk.execute(connection, rows)
        bulk.execute(connection, [])
        found = connection.execute(select(table)).all()
    assert [tuple(row) for row in found] == rows
