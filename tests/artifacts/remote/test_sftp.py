import asyncio
from collections.abc import Iterator, Mapping
from contextlib import closing

import pytest

from sagwan.artifacts.base import CHUNK
from sagwan.artifacts.remote.sftp import SftpFiles
from sagwan.artifacts.remote.ssh import Connection, Limits
from sagwan.artifacts.remote.store import RemoteArtifactStore
from sagwan.artifacts.remote.uri import parse_address
from sagwan.testing.artifacts.bench import Bench
from sagwan.testing.artifacts.suite import ArtifactStoreConformance
from tests.artifacts.remote.failures import Open, SessionFailures
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


class TestFailures(SessionFailures):
    @pytest.fixture
    def server(self, own_server: SshServer) -> SshServer:
        return own_server

    @pytest.fixture
    def open_quick(self, server: SshServer) -> Open:
        limits = Limits(connect=3.0, operation=1.0, keepalive=30.0)
        return lambda uri: open_with(uri, server.environ, limits)
