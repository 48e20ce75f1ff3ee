"""Uploads in parts to a local folder: where the parts lie, and what is left of them."""

import asyncio
import errno
import os
import time
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sagwan.artifacts.base import CHUNK, UploadedPart
from sagwan.artifacts.local import LocalArtifactStore, parts, upload
from sagwan.artifacts.local.durable import Folders
from sagwan.artifacts.local.parts import PARTS
from sagwan.artifacts.local.staging import Staging
from sagwan.artifacts.sized import SizedChunks
from sagwan.errors import InvalidParameter, NotFound, Unavailable
from sagwan.testing.artifacts.bench import Bench, stream
from sagwan.testing.artifacts.parts import PartUploadConformance
from sagwan.testing.artifacts.suite import ArtifactStoreConformance, OpenStore, Tracked, pattern


class TestParts(PartUploadConformance, ArtifactStoreConformance):
    HELD = 4 * CHUNK
    HELD_OF_PART = 4 * CHUNK
    PART = 1000
    SIGNS_PARTS = False

    @pytest.fixture
    def open_store(self, tmp_path: Path) -> OpenStore:
        return lambda: LocalArtifactStore(tmp_path / "root", ThreadPoolExecutor(8))


class AnnouncingStore(LocalArtifactStore):
    """Is told the size of each part, as a server is by its clients."""

    async def write_part(
        self, path: str, upload_id: str, number: int, chunks: AsyncIterable[bytes]
    ) -> UploadedPart:
        known = [chunk async for chunk in chunks]
        sized = SizedChunks(stream(known), sum(map(len, known)))
        return await super().write_part(path, upload_id, number, sized)


class TestAnnouncedParts(PartUploadConformance):
    PART = 1000
    SIGNS_PARTS = False

    @pytest.fixture
    def bench(self, tmp_path: Path) -> Iterator[Bench]:
        with asyncio.Runner() as runner:
            bench = Bench(lambda: AnnouncingStore(tmp_path / "root"), runner)
            yield bench
            bench.close()

    def test_a_part_holds_a_bounded_number_of_bytes(self, bench: Bench) -> None:
        async def tracked() -> AsyncIterator[bytes]:
            for _ in range(16):
                yield Tracked.new(CHUNK)

        Tracked.alive = Tracked.most = 0
        store = LocalArtifactStore(store_of(bench).root)
        upload_id = bench(store.begin_upload("a"))
        chunks = SizedChunks(tracked(), 16 * CHUNK)
        part = bench(store.write_part("a", upload_id, 1, chunks))
        assert Tracked.most <= 4 * CHUNK
        bench(store.complete_upload("a", upload_id, [part]))
        assert bench(store.stat("a")).size == 16 * CHUNK


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "root"


@pytest.fixture
def bench(root: Path) -> Iterator[Bench]:
    with asyncio.Runner() as runner:
        bench = Bench(lambda: LocalArtifactStore(root), runner)
        yield bench
        bench.close()


def store_of(bench: Bench) -> LocalArtifactStore:
    assert isinstance(bench.store, LocalArtifactStore)
    return bench.store


def send(
    bench: Bench, upload_id: str, number: int, content: bytes, size: int | None = None
) -> UploadedPart:
    """Send a part of the file `f/a` whose size is announced, truly or as `size`."""
    chunks = SizedChunks(stream([content]), len(content) if size is None else size)
    return bench(store_of(bench).write_part("f/a", upload_id, number, chunks))


def complete(bench: Bench, upload_id: str, parts: list[UploadedPart]) -> None:
    bench(store_of(bench).complete_upload("f/a", upload_id, parts))


