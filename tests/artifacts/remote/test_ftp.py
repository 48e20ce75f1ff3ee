import asyncio
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from sagwan.artifacts.base import CHUNK
from sagwan.artifacts.remote.ftp import TRANSFERS, FtpFiles, open_store, tls_context
from sagwan.artifacts.remote.ftp_session import Limits
from sagwan.artifacts.remote.store import RemoteArtifactStore
from sagwan.artifacts.remote.uri import parse_address
from sagwan.errors import Unavailable
from sagwan.testing.artifacts.bench import Bench, read_all, stream
from sagwan.testing.artifacts.suite import ArtifactStoreConformance, pattern
from tests.artifacts.remote.failures import Failures, Open, SessionFailures, Stalls
from tests.support.artifacts import ftpd
from tests.support.artifacts.ftpd import PASSWORD, FtpServer, Pyftpdlib, Vsftpd

pytestmark = pytest.mark.xdist_group("ftpd")


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


class Benches:
    """Stores at servers whose connections all tests share: to log in takes long."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self._runner = runner
        self._files: dict[FtpServer, FtpFiles] = {}

    def __call__(self, server: FtpServer) -> Bench:
        """A new store, which is not closed."""
        address = parse_address(server.uri())
        if server not in self._files:
            context = partial(tls_context, server.environ) if server.tls else None
            self._files[server] = FtpFiles(address, context)
        files = self._files[server]
        return Bench(lambda: RemoteArtifactStore(files, address.path, address.shown), self._runner)

    def close(self) -> None:
        for files in self._files.values():
            self._runner.run(files.close())


@pytest.fixture(scope="module")
def benches(runner: asyncio.Runner) -> Iterator[Benches]:
    benches = Benches(runner)
    yield benches
    benches.close()


class FtpConformance(ArtifactStoreConformance):
    HELD = 4 * CHUNK

    def test_a_reader_keeps_to_the_file_that_it_opened(self, bench: Bench) -> None:
        """FTP can only name a file, so the store notices that another one has the name now."""

        async def read_while_replaced() -> None:
            async with await bench.store.read("a") as reader:
                assert await read_all(reader, 0, CHUNK) == pattern(CHUNK)
                await bench.store.write("a", stream([pattern(3 * CHUNK, seed=1)]))
                await read_all(reader, CHUNK)

        bench.put("a", pattern(3 * CHUNK))
        bench.refuses(Unavailable, read_while_replaced())


class TestPyftpdlibWithTls(FtpConformance):
    @pytest.fixture
    def bench(self, benches: Benches) -> Bench:
        return benches(ftpd.shared(Pyftpdlib, tls=True))


class TestVsftpd(FtpConformance):
    """It has no MLSD, and tells times of files only by their second."""

    @pytest.fixture
    def bench(self, benches: Benches) -> Bench:
        return benches(ftpd.shared(Vsftpd))


def open_with(uri: str, limits: Limits) -> RemoteArtifactStore:
    address = parse_address(uri)
    return RemoteArtifactStore(FtpFiles(address, None, limits), address.path, address.shown)


QUICK = Limits(connect=2.0, operation=2.0, finish=4.0)


class TestFailuresOfPyftpdlib(Failures, Stalls):
    SECRET = PASSWORD

    @pytest.fixture(scope="class")
    @classmethod
    def server(cls) -> Iterator[FtpServer]:
        with closing(Pyftpdlib()) as server:
            yield server

    @pytest.fixture
    def open_quick(self) -> Open:
        return lambda uri: open_with(uri, QUICK)


class TestFailuresOfVsftpd(SessionFailures):
    @pytest.fixture(scope="class")
    @classmethod
    def server(cls) -> Iterator[FtpServer]:
        with closing(Vsftpd()) as server:
            yield server

    @pytest.fixture
    def open_quick(self) -> Open:
        return lambda uri: open_with(uri, QUICK)


KINDS = [(Pyftpdlib, False), (Pyftpdlib, True), (Vsftpd, False), (Vsftpd, True)]


@pytest.fixture(params=KINDS, ids=lambda kind: f"{kind[0].__name__}{'+TLS' * kind[1]}")
def server(request: pytest.FixtureRequest) -> FtpServer:
    kind, tls = request.param
    return ftpd.shared(kind, tls)


def test_a_store_is_opened_by_its_uri(server: FtpServer, runner: asyncio.Runner) -> None:
    """With TLS, vsftpd demands that data connections resume the session of the other one."""
    bench = Bench(lambda: open_store(server.uri(), server.environ), runner)
    content = pattern(2 * CHUNK + 5)
    bench.put("f/ä b", content)
    assert bench.get("f/ä b") == content
    assert bench.get("f/ä b", CHUNK, CHUNK + 10) == content[CHUNK : CHUNK + 10]
    assert bench.names("f") == ["ä b"]
    bench(bench.store.delete("f"))
    assert bench.names() == []
    bench.close()


def test_replacing_a_file_by_one_of_equal_size_changes_its_version(
    server: FtpServer, benches: Benches
) -> None:
    bench = benches(server)
    versions = set()
    for number in range(4):
        bench.put("a", str(number).encode())
        versions.add(bench(bench.store.stat("a")).version)
    assert len(versions) == 4


def test_a_file_larger_than_32_bits_count(server: FtpServer, benches: Benches) -> None:
    bench = benches(server)
    bench.put("large", b"")
    assert isinstance(bench.store, RemoteArtifactStore)
    size = (5 << 30) + 1
    (place,) = server.data.glob(f"{bench.store.root.rpartition('/')[2]}/large")
    with place.open("r+b") as file:
        file.seek(size - 3)
        file.write(b"end")
    assert bench(bench.store.stat("large")).size == size
    assert bench(bench.store.list_folder())[0].file_size == size
    assert bench.get("large", size - 5) == b"\0\0end"


def test_deleting_a_folder_spares_what_links_lead_to(
    server: FtpServer, benches: Benches, tmp_path: Path
) -> None:
    bench = benches(server)
    bench.put("f/a", b"x")
    bench.put("other/kept", b"x")
    assert isinstance(bench.store, RemoteArtifactStore)
    folder = server.data / bench.store.root.rpartition("/")[2]
    (folder / "f" / "link").symlink_to("../other")
    (folder / "link").symlink_to("other")
    bench(bench.store.delete("f"))
    bench(bench.store.delete("link"))
    assert bench.names() == ["other/"]
    assert bench.get("other/kept") == b"x"


def test_a_wrong_password(runner: asyncio.Runner) -> None:
    place = f"127.0.0.1:{ftpd.shared(Pyftpdlib).port}/a"
    bench = Bench(lambda: open_store(f"ftp://user:wrong@{place}", {}), runner)
    assert bench.refuses(Unavailable, bench.store.list_folder()) == (
        f"The artifact store ftp://user@{place} can't be used at the moment:"
        " it does not let us in: Authentication failed."
    )
    bench.close()


def test_a_certificate_that_nobody_vouches_for(runner: asyncio.Runner) -> None:
    server = ftpd.shared(Pyftpdlib, tls=True)
    bench = Bench(lambda: open_store(server.uri(), {}), runner)
    message = bench.refuses(Unavailable, bench.store.write("a", stream([b"x"])))
    assert "certificate verify failed" in message
    bench.close()


def test_a_file_of_certificates_that_is_missing(runner: asyncio.Runner) -> None:
    server = ftpd.shared(Pyftpdlib, tls=True)
    bench = Bench(lambda: open_store(server.uri(), {"SSL_CERT_FILE": "/missing.pem"}), runner)
    assert "no certificates can be loaded" in bench.refuses(Unavailable, bench.store.read("a"))
    bench.close()


def test_a_server_without_tls_gets_no_password(runner: asyncio.Runner) -> None:
    server = ftpd.shared(Pyftpdlib)
    uri = server.uri().replace("ftp://", "ftps://")
    bench = Bench(lambda: open_store(uri, {}), runner)
    message = bench.refuses(Unavailable, bench.store.list_folder())
    assert "can't be used at the moment" in message
    assert PASSWORD not in message
    bench.close()


def test_more_transfers_at_once_than_connections(runner: asyncio.Runner, benches: Benches) -> None:
    bench = benches(ftpd.shared(Vsftpd))
    bench.put("a", bytes(CHUNK))

    async def read_all_at_once() -> list[int]:
        async def size() -> int:
            async with await bench.store.read("a") as reader:
                return len(await read_all(reader))

        return await asyncio.gather(*(size() for _ in range(3 * TRANSFERS)))

    assert bench(read_all_at_once()) == [CHUNK] * 3 * TRANSFERS
