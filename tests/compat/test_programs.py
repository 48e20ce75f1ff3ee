"""A program written for MLflow reads the same back from Sagwan as from MLflow, field by field."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.compat.agreement import differences
from tests.compat.answers import kept_answer
from tests.compat.client import PROGRAMS, Client
from tests.compat.deliberate import DELIBERATE, deliberate_in
from tests.compat.environments import GENERATIONS
from tests.compat.known import KNOWN, LIVE, SHARED
from tests.compat.normalize import Json
from tests.compat.program import run_program


@pytest.mark.parametrize(("name", "client"), LIVE)
def test_reads_back_what_it_reads_back_from_mlflow(
    name: str,
    client: str,
    clients: dict[str, Client],
    sagwan_server: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> None:
    used = clients[client]

    def ask_mlflow() -> Json:
        # The server takes long to start, so only where it is needed.
        url = request.getfixturevalue("mlflow_server")
        return run_program(name, used, url, tmp_path / "mlflow")

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run_program, name, used, sagwan_server, tmp_path / "sagwan")
        theirs = kept_answer(name, used.environment, clients["mlflow3"].environment, ask_mlflow)
        ours = running.result()
    found = list(differences(ours, theirs, deliberate_in(name, ours, theirs)))
    assert not found, f"{len(found)} differences:\n" + "\n".join(str(each) for each in found[:200])


def test_every_program_is_run() -> None:
    on_disk = {path.stem for path in PROGRAMS.glob("*.py")} - {*SHARED}
    assert on_disk == {program.name for program in KNOWN}
    assert {client for _, client in LIVE} == {*GENERATIONS}


def test_every_deliberate_difference_belongs_to_a_program_and_has_a_reason() -> None:
    names = {program.name for program in KNOWN}
    assert all(entry.program in names and entry.reason for entry in DELIBERATE)