@pytest.fixture
def copies(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many bytes were copied from a part to the file, each time."""
    sizes: list[int] = []
    append = upload.Upload.append

    def counted(self: upload.Upload, source: int, start: int, size: int) -> None:
        sizes.append(size)
        append(self, source, start, size)

    monkeypatch.setattr(upload.Upload, "append", counted)
    return sizes


def test_parts_of_one_size_are_not_copied(bench: Bench, root: Path, copies: list[int]) -> None:
    contents = [pattern(size, size) for size in (5000, 5000, 5000, 1234)]
    upload_id = bench(store_of(bench).begin_upload("f/a"))
    sent = [send(bench, upload_id, n, contents[n - 1]) for n in (2, 4, 1, 3)]
    complete(bench, upload_id, sent)
    assert bench.get("f/a") == b"".join(contents)
    assert copies == []
    assert [path.suffix for path in (root / PARTS).iterdir()] == [".done"]


@pytest.mark.parametrize(
    ("sizes", "order", "copied"),
    [
        pytest.param((5000, 5000, 6000), (1, 2, 3), True, id="a larger one at the end"),
        pytest.param((5000, 4999, 5000), (1, 2, 3), True, id="a smaller one in the middle"),
        pytest.param((5000, 5000, 10), (3, 1, 2), True, id="the last one first"),
        pytest.param((5000, 5000, 10), (1, 3, 2), False, id="the last one before the middle"),
        pytest.param((5000, 0), (1, 2), True, id="an empty one"),
        pytest.param((5000,), (1,), False, id="only one"),
    ],
)
def test_parts_of_any_size_make_the_file(
    bench: Bench,
    copies: list[int],
    sizes: tuple[int, ...],
    order: tuple[int, ...],
    copied: bool,
) -> None:
    contents = [pattern(size, seed) for seed, size in enumerate(sizes)]
    upload_id = bench(store_of(bench).begin_upload("f/a"))
    complete(bench, upload_id, [send(bench, upload_id, n, contents[n - 1]) for n in order])
    assert bench.get("f/a") == b"".join(contents)
    assert bool(copies) == copied


def test_a_part_that_is_sent_again_does_not_mix_with_the_first(
    bench: Bench, copies: list[int]
) -> None:
    upload_id = bench(store_of(bench).begin_upload("f/a"))
    first = send(bench, upload_id, 1, b"1" * 5000)
    second = send(bench, upload_id, 2, b"2" * 5000)
    again = send(bench, upload_id, 1, b"3" * 5000)
    with pytest.raises(InvalidParameter, match="sent again"):
        complete(bench, upload_id, [first, second])
    complete(bench, upload_id, [again, second])
    assert bench.get("f/a") == b"3" * 5000 + b"2" * 5000
    assert copies == [5000, 5000]


def test_parts_that_are_left_out_are_not_in_the_file(bench: Bench) -> None:
    upload_id = bench(store_of(bench).begin_upload("f/a"))
    sent = [send(bench, upload_id, n, bytes([n]) * 5000) for n in (1, 2, 3, 4)]
    complete(bench, upload_id, [sent[0], sent[2]])
    assert bench.get("f/a") == b"\1" * 5000 + b"\3" * 5000


@pytest.mark.parametrize("stalled", [1, 3], ids=["a part of it", "a part that is left out"])
def test_who_still_writes_when_the_file_is_made_does_not_write_to_it(
    bench: Bench, stalled: int
) -> None:
    """A part stalls in its place, and the upload ends without it before it goes on."""
    store = store_of(bench)

    async def run() -> None:
        go_on, begun = asyncio.Event(), asyncio.Event()

        async def stalling() -> AsyncIterator[bytes]:
            yield b"x" * CHUNK
            yield b"x" * CHUNK
            begun.set()
            await go_on.wait()
            yield b"x" * CHUNK

        upload_id = await store.begin_upload("f/a")
        chunks = SizedChunks(stalling(), 3 * CHUNK)
        stalling_part = asyncio.create_task(store.write_part("f/a", upload_id, stalled, chunks))
        await begun.wait()
        parts = [
            await store.write_part(
                "f/a", upload_id, number, SizedChunks(stream([b"y" * 3 * CHUNK]), 3 * CHUNK)
            )
            for number in (1, 2)
        ]
        await store.complete_upload("f/a", upload_id, parts)
        go_on.set()
        with pytest.raises(NotFound):
            await stalling_part

    bench(run())
    assert bench.get("f/a") == b"y" * 6 * CHUNK


def test_a_part_that_broke_off_may_come_to_its_place_again(bench: Bench, copies: list[int]) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"z" * 2 * CHUNK
        raise ConnectionError

    upload_id = bench(store_of(bench).begin_upload("f/a"))
    with pytest.raises(ConnectionError):
        bench(store_of(bench).write_part("f/a", upload_id, 2, SizedChunks(broken(), 3 * CHUNK)))
    sent = [send(bench, upload_id, n, bytes([n]) * 3 * CHUNK) for n in (1, 2)]
    complete(bench, upload_id, sent)
    assert bench.get("f/a") == b"\1" * 3 * CHUNK + b"\2" * 3 * CHUNK
    assert copies == []


def test_a_part_that_is_longer_than_announced_is_refused(bench: Bench) -> None:
    upload_id = bench(store_of(bench).begin_upload("f/a"))
    second = send(bench, upload_id, 2, b"2" * 5000)
    with pytest.raises(InvalidParameter, match="more bytes than were announced"):
        send(bench, upload_id, 1, b"1" * 5001, size=5000)
    first = send(bench, upload_id, 1, b"1" * 5000)
    complete(bench, upload_id, [first, second])
    assert bench.get("f/a") == b"1" * 5000 + b"2" * 5000


def test_where_there_are_no_links_parts_are_copied(
    bench: Bench, copies: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "symlink", refuse)
    upload_id = bench(store_of(bench).begin_upload("f/a"))
    complete(bench, upload_id, [send(bench, upload_id, n, bytes([n]) * 100) for n in (1, 2)])
    assert bench.get("f/a") == b"\1" * 100 + b"\2" * 100
    assert copies == [100, 100]


@pytest.mark.parametrize("way", ["other file system", "no copies in the kernel"])
def test_where_the_kernel_can_not_help_bytes_are_copied(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    def refuse(*arguments: object) -> int:
        raise OSError(errno.EXDEV, "no")

    if way == "other file system":
        monkeypatch.setattr(parts, "move", refuse)
    if hasattr(os, "copy_file_range"):
        monkeypatch.setattr(os, "copy_file_range", refuse)
    upload_id = bench(store_of(bench).begin_upload("f/a"))
    contents = [pattern(3 * CHUNK, 1), pattern(2 * CHUNK + 5, 2)]
    if way == "no copies in the kernel":
        contents.reverse()
    complete(bench, upload_id, [send(bench, upload_id, n, contents[n - 1]) for n in (1, 2)])
    assert bench.get("f/a") == b"".join(contents)


def test_parts_may_come_to_several_processes(root: Path, copies: list[int]) -> None:
    """Each process has a store of its own on the folder, and closing one ends no upload."""
    with asyncio.Runner() as runner:
        benches = [Bench(lambda: LocalArtifactStore(root), runner) for _ in range(3)]
        upload_id = benches[0](store_of(benches[0]).begin_upload("f/a"))
        benches[0].close()
        sent = [send(benches[n % 2], upload_id, n, bytes([n]) * 5000) for n in range(1, 9)]
        benches[1].close()
        complete(benches[2], upload_id, sent)
        assert benches[2].get("f/a") == b"".join(bytes([n]) * 5000 for n in range(1, 9))
        benches[2].close()
    assert copies == []


def test_at_once_from_many_threads(root: Path) -> None:
    """All parts claim their places at the same time."""
    content = pattern(64 * 10_000, 3)

    with asyncio.Runner() as runner:
        bench = Bench(lambda: LocalArtifactStore(root, ThreadPoolExecutor(8)), runner)
        store = store_of(bench)

        async def run() -> None:
            upload_id = await store.begin_upload("f/a")
            sent = await asyncio.gather(
                *(
                    store.write_part(
                        "f/a",
                        upload_id,
                        n + 1,
                        SizedChunks(stream([content[n * 10_000 : (n + 1) * 10_000]]), 10_000),
                    )
                    for n in range(64)
                )
            )
            await store.complete_upload("f/a", upload_id, sent)

        bench(run())
        assert bench.get("f/a") == content
        bench.close()


def test_a_folder_in_the_way(bench: Bench) -> None:
    upload_id = bench(store_of(bench).begin_upload("f/a"))
    part = send(bench, upload_id, 1, b"x")
    bench.put("f/a/b", b"y")
    with pytest.raises(InvalidParameter, match="directory"):
        bench(store_of(bench).begin_upload("f/a"))
    with pytest.raises(InvalidParameter, match="directory"):
        complete(bench, upload_id, [part])
    bench(store_of(bench).delete("f/a"))
    complete(bench, upload_id, [part])
    assert bench.get("f/a") == b"x"


def test_a_failure_at_the_end_leaves_the_upload_under_way(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    bench.put("f/a", b"old")
    upload_id = bench(store_of(bench).begin_upload("f/a"))
    sent = [send(bench, upload_id, n, bytes([n]) * 100) for n in (1, 2)]
    with monkeypatch.context() as patch:
        patch.setattr(parts, "flush", full)
        with pytest.raises(Unavailable, match="full"):
            complete(bench, upload_id, sent)
    assert bench.get("f/a") == b"old"
    assert bench.names() == ["f/"]
    complete(bench, upload_id, sent)
    assert bench.get("f/a") == b"\1" * 100 + b"\2" * 100


def test_uploads_to_which_nothing_comes_are_swept(bench: Bench, root: Path) -> None:
    store = store_of(bench)
    ids = [bench(store.begin_upload("f/a")) for _ in range(3)]
    for upload_id in ids:
        send(bench, upload_id, 1, b"x" * 10)
    old = time.time() - 25 * 3600
    folders = {i: next((root / PARTS).glob(f"{i}-*")) for i in ids}
    for upload_id in ids[:2]:
        for path in [*folders[upload_id].iterdir(), folders[upload_id]]:
            os.utime(path, (old, old), follow_symlinks=False)
    # To the second something came lately.
    os.utime(folders[ids[1]] / "file", (time.time(), time.time()))
    store.sweep()
    assert [folder.exists() for folder in folders.values()] == [False, True, True]
    assert bench.names() == []


def test_what_is_known_of_completed_uploads_is_swept_after_a_day(bench: Bench, root: Path) -> None:
    sent = {}
    for path in ("f/a", "f/b"):
        upload_id = bench(store_of(bench).begin_upload(path))
        part = bench(store_of(bench).write_part(path, upload_id, 1, stream([b"x"])))
        bench(store_of(bench).complete_upload(path, upload_id, [part]))
        sent[path] = upload_id, [part]
    old = time.time() - 25 * 3600
    os.utime(next((root / PARTS).glob(f"{sent['f/a'][0]}-*")), (old, old))
    store_of(bench).sweep()
    with pytest.raises(NotFound):
        bench(store_of(bench).complete_upload("f/a", *sent["f/a"]))
    bench(store_of(bench).complete_upload("f/b", *sent["f/b"]))


def test_completing_while_that_is_being_done(
    bench: Bench, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client that lost patience is told to ask again, and is then told that it is done."""
    flush, said = parts.flush, []

    def asked_again(descriptor: int) -> None:
        other = parts.Parts(str(root), Folders(str(root)), Staging(str(root)))
        with pytest.raises(Unavailable, match="is being completed") as caught:
            other.complete("f/a", upload_id, [part], str(root / "f" / "a"))
        said.append(caught.value)
        flush(descriptor)

    upload_id = bench(store_of(bench).begin_upload("f/a"))
    part = send(bench, upload_id, 1, b"x")
    monkeypatch.setattr(parts, "flush", asked_again)
    complete(bench, upload_id, [part])
    complete(bench, upload_id, [part])
    assert len(said) == 1
    assert bench.get("f/a") == b"x"


def test_a_long_lived_store_sweeps_by_itself(
    bench: Bench, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = store_of(bench)
    upload_id = bench(store.begin_upload("f/a"))
    (folder,) = (root / PARTS).iterdir()
    old = time.time() - 25 * 3600
    for path in [*folder.iterdir(), folder]:
        os.utime(path, (old, old), follow_symlinks=False)
    bench(store.begin_upload("f/b"))
    assert folder.exists()
    store._swept -= 3700
    bench(store.begin_upload("f/b"))
    assert not folder.exists()
    with pytest.raises(NotFound):
        send(bench, upload_id, 1, b"x")


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    sent=st.lists(
        st.tuples(st.integers(1, 5), st.sampled_from([1, 7, 8, 30]), st.booleans()),
        min_size=1,
        max_size=12,
    )
)
def test_whatever_comes_in_whatever_order_the_last_of_each_part_counts(
    bench: Bench, sent: list[tuple[int, int, bool]]
) -> None:
    """Numbers, sizes, sizes that are announced or not: the file is the parts one after another."""
    store = store_of(bench)
    upload_id = bench(store.begin_upload("f/a"))
    last: dict[int, tuple[UploadedPart, bytes]] = {}
    for turn, (number, size, announced) in enumerate(sent):
        content = bytes([turn]) * size
        chunks = stream([content])
        part = bench(
            store.write_part(
                "f/a", upload_id, number, SizedChunks(chunks, size) if announced else chunks
            )
        )
        last[number] = (part, content)
    ordered = [last[number] for number in sorted(last)]
    complete(bench, upload_id, [part for part, _ in reversed(ordered)])
    assert bench.get("f/a") == b"".join(content for _, content in ordered)
