"""Two servers behind nginx on one PostgreSQL, as docs/scenarios/many-servers.md sets them up.

One of them is killed under load, and both get contradicting requests at once.
"""

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

import sagwan
from sagwan.config.settings import without_password
from tests.docs.blocks import Block, blocks, missing_line
from tests.server.load import (
    API,
    PATIENCE,
    client_of,
    data_of,
    get_run,
    load_on,
    made,
    new_run,
    points_of,
    post,
    wait_for_progress,
)
from tests.support.databases import Databases, DatabaseServer, NotInstalled
from tests.support.nginx import program, running_nginx
from tests.support.server import free_port

PAGE = Path(__file__).parents[2] / "docs" / "scenarios" / "many-servers.md"
PASSWORD = "secret"


class Site:
    """Two servers, their database and their proxy, started with the page's own blocks."""

    def __init__(self, folder: Path, database: DatabaseServer) -> None:
        self.folder = folder
        self._uri = database.new_database()
        self.ports = (free_port(), free_port())
        self.proxy_port = free_port()
        self._processes: list[subprocess.Popen[bytes]] = []
        self._programs = folder / "bin"
        self._programs.mkdir()
        source = Path(sagwan.__file__).parents[1]
        command = self._programs / "sagwan"
        command.write_text(
            f'#!/bin/sh\nPYTHONPATH="{source}" exec "{sys.executable}" -m sagwan "$@"\n'
        )
        command.chmod(0o755)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.proxy_port}"

    def server_url(self, index: int) -> str:
        return f"http://127.0.0.1:{self.ports[index]}"

    def real(self, text: str) -> str:
        """The page's text with this site's addresses and folders."""
        one, two = self.ports
        for example, real in (
            ("postgresql://sagwan:PASSWORD@db.example.com/sagwan", self._uri),
            ("postgresql://sagwan:***@db.example.com/sagwan", without_password(self._uri)),
            ("one.example.com:5000", f"127.0.0.1:{one}"),
            ("two.example.com:5000", f"127.0.0.1:{two}"),
            ("http://tracking.example.com", self.url),
            ("tracking.example.com", "127.0.0.1"),
            ("listen 80;", f"listen 127.0.0.1:{self.proxy_port};"),
            ("/mnt/", f"{self.folder}/mnt/"),
        ):
            text = text.replace(example, real)
        return text

    def log(self, index: int) -> str:
        return (self.folder / f"server-{index}.log").read_text()

    def start(self, index: int, block: Block) -> None:
        """Start a server with the page's command, as on a machine of its own."""
        with (self.folder / f"server-{index}.log").open("wb") as log:
            process = subprocess.Popen(
                ["bash", "-euo", "pipefail", "-c", self.real(block.text)],
                cwd=self.folder,
                env={**self._environment(), "SAGWAN_PORT": str(self.ports[index])},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._processes[index : index + 1] = [process]

    def wait_until_ready(self, index: int) -> None:
        deadline = time.monotonic() + PATIENCE
        while "Press Ctrl+C" not in self.log(index):
            assert self._processes[index].poll() is None, self.log(index)
            assert time.monotonic() < deadline, self.log(index)
            time.sleep(0.02)

    def run(self, block: Block) -> str:
        """Run a block of the shell and return what it printed."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", self.real(block.text)],
            cwd=self.folder,
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, f"{block.text}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def _environment(self) -> dict[str, str]:
        path = os.pathsep.join([str(self._programs), os.environ["PATH"]])
        return {"PATH": path, "HOME": str(self.folder), "LC_ALL": "C.UTF-8"}

    def kill(self, index: int) -> None:
        """`kill -9` a server with all its workers; returns when they are gone."""
        os.killpg(self._processes[index].pid, signal.SIGKILL)
        self._wait(index)

    def _wait(self, index: int) -> None:
        group = self._processes[index].pid
        self._processes[index].wait(PATIENCE)
        deadline = time.monotonic() + PATIENCE
        with contextlib.suppress(ProcessLookupError):
            while True:
                os.killpg(group, 0)
                assert time.monotonic() < deadline, self.log(index)
                time.sleep(0.01)

    def stop(self) -> None:
        """Stop the servers in order."""
        for process in self._processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for index in range(len(self._processes)):
            self._wait(index)


def page_block(language: str, mark: str = "") -> Block:
    (block,) = [b for b in blocks(PAGE) if b.language == language and b.mark == mark]
    return block


@pytest.fixture(scope="module")
def site(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    try:
        program()
    except NotInstalled as reason:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(reason))
    made = Site(tmp_path_factory.mktemp("site"), databases.server("postgresql"))
    serve = page_block("sh", "run server")
    try:
        for index in (0, 1):  # at the same moment, as the page says
            made.start(index, serve)
        for index in (0, 1):
            made.wait_until_ready(index)
        with running_nginx(made.folder / "nginx", made.real(page_block("nginx").text)):
            yield made
    finally:
        made.stop()


def test_the_pages_commands_do_what_it_says(site: Site) -> None:
    serve, check = page_block("sh", "run server"), page_block("sh", "run")
    shown = [site.real(line) for line in serve.output]
    for index in (0, 1):
        assert missing_line(shown, site.log(index)) is None
        assert PASSWORD not in site.log(index)
    assert missing_line(check.output, site.run(check)) is None
    assert all(b.runs for b in blocks(PAGE) if b.language == "sh")


def test_nothing_is_lost_when_a_server_is_killed_under_load(site: Site) -> None:
    with load_on(site.url, 6) as loads:
        time.sleep(random.uniform(1.5, 2.5))
        site.kill(0)
        gone = time.monotonic()
        wait_for_progress(loads, 20)
        site.start(0, page_block("sh", "run server"))
        site.wait_until_ready(0)
        wait_for_progress(loads, 20)
    failures = [failure for load in loads for failure in load.failures]
    # What was under way on the dead server, and nothing else.
    assert [failure.text for failure in failures if failure.begun > gone] == []
    assert {failure.text[:3] for failure in failures} <= {"502"}
    for index in (0, 1):
        with client_of(site.server_url(index)) as client:
            for load in loads:
                load.check(client)


class Pair:
    """Asks both servers at the same moment."""

    def __init__(self, site: Site) -> None:
        self.clients = [client_of(site.server_url(index)) for index in (0, 1)]
        self._pool = ThreadPoolExecutor(2)

    def both(
        self, one: Callable[[httpx.Client], Any], two: Callable[[httpx.Client], Any]
    ) -> tuple[Any, Any]:
        """What two calls give that run at the same time, each on a server of its own."""
        meet = threading.Barrier(2)

        def call(ask: Callable[[httpx.Client], Any], client: httpx.Client) -> Any:
            meet.wait(PATIENCE)
            return ask(client)

        started = [
            self._pool.submit(call, ask, client)
            for ask, client in zip((one, two), self.clients, strict=True)
        ]
        first, second = (each.result(PATIENCE) for each in started)
        return first, second

    def posts(
        self, path: str, one: dict[str, Any], two: dict[str, Any], other: str = ""
    ) -> tuple[httpx.Response, httpx.Response]:
        return self.both(
            lambda client: post(client, path, one), lambda client: post(client, other or path, two)
        )

    def close(self) -> None:
        self._pool.shutdown()
        for client in self.clients:
            client.close()


@pytest.fixture
def pair(site: Site) -> Iterator[Pair]:
    asking = Pair(site)
    yield asking
    asking.close()


def codes(*answers: httpx.Response) -> list[str]:
    """`OK` or the protocol's error code of each answer, sorted."""
    return sorted(
        "OK" if answer.status_code == 200 else answer.json()["error_code"] for answer in answers
    )


ROUNDS = range(15)


def test_one_value_of_a_param_wins(pair: Pair) -> None:
    client = pair.clients[0]
    run_id = new_run(client)
    for number in ROUNDS:
        key = f"p{number}"
        answers = pair.posts(
            "runs/log-parameter",
            {"run_id": run_id, "key": key, "value": "0"},
            {"run_id": run_id, "key": key, "value": "1"},
        )
        assert codes(*answers) == ["INVALID_PARAMETER_VALUE", "OK"]
        winner = [answer.status_code for answer in answers].index(200)
        for reader in pair.clients:
            assert data_of(reader, run_id)[0][key] == str(winner)


def test_the_same_value_of_a_param_is_no_conflict(pair: Pair) -> None:
    run_id = new_run(pair.clients[0])
    for number in ROUNDS:
        body = {"run_id": run_id, "key": f"p{number}", "value": "x"}
        assert codes(*pair.posts("runs/log-parameter", body, body)) == ["OK", "OK"]


def test_a_batch_that_loses_a_param_leaves_nothing(pair: Pair) -> None:
    run_id = new_run(pair.clients[0])
    for number in ROUNDS:
        batches = [
            {
                "run_id": run_id,
                "params": [{"key": f"p{number}", "value": str(side)}],
                "metrics": [{"key": f"m{side}", "value": 1, "timestamp": 1, "step": number}],
                "tags": [{"key": f"t{number}", "value": str(side)}],
            }
            for side in (0, 1)
        ]
        answers = pair.posts("runs/log-batch", *batches)
        assert codes(*answers) == ["INVALID_PARAMETER_VALUE", "OK"]
        winner = [answer.status_code for answer in answers].index(200)
        assert number in points_of(pair.clients[0], run_id, f"m{winner}")
        assert number not in points_of(pair.clients[0], run_id, f"m{1 - winner}")
        assert data_of(pair.clients[1], run_id)[1][f"t{number}"] == str(winner)


def test_one_of_two_experiments_gets_the_name(pair: Pair) -> None:
    for number in ROUNDS:
        body = {"name": f"both want {number}"}
        assert codes(*pair.posts("experiments/create", body, body)) == [
            "OK",
            "RESOURCE_ALREADY_EXISTS",
        ]


def test_one_of_two_renames_gets_the_name(pair: Pair) -> None:
    client = pair.clients[0]
    ids = [made(client, "experiments/create", {"name": f"to rename {side}"}) for side in (0, 1)]
    for number in ROUNDS:
        bodies = [{**each, "new_name": f"renamed {number}"} for each in ids]
        answers = pair.posts("experiments/update", *bodies)
        assert codes(*answers) == ["BAD_REQUEST", "OK"]
        winner = [answer.status_code for answer in answers].index(200)
        found = pair.clients[1].get(
            f"{API}experiments/get-by-name", params={"experiment_name": f"renamed {number}"}
        )
        assert found.json()["experiment"]["experiment_id"] == ids[winner]["experiment_id"]


def test_a_name_and_its_tag_agree_after_two_renames_of_a_run(pair: Pair) -> None:
    run_id = new_run(pair.clients[0])
    for number in ROUNDS:
        by_tag = {"run_id": run_id, "key": "mlflow.runName", "value": f"by tag {number}"}
        by_name = {"run_id": run_id, "run_name": f"by name {number}"}
        answers = pair.posts("runs/set-tag", by_tag, by_name, other="runs/update")
        assert codes(*answers) == ["OK", "OK"]
        run = get_run(pair.clients[0], run_id)
        assert run["info"]["run_name"] in (by_tag["value"], by_name["run_name"])
        assert data_of(pair.clients[1], run_id)[1]["mlflow.runName"] == run["info"]["run_name"]


def test_a_run_is_deleted_restored_and_logged_to_at_once(pair: Pair) -> None:
    client = pair.clients[0]
    run_id = new_run(client)
    seen: Counter[str] = Counter()
    for number in ROUNDS:
        point = {"key": "m", "value": 1, "timestamp": 1, "step": number}
        for path in ("runs/delete", "runs/restore"):
            answers = pair.posts(
                path, {"run_id": run_id}, {"run_id": run_id, **point}, other="runs/log-metric"
            )
            assert answers[0].status_code == 200
            seen.update(codes(answers[1]))
            if answers[1].status_code == 200:
                assert number in points_of(client, run_id, "m")
        twice = pair.posts("runs/delete", {"run_id": run_id}, {"run_id": run_id})
        assert "OK" in codes(*twice)
        assert all(answer.status_code < 500 for answer in twice)
        pair.posts("runs/delete", {"run_id": run_id}, {"run_id": run_id}, other="runs/restore")
        made(client, "runs/restore", {"run_id": run_id})
        run = get_run(pair.clients[1], run_id)
        assert run["info"]["lifecycle_stage"] == "active"
    assert set(seen) <= {"OK", "INVALID_PARAMETER_VALUE"}


def test_an_experiment_is_deleted_and_restored_at_once(pair: Pair) -> None:
    experiment = made(pair.clients[0], "experiments/create", {"name": "deleted often"})
    for _ in ROUNDS:
        answers = pair.posts(
            "experiments/delete", experiment, experiment, other="experiments/restore"
        )
        assert all(answer.status_code < 500 for answer in answers)
        post(pair.clients[0], "experiments/delete", experiment)
        made(pair.clients[1], "experiments/restore", experiment)


def test_new_keys_that_both_servers_meet_first(pair: Pair) -> None:
    run_id = new_run(pair.clients[0])
    for number in ROUNDS:
        metrics = [
            {"key": f"new {number} {index}", "value": index, "timestamp": 1, "step": 1}
            for index in range(20)
        ]
        batch = {"run_id": run_id, "metrics": metrics}
        back = {"run_id": run_id, "metrics": metrics[::-1]}
        assert codes(*pair.posts("runs/log-batch", batch, back)) == ["OK", "OK"]
        for index in (0, 19):
            assert points_of(pair.clients[1], run_id, f"new {number} {index}") == {1: index}


def test_what_one_acknowledged_the_other_shows(pair: Pair) -> None:
    one, two = pair.clients
    run_id = new_run(one)
    for number in ROUNDS:
        point = {"key": "m", "value": number, "timestamp": 1, "step": number}
        made(one, "runs/log-metric", {"run_id": run_id, **point})
        assert points_of(two, run_id, "m")[number] == number
        made(two, "runs/set-tag", {"run_id": run_id, "key": "t", "value": str(number)})
        assert data_of(one, run_id)[1]["t"] == str(number)
