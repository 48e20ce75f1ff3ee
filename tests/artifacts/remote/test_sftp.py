import asyncio
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from sagwan.artifacts.base import CHUNK
from sagwan.artifacts.remote.sftp import SftpFiles
from sagwan.artifacts.remote.ssh import Connection, Limits
from sagwan.artifacts.remote.store import RemoteArtifactStore
from sagwan.artifacts.remote.uri import parse_address
from sagwan.errors import InvalidParameter, NotFound, PermissionDenied, Unavailable
from sagwan.testing.artifacts.bench import Bench, stream
from sagwan.testing.artifacts.suite import ArtifactStoreConformance
from tests.artifacts.remote.failures import Open, SessionFailures, Stalls
from tests.support.artifacts import sshd
from tests.support.artifacts.sshd import SshServer

pytestmark = pytest.mark.xdist_group("sshd")


@pytest.fixture(scope="module")
def server() -> SshServer:
    return sshd.shared()


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def files(server: SshServer, runner: asyncio.Runner) -> Iterator[SftpFiles]:
    """The server's files, in one connection: to open one takes as long as all of most tests."""
    files = SftpFiles(Connection(parse_address(server.uri()), server.environ, Limits()))
    yield files
    runner.run(files.close())


@pytest.fixture
def bench(server: SshServer, runner: asyncio.Runner, files: SftpFiles) -> Bench:
    """A new store, which is not closed."""
    address = parse_address(server.uri())
    return Bench(lambda: RemoteArtifactStore(files, address.path, address.shown), runner)


class TestConformance(ArtifactStoreConformance):
    HELD = 4 * CHUNK

    @pytest.fixture
    def bench(self, bench: Bench) -> Bench:
        return bench


def open_with(uri: str, environ: Mapping[str, str], limits: Limits) -> RemoteArtifactStore:
    address = parse_address(uri)
    return RemoteArtifactStore(
        SftpFiles(Connection(address, environ, limits)), address.path, address.shown
    )


@pytest.fixture(scope="module")
def own_server() -> Iterator[SshServer]:
    """One that may be killed."""
    with closing(SshServer()) as server:
        yield server


class TestFailures(SessionFailures, Stalls):
    @pytest.fixture
    def server(self, own_server: SshServer) -> SshServer:
        return own_server

    @pytest.fixture
    def open_quick(self, server: SshServer) -> Open:
        limits = Limits(connect=2.0, operation=2.0, keepalive=30.0)
        return lambda uri: open_with(uri, server.environ, limits)


class TestServerWithoutExtensions(ArtifactStoreConformance):
    """One that knows only what the protocol has, and so moves files only to names that are free."""

    HELD = 4 * CHUNK

    @pytest.fixture(scope="class")
    @classmethod
    def files(cls, runner: asyncio.Runner) -> Iterator[tuple[SshServer, SftpFiles]]:
        refused = "posix-rename,fsync,limits,statvfs,lsetstat,hardlink"
        with closing(SshServer(refused)) as server:
            connection = Connection(parse_address(server.uri()), server.environ, Limits())
            files = SftpFiles(connection)
            yield server, files
            runner.run(files.close())

    @pytest.fixture
    def bench(self, files: tuple[SshServer, SftpFiles], runner: asyncio.Runner) -> Bench:
        address = parse_address(files[0].uri())
        return Bench(lambda: RemoteArtifactStore(files[1], address.path, address.shown), runner)


@pytest.fixture
def place(server: SshServer) -> Path:
    """The folder that `at` opens."""
    return server.new_folder()


@pytest.fixture
def at(place: Path, runner: asyncio.Runner, files: SftpFiles) -> Bench:
    return Bench(lambda: RemoteArtifactStore(files, str(place), "sftp://test"), runner)


