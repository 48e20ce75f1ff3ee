"""A file of 5 GiB and one byte. (Local folders, SFTP and FTP have it in their own tests.)

`LARGE=azurite,ceph,hdfs` runs those that it names, in some minutes each. They need room for the
file: in memory for Ceph, otherwise in the folder for temporary files. Google's emulator can't hold
it: it keeps a file as one value, and builds it anew for every part that arrives and every range.
"""

import asyncio
import contextlib
import hashlib
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from sagwan.artifacts.base import CHUNK, ArtifactStore
from sagwan.artifacts.open import open_artifacts
from sagwan.testing.artifacts.bench import read_all
from sagwan.testing.artifacts.suite import Tracked
from tests.support.artifacts import ArtifactService, azurite
from tests.support.artifacts.ceph import Ceph, require_programs
from tests.support.artifacts.hadoop import USER, Hadoop

LARGE = os.environ.get("LARGE", "").split(",")

SIZE = (5 << 30) + 1
LARGEST_PART = 64 * CHUNK
_BODY = os.urandom(CHUNK - 8)


@contextlib.contextmanager
def spacious_ceph() -> Iterator[ArtifactService]:
    require_programs()
    ceph = Ceph(space=7 << 30)
    try:
        yield ArtifactService(f"s3://{ceph.new_bucket()}/artifacts", ceph.environ)
    finally:
        ceph.remove()


@contextlib.contextmanager
def hdfs_of_usual_blocks() -> Iterator[ArtifactService]:
    running = Hadoop(block=128 << 20)
    try:
        yield ArtifactService(f"{running.hdfs_uri}/artifacts", {"HADOOP_USER_NAME": USER})
    finally:
        running.remove()


SERVICES: dict[str, Callable[[], AbstractContextManager[ArtifactService]]] = {
    "azurite": azurite.service,
    "ceph": spacious_ceph,
    "hdfs": hdfs_of_usual_blocks,
}


def content(start: int, stop: int) -> bytes:
    """The file's bytes from `start` to `stop`: no two chunks are alike."""
    first, last = start // CHUNK, -(-stop // CHUNK)
    whole = b"".join(number.to_bytes(8) + _BODY for number in range(first, last))
    return whole[start - first * CHUNK : stop - first * CHUNK]


async def tracked() -> AsyncIterator[bytes]:
    for start in range(0, SIZE, CHUNK):
        chunk = Tracked(content(start, min(start + CHUNK, SIZE)))
        Tracked.alive += len(chunk)
        Tracked.most = max(Tracked.most, Tracked.alive)
        yield chunk


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(
            kind,
            marks=[
                pytest.mark.skipif(kind not in LARGE, reason=f"only with LARGE={kind}"),
                pytest.mark.xdist_group({"hdfs": "hadoop"}.get(kind, kind)),
            ],
        )
        for kind in SERVICES
    ],
)
def test_a_file_of_five_gib_and_a_byte(kind: str) -> None:
    async def everything(service: ArtifactService) -> None:
        store = open_artifacts(service.uri, service.environ)
        try:
            Tracked.alive = Tracked.most = 0
            await store.write("f/a", tracked())
            assert Tracked.most <= LARGEST_PART
            await arrived(store)
            await store.delete("f")
            assert await store.list_folder("f") == []
        finally:
            await store.close()

    with SERVICES[kind]() as service:
        asyncio.run(everything(service))


async def arrived(store: ArtifactStore) -> None:
    """Look at the size, at ranges, and at every byte."""
    assert (await store.stat("f/a")).size == SIZE
    assert [(info.path, info.file_size) for info in await store.list_folder("f")] == [("a", SIZE)]
    for start, stop in ((0, 10), (2**32 - 5, 2**32 + 5), (SIZE - 10, SIZE)):
        async with await store.read("f/a") as reader:
            assert await read_all(reader, start, stop) == content(start, stop)
    found, expected = hashlib.sha256(), hashlib.sha256()
    async with await store.read("f/a") as reader:
        async for chunk in reader.chunks():
            found.update(chunk)
    for start in range(0, SIZE, CHUNK):
        expected.update(content(start, min(start + CHUNK, SIZE)))
    assert found.digest() == expected.digest()
