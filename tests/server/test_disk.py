"""A SQLite store whose disk is full or read-only: said clearly, nothing broken, over by itself."""

import contextlib
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.load import (
    PATIENCE,
    client_of,
    get_run,
    load_on,
    new_run,
    post,
    wait_for_progress,
)
from tests.server.test_outage import assert_asks_for_patience, health, wait_until_healthy
from tests.support.server import Server

SAGWAN = [sys.executable, "-m", "sagwan", "server", "--backend-store-uri"]
UNLIMITED = resource.RLIM_INFINITY


class Disk(ABC):
    """Where a store is, with room that the test takes and gives back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @abstractmethod
    def fill(self, server: Server) -> None:
        """Leave no room for the server's next write."""

    @abstractmethod
    def free(self, server: Server) -> None:
        """Give the room back."""


class SmallDisk(Disk):
    """A file system of a few megabytes."""

    def fill(self, server: Server) -> None:
        with (self.folder / "filler").open("wb", buffering=0) as filler:
            with contextlib.suppress(OSError):
                while True:
                    filler.write(bytes(65536))
            with contextlib.suppress(OSError):
                while True:
                    filler.write(bytes(512))

    def free(self, server: Server) -> None:
        (self.folder / "filler").unlink()


class SmallFiles(Disk):
    """Files that may not grow: for the server a full disk, and no rights are needed for it."""

    def fill(self, server: Server) -> None:
        self._limit(server, 4096)

    def free(self, server: Server) -> None:
        self._limit(server, UNLIMITED)

    def _limit(self, server: Server, size: int) -> None:
        assert server.process is not None
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (size, UNLIMITED))


@pytest.fixture(params=["disk", "files"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    if request.param == "files":
        yield SmallFiles(folder)
        return
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "sagwan-test", str(folder)]
    if os.getuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root may mount a small file system")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextlib.contextmanager
def running(server: Server) -> Iterator[Server]:
    server.start()
    try:
        yield server
    finally:
        server.stop()


def assert_sound(store: Path) -> None:
    """Whether the database's file is whole, as SQLite itself sees it."""
    with contextlib.closing(sqlite3.connect(store / "sagwan.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("SELECT count(*) FROM params WHERE run = 0").fetchone() == (0,)


def test_a_full_disk(disk: Disk, tmp_path: Path) -> None:
    store = disk.folder / "store"
    with running(Server([*SAGWAN, str(store)], tmp_path)) as server:
        with load_on(server.url, 3) as loads, client_of(server.url) as client:
            wait_for_progress(loads)
            disk.fill(server)
            deadline = time.monotonic() + PATIENCE
            while not all(load.failures for load in loads):
                assert time.monotonic() < deadline
                time.sleep(0.05)
            told = health(server)
            assert told.status_code == 503
            assert "the disk " in told.text
            get_run(client, loads[0].run_id)  # what is there can be read
            assert_asks_for_patience(post(client, "runs/create", {"experiment_id": "0"}))
            disk.free(server)
            wait_until_healthy(server)
            wait_for_progress(loads)
        with client_of(server.url) as client:
            for load in loads:
                for failure in load.failures:
                    assert failure.answer is not None
                    assert_asks_for_patience(failure.answer)
                load.check(client)
    assert "Traceback" not in server.log
    assert_sound(store)


def test_a_server_that_is_idle_finds_out_that_there_is_room_again(
    disk: Disk, tmp_path: Path
) -> None:
    with running(Server([*SAGWAN, str(disk.folder / "store")], tmp_path)) as server:
        with client_of(server.url) as client:
            new_run(client)
            disk.fill(server)
            assert_asks_for_patience(post(client, "runs/create", {"experiment_id": "0"}))
        assert health(server).status_code == 503
        disk.free(server)
        assert health(server).status_code == 200
    assert_sound(disk.folder / "store")


@pytest.mark.parametrize("disk", ["disk"], indirect=True)
def test_a_disk_that_is_full_at_the_start(disk: Disk, tmp_path: Path) -> None:
    store = disk.folder / "store"
    disk.fill(Server([], tmp_path))
    said = refused_start(tmp_path, *SAGWAN, str(store))
    assert "the disk is full" in said or "No space left" in said
    disk.free(Server([], tmp_path))
    with running(Server([*SAGWAN, str(store)], tmp_path)) as server:
        assert health(server).status_code == 200


def refused_start(folder: Path, *command: str) -> str:
    """What a server says that does not start."""
    done = subprocess.run(
        [*command, "--port", "0"], cwd=folder, capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Error: ")
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.fixture
def as_owner() -> list[str]:
    """What makes a command heed the rights of files, which root need not."""
    if os.getuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("root may write to any file, and setpriv is not there to change that")
    rights = "-dac_override,-dac_read_search"
    return ["setpriv", "--bounding-set", rights, "--inh-caps", rights]


class Rights:
    """A store's folder with its files, writable or not."""

    def __init__(self, store: Path) -> None:
        self._store = store

    def take(self) -> None:
        for path in self._store.glob("sagwan.db*"):
            path.chmod(0o444)
        self._store.chmod(0o555)

    def give(self) -> None:
        self._store.chmod(0o755)
        for path in self._store.glob("sagwan.db*"):
            path.chmod(0o644)


def test_a_store_that_becomes_read_only(as_owner: list[str], tmp_path: Path) -> None:
    store = tmp_path / "store"
    rights = Rights(store)
    with (
        running(Server([*as_owner, *SAGWAN, str(store)], tmp_path)) as server,
        client_of(server.url) as client,
    ):
        new_run(client)
        rights.take()
        # Files that are open stay writable; what broke once is opened again.
        files = SmallFiles(store)
        files.fill(server)
        assert_asks_for_patience(post(client, "runs/create", {"experiment_id": "0"}))
        files.free(server)
        answer = post(client, "runs/create", {"experiment_id": "0"})
        assert_asks_for_patience(answer)
        assert "the database file is read-only" in answer.text
        assert "the database file is read-only" in health(server).text
        assert health(server).status_code == 503
        rights.give()
        assert health(server).status_code == 200
        new_run(client)
    assert "Traceback" not in server.log
    assert_sound(store)


def test_a_store_that_is_read_only_at_the_start(as_owner: list[str], tmp_path: Path) -> None:
    store = tmp_path / "store"
    command = [*as_owner, *SAGWAN, str(store)]
    with running(Server(command, tmp_path)):
        pass
    Rights(store).take()
    try:
        said = refused_start(tmp_path, *command)
    finally:
        Rights(store).give()
    assert "read-only" in said or "can't be opened" in said
    assert_sound(store)
