import asyncio
import errno
import os
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from sagwan.artifacts.base import CHUNK, ArtifactReader
from sagwan.artifacts.local import LocalArtifactStore, durable, upload
from sagwan.artifacts.local.staging import STAGING
from sagwan.errors import InvalidParameter, NotFound, PermissionDenied, SagwanError, Unavailable
from sagwan.testing.artifacts.bench import Bench, stream
from sagwan.testing.artifacts.suite import ArtifactStoreConformance, OpenStore

needs_links = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")


class TestOwnThreads(ArtifactStoreConformance):
    HELD = 4 * CHUNK

    @pytest.fixture
    def open_store(self, tmp_path: Path) -> OpenStore:
        return lambda: LocalArtifactStore(tmp_path / "root", ThreadPoolExecutor(8))


class TestThreadsOfTheEventLoop(ArtifactStoreConformance):
    HELD = 4 * CHUNK

    @pytest.fixture
    def open_store(self, tmp_path: Path) -> OpenStore:
        return lambda: LocalArtifactStore(tmp_path)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "root"


@pytest.fixture
def bench(root: Path) -> Any:
    with asyncio.Runner() as runner:
        bench = Bench(lambda: LocalArtifactStore(root), runner)
        yield bench
        bench.close()


def leftovers(root: Path) -> list[Path]:
    """Temporary files of uploads, wherever they are."""
    return [
        path
        for path in root.rglob("*")
        if ".artifact.uploading." in str(path) and path.is_file() and path.suffix != ".lock"
    ]


def test_nothing_is_made_before_something_is_written(bench: Bench, root: Path) -> None:
    assert bench.names() == []
    bench.refuses(NotFound, bench.store.read("a"))
    bench(bench.store.delete("a"))
    assert not root.exists()
    bench.put("1/a", b"x")
    assert (root / "1" / "a").read_bytes() == b"x"


# Links and special files.