def test_links_are_neither_shown_nor_followed(at: Bench, place: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    at.put("f/a", b"x")
    (place / "f" / "folder").symlink_to(tmp_path)
    (place / "f" / "file").symlink_to(tmp_path / "secret")
    (place / "f" / "nowhere").symlink_to("missing")
    (place / "link").symlink_to(tmp_path)
    assert at.names("f") == ["a"]
    for path in ("f/file", "f/folder", "f/nowhere"):
        at.refuses(NotFound, at.store.stat(path))
    at(at.store.delete("link"))
    at(at.store.delete("f"))
    assert at.names() == []
    assert (tmp_path / "secret").read_bytes() == b"secret"


def test_a_folder_of_more_files_than_one_answer_holds(at: Bench, place: Path) -> None:
    (place / "f").mkdir()
    for number in range(1000):
        (place / "f" / f"{number:04}").touch()
    assert at.names("f") == [f"{number:04}" for number in range(1000)]


def test_a_file_larger_than_32_bits_count(at: Bench, place: Path) -> None:
    size = (5 << 30) + 1
    with (place / "large").open("wb") as file:
        file.seek(size - 3)
        file.write(b"end")
    assert at(at.store.stat("large")).size == size
    assert at(at.store.list_folder())[0].file_size == size
    assert at.get("large", size - 5) == b"\0\0end"


def test_names_that_are_no_utf8(at: Bench, place: Path) -> None:
    Path(os.fsdecode(os.fsencode(place) + b"/f\xff")).touch()
    (place / "f").mkdir()
    Path(os.fsdecode(os.fsencode(place / "f") + b"/\xff")).touch()
    assert at.names() == ["f/", "f\ufffd"]
    at(at.store.delete("f"))
    assert at.names() == ["f\ufffd"]
    assert not (place / "f").exists()


def test_a_name_that_is_too_long(at: Bench) -> None:
    at.refuses(InvalidParameter, at.store.write("n" * 300, stream([b"x"])))
    assert at.names() == []


@pytest.mark.skipif(os.getuid() != 0, reason="needs to be root, to make a small disk")
def test_a_full_disk(at: Bench, place: Path) -> None:
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "none", str(place)]
    if subprocess.run(command, stderr=subprocess.DEVNULL).returncode:
        pytest.skip("needs the right to mount")
    try:
        at.put("a", b"old")
        for path in ("a", "b"):
            message = at.refuses(Unavailable, at.store.write(path, stream([bytes(CHUNK)] * 4)))
            assert message == f"The artifact store is full: '{path}' was not stored."
        assert at.names() == ["a"]
        assert at.get("a") == b"old"
        at.put("a", bytes(CHUNK))
        assert at(at.store.stat("a")).size == CHUNK
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_server_that_allows_few_sessions(runner: asyncio.Runner) -> None:
    with closing(SshServer(settings="MaxSessions 2")) as server:
        bench = Bench(lambda: open_with(server.uri(), server.environ, Limits()), runner)

        async def write_all() -> None:
            await asyncio.gather(*(bench.store.write(f"{i}", stream([b"x"])) for i in range(30)))

        bench(write_all())
        assert len(bench.names()) == 30
        bench.close()


def test_folders_are_flushed_where_the_server_can(bench: Bench, files: SftpFiles) -> None:
    bench.put("f/a", b"x")
    assert files._flushes


def test_what_the_server_does_not_allow(runner: asyncio.Runner) -> None:
    with closing(SshServer(refused="mkdir")) as server:
        bench = Bench(lambda: open_with(server.uri(), server.environ, Limits()), runner)
        message = bench.refuses(PermissionDenied, bench.store.write("f/a", stream([b"x"])))
        assert message.endswith("does not allow this for 'f/a'.")
        bench.close()


def test_a_transfer_that_is_given_up_leaves_nothing_open(
    at: Bench, server: SshServer, place: Path
) -> None:
    at.put("a", bytes(8 * CHUNK))

    async def read_a_little() -> None:
        async with await at.store.read("a") as reader:
            async for _ in reader.chunks():
                break

    async def cancelled() -> None:
        tasks = [asyncio.create_task(at.store.read("a")) for _ in range(20)]
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # An answer that comes after this one comes after those that nobody waits for.
        for _ in range(20):
            await at.store.list_folder()

    at(read_a_little())
    at(cancelled())
    assert server.open_files(place) == []
