"""How cases are chosen, run in turn and recorded."""

import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from benchmarks import processes, runner
from benchmarks.__main__ import select
from benchmarks.cases import all_cases
from benchmarks.cases.base import Case, CaseError, Prepared, Row, Sample, Target
from benchmarks.runner import run_cases
from benchmarks.settings import Settings
from benchmarks.systems import Server, StartError, System


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """No server runs here that would have to be quiet before each measurement."""
    monkeypatch.setattr(processes, "wait_until_quiet", lambda roots, limit: not list(roots))


SYSTEMS = [System(name, name, "1", ("false",), ".", "*") for name in ("mlflow", "sagwan")]


class Fake(Case):
    """Counts its measurements; `trouble` names what fails for Sagwan."""

    name = "fake"
    group = ""
    rows = (Row("rate", "fake", "1/s", True),)

    def __init__(self, trouble: str = "") -> None:
        self.trouble = trouble
        self.order: list[str] = []

    def prepare(self, target: Target) -> Prepared:
        bad = self.trouble if target.system.name == "sagwan" else ""
        if bad == "prepare":
            raise CaseError("no such endpoint")

        def measure() -> Sample:
            self.order.append(target.system.name)
            if bad == "measure":
                raise ConnectionResetError("gone")
            return Sample({"rate": float(len(self.order))}, remarks=("noted",))

        return Prepared(measure, fingerprint="other" if bad == "fingerprint" else "same")


def test_systems_alternate(tmp_path: Path) -> None:
    case = Fake()
    settings = Settings(tmp_path, None)
    (result,) = run_cases(SYSTEMS, [case], settings, lambda text: None)
    assert case.order == ["mlflow", "sagwan"] * 3
    assert result.outcomes["mlflow"].values == {"rate": [1.0, 3.0, 5.0]}
    assert result.outcomes["sagwan"].median("rate") == 4.0
    assert result.outcomes["sagwan"].remarks == ["noted"] * 3


def test_quick_measures_once(tmp_path: Path) -> None:
    case = Fake()
    settings = Settings(tmp_path, None, quick=True)
    assert len(list(run_cases(SYSTEMS, [case], settings, lambda text: None))) == 1
    assert case.order == ["mlflow", "sagwan"]


@pytest.mark.parametrize(
    ("trouble", "error"),
    [("prepare", "CaseError: no such endpoint"), ("measure", "ConnectionResetError: gone")],
)
def test_failure_stays_with_its_system(trouble: str, error: str, tmp_path: Path) -> None:
    case = Fake(trouble)
    settings = Settings(tmp_path, None)
    (result,) = run_cases(SYSTEMS, [case], settings, lambda text: None)
    assert result.outcomes["sagwan"].error == error
    assert result.outcomes["sagwan"].median("rate") is None
    assert result.outcomes["mlflow"].error == ""
    assert len(result.outcomes["mlflow"].values["rate"]) == 3
    assert case.order.count("sagwan") == (1 if trouble == "measure" else 0)


def test_different_answers_are_said(tmp_path: Path) -> None:
    settings = Settings(tmp_path, None, quick=True)
    (result,) = run_cases(SYSTEMS, [Fake("fingerprint")], settings, lambda text: None)
    for outcome in result.outcomes.values():
        assert outcome.remarks[0] == "the systems gave different answers"


def test_names_are_unique_and_select_finds_them() -> None:
    cases = all_cases()
    names = [case.name for case in cases]
    assert len(set(names)) == len(names)
    assert [case.name for case in select(cases, "log-metric-64, create-*")] == [
        "create-run-1",
        "create-run-16",
        "log-metric-64",
    ]
    assert select(cases, "*") == cases
    with pytest.raises(ValueError, match="no case matches 'nothing'"):
        select(cases, "log-*,nothing")


def test_groups_stand_together() -> None:
    groups = [case.group for case in all_cases() if case.group]
    changes = [group for number, group in enumerate(groups) if groups[:number][-1:] != [group]]
    assert len(set(changes)) == len(changes)


class Dropping:
    """A server that drops its first connections, `drops` of them, and then answers."""

    def __init__(self, drops: int) -> None:
        self.answers = 0
        self._drops = drops
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                with connection:
                    connection.recv(65536)
                    if self._drops > 0:
                        self._drops -= 1
                        continue
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
                    self.answers += 1

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()


@pytest.mark.parametrize("drops", [0, 3, 1_000_000])
def test_connections_that_are_dropped_while_a_server_warms_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, drops: int
) -> None:
    monkeypatch.setattr(runner, "PAUSE", 0.0)
    dropping = Dropping(drops)
    process = subprocess.Popen([sys.executable, "-c", ""])
    server = Server(SYSTEMS[0], tmp_path, dropping.port, process)
    if drops > 1000:
        with pytest.raises(StartError, match="mlflow drops connections"):
            runner.warm_up(server)
    else:
        runner.warm_up(server)
    process.wait()
    dropping.close()
    assert dropping.answers == (0 if drops > 1000 else runner.WARM_UP_REQUESTS)
