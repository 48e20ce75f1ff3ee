"""S3, on a real Ceph object gateway."""

from itertools import count

import pytest

from sagwan.artifacts.objects.s3 import open_store
from sagwan.testing.artifacts.parts import PartUploadConformance
from sagwan.testing.artifacts.signed import SignedUrlConformance
from sagwan.testing.artifacts.suite import ArtifactStoreConformance, OpenStore
from tests.support.artifacts.ceph import Ceph, shared

pytestmark = pytest.mark.xdist_group("ceph")


_numbers = count(1)


@pytest.fixture(scope="module")
def ceph() -> Ceph:
    return shared()


@pytest.fixture(scope="module")
def bucket(ceph: Ceph) -> str:
    return ceph.new_bucket()


@pytest.fixture
def uri(bucket: str) -> str:
    """A place in the bucket for this test alone."""
    return f"s3://{bucket}/{next(_numbers)}/a b%20+"


class TestS3(ArtifactStoreConformance, PartUploadConformance, SignedUrlConformance):
    FOLDERS = False
    SNAPSHOTS = False

    @pytest.fixture
    def open_store(self, ceph: Ceph, uri: str) -> OpenStore:
        return lambda: open_store(uri, ceph.environ)
