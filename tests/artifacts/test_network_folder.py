"""The local store in a folder of another machine, which has no locks and is slow."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest

from sagwan.artifacts.base import CHUNK
from sagwan.artifacts.local import LocalArtifactStore
from sagwan.artifacts.local.staging import STALE
from sagwan.testing.artifacts.bench import Bench, stream
from sagwan.testing.artifacts.suite import ArtifactStoreConformance, OpenStore, pattern
from tests.support.artifacts import sshd
from tests.support.artifacts.network_folder import mounted

pytestmark = pytest.mark.xdist_group("sshd")

_numbers = count(1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is mounted, on the machine that has it."""
    return sshd.shared().new_folder()


@pytest.fixture(scope="module")
def mount(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    place = tmp_path_factory.mktemp("network") / "mount"
    with mounted(sshd.shared(), folder, place):
        yield place


class TestConformance(ArtifactStoreConformance):
    HELD = 4 * CHUNK

    @pytest.fixture
    def open_store(self, mount: Path) -> OpenStore:
        root = mount / str(next(_numbers))
        return lambda: LocalArtifactStore(root, ThreadPoolExecutor(8))


@pytest.fixture
def root(mount: Path) -> Path:
    return mount / str(next(_numbers))


def test_a_machine_leaves_alone_what_another_one_is_uploading(
    root: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with asyncio.Runner() as runner, mounted(sshd.shared(), folder, tmp_path / "mount") as other:
        bench = Bench(lambda: LocalArtifactStore(root), runner)
        monkeypatch.setattr("platform.node", lambda: "another.example.com")

        async def upload() -> AsyncIterator[bytes]:
            for _ in range(3):
                # Locks of one mount don't reach the other, as between two machines.
                yield bytes(2 * CHUNK)
                store = LocalArtifactStore(other / root.name)
                await store.write("other", stream([b"x"]))
                store.sweep()
                await store.close()

        bench(bench.store.write("f/a", upload()))
        assert bench.get("f/a") == bytes(6 * CHUNK)
        bench.close()


def test_what_another_machine_left_is_swept_after_a_day(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = root / ".artifact.uploading.staging"
    for name, age in (("another-example-com.1", STALE - 60), ("another-example-com.2", STALE + 60)):
        (left / name).mkdir(parents=True)
        (left / name / "0").write_bytes(b"half")
        (left / f"{name}.lock").touch()
        for place in (left / name / "0", left / name, left / f"{name}.lock"):
            os.utime(place, (time.time() - age,) * 2)
    LocalArtifactStore(root).sweep()
    assert sorted(path.name for path in left.iterdir()) == [
        "another-example-com.1",
        "another-example-com.1.lock",
    ]


def test_two_machines_that_write_one_file_leave_one_of_the_two(
    root: Path, folder: Path, tmp_path: Path
) -> None:
    with asyncio.Runner() as runner, mounted(sshd.shared(), folder, tmp_path / "mount") as other:
        here = Bench(lambda: LocalArtifactStore(root), runner)
        there = Bench(lambda: LocalArtifactStore(other / root.name), runner)
        contents = [pattern(CHUNK, seed) for seed in range(8)]

        async def write_all() -> None:
            await asyncio.gather(
                *(
                    bench.store.write("f/a", stream([content]))
                    for bench, content in zip([here, there] * 4, contents, strict=True)
                )
            )

        here(write_all())
        assert (folder / root.name / "f" / "a").read_bytes() in contents
        assert [path.name for path in (folder / root.name / "f").iterdir()] == ["a"]
        here.close()
        there.close()
