"""The rules of artifact stores."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any, ClassVar

import pytest

from sagwan.artifacts.base import CHUNK, ArtifactStore
from sagwan.errors import InvalidParameter, NotFound, Unavailable
from sagwan.testing.artifacts.bench import Bench, read_all, stream

OpenStore = Callable[[], ArtifactStore]

SIZES = [0, 1, 1000, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 7]

NAMES = [
    "model.pkl",
    "with space",
    " leading and trailing ",
    "plus+and&and=",
    "what?",
    "100%",
    "50%25.txt",
    "%41",
    "a%20b",
    "semi;colon,comma",
    'quote\'s "double"',
    "$HOME `x` (y) [z] {w}",
    "...",
    "..hidden",
    ".dotfile",
    "größe.csv",
    "日本語.txt",
    "e\u0301",
    "👩‍🔬.png",
    "n" * 200,
]

# Refused as they are; percent-encoded they are names like any other.
UNFIT = ["a\0b", "a\nb", ".\t./x", "a#b"]

ESCAPES = [
    "..",
    "../x",
    "a/../../x",
    "a/..",
    "..\\x",
    "a\\..\\..\\x",
    "/x",
    "//x",
    "/etc/passwd",
    "\\\\host\\share",
    "C:/x",
    "C:\\x",
    "file:///etc/passwd",
    "%2e%2e/x",
    "a/%2E%2E/%2e%2e/x",
    "%252e%252e/x",
    "%25252e%25252e%25252fx",
    "..%2fx",
    "%2fetc%2fpasswd",
    "..%5cx",
    ".artifact.uploading.x",
    "a/.artifact.uploading.x",
    "a/.artifact.uploading.x/b",
    "%2eartifact.uploading.x",
]


def pattern(size: int, seed: int = 0) -> bytes:
    """`size` bytes in which no two places look alike for long."""
    block = b"".join((seed + i * 2_654_435_761).to_bytes(8, "little") for i in range(8192))
    return (block * (size // len(block) + 1))[:size]


class Tracked(bytes):
    """A chunk that is counted for as long as someone holds it."""

    alive: ClassVar[int] = 0
    most: ClassVar[int] = 0

    @classmethod
    def new(cls, size: int) -> "Tracked":
        chunk = cls(size)
        Tracked.alive += size
        Tracked.most = max(Tracked.most, Tracked.alive)
        return chunk

    @classmethod
    def left(cls) -> int:
        """The bytes that are held for good.

        A thread lets go of what it wrote a moment after it said that this is done.
        """
        deadline = time.monotonic() + 10
        while cls.alive and time.monotonic() < deadline:
            time.sleep(0.001)
        return cls.alive

    def __del__(self) -> None:
        Tracked.alive -= len(self)


class ArtifactStoreConformance:
    """Inherit, and give the fixture `open_store`, which opens an empty store of one's own."""

    HELD: ClassVar[int] = 16 * CHUNK
    """Bytes of one upload that the store may hold at most."""

    FOLDERS: ClassVar[bool] = True
    """Whether a path is either a file or a folder.

    In an object store, where files have keys and folders are what keys have in common, it may be
    both: telling would take several requests before each write, and still be too late for another
    write at the same time.
    """

    SNAPSHOTS: ClassVar[bool] = True
    """Whether a reader can go on with a file that is replaced meanwhile.

    Where nothing holds the old bytes, it raises Unavailable; it never goes on with the new ones.
    """

    @pytest.fixture
    def open_store(self) -> OpenStore:
        raise NotImplementedError("say how the store is opened")

    @pytest.fixture
    def bench(self, open_store: OpenStore) -> Iterator[Bench]:
        with asyncio.Runner() as runner:
            bench = Bench(open_store, runner)
            try:
                yield bench
            finally:
                bench.close()

    # What is written can be read.

    @pytest.mark.parametrize("size", SIZES)
    def test_a_file_is_read_as_it_was_written(self, bench: Bench, size: int) -> None:
        content = pattern(size)
        bench.put("a/b", content)
        assert bench.get("a/b") == content
        assert bench(bench.store.stat("a/b")).size == size

    @pytest.mark.parametrize("step", [1, 1000, 100_000])
    def test_the_sizes_of_chunks_make_no_difference(self, bench: Bench, step: int) -> None:
        content = pattern(min(1000 * step, 2 * CHUNK + 3))
        bench.put("a", *(content[at : at + step] for at in range(0, len(content), step)), b"")
        assert bench.get("a") == content

    def test_ranges(self, bench: Bench) -> None:
        size = 3 * CHUNK + 7
        content = pattern(size)
        bench.put("large", content)
        bench.put("small", content[:10])
        bench.put("empty")
        for start, stop in [(0, 1), (0, size), (5, 5), (1, CHUNK + 1), (CHUNK, 2 * CHUNK)]:
            assert bench.get("large", start, stop) == content[start:stop]
        assert bench.get("large", size - 1) == content[-1:]
        assert bench.get("large", size) == b""
        assert bench.get("small", 3, 7) == content[3:7]
        assert bench.get("small", 3) == content[3:10]
        assert bench.get("empty", 0, 0) == b""

    @pytest.mark.parametrize("name", NAMES)
    def test_names_stay_as_they_are(self, bench: Bench, name: str) -> None:
        bench.put(f"folder/{name}", b"as a file")
        bench.put(f"{name}/file", b"in a folder")
        assert bench.get(f"folder/{name}") == b"as a file"
        assert bench.get(f"{name}/file") == b"in a folder"
        assert bench.names("folder") == [name]
        assert bench.names() == sorted(["folder/", f"{name}/"])
        bench(bench.store.delete(name))
        assert bench.names() == ["folder/"]

    def test_names_that_decode_to_each_other_are_different_files(self, bench: Bench) -> None:
        for name in ("a b", "a%20b", "a%2520b", "a+b"):
            bench.put(name, name.encode())
        for name in ("a b", "a%20b", "a%2520b", "a+b"):
            assert bench.get(name) == name.encode()

    def test_folders_may_be_deep(self, bench: Bench) -> None:
        folder = "/".join(["d"] * 200)
        bench.put(f"{folder}/f", b"deep")
        assert bench.get(f"{folder}/f") == b"deep"
        assert bench.names(folder) == ["f"]

    def test_empty_and_dot_parts_of_a_path_mean_nothing(self, bench: Bench) -> None:
        bench.put("./a//./b", b"x")
        assert bench.get("a/b") == b"x"
        assert bench.names("a/") == bench.names("./a") == ["b"]

    def test_writing_replaces_all_of_a_file(self, bench: Bench) -> None:
        bench.put("a", pattern(2 * CHUNK))
        before = bench(bench.store.stat("a"))
        assert bench(bench.store.stat("a")).version == before.version
        bench.put("a", b"short")
        assert bench.get("a") == b"short"
        after = bench(bench.store.stat("a"))
        assert after.version != before.version
        assert after.modified >= before.modified

    def test_a_reader_keeps_to_the_file_that_it_opened(self, bench: Bench) -> None:
        old = pattern(3 * CHUNK)

        async def read_while_replaced() -> bytes:
            async with await bench.store.read("a") as reader:
                chunks = [chunk async for chunk in reader.chunks(0, CHUNK)]
                await bench.store.write("a", stream([pattern(3 * CHUNK, seed=1)]))
                return b"".join([*chunks, await read_all(reader, CHUNK)])

        bench.put("a", old)
        if self.SNAPSHOTS:
            assert bench(read_while_replaced()) == old
            return
        with contextlib.suppress(Unavailable):
            assert bench(read_while_replaced()) == old

    def test_a_reader_may_be_closed_early_and_twice(self, bench: Bench) -> None:
        async def read_a_little() -> int:
            reader = await bench.store.read("a")
            async for chunk in reader.chunks():
                size = len(chunk)
                break
            await reader.close()
            await reader.close()
            return size

        bench.put("a", pattern(5 * CHUNK))
        assert 0 < bench(read_a_little()) < 5 * CHUNK
        assert bench.get("a") == pattern(5 * CHUNK)

    # Lists.

    def test_an_empty_store_has_nothing(self, bench: Bench) -> None:
        assert bench.names() == bench.names("a/b") == []
        bench.refuses(NotFound, bench.store.read("a"))

    def test_a_list_has_names_and_sizes_in_order(self, bench: Bench) -> None:
        for path in ("f/b", "f/B", "f/a/x/y", "f/a.txt", "f/10", "f/9", "other"):
            bench.put(path, path.encode())
        infos = bench(bench.store.list_folder("f"))
        assert [(info.path, info.is_dir, info.file_size) for info in infos] == [
            ("10", False, 4),
            ("9", False, 3),
            ("B", False, 3),
            ("a", True, None),
            ("a.txt", False, 7),
            ("b", False, 3),
        ]
        assert bench.names() == ["f/", "other"]

    def test_a_file_or_nothing_lists_as_empty(self, bench: Bench) -> None:
        bench.put("a/b", b"")
        assert bench.names("a/b") == bench.names("a/c") == bench.names("a/b/c") == []

    # What can't be.

    @pytest.mark.parametrize("path", [*ESCAPES, *UNFIT])
    def test_a_path_that_leaves_the_root_is_refused_by_every_verb(
        self, bench: Bench, path: str
    ) -> None:
        bench.put("a/b", b"kept")
        for call in (
            bench.store.list_folder(path),
            bench.store.read(path),
            bench.store.stat(path),
            bench.store.write(path, stream([b"x"])),
            bench.store.delete(path),
        ):
            assert bench.refuses(InvalidParameter, call).startswith("Invalid path")
        assert bench.names() == ["a/"]
        assert bench.names("a") == ["b"]

    def test_a_missing_file(self, bench: Bench) -> None:
        bench.put("a/b", b"")
        for path in ("a/c", "c", "a/b/c"):
            message = bench.refuses(NotFound, bench.store.read(path))
            assert message == f"No such artifact: '{path}'"

    def test_a_folder_is_no_file(self, bench: Bench) -> None:
        bench.put("a/b", b"")
        calls: list[Coroutine[Any, Any, object]] = [bench.store.read("a"), bench.store.stat("a")]
        if self.FOLDERS:
            calls.append(bench.store.write("a", stream([b"x"])))
        for call in calls:
            message = bench.refuses(InvalidParameter, call)
            assert message == "Artifact path refers to a directory, not a file: 'a'"
        assert bench.names("a") == ["b"]
        assert bench.names() == ["a/"]

    @pytest.mark.parametrize("path", ["", ".", "./"])
    def test_the_root_is_no_file_and_stays(self, bench: Bench, path: str) -> None:
        bench.put("a", b"")
        bench.refuses(InvalidParameter, bench.store.read(path))
        bench.refuses(InvalidParameter, bench.store.write(path, stream([b"x"])))
        bench.refuses(InvalidParameter, bench.store.delete(path))
        assert bench.names() == ["a"]

    @pytest.mark.parametrize("size", [1, 2 * CHUNK])
    def test_a_file_is_no_folder(self, bench: Bench, size: int) -> None:
        bench.put("a/b", b"kept")
        call = bench.store.write("a/b/c/d", stream([bytes(size)]))
        if not self.FOLDERS:
            bench(call)
            assert bench.get("a/b/c/d") == bytes(size)
            assert bench.get("a/b") == b"kept"
            assert sorted(bench.names("a")) == ["b", "b/"]
            bench(bench.store.delete("a/b"))
            assert bench.names() == []
            return
        message = bench.refuses(InvalidParameter, call)
        assert message == "Part of the artifact path is a file, not a directory: 'a/b/c/d'"
        assert bench.get("a/b") == b"kept"

    # Deleting.

    def test_deleting_a_file_leaves_its_neighbours(self, bench: Bench) -> None:
        for path in ("f/a", "f/ab", "f/b/a"):
            bench.put(path, b"")
        bench(bench.store.delete("f/a"))
        assert bench.names("f") == ["ab", "b/"]
        bench.refuses(NotFound, bench.store.read("f/a"))

    def test_deleting_a_folder_deletes_all_in_it(self, bench: Bench) -> None:
        for path in ("f/a", "f/b/c/d", "fa", "g/f/a"):
            bench.put(path, path.encode())
        bench(bench.store.delete("f"))
        assert bench.names() == ["fa", "g/"]
        assert bench.names("f") == []
        bench.refuses(NotFound, bench.store.read("f/b/c/d"))
        assert bench.get("g/f/a") == b"g/f/a"

    @pytest.mark.parametrize("path", ["a", "a/b/c", "x/y/z"])
    def test_deleting_nothing_is_no_error(self, bench: Bench, path: str) -> None:
        bench.put("x/y", b"kept")
        bench(bench.store.delete(path))
        assert bench.get("x/y") == b"kept"

    def test_what_was_deleted_can_be_written_again(self, bench: Bench) -> None:
        for content in (b"1", b"2"):
            bench.put("a/b/c", content)
            assert bench.get("a/b/c") == content
            bench(bench.store.delete("a"))
        bench.put("a", b"a file now")
        assert bench.get("a") == b"a file now"

    # Whole or not at all.

    @pytest.mark.parametrize("size", [10, CHUNK, 5 * CHUNK])
    def test_an_upload_that_breaks_off_leaves_what_was_there(self, bench: Bench, size: int) -> None:
        class BrokenOff(Exception):
            pass

        async def broken() -> AsyncIterator[bytes]:
            async for chunk in stream([bytes(size // 2), bytes(size // 2)]):
                yield chunk
            raise BrokenOff

        bench.put("old/a", b"old")
        for path in ("old/a", "old/new", "new/a"):
            with pytest.raises(BrokenOff):
                bench(bench.store.write(path, broken()))
        assert bench.get("old/a") == b"old"
        assert bench.names("old") == ["a"]
        assert bench.names("new") == []
        bench.put("new/a", b"new")
        assert bench.get("new/a") == b"new"

    @pytest.mark.parametrize("chunks", [1, 2, 7])
    def test_a_cancelled_upload_leaves_what_was_there(self, bench: Bench, chunks: int) -> None:
        async def cancel() -> None:
            arrived = asyncio.Event()

            async def stalled() -> AsyncIterator[bytes]:
                for _ in range(chunks):
                    yield bytes(CHUNK)
                arrived.set()
                await asyncio.Event().wait()

            task = asyncio.create_task(bench.store.write("a", stalled()))
            await arrived.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        bench.put("a", b"old")
        bench(cancel())
        assert bench.get("a") == b"old"
        assert bench.names() == ["a"]

    def test_nothing_is_visible_before_all_is_written(self, bench: Bench) -> None:
        seen = []

        async def watched() -> AsyncIterator[bytes]:
            for _ in range(5):
                yield bytes(CHUNK)
                seen.append(await bench.store.list_folder())

        bench(bench.store.write("a", watched()))
        assert seen == [[]] * 5
        assert bench.names() == ["a"]

    @pytest.mark.parametrize("size", [100, 3 * CHUNK])
    def test_two_writes_to_one_path_end_as_one_of_the_two(self, bench: Bench, size: int) -> None:
        contents = [pattern(size, seed) for seed in range(8)]

        async def write_all() -> None:
            half = size // 2
            await asyncio.gather(
                *(bench.store.write("f/a", stream([c[:half], c[half:]])) for c in contents)
            )

        bench(write_all())
        assert bench.get("f/a") in contents
        assert bench.names("f") == ["a"]

    def test_many_files_at_once(self, bench: Bench) -> None:
        paths = [f"f/{i % 7}/{i}" for i in range(100)]

        async def write_all() -> None:
            await asyncio.gather(*(bench.store.write(p, stream([p.encode()])) for p in paths))

        bench(write_all())
        assert [bench.get(path) for path in paths] == [path.encode() for path in paths]

    def test_writing_while_the_folder_is_deleted_fails_or_succeeds_wholly(
        self, bench: Bench
    ) -> None:
        async def race() -> None:
            for i in range(20):
                path = f"f/{i % 3}/{i}"
                write = bench.store.write(path, stream([b"x" * 10]))
                done = await asyncio.gather(write, bench.store.delete("f"), return_exceptions=True)
                errors = [result for result in done if isinstance(result, BaseException)]
                assert all(isinstance(error, Unavailable) for error in errors)

        bench(race())
        for folder in bench.names("f"):
            for name in bench.names(f"f/{folder}"):
                assert bench.get(f"f/{folder}{name}") == b"x" * 10

    # Memory.

    @pytest.mark.parametrize("size", [4096, 65_536, CHUNK])
    def test_an_upload_holds_a_bounded_number_of_bytes(self, bench: Bench, size: int) -> None:
        total = 4 * self.HELD

        async def tracked() -> AsyncIterator[bytes]:
            for _ in range(0, total, size):
                yield Tracked.new(size)

        Tracked.alive = Tracked.most = 0
        bench(bench.store.write("a", tracked()))
        assert Tracked.most <= self.HELD
        assert Tracked.left() == 0
        assert bench(bench.store.stat("a")).size == total
