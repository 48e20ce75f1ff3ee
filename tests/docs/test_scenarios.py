"""The pages of deployment scenarios do what they say: their commands are run, top to bottom.

A page's blocks run on one machine in one folder, the client's with a released mlflow. Names,
addresses and folders are replaced by ones of the test; docs/README.md lists them.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path

import pytest

import sagwan
from tests.compat.client import Client
from tests.conftest import Databases
from tests.docs.blocks import RUNNABLE, Block, blocks, missing_line
from tests.support.databases import DatabaseServer, PostgreSQLServer
from tests.support.server import free_port

DOCS = Path(__file__).parents[2] / "docs"
# The page on several servers needs a proxy; it has a test of its own.
PAGES = sorted(page for page in (DOCS / "scenarios").glob("*.md") if page.stem != "many-servers")
PAGES.append(DOCS / "databases.md")
SCHEMES = {"postgresql": "postgresql", "mariadb": "mysql"}
PATIENCE = 120.0
PASSWORD = "sec-ret"

_numbers = count(1)


class Machine:
    """Where a page is tried: a folder, programs, ports, and the servers that its blocks start."""

    def __init__(
        self, folder: Path, client: Client, databases: Mapping[str, DatabaseServer]
    ) -> None:
        self.folder = folder / "work"
        self.folder.mkdir()
        self._root = folder
        self._client = client
        self._databases = databases
        self._port, self._other_port = free_port(), free_port()
        self._name = f"docs_{os.getpid()}_{next(_numbers)}"
        self._servers: list[tuple[subprocess.Popen[bytes], Path]] = []
        self._environ = self._environment()

    def _environment(self) -> dict[str, str]:
        programs = self._root / "bin"
        programs.mkdir()
        source = Path(sagwan.__file__).parents[1]
        for name, call in (("sagwan", "-m sagwan"), ("python3", "")):
            program = programs / name
            program.write_text(
                f'#!/bin/sh\nPYTHONPATH="{source}" exec "{sys.executable}" {call} "$@"\n'
            )
            program.chmod(0o755)
        path = [str(programs)]
        environ = {
            "HOME": str(self._root),
            "LC_ALL": "C.UTF-8",
            "COLUMNS": "200",
            "SAGWAN_PORT": str(self._port),
            "MLFLOW_DISABLE_TELEMETRY": "true",
        }
        postgresql = self._databases.get("postgresql")
        if isinstance(postgresql, PostgreSQLServer):
            path.append(str(postgresql.programs))
            environ["PGPORT"] = str(postgresql.port)
        return {**environ, "PATH": os.pathsep.join([*path, os.environ["PATH"]])}

    def real(self, text: str) -> str:
        """`text` with the examples' names, addresses and folders replaced by real ones."""
        for kind, server in self._databases.items():
            text = re.sub(
                rf"(?<={SCHEMES[kind]}://)sagwan:(PASSWORD|\*\*\*)@db\.example\.com/sagwan\b",
                rf"{self._name}:\1@127.0.0.1:{server.port}/{self._name}",
                text,
            )
        for example, real in (
            (r"\b5000\b", str(self._port)),
            (r"\b5500\b", str(self._other_port)),
            (r"\b(tracking|artifacts)\.example\.com\b", "127.0.0.1"),
            (r"\bdb\.example\.com\b", "127.0.0.1"),
            (r"(?<=[ '])/(?=(srv|mnt)/)", f"{self._root}/"),
            (r"(?m)^/(?=(srv|mnt)/)", f"{self._root}/"),
            (r"-U sagwan -Fc sagwan\b", f"-U {self._name} -Fc {self._name}"),
            (r"\bPASSWORD\b", PASSWORD),
        ):
            text = re.sub(example, real, text)
        return text

    def administer(self, kind: str, block: Block) -> None:
        """Run a block of SQL as the database's administrator."""
        text = re.sub(r"\bsagwan\b", self._name, block.text).replace("'PASSWORD'", f"'{PASSWORD}'")
        for statement in filter(None, map(str.strip, text.split(";"))):
            self._databases[kind].execute(statement)

    def run(self, block: Block) -> str:
        """Run a block of the shell or of a client to its end and return what it printed."""
        text = self.real(block.text)
        if block.language == "python":
            program = self._root / "program.py"
            program.write_text(text)
            code, stdout, stderr = self._client.fork(str(program), self.folder, self._environ)
        else:
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", text],
                cwd=self.folder,
                env=self._environ,
                capture_output=True,
                text=True,
                timeout=PATIENCE,
            )
            code, stdout, stderr = done.returncode, done.stdout, done.stderr
        assert code == 0, f"{block.text}\n{stdout}\n{stderr}\n{self.logs()}"
        return stdout

    def serve(self, block: Block) -> str:
        """Run a block that ends with a server, wait until that is ready, and return its log."""
        log = self._root / f"server-{len(self._servers)}.log"
        with log.open("wb") as file:
            process = subprocess.Popen(
                ["bash", "-euo", "pipefail", "-c", self.real(block.text)],
                cwd=self.folder,
                env=self._environ,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._servers.append((process, log))
        deadline = time.monotonic() + PATIENCE
        while "Press Ctrl+C" not in log.read_text():
            assert process.poll() is None, f"{block.text}\n{self.logs()}"
            assert time.monotonic() < deadline, f"{block.text}\n{self.logs()}"
            time.sleep(0.02)
        return log.read_text()

    def logs(self) -> str:
        return "\n".join(log.read_text() for _, log in self._servers)

    def stop(self) -> None:
        """Stop the servers in order, and by force what is left of them."""
        for process, _ in self._servers:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for process, log in self._servers:
            deadline = time.monotonic() + PATIENCE
            while "Stopped." not in log.read_text() and time.monotonic() < deadline:
                time.sleep(0.02)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def kinds(page: Path) -> list[str]:
    """The kinds of databases that a page's commands use."""
    text = page.read_text()
    return [kind for kind, scheme in SCHEMES.items() if f"{scheme}://sagwan:" in text]


@pytest.fixture
def machine(tmp_path: Path, mlflow3: Client, databases: Databases, page: Path) -> Iterator[Machine]:
    """A new machine, with a database where the page uses one."""
    if shutil.which("curl") is None and "\ncurl " in page.read_text() and not os.environ.get("CI"):
        pytest.skip("curl is not installed")
    found = {kind: databases.server(kind) for kind in kinds(page)}
    made = Machine(tmp_path, mlflow3, found)
    try:
        yield made
    finally:
        made.stop()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_commands_of_a_page_do_what_it_says(page: Path, machine: Machine) -> None:
    todo = [block for block in blocks(page) if block.runs]
    for kind in kinds(page):
        if not any(block.database == kind for block in todo):
            # The page says that the database is made as another page shows it.
            elsewhere = blocks(DOCS / "databases.md")
            todo = [block for block in elsewhere if block.database == kind] + todo
    for block in todo:
        if block.database is not None:
            machine.administer(block.database, block)
            continue
        printed = machine.serve(block) if block.mark == "run server" else machine.run(block)
        missing = missing_line([machine.real(line) for line in block.output], printed)
        assert missing is None, f"{page.name}:{block.line} prints no line {missing!r}:\n{printed}"
    machine.stop()
    assert machine.logs().count("Stopped.") == sum(b.mark == "run server" for b in todo)
    assert PASSWORD not in machine.logs()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_can_be_run_is_marked(page: Path) -> None:
    found = [block for block in blocks(page) if block.language in RUNNABLE]
    assert any(block.runs for block in found)
    for block in found:
        assert block.runs or re.fullmatch(r"not run: \w.*", block.mark), f"{page}:{block.line}"
    assert not [block for block in blocks(page) if block.output and not block.runs]


@pytest.mark.parametrize(
    ("expected", "printed", "missing"),
    [
        (["a", "c"], "a\nb\nc\n", None),
        (["c", "a"], "a\nb\nc\n", "a"),
        (["x … z"], "x y z", None),
        (["x  y"], "x      y", None),
        (["x …"], "w x y", "x …"),
        (["1.0"], "1x0", "1.0"),
    ],
)
def test_what_counts_as_printed(expected: list[str], printed: str, missing: str | None) -> None:
    assert missing_line(expected, printed) == missing
