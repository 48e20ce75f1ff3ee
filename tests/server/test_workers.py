"""Several workers on one socket: one server to all who look at it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.databases import Databases
from tests.support.server import Server, free_port, running_server

PATIENCE = 60.0
FILES = "/api/2.0/mlflow-artifacts/artifacts/"

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="the processes of a server are found in /proc"
)


def children(pid: int) -> list[int]:
    """The processes that a process started and that run."""
    with contextlib.suppress(OSError):
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [int(child) for child in found]
    return []


def workers(server: Server) -> list[int]:
    """The worker processes of a server; Python has a helper process beside them."""
    assert server.process is not None
    found = []
    for pid in children(server.process.pid):
        with contextlib.suppress(OSError):
            if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
    return found


def wait_for_workers(server: Server, count: int, without: int = 0) -> list[int]:
    deadline = time.monotonic() + PATIENCE
    while True:
        found = workers(server)
        if len(found) == count and without not in found:
            return found
        assert time.monotonic() < deadline, server.log
        time.sleep(0.02)


def is_there(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until_gone(pids: list[int]) -> None:
    deadline = time.monotonic() + PATIENCE
    while any(map(is_there, pids)):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def put(server: Server, name: str, content: bytes) -> None:
    request = urllib.request.Request(server.url + FILES + name, content, method="PUT")
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        assert answer.status == 200


def get(server: Server, name: str) -> bytes:
    with urllib.request.urlopen(server.url + FILES + name, timeout=PATIENCE) as answer:
        content: bytes = answer.read()
        return content


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server for artifacts with three workers: it needs no database."""
    with running_server(tmp_path, "--artifacts-only", "--workers", "3") as running:
        wait_for_workers(running, 3)
        yield running


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_workers_start_and_stop_as_one_server(server: Server, how: signal.Signals) -> None:
    assert server.process is not None
    put(server, "a", b"x")
    started = workers(server)
    server.process.send_signal(how)
    assert server.process.wait(PATIENCE) == 0
    wait_until_gone(started)
    assert server.log.count(" is ready.") == server.log.count("Stopped.") == 1
    assert server.log.splitlines()[-1] == "Stopped."
    assert "Traceback" not in server.log


def test_a_signal_of_the_terminal_reaches_all_and_stops_them_in_order(server: Server) -> None:
    assert server.process is not None
    os.killpg(server.process.pid, signal.SIGINT)
    assert server.process.wait(PATIENCE) == 0
    assert server.log.splitlines()[-1] == "Stopped."
    assert "Traceback" not in server.log


def test_another_worker_starts_where_one_died(server: Server) -> None:
    put(server, "a", b"x")
    before = workers(server)
    dead = before[0]
    # The first one starts at once, the next one in its place later.
    for when in ("another one starts.", "another one starts in 1 s."):
        os.kill(dead, signal.SIGKILL)
        now = wait_for_workers(server, 3, without=dead)
        assert get(server, "a") == b"x"
        said = f"WARNING: Worker process {dead} is gone: it ended with exit code -9; {when}"
        assert said in server.log.splitlines()
        (dead,) = set(now) - set(before)


def test_no_worker_outlives_a_parent_that_was_killed(server: Server) -> None:
    assert server.process is not None
    started = workers(server)
    server.process.kill()
    server.process.wait(PATIENCE)
    wait_until_gone(started)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", server.port)) != 0


def test_what_was_accepted_is_finished_before_the_end(server: Server, tmp_path: Path) -> None:
    assert server.process is not None
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as upload:
        upload.sendall(
            f"PUT {FILES}slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n"
            "Expect: 100-continue\r\n\r\n".encode()
        )
        assert upload.recv(100).startswith(b"HTTP/1.1 100 ")
        upload.sendall(b"01234")
        server.process.terminate()
        # Whoever comes now is refused at once, so that a proxy asks elsewhere.
        deadline = time.monotonic() + PATIENCE
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", server.port)):
                    break
            assert time.monotonic() < deadline
            time.sleep(0.02)
        upload.sendall(b"56789")
        assert upload.recv(100).startswith(b"HTTP/1.1 200 ")
    assert server.process.wait(PATIENCE) == 0
    assert (tmp_path / "sagwan" / "artifacts" / "slow").read_bytes() == b"0123456789"


def start(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """A server that is expected not to start."""
    return subprocess.run(
        [sys.executable, "-m", "sagwan", "server", "--port", str(free_port()), *options],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def test_why_workers_can_not_start_is_told_once(databases: Databases, tmp_path: Path) -> None:
    url = databases.server("postgresql").url("nowhere").set(password="wrong-word")
    uri = url.render_as_string(hide_password=False)
    done = start(tmp_path, "--workers", "3", "--backend-store-uri", uri)
    assert done.returncode == 1
    assert done.stderr.count("password authentication failed") == 1
    assert done.stderr.startswith("Error: The backend store can't be used at the moment: ")
    assert "wrong-word" not in done.stderr
    assert "Traceback" not in done.stderr
    assert "ready" not in done.stderr


def test_a_worker_that_ends_without_a_word_ends_the_server(tmp_path: Path) -> None:
    (tmp_path / "uvicorn").mkdir()
    (tmp_path / "uvicorn" / "__init__.py").write_text("raise SystemExit(7)")
    done = start(tmp_path, "--workers", "2", "--artifacts-only")
    assert done.returncode == 1
    assert "it ended with exit code 7" in done.stderr


def test_one_process_serves_sqlite(tmp_path: Path) -> None:
    with running_server(tmp_path, "--workers", "4") as server:
        assert server.process is not None
        assert children(server.process.pid) == []
        assert "one process serves a SQLite store, so one is started" in server.log


def test_workers_share_a_database(databases: Databases, tmp_path: Path) -> None:
    uri = databases.server("postgresql").new_database()
    with running_server(tmp_path, "--workers", "3", "--backend-store-uri", uri) as server:
        wait_for_workers(server, 3)

        def ask(number: int) -> int:
            request = urllib.request.Request(
                f"{server.url}/api/2.0/mlflow/experiments/create",
                f'{{"name": "experiment {number % 10}"}}'.encode(),
                {"Content-Type": "application/json"},
            )
            try:
                with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                    status: int = answer.status
            except urllib.error.HTTPError as error:
                with error:
                    return error.code
            return status

        with ThreadPoolExecutor(10) as pool:
            statuses = list(pool.map(ask, range(100)))
        assert sorted(statuses) == [200] * 10 + [400] * 90
