import asyncio
import errno
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sagwan.artifacts.base import CHUNK
from sagwan.artifacts.remote.files import Entry, RemoteFile
from sagwan.artifacts.remote.store import STAGING, STALE, RemoteArtifactStore
from sagwan.errors import (
    InvalidParameter,
    NotFound,
    PermissionDenied,
    SagwanError,
    Unavailable,
)
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


NAME = "test://host/root"
AHEAD = 7 * 24 * 3600.0


class Broken(FolderFiles):
    """Files some of whose calls fail: each `fail` says with what."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.fail: dict[str, OSError] = {}

    async def create(self, path: str) -> RemoteFile:
        if "create" in self.fail:
            raise self.fail["create"]
        return await super().create(path)

    async def replace(self, source: str, target: str) -> None:
        if "replace" in self.fail:
            raise self.fail["replace"]
        await super().replace(source, target)

    async def remove_tree(self, path: str) -> None:
        if "remove_tree" in self.fail:
            raise self.fail["remove_tree"]
        await super().remove_tree(path)


@pytest.fixture
def files(tmp_path: Path) -> Broken:
    return Broken(tmp_path)


@pytest.fixture
def staging(tmp_path: Path) -> Path:
    return tmp_path / "root" / STAGING


@pytest.fixture
def bench(files: Broken) -> Iterator[Bench]:
    with asyncio.Runner() as runner:
        bench = Bench(lambda: RemoteArtifactStore(files, "/root", NAME), runner)
        yield bench
        bench.close()


def test_nothing_is_done_before_something_is_asked(bench: Bench, files: Broken) -> None:
    assert files.calls == []
    assert bench.names() == []
    assert files.calls == ["list_folder"]
    assert not files.place("/root").exists()


def test_a_write_to_a_folder_that_is_known_takes_few_calls(bench: Bench, files: Broken) -> None:
    bench.put("f/a", b"x")
    bench(_swept(bench))
    files.calls.clear()
    bench.put("f/b", b"x")
    assert files.calls == ["stat", "create", "replace"]


@pytest.mark.parametrize("failing", ["create", "replace"])
@pytest.mark.parametrize(
    ("error", "raised", "message"),
    [
        (OSError(errno.ENOSPC, "full"), Unavailable, "The artifact store is full: 'a' was not"),
        (OSError(errno.EDQUOT, "quota"), Unavailable, "The artifact store is full: 'a' was not"),
        (OSError(errno.ENAMETOOLONG, "long"), InvalidParameter, "The artifact store can't hold"),
        (PermissionError("no"), PermissionDenied, f"The artifact store {NAME} does not allow"),
        (TimeoutError("it does not answer"), Unavailable, f"The artifact store {NAME} can't be"),
        (ConnectionError("it is gone"), Unavailable, f"The artifact store {NAME} can't be"),
        (IsADirectoryError("a"), InvalidParameter, "Artifact path refers to a directory"),
        (NotADirectoryError("a"), InvalidParameter, "Part of the artifact path is a file"),
        (FileNotFoundError("a"), Unavailable, "'a' was deleted while it was being written."),
    ],
)
def test_a_write_that_fails_says_why_and_leaves_nothing(
    bench: Bench,
    files: Broken,
    staging: Path,
    failing: str,
    error: OSError,
    raised: type[SagwanError],
    message: str,
) -> None:
    bench.put("a", b"old")
    bench(_swept(bench))
    files.fail[failing] = error
    assert bench.refuses(raised, bench.store.write("a", stream([b"new"]))).startswith(message)
    files.fail.clear()
    assert bench.get("a") == b"old"
    assert list(staging.iterdir()) == []
    bench.put("a", b"new")
    assert bench.get("a") == b"new"


def test_files_of_equal_size_in_one_second_have_different_versions(bench: Bench) -> None:
    versions = set()
    for number in range(5):
        bench.put("a", str(number).encode())
        stat = bench(bench.store.stat("a"))
        versions.add(stat.version)
    assert len(versions) == 5
    assert stat.modified <= time.time() + 6


def test_a_folder_is_gone_even_if_its_files_can_not_be_removed(
    bench: Bench, files: Broken, staging: Path
) -> None:
    bench.put("f/a", b"x")
    files.fail["remove_tree"] = ConnectionError("it is gone")
    bench(bench.store.delete("f"))
    files.fail.clear()
    assert bench.names() == []
    (left,) = [path for path in staging.iterdir() if path.is_dir()]
    os.utime(left, (time.time() - STALE - 60,) * 2)
    bench(RemoteArtifactStore(files, "/root", NAME).sweep())
    assert not left.exists()


def test_what_is_stale_is_told_by_the_clock_of_the_other_end(
    bench: Bench, files: Broken, staging: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here that is a week ahead of ours, and the uploads are as old as they seem to it."""
    bench.put("a", b"x")
    bench(_swept(bench))
    for name, age in (("young", STALE - 60), ("old", STALE + 60)):
        (staging / name).write_bytes(b"half")
        os.utime(staging / name, (time.time() + AHEAD - age,) * 2)
    list_folder = files.list_folder

    async def list_ahead(path: str) -> list[Entry]:
        entries = await list_folder(path)
        return [
            entry
            if entry.name in ("young", "old")
            else entry._replace(modified=time.time() + AHEAD)
            for entry in entries
        ]

    monkeypatch.setattr(files, "list_folder", list_ahead)
    bench(RemoteArtifactStore(files, "/root", NAME).sweep())
    assert [path.name for path in staging.iterdir()] == ["young"]


def test_a_sweep_that_fails_is_logged_and_no_more(
    bench: Bench, files: Broken, caplog: pytest.LogCaptureFixture
) -> None:
    files.fail["create"] = PermissionError("not allowed")
    assert isinstance(bench.store, RemoteArtifactStore)
    bench(bench.store.sweep())
    assert f"Old uploads in {NAME} were not removed: not allowed" in caplog.text


def test_uploads_go_on_after_someone_removed_the_staging_folder(
    bench: Bench, staging: Path
) -> None:
    bench.put("f/a", b"x")
    bench(_swept(bench))
    shutil.rmtree(staging)
    bench.put("f/b", b"y")
    assert bench.names("f") == ["a", "b"]
    bench(_swept(bench))
    shutil.rmtree(staging)
    bench(bench.store.delete("f"))
    assert bench.names() == []


def test_uploads_go_on_after_someone_else_deleted_a_known_folder(
    bench: Bench, files: Broken
) -> None:
    bench.put("f/g/a", b"x")
    shutil.rmtree(files.place("/root/f"))
    bench.put("f/g/b", b"y")
    assert bench.names("f/g") == ["b"]


def test_links_are_not_shown_and_may_be_replaced_or_deleted(
    bench: Bench, files: Broken, tmp_path: Path
) -> None:
    bench.put("f/a", b"x")
    for name in ("l", "m"):
        (files.place("/root/f") / name).symlink_to(tmp_path)
    assert bench.names("f") == ["a"]
    bench.refuses(NotFound, bench.store.read("f/l"))
    bench.put("f/l", b"y")
    assert bench.names("f") == ["a", "l"]
    bench(bench.store.delete("f/m"))
    assert tmp_path.exists()
    assert not (files.place("/root/f") / "m").is_symlink()


async def _swept(bench: Bench) -> None:
    assert isinstance(bench.store, RemoteArtifactStore)
    assert bench.store._sweeping is not None
    await bench.store._sweeping
