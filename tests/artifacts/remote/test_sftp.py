import asyncio
from collections.abc import Iterator

import pytest

from sagwan.artifacts.base import CHUNK
from sagwan.artifacts.remote.sftp import SftpFiles
from sagwan.artifacts.remote.ssh import Connection, Limits
from sagwan.artifacts.remote.store import RemoteArtifactStore
from sagwan.artifacts.remote.uri import parse_address
from sagwan.testing.artifacts.bench import Bench
from sagwan.testing.artifacts.suite import ArtifactStoreConformance
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