@needs_links
def test_links_that_lead_out_are_refused(bench: Bench, root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_bytes(b"secret")
    bench.put("in/a", b"x")
    (root / "folder").symlink_to(outside)
    (root / "file").symlink_to(outside / "secret")
    (root / "in" / "up").symlink_to("../..")
    (root / "chain").symlink_to("folder")
    (root / "missing").symlink_to(outside / "missing")
    for path in ("folder/secret", "file", "in/up/outside/secret", "chain/secret", "missing"):
        for call in (bench.store.read(path), bench.store.write(path, stream([b"x"]))):
            message = bench.refuses(InvalidParameter, call)
            assert message == "Invalid path: it leads out of the artifact store."
    for path in ("folder", "in/up", "chain", "in/up/root/in"):
        bench.refuses(InvalidParameter, bench.store.write(f"{path}/../new", stream([b"x"])))
    for path in ("folder", "in/up", "chain"):
        bench.refuses(InvalidParameter, bench.store.list_folder(path))
        bench.refuses(InvalidParameter, bench.store.delete(f"{path}/secret"))
    assert bench.names() == ["in/"]
    assert bench.names("in") == ["a"]
    assert sorted(path.name for path in outside.iterdir()) == ["secret"]
    assert (outside / "secret").read_bytes() == b"secret"


@needs_links
def test_deleting_a_link_spares_what_it_leads_to(bench: Bench, root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").touch()
    bench.put("f/a", b"x")
    (root / "link").symlink_to(outside)
    (root / "f" / "link").symlink_to(outside)
    bench(bench.store.delete("link"))
    bench(bench.store.delete("f"))
    assert bench.names() == []
    assert (outside / "kept").exists()


@needs_links
def test_links_within_the_root_and_the_root_itself_may_be_links(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "root").symlink_to("real")
    with asyncio.Runner() as runner:
        bench = Bench(lambda: LocalArtifactStore(tmp_path / "root"), runner)
        bench.put("f/a", b"x")
        (tmp_path / "real" / "g").symlink_to("f")
        (tmp_path / "real" / "b").symlink_to("f/a")
        assert bench.get("g/a") == bench.get("b") == b"x"
        assert bench.names() == ["b", "f/", "g/"]
        bench.put("g/new", b"y")
        assert bench.get("f/new") == b"y"
        bench.close()


@needs_links
def test_links_that_lead_nowhere_or_in_circles(bench: Bench, root: Path) -> None:
    bench.put("a", b"x")
    (root / "circle").symlink_to("circle")
    (root / "nowhere").symlink_to("missing")
    bench.refuses(InvalidParameter, bench.store.read("circle"))
    bench.refuses(NotFound, bench.store.read("nowhere"))
    assert bench.names() == ["a"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
def test_special_files_are_no_artifacts(bench: Bench, root: Path) -> None:
    bench.put("a", b"x")
    os.mkfifo(root / "fifo")
    bench.refuses(NotFound, bench.store.read("fifo"))
    assert bench.names() == ["a"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_name_that_is_not_utf8_is_listed(bench: Bench, root: Path) -> None:
    bench.put("a", b"x")
    Path(os.fsdecode(os.fsencode(root) + b"/b\xff")).touch()
    assert bench.names() == ["a", "b\ufffd"]


# The operating system refuses.


def test_a_file_larger_than_32_bits_count(bench: Bench, root: Path) -> None:
    size = (5 << 30) + 1
    root.mkdir()
    with (root / "large").open("wb") as file:
        file.seek(size - 3)
        file.write(b"end")
    assert bench(bench.store.stat("large")).size == size
    assert bench(bench.store.list_folder())[0].file_size == size
    assert bench.get("large", size - 5) == b"\0\0end"


def test_a_name_that_is_too_long(bench: Bench, root: Path) -> None:
    for path in ("x" * 300, "x" * 300 + "/a", "a/" + "x" * 300, "x/" * 3000 + "x"):
        for size in (1, 2 * CHUNK):
            call = bench.store.write(path, stream([bytes(size)]))
            assert "too long" in bench.refuses(InvalidParameter, call)
        assert "too long" in bench.refuses(InvalidParameter, bench.store.read(path))
    assert leftovers(root) == []


@pytest.mark.parametrize(
    ("number", "error"),
    [
        (errno.ENOSPC, Unavailable),
        (errno.EDQUOT, Unavailable),
        (errno.EIO, Unavailable),
        (errno.EMFILE, Unavailable),
        (errno.EACCES, PermissionDenied),
        (errno.EROFS, PermissionDenied),
        (errno.EFBIG, InvalidParameter),
    ],
)
@pytest.mark.parametrize("call", ["open", "write", "fdatasync", "replace"])
@pytest.mark.parametrize("size", [1, 5 * CHUNK])
def test_an_upload_that_the_system_refuses_leaves_what_was_there(
    bench: Bench,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    error: type[SagwanError],
    call: str,
    size: int,
) -> None:
    bench.put("f/a", b"old")

    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        if call == "fdatasync":
            patch.setattr(upload, "flush", refuse)
        else:
            patch.setattr(f"os.{call}", refuse)
        message = bench.refuses(error, bench.store.write("f/a", stream([bytes(size)])))
    assert "'f/a'" in message
    assert str(root) not in message
    assert leftovers(root) == []
    assert bench.get("f/a") == b"old"
    bench.put("f/a", b"new")
    assert bench.get("f/a") == b"new"


def test_a_file_that_shrinks_while_it_is_read(bench: Bench, root: Path) -> None:
    async def read() -> None:
        async with await bench.store.read("a") as opened:
            os.truncate(root / "a", 2 * CHUNK)
            async for _ in opened.chunks():
                pass

    bench.put("a", bytes(5 * CHUNK))
    assert "changed while it was being read" in bench.refuses(Unavailable, read())


# Durability.


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch, root: Path) -> list[tuple[str, str]]:
    """What is called that makes a file durable and visible, in order."""
    log: list[tuple[str, str]] = []
    flush_folder, flush, replace = durable.flush_folder, durable.flush, os.replace

    def logged_folder(folder: str) -> None:
        log.append(("flush", os.path.relpath(folder, root)))
        flush_folder(folder)

    def logged_flush(descriptor: int) -> None:
        log.append(("flush", "file"))
        flush(descriptor)

    def logged_replace(source: str, target: str) -> None:
        log.append(("replace", os.path.relpath(target, root)))
        replace(source, target)

    monkeypatch.setattr(durable, "flush_folder", logged_folder)
    monkeypatch.setattr(upload, "flush", logged_flush)
    monkeypatch.setattr(os, "replace", logged_replace)
    return log


def test_a_file_is_flushed_before_it_is_visible_and_its_folder_after(
    bench: Bench, calls: list[tuple[str, str]]
) -> None:
    bench.put("a/b/c", b"x")
    assert calls == [
        ("flush", ".."),
        ("flush", "file"),
        ("flush", "."),
        ("flush", "a"),
        ("replace", "a/b/c"),
        ("flush", "a/b"),
    ]
    calls.clear()
    bench.put("a/b/d", bytes(3 * CHUNK))
    assert calls == [("flush", "file"), ("replace", "a/b/d"), ("flush", "a/b")]
    calls.clear()
    bench(bench.store.delete("a/b"))
    assert calls == [("flush", "a")]
    calls.clear()
    bench.put("a/b/c", b"x")
    assert calls[-3:] == [("flush", "a"), ("replace", "a/b/c"), ("flush", "a/b")]


def test_a_folder_of_another_process_is_flushed_too(
    bench: Bench, root: Path, calls: list[tuple[str, str]]
) -> None:
    (root / "a" / "b").mkdir(parents=True)
    bench.put("a/b/c", b"x")
    assert ("flush", ".") in calls
    assert ("flush", "a") in calls


def test_flushes_of_one_folder_are_shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()
    flushed = []

    def slow(folder: str) -> None:
        flushed.append(folder)
        begun.set()
        assert go_on.wait(60)

    monkeypatch.setattr(durable, "flush_folder", slow)
    folders = durable.Folders(str(tmp_path))
    waiting = threading.Barrier(11)

    def late() -> None:
        waiting.wait(60)
        folders.sync("f")

    with ThreadPoolExecutor(11) as pool:
        first = pool.submit(folders.sync, "f")
        assert begun.wait(60)
        # These come while a flush is under way that may have missed what they wrote.
        others = [pool.submit(late) for _ in range(10)]
        waiting.wait(60)
        while folders._turns["f"].users < 11:
            assert not first.done()
        go_on.set()
        for future in (first, *others):
            future.result(60)
    assert flushed == ["f", "f"]
    assert folders._turns == {}


def test_a_failed_flush_is_no_flush(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = durable.Folders(str(tmp_path))

    def fail(folder: str) -> None:
        raise OSError(errno.EIO, "no")

    with monkeypatch.context() as patch:
        patch.setattr(durable, "flush_folder", fail)
        with pytest.raises(OSError, match="no"):
            folders.make(str(tmp_path / "a"))
    flushed: list[str] = []
    monkeypatch.setattr(durable, "flush_folder", flushed.append)
    folders.make(str(tmp_path / "a"))
    assert flushed == [str(tmp_path)]
    folders.make(str(tmp_path / "a"))
    assert flushed == [str(tmp_path)]


# Staging.

WRITER = """
import asyncio, sys
from sagwan.artifacts.open import open_artifacts

async def chunks():
    for _ in range(5):
        yield bytes(1024 * 1024)
    print("half", flush=True)
    await asyncio.Event().wait()

async def main():
    await open_artifacts(sys.argv[1]).write(sys.argv[2], chunks())

asyncio.run(main())
"""


def start_writer(root: Path, path: str) -> "subprocess.Popen[bytes]":
    """A process that has written half of an upload and waits."""
    source = Path(upload.__file__).parents[3]
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(root), path],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(source)},
    )
    assert writer.stdout is not None
    assert writer.stdout.readline().strip() == b"half"
    writer.stdout.close()
    return writer


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_a_killed_upload_leaves_nothing_visible_and_is_swept(bench: Bench, root: Path) -> None:
    bench.put("f/a", b"old")
    writers = [start_writer(root, "f/a"), start_writer(root, "new/a")]
    assert len(leftovers(root)) == 2
    for writer in writers:
        writer.send_signal(signal.SIGKILL)
        writer.wait()
    assert bench.names() == ["f/"]
    assert bench.names("f") == ["a"]
    assert bench.get("f/a") == b"old"
    bench.put("f/a", b"new")
    sweeper = LocalArtifactStore(root)
    sweeper.sweep()
    assert leftovers(root) == []
    assert bench.get("f/a") == b"new"
    # What the bench itself keeps is not touched.
    bench.put("f/b", bytes(3 * CHUNK))
    assert bench.names("f") == ["a", "b"]


def test_an_upload_of_a_living_process_survives_a_sweep(bench: Bench, root: Path) -> None:
    async def swept_midway() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield bytes(CHUNK)
        assert len(leftovers(root)) == 1
        await asyncio.to_thread(LocalArtifactStore(root).sweep)
        yield bytes(CHUNK)

    bench(bench.store.write("a", swept_midway()))
    assert bench(bench.store.stat("a")).size == 4 * CHUNK


def test_uploads_go_on_where_locks_do_not_work(
    root: Path, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError(errno.ENOLCK, "no locks here")

    async def swept_midway() -> AsyncIterator[bytes]:
        yield bytes(2 * CHUNK)
        await asyncio.to_thread(LocalArtifactStore(root).sweep)
        yield bytes(CHUNK)

    monkeypatch.setattr("sagwan.artifacts.local.staging.try_lock", refuse)
    bench(bench.store.write("a", swept_midway()))
    assert bench(bench.store.stat("a")).size == 3 * CHUNK


def test_uploads_go_on_after_someone_removed_the_staging_folder(bench: Bench, root: Path) -> None:
    bench.put("a", b"1")
    subprocess.run(["rm", "-rf", str(root / STAGING)], check=True)
    bench.put("a", b"2")
    assert bench.get("a") == b"2"
    bench(bench.store.delete("a"))
    assert bench.names() == []


def test_closing_leaves_an_empty_staging_folder(root: Path) -> None:
    with asyncio.Runner() as runner:
        bench = Bench(lambda: LocalArtifactStore(root), runner)
        bench.put("a", b"x")
        bench.close()
    assert sorted(path.name for path in root.iterdir()) == [STAGING, "a"]
    assert list((root / STAGING).iterdir()) == []


def test_a_folder_on_another_file_system_gets_its_temporary_files_itself(
    bench: Bench, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def elsewhere(folder: str) -> int:
        return -2

    def exdev(source: str, target: str) -> None:
        raise OSError(errno.EXDEV, "another file system")

    monkeypatch.setattr(upload, "device_of", elsewhere)
    places = []

    async def watched() -> AsyncIterator[bytes]:
        yield bytes(2 * CHUNK)
        yield bytes(CHUNK)
        places.extend(leftovers(root))
        assert bench.store is not None
        assert [info.path for info in await bench.store.list_folder("f")] == ["a"]

    bench.put("f/a", b"x")
    bench(bench.store.write("f/b", watched()))
    assert [place.parent for place in places] == [root / "f"]
    assert bench.names("f") == ["a", "b"]
    assert leftovers(root) == []
    monkeypatch.setattr(os, "rename", exdev)
    bench(bench.store.delete("f"))
    assert bench.names() == []
    assert not (root / "f").exists()


# Back-pressure.


def test_a_slow_medium_slows_the_sender_down(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """While nothing can be written, an upload takes two batches from its sender, not more."""
    write, begun, go_on, taken = upload.Upload.write, threading.Event(), threading.Event(), 0

    def slow(self: upload.Upload, chunks: list[bytes]) -> None:
        begun.set()
        assert go_on.wait(60)
        write(self, chunks)

    monkeypatch.setattr(upload.Upload, "write", slow)
    size = 64 * 1024
    per_batch = CHUNK // size

    async def eager() -> AsyncIterator[bytes]:
        nonlocal taken
        for _ in range(5 * per_batch):
            taken += 1
            yield bytes(size)

    async def run() -> int:
        task = asyncio.create_task(bench.store.write("a", eager()))
        await asyncio.to_thread(begun.wait, 60)
        # From here on, all that can happen happens in the event loop, a chunk a turn.
        for _ in range(10 * per_batch):
            await asyncio.sleep(0)
        stalled = taken
        go_on.set()
        await task
        return stalled

    assert bench(run()) == 2 * per_batch
    assert taken == 5 * per_batch
    assert bench(bench.store.stat("a")).size == 5 * CHUNK


def test_a_slow_receiver_slows_the_reading_down(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader is one chunk ahead of its receiver, not more."""
    run, reads = asyncio.BaseEventLoop.run_in_executor, 0

    def counted(*arguments: Any) -> Any:
        nonlocal reads
        reads += 1
        return run(*arguments)

    async def slow() -> list[int]:
        ahead = []
        async with await bench.store.read("a") as opened:
            monkeypatch.setattr(asyncio.BaseEventLoop, "run_in_executor", counted)
            async for _ in opened.chunks():
                for _ in range(50):
                    await asyncio.sleep(0)
                ahead.append(reads)
            monkeypatch.undo()
        return ahead

    bench.put("a", bytes(6 * CHUNK))
    assert bench(slow()) == [2, 3, 4, 5, 6, 6]


def test_closing_while_a_thread_reads(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The descriptor is closed after the read, so that no other file can have its number."""
    read, begun, go_on = os.read, threading.Event(), threading.Event()
    order = []

    def slow(descriptor: int, size: int) -> bytes:
        begun.set()
        assert go_on.wait(60)
        order.append("read")
        return read(descriptor, size)

    def logged(close: Callable[[int], None]) -> Callable[[int], None]:
        def closing(descriptor: int) -> None:
            order.append("close")
            close(descriptor)

        return closing

    async def first(opened: ArtifactReader) -> bytes:
        return await anext(opened.chunks())

    async def cancel() -> None:
        opened = await bench.store.read("a")
        monkeypatch.setattr(os, "read", slow)
        monkeypatch.setattr(os, "close", logged(os.close))
        task = asyncio.create_task(first(opened))
        await asyncio.to_thread(begun.wait, 60)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        closing = asyncio.create_task(opened.close())
        await asyncio.sleep(0)
        go_on.set()
        await closing

    bench.put("a", bytes(3 * CHUNK))
    bench(cancel())
    monkeypatch.undo()
    assert order == ["read", "close"]
