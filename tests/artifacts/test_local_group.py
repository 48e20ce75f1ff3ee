"""Small files that are uploaded to a local folder at once are written together."""

import asyncio
import errno
import os
import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from sagwan.artifacts.local import LocalArtifactStore, durable, group, upload
from sagwan.artifacts.local.group import GROUP, SMALL
from sagwan.errors import InvalidParameter, SagwanError, Unavailable
from sagwan.testing.artifacts.bench import Bench, stream


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "root"


@pytest.fixture
def bench(root: Path) -> Any:
    with asyncio.Runner() as runner:
        bench = Bench(lambda: LocalArtifactStore(root), runner)
        bench.put("f/a", b"old")
        yield bench
        bench.close()


def put_at_once(bench: Bench, paths: Sequence[str], size: int = 10) -> dict[str, Exception]:
    """Write each path's file, of its own bytes; the errors of those that failed."""

    async def put() -> list[BaseException | None]:
        calls = [bench.store.write(path, stream([path.encode() * size])) for path in paths]
        return await asyncio.gather(*calls, return_exceptions=True)

    found = zip(paths, bench(put()), strict=True)
    return {path: error for path, error in found if isinstance(error, Exception)}


def temporary(root: Path) -> list[str]:
    return [name for _, _, names in os.walk(root) for name in names if name.isdigit()]


def test_files_at_once_are_all_flushed_and_then_their_folder_once(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    flush, replace, flush_folder = upload.flush, os.replace, durable.flush_folder

    def logged_flush(descriptor: int) -> None:
        flush(descriptor)
        calls.append("file")

    def logged_replace(source: str, target: str) -> None:
        calls.append("replace")
        replace(source, target)

    def logged_folder(folder: str) -> None:
        calls.append(os.path.basename(folder))
        flush_folder(folder)

    monkeypatch.setattr(upload, "flush", logged_flush)
    monkeypatch.setattr(os, "replace", logged_replace)
    monkeypatch.setattr(durable, "flush_folder", logged_folder)
    paths = [f"f/file{number}" for number in range(GROUP)]
    assert put_at_once(bench, paths) == {}
    assert calls == ["file"] * GROUP + ["replace"] * GROUP + ["f"]
    assert [bench.get(path) for path in paths] == [path.encode() * 10 for path in paths]


def test_a_folder_is_looked_up_once_for_a_group(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: Counter[str] = Counter()
    device_of = upload.device_of

    def counted(folder: str) -> int:
        asked[os.path.basename(folder)] += 1
        return device_of(folder)

    bench.put("g/a", b"x")
    monkeypatch.setattr(upload, "device_of", counted)
    paths = [f"{folder}/file{number}" for folder in "fg" for number in range(GROUP // 2)]
    assert put_at_once(bench, paths) == {}
    assert asked == {"f": 1, "g": 1}


def test_each_file_fails_alone(bench: Bench, root: Path) -> None:
    bad = {"f": InvalidParameter, "f/a/below": InvalidParameter, "x" * 300: InvalidParameter}
    good = ["f/b", "new/a", "f/c"]
    errors = put_at_once(bench, [good[0], *bad, *good[1:]])
    assert {path: type(error) for path, error in errors.items()} == bad
    assert [bench.get(path) for path in good] == [path.encode() * 10 for path in good]
    assert temporary(root) == []


@pytest.mark.parametrize("call", ["upload.flush", "durable.flush_folder"])
def test_a_failed_flush_is_told_to_all_that_it_was_for(
    bench: Bench, root: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def refuse(_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    paths = ["f/a", "f/b", "f/c"]
    with monkeypatch.context() as patch:
        patch.setattr(f"sagwan.artifacts.local.{call}", refuse)
        errors = put_at_once(bench, paths)
    assert {type(error) for error in errors.values()} == {Unavailable}
    assert [path for path, error in errors.items() if f"'{path}'" in str(error)] == paths
    assert temporary(root) == []
    assert put_at_once(bench, paths) == {}
    assert bench.names("f") == ["a", "b", "c"]


def test_an_error_that_nobody_foresaw_is_an_error_for_all(
    bench: Bench, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no threads left")

    paths = ["f/a", "f/b"]
    with monkeypatch.context() as patch:
        patch.setattr(group.SmallFiles, "_at_once", broken)
        errors = put_at_once(bench, paths)
    assert [type(error) for error in errors.values()] == [RuntimeError, RuntimeError]
    assert temporary(root) == []
    assert bench.get("f/a") == b"old"
    assert put_at_once(bench, paths) == {}


def test_the_same_path_many_times_in_a_group_ends_as_one_of_them(bench: Bench) -> None:
    contents = [bytes([number]) * 5000 for number in range(GROUP)]

    async def put() -> None:
        await asyncio.gather(*(bench.store.write("f/a", stream([c])) for c in contents))

    bench(put())
    assert bench.get("f/a") in contents
    assert bench.names("f") == ["a"]


def test_what_comes_while_all_writers_wait_for_the_medium_is_one_group(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two groups are under way; what comes then is written next, with one flush of the folder."""
    begun, go_on, folders = threading.Semaphore(0), threading.Event(), 0
    flush, flush_folder = upload.flush, durable.flush_folder

    def slow(descriptor: int) -> None:
        begun.release()
        assert go_on.wait(60)
        flush(descriptor)

    def counted(folder: str) -> None:
        nonlocal folders
        folders += 1
        flush_folder(folder)

    async def put() -> None:
        tasks = []
        for number in range(2):
            tasks.append(asyncio.create_task(bench.store.write(f"f/{number}", stream([b"x"]))))
            await asyncio.to_thread(begun.acquire)
        paths = [f"f/{number}" for number in range(2, 2 + GROUP)]
        tasks += [asyncio.create_task(bench.store.write(path, stream([b"x"]))) for path in paths]
        for _ in range(20):
            await asyncio.sleep(0)
        go_on.set()
        await asyncio.gather(*tasks)

    monkeypatch.setattr(upload, "flush", slow)
    monkeypatch.setattr(durable, "flush_folder", counted)
    bench(put())
    assert len(bench.names("f")) == 3 + GROUP
    assert folders <= 3


@pytest.mark.parametrize("size", [SMALL, SMALL + 1])
def test_the_largest_small_file_and_the_next_one(bench: Bench, size: int) -> None:
    content = os.urandom(size)
    bench.put("f/b", content[:1000], content[1000:])
    assert bench.get("f/b") == content


def test_a_caller_that_is_cancelled_leaves_the_others_alone(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    flush = upload.flush

    def slow(descriptor: int) -> None:
        begun.set()
        assert go_on.wait(60)
        flush(descriptor)

    async def put() -> None:
        tasks = [
            asyncio.create_task(bench.store.write(f"f/{name}", stream([b"new"]))) for name in "ab"
        ]
        await asyncio.to_thread(begun.wait, 60)
        tasks[0].cancel()
        await asyncio.sleep(0)
        go_on.set()
        assert await tasks[1] is None
        with pytest.raises(asyncio.CancelledError):
            await tasks[0]

    monkeypatch.setattr(upload, "flush", slow)
    bench(put())
    assert bench.get("f/b") == b"new"
    assert bench.get("f/a") in (b"old", b"new")


def test_errors_say_nothing_of_where_files_are(bench: Bench, root: Path) -> None:
    error = put_at_once(bench, ["f", "f/b"])["f"]
    assert isinstance(error, SagwanError)
    assert str(root) not in error.message
