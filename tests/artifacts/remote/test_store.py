from pathlib import Path

import pytest

from sagwan.artifacts.base import CHUNK
from sagwan.artifacts.remote.store import RemoteArtifactStore
from sagwan.errors import Unavailable
from sagwan.testing.artifacts.bench import Bench, read_all, stream
from sagwan.testing.artifacts.suite import ArtifactStoreConformance, OpenStore, pattern
from tests.support.artifacts.folder import FolderFiles


class TestConformance(ArtifactStoreConformance):
    HELD = 4 * CHUNK

    @pytest.fixture
    def open_store(self, tmp_path: Path) -> OpenStore:
        return lambda: RemoteArtifactStore(FolderFiles(tmp_path), "/a/root", "test://host/a/root")

    def test_a_reader_keeps_to_the_file_that_it_opened(self, bench: Bench) -> None:
        """It can only name the file, so it notices that another one has the name now."""

        async def read_while_replaced() -> None:
            async with await bench.store.read("a") as reader:
                assert await read_all(reader, 0, CHUNK) == pattern(CHUNK)
                await bench.store.write("a", stream([pattern(3 * CHUNK, seed=1)]))
                await read_all(reader, CHUNK)

        bench.put("a", pattern(3 * CHUNK))
        bench.refuses(Unavailable, read_while_replaced())
