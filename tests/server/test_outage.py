"""The database goes away under a server, and comes back: nobody is told anything wrong."""

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.server.load import API, PATIENCE, client_of, load_on, new_run, post, wait_for_progress
from tests.support.databases import DatabaseServer, NotInstalled, database_server
from tests.support.server import Server, running_server

# Longer than a database that restarts is away, shorter than what writes wait for; and what a read
# doesn't wait for either.
AWAY = 10.0
BRIEFLY = 4.0


def health(server: Server) -> httpx.Response:
    return httpx.get(f"{server.url}/health", timeout=PATIENCE)


def wait_until_healthy(server: Server) -> None:
    deadline = time.monotonic() + PATIENCE
    while health(server).status_code != 200:
        assert time.monotonic() < deadline, health(server).text
        time.sleep(0.1)


def assert_asks_for_patience(answer: httpx.Response) -> None:
    assert answer.status_code == 503, answer.text
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.json()["error_code"] == "TEMPORARILY_UNAVAILABLE"
    assert answer.json()["message"].startswith("The backend store can't be used at the moment: ")


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Iterator[DatabaseServer]:
    """A database server of the test's own, which may be stopped: PostgreSQL if not said."""
    kind = getattr(request, "param", "postgresql")
    with contextlib.ExitStack() as stack:
        try:
            server = stack.enter_context(database_server(kind))
        except NotInstalled as reason:
            if os.environ.get("CI"):
                raise
            pytest.skip(str(reason))
        yield server


def signal_all(database: DatabaseServer, number: signal.Signals) -> None:
    """Send a signal to all processes of the database; each has a group of its own."""
    assert database.process is not None
    pid = database.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for each in (pid, *map(int, children)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(each, number)


@pytest.fixture
def server(database: DatabaseServer, tmp_path: Path) -> Iterator[Server]:
    """A server with two workers on that database."""
    uri = database.new_database()
    with running_server(tmp_path, "--workers", "2", "--backend-store-uri", uri) as running:
        yield running


def read_while_away(server: Server, run_id: str) -> bool:
    """Reads are refused, and /health tells why; whether it did so while reads still waited."""
    path, params = f"{API}runs/get", {"run_id": run_id}
    with client_of(server.url) as client, ThreadPoolExecutor(10) as pool:
        reads = [pool.submit(client.get, path, params=params) for _ in range(30)]
        told = health(server)
        waited = not all(read.done() for read in reads)
        assert told.status_code == 503
        assert told.text.startswith("The backend store can't be used at the moment: ")
        assert "secret" not in told.text
        for read in reads:
            assert_asks_for_patience(read.result())
    return waited


@pytest.mark.parametrize(
    ("database", "how", "least"),
    [("postgresql", "stop", BRIEFLY), ("postgresql", "kill", AWAY), ("mariadb", "kill", BRIEFLY)],
    indirect=["database"],
)
def test_a_database_that_restarts_under_load(
    server: Server, database: DatabaseServer, how: str, least: float
) -> None:
    with load_on(server.url, 6) as loads:
        time.sleep(1.0)
        if how == "kill":
            signal_all(database, signal.SIGKILL)
            database.kill()
        else:
            database.stop()
        gone = time.monotonic()
        # Once is enough: on a busy machine this client may be the one that is late.
        assert any(read_while_away(server, loads[0].run_id) for _ in range(5))
        time.sleep(max(0.0, gone + least - time.monotonic()))
        database.start()
        away = time.monotonic() - gone
        wait_until_healthy(server)
        wait_for_progress(loads)
    for load in loads:
        for failure in load.failures:
            assert failure.answer is not None
            assert_asks_for_patience(failure.answer)
            # Writes wait for a database that restarts; on a busy machine that may take longer.
            assert failure.answer.url.path == f"{API}runs/search" or away > 15
    with client_of(server.url) as client:
        for load in loads:
            load.check(client)
    assert server.stop() == 0
    assert "Traceback" not in server.log


def test_a_server_without_its_database_refuses_and_stops_in_order(
    server: Server, database: DatabaseServer
) -> None:
    with client_of(server.url) as client:
        run_id = new_run(client)
        point = {"run_id": run_id, "key": "m", "value": 1, "timestamp": 1, "step": 1}
        assert post(client, "runs/log-metric", point).status_code == 200
        database.kill()
        # After its patience it says no, and then at once.
        assert_asks_for_patience(post(client, "runs/log-metric", point))
        assert_asks_for_patience(post(client, "runs/create", {"experiment_id": "0"}))
        assert_asks_for_patience(client.get(f"{API}runs/get", params={"run_id": run_id}))
        assert health(server).status_code == 503
    assert server.stop() == 0
    assert "Traceback" not in server.log
    assert "secret" not in server.log


def test_a_database_that_hangs(server: Server, database: DatabaseServer) -> None:
    with client_of(server.url) as client:
        new_run(client)
        signal_all(database, signal.SIGSTOP)
        try:
            told = health(server)
            assert (told.status_code, told.text) == (503, "The backend store does not answer.")
        finally:
            signal_all(database, signal.SIGCONT)
        wait_until_healthy(server)
        new_run(client)


def test_a_worker_that_dies_meanwhile_is_back_with_the_database(
    server: Server, database: DatabaseServer
) -> None:
    assert server.process is not None
    database.kill()
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
    for pid in children.read_text().split():
        if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(int(pid), signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE
    while "another one starts in 1 s" not in server.log:
        assert time.monotonic() < deadline, server.log
        time.sleep(0.05)
    database.start()
    wait_until_healthy(server)
    with client_of(server.url) as client:
        new_run(client)
    assert "is gone: The backend store can't be used at the moment: it can't be reached" in (
        server.log
    )
    assert "Traceback" not in server.log
    assert "secret" not in server.log
