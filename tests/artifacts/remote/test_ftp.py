import asyncio
from collections.abc import Iterator
from contextlib import closing
from functools import partial

import pytest

from sagwan.artifacts.base import CHUNK
from sagwan.artifacts.remote.ftp import FtpFiles, tls_context
from sagwan.artifacts.remote.ftp_session import Limits
from sagwan.artifacts.remote.store import RemoteArtifactStore
from sagwan.artifacts.remote.uri import parse_address
from sagwan.errors import Unavailable
from sagwan.testing.artifacts.bench import Bench, read_all, stream
from sagwan.testing.artifacts.suite import ArtifactStoreConformance, pattern
from tests.artifacts.remote.failures import Failures, Open, SessionFailures
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


QUICK = Limits(connect=3.0, operation=1.0, finish=3.0)


class TestFailuresOfPyftpdlib(Failures):
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
