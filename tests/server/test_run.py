"""Servers start small and stop whole."""

import signal
import threading
import urllib.request
from pathlib import Path

import pytest

from sagwan.config import Settings
from sagwan.server.listener import bind
from sagwan.server.run import serve
from tests.support.server import Server, running_server


def stop(server: Server, how: signal.Signals) -> int:
    assert server.process is not None
    server.process.send_signal(how)
    return server.process.wait(timeout=20)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_server_leaves_one_database_file(tmp_path: Path, how: signal.Signals) -> None:
    with running_server(tmp_path) as server:
        assert stop(server, how) == 0
    assert [path.name for path in (tmp_path / "sagwan").glob("sagwan.db*")] == ["sagwan.db"]
    assert "Traceback" not in server.log


def test_a_page_that_looks_on_keeps_no_server_from_stopping(tmp_path: Path) -> None:
    with (
        running_server(tmp_path) as server,
        urllib.request.urlopen(f"{server.url}/api/sagwan/v1/stream") as stream,
    ):
        assert stream.readline().startswith(b"id: ")
        assert stop(server, signal.SIGTERM) == 0
        assert stream.read().endswith(b"\n\n")
    # Ten seconds are for those that can't be ended.
    assert "Cancel" not in server.log
    assert "Traceback" not in server.log


def test_a_server_for_artifacts_only_makes_no_database(tmp_path: Path) -> None:
    with running_server(tmp_path, "--artifacts-only") as server:
        url = f"{server.url}/api/2.0/mlflow-artifacts/artifacts/a/b.txt"
        with urllib.request.urlopen(urllib.request.Request(url, b"x", method="PUT")) as answer:
            assert answer.status == 200
        with urllib.request.urlopen(url) as answer:
            assert answer.read() == b"x"
    assert not list(tmp_path.rglob("*.db"))


def test_a_server_that_is_told_to_stop_before_it_serves(tmp_path: Path) -> None:
    stopping, ready = threading.Event(), []
    stopping.set()
    handler = signal.getsignal(signal.SIGTERM)
    settings = Settings(backend_store_uri=str(tmp_path / "store"), port=0)
    try:
        with bind(settings.host, settings.port) as listener:
            serve(settings, listener, lambda: ready.append(True), stopping)
    finally:
        signal.signal(signal.SIGTERM, handler)
    assert ready == []
    assert [path.name for path in (tmp_path / "store").iterdir()] == ["sagwan.db"]
