import pytest

from sagwan.artifacts.base import CHUNK
from sagwan.artifacts.remote.webhdfs import open_store
from sagwan.testing.artifacts.suite import ArtifactStoreConformance, OpenStore
from tests.support.artifacts.hadoop import hadoop, new_root

pytestmark = pytest.mark.xdist_group("hadoop")


class TestConformance(ArtifactStoreConformance):
    HELD = 6 * CHUNK
    SNAPSHOTS = False

    @pytest.fixture
    def open_store(self) -> OpenStore:
        uri = hadoop().webhdfs_uri + new_root()
        return lambda: open_store(uri, {})
