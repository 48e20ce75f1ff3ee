"""wrk's output, templates, and the load generator that stands in for wrk."""

import json
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from benchmarks import bodies, load, load_processes

OUTPUT = """Running 1s test @ http://127.0.0.1:5000
  1 threads and 1 connections
Requests/sec:    100.00

RESULT {"answers": 500, "seconds": 2.5, "bad_status": 100, "socket_errors": 2, "timeouts": 3, \
"p50": 0.001, "p99": 0.01}
"""


class Recorder(ThreadingHTTPServer):
    """Answers every POST with 200, or with 500 when `broken`, and keeps the bodies."""

    daemon_threads = True

    def __init__(self) -> None:
        self.bodies: list[Any] = []
        self.broken = False
        super().__init__(("127.0.0.1", 0), Handler)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Recorder

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.bodies.append((self.path, json.loads(body)))
        self.send_response(500 if self.server.broken else 200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    with Recorder() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_parse_result() -> None:
    result = load.parse_result(OUTPUT)
    assert result.good == 400
    assert result.failures == 105
    assert result.rate == 160
    assert (result.p50, result.p99) == (0.001, 0.01)


def test_parse_result_of_nothing() -> None:
    with pytest.raises(load.LoadError, match="no result"):
        load.parse_result("unable to connect")


def points(recorder: Recorder) -> list[tuple[str, str, int, int]]:
    return [
        (body["run_id"], point["key"], point["step"], point["timestamp"])
        for _, body in recorder.bodies
        for point in body.get("metrics", [body])
    ]


def drive(recorder: Recorder, sent: load.Load, folder: Path) -> load.LoadResult:
    """A second of load; more where the machine is too busy to answer a request in the first."""
    for attempt in range(1, 9):
        result = load.drive(recorder.server_port, sent, 1, attempt * 1_000_000, folder)
        if result.answers or result.failures:
            break
    return result


@pytest.mark.parametrize("generator", ["wrk", "processes"])
@pytest.mark.parametrize(
    ("templates", "size"),
    [
        ([bodies.log_metric()], 1),
        (bodies.training_batches(), 1000),
        ([bodies.distinct_batch()], 1000),
    ],
    ids=["log-metric", "training", "distinct"],
)
def test_every_point_differs(
    generator: str,
    templates: list[str],
    size: int,
    recorder: Recorder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if generator == "processes":
        monkeypatch.setattr(shutil, "which", lambda name: None)
    runs = ["a" * 32, "b" * 32]
    sent = load.Load("/some/path", templates, runs, 2)
    result = drive(recorder, sent, tmp_path)
    assert result.failures == 0
    assert 0 < result.answers <= len(recorder.bodies)
    assert {path for path, _ in recorder.bodies} == {"/some/path"}
    found = points(recorder)
    assert len(set(found)) == len(found) == len(recorder.bodies) * size
    assert {run for run, *_ in found} == set(runs)
    assert all(1_763_000_000_000 <= timestamp < 1_764_000_000_000 for *_, timestamp in found)


@pytest.mark.parametrize("generator", ["wrk", "processes"])
def test_bad_answers_are_counted(
    generator: str, recorder: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if generator == "processes":
        monkeypatch.setattr(shutil, "which", lambda name: None)
    recorder.broken = True
    sent = load.Load("/runs/create", [bodies.create_run("7")], [], 2)
    result = drive(recorder, sent, tmp_path)
    assert result.good == 0
    assert result.failures == result.answers > 0
    names = [body["run_name"] for _, body in recorder.bodies]
    assert len(set(names)) == len(names)
    assert {body["experiment_id"] for _, body in recorder.bodies} == {"7"}
    assert all(isinstance(body["start_time"], int) for _, body in recorder.bodies)


def test_fill() -> None:
    assert load_processes.fill("@r @q @z @q", "run", 12) == "run 12 0000012 12"


def test_steps_of_training_batches_are_contiguous() -> None:
    steps = [
        point["step"]
        for sequence in (1, 2)
        for body in bodies.training_batches()
        for point in json.loads(load_processes.fill(body, "r", sequence))["metrics"]
        if point["key"] == bodies.KEYS[0]
    ]
    assert steps == list(range(100, 300))
