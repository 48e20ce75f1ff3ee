"""A PostgreSQL with a streaming standby: reads go there, and it takes the primary's place."""

import asyncio
import contextlib
import time
from collections.abc import Iterator

import pytest

from sagwan.entities import Metric
from sagwan.errors import InvalidParameter
from sagwan.storage.base import NewRun, RunBatch
from sagwan.storage.sql.store import SqlStore
from tests.storage.sql.support import counted_statements
from tests.support.databases import NotInstalled, PostgreSQLServer, PostgreSQLStandby

RUN = f"{1:032x}"
WAIT = 30.0


@pytest.fixture
def pair() -> Iterator[tuple[PostgreSQLServer, PostgreSQLStandby]]:
    """A primary whose commits are acknowledged when they show on its standby."""
    with contextlib.ExitStack() as stack:
        try:
            primary = PostgreSQLServer()
        except NotInstalled as reason:
            pytest.skip(str(reason))
        stack.callback(primary.remove)
        standby = PostgreSQLStandby(primary)
        stack.callback(standby.remove)
        primary.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
        primary.execute("ALTER SYSTEM SET synchronous_commit = 'remote_apply'")
        primary.execute("SELECT pg_reload_conf()")
        yield primary, standby


def uri_on(server: PostgreSQLServer, primary_uri: str) -> str:
    name = primary_uri.rsplit("/", 1)[1]
    return server.url(name).render_as_string(hide_password=False)


async def steps(store: SqlStore) -> list[int]:
    return [point.step for point in (await store.metrics.history(RUN, "m")).items]


def test_reads_go_to_the_replica_and_see_what_was_acknowledged(
    pair: tuple[PostgreSQLServer, PostgreSQLStandby],
) -> None:
    primary, standby = pair
    uri = primary.new_database()

    async def use() -> None:
        store = await SqlStore.open(
            uri, artifact_root="x:/", now=0, read_replica_uri=uri_on(standby, uri)
        )
        try:
            await store.runs.create(NewRun(RUN, 0, "r", "", 0))
            with counted_statements(store) as on_primary:
                assert await steps(store) == []
                await store.runs.get(RUN)
            assert on_primary == []
            for step in range(20):
                await store.runs.log_batch(RunBatch(RUN, [Metric("m", 0.5, 1, step)]))
                assert await steps(store) == list(range(step + 1))
            standby.kill()
            primary.execute("ALTER SYSTEM SET synchronous_standby_names = ''")
            primary.execute("SELECT pg_reload_conf()")
            # The primary takes the reads as long as the standby is gone.
            assert await steps(store) == list(range(20))
            await store.check()
        finally:
            await store.close()

    asyncio.run(use())


def test_a_standby_takes_the_place_of_a_primary_that_was_killed(
    pair: tuple[PostgreSQLServer, PostgreSQLStandby],
) -> None:
    primary, standby = pair
    name = primary.new_database().rsplit("/", 1)[1]
    hosts = "&".join(f"host=127.0.0.1:{server.port}" for server in pair)
    uri = f"postgresql+psycopg://sagwan:secret@/{name}?{hosts}&target_session_attrs=read-write"

    async def log(store: SqlStore, acknowledged: list[int]) -> None:
        for step in range(300):
            await store.runs.log_batch(RunBatch(RUN, [Metric("m", 0.5, 1, step)]))
            acknowledged.append(step)

    async def use() -> None:
        store = await SqlStore.open(uri, artifact_root="x:/", now=0)
        try:
            await store.runs.create(NewRun(RUN, 0, "r", "", 0))
            acknowledged: list[int] = []
            logging = asyncio.create_task(log(store, acknowledged))
            give_up = time.monotonic() + WAIT
            while len(acknowledged) < 20 and time.monotonic() < give_up:
                await asyncio.sleep(0.01)
            await asyncio.to_thread(primary.kill)
            await asyncio.to_thread(standby.promote)
            await asyncio.to_thread(standby.execute, "ALTER SYSTEM RESET synchronous_standby_names")
            await asyncio.to_thread(standby.execute, "SELECT pg_reload_conf()")
            await logging
            assert acknowledged == list(range(300))
            assert await steps(store) == acknowledged
        finally:
            await store.close()

    asyncio.run(use())


@pytest.mark.parametrize("replica", ["sqlite:///other.db", "./other", "mysql://u@127.0.0.1/d"])
def test_a_replica_has_to_be_of_the_same_kind(replica: str) -> None:
    uri = "postgresql://u@127.0.0.1:1/d"  # never connected to
    with pytest.raises(InvalidParameter, match="--read-replica-uri"):
        asyncio.run(SqlStore.open(uri, artifact_root="x:/", now=0, read_replica_uri=replica))
