"""The rules of stores that take files in parts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import ClassVar

import pytest

from sagwan.artifacts.base import CHUNK, UploadedPart, UploadsInParts
from sagwan.errors import InvalidParameter, NotFound, NotImplementedByStore
from sagwan.testing.artifacts.bench import Bench, http_client, stream
from sagwan.testing.artifacts.suite import ESCAPES, Tracked, pattern

EXPIRES = 600


def uploads(bench: Bench) -> UploadsInParts:
    """The store, which takes parts."""
    assert isinstance(bench.store, UploadsInParts)
    return bench.store


async def send_signed(
    store: UploadsInParts, path: str, upload_id: str, number: int, content: bytes
) -> UploadedPart:
    """Send a part as a client does: to a signed URL."""
    signed = await store.sign_part(path, upload_id, number, EXPIRES)
    async with http_client() as client:
        answer = await client.put(signed.url, content=content, headers=signed.headers)
    answer.raise_for_status()
    return UploadedPart(number, answer.headers["ETag"])


async def send_through_server(
    store: UploadsInParts, path: str, upload_id: str, number: int, content: bytes
) -> UploadedPart:
    """Send a part as the server does for a client."""
    half = len(content) // 2
    return await store.write_part(path, upload_id, number, stream([content[:half], content[half:]]))


ROADS = {"signed": send_signed, "through the server": send_through_server}


class PartUploadConformance:
    """Inherit beside ArtifactStoreConformance, whose fixture `bench` this uses."""

    PART: ClassVar[int] = 5 * 1024 * 1024
    """Bytes that a part must have at least where it isn't the last one."""

    SIGNS_PARTS: ClassVar[bool] = True
    """Whether parts can go to signed URLs; where not, they come through the server alone."""

    CHECKS_TAGS: ClassVar[bool] = True
    """Whether the store remembers which content of a part an ETag stood for."""

    KNOWS_COMPLETED: ClassVar[bool] = True
    """Whether the store knows of an upload that it was completed."""

    HELD_OF_PART: ClassVar[int] = 16 * CHUNK
    """Bytes of one part that the store may hold at most."""

    def sizes(self) -> list[int]:
        """Sizes of parts that make a file."""
        return [self.PART, self.PART + 1, 7]

    @pytest.mark.parametrize("road", ROADS)
    def test_parts_in_any_order_make_a_file(self, bench: Bench, road: str) -> None:
        store = uploads(bench)
        contents = [pattern(size, seed) for seed, size in enumerate(self.sizes())]
        upload_id = bench(store.begin_upload("f/größe 100%+.bin"))
        if road == "signed" and not self.SIGNS_PARTS:
            call = store.sign_part("f/größe 100%+.bin", upload_id, 1, EXPIRES)
            bench.refuses(NotImplementedByStore, call)
            return
        parts = []
        for number in (3, 1, 2):
            sent = ROADS[road](store, "f/größe 100%+.bin", upload_id, number, contents[number - 1])
            parts.append(bench(sent))
            assert bench.names() == bench.names("f") == []
        assert [part.number for part in parts] == [3, 1, 2]
        bench(store.complete_upload("f/größe 100%+.bin", upload_id, parts))
        assert bench.get("f/größe 100%+.bin") == b"".join(contents)
        assert bench.names("f") == ["größe 100%+.bin"]

    def test_parts_may_be_sent_at_once(self, bench: Bench) -> None:
        store = uploads(bench)
        contents = [pattern(size, seed) for seed, size in enumerate(self.sizes())]

        async def upload() -> None:
            upload_id = await store.begin_upload("a")
            parts = await asyncio.gather(
                *(
                    send_through_server(store, "a", upload_id, number, content)
                    for number, content in enumerate(contents, 1)
                )
            )
            await store.complete_upload("a", upload_id, parts)

        bench(upload())
        assert bench.get("a") == b"".join(contents)

    def test_a_part_may_be_sent_again(self, bench: Bench) -> None:
        store = uploads(bench)
        upload_id = bench(store.begin_upload("a"))
        bench(send_through_server(store, "a", upload_id, 1, b"first try"))
        part = bench(send_through_server(store, "a", upload_id, 1, b"second"))
        bench(store.complete_upload("a", upload_id, [part]))
        assert bench.get("a") == b"second"

    def test_a_part_that_breaks_off_is_none(self, bench: Bench) -> None:
        class BrokenOff(Exception):
            pass

        async def broken() -> AsyncIterator[bytes]:
            yield b"half"
            raise BrokenOff

        store = uploads(bench)
        upload_id = bench(store.begin_upload("a"))
        with pytest.raises(BrokenOff):
            bench(store.write_part("a", upload_id, 1, broken()))
        part = bench(send_through_server(store, "a", upload_id, 1, b"whole"))
        bench(store.complete_upload("a", upload_id, [part]))
        assert bench.get("a") == b"whole"

    def test_completing_replaces_all_of_a_file(self, bench: Bench) -> None:
        store = uploads(bench)
        bench.put("a", pattern(1000))
        upload_id = bench(store.begin_upload("a"))
        part = bench(send_through_server(store, "a", upload_id, 1, b"new"))
        assert bench.get("a") == pattern(1000)
        bench(store.complete_upload("a", upload_id, [part]))
        assert bench.get("a") == b"new"

    def test_uploads_to_one_path_do_not_mix(self, bench: Bench) -> None:
        store = uploads(bench)
        ids = [bench(store.begin_upload("a")) for _ in range(2)]
        assert ids[0] != ids[1]
        parts = [
            bench(send_through_server(store, "a", upload_id, 1, upload_id.encode()))
            for upload_id in ids
        ]
        for upload_id, part in zip(ids, parts, strict=True):
            bench(store.complete_upload("a", upload_id, [part]))
            assert bench.get("a") == upload_id.encode()

    def test_a_missing_part(self, bench: Bench) -> None:
        store = uploads(bench)
        upload_id = bench(store.begin_upload("a"))
        part = bench(send_through_server(store, "a", upload_id, 1, pattern(self.PART)))
        missing = [part, UploadedPart(2, part.etag)]
        bench.refuses(InvalidParameter, store.complete_upload("a", upload_id, missing))
        bench.refuses(InvalidParameter, store.complete_upload("a", upload_id, []))
        assert bench.names() == []
        bench(store.complete_upload("a", upload_id, [part]))
        assert bench.get("a") == pattern(self.PART)

    def test_completing_again(self, bench: Bench) -> None:
        store = uploads(bench)
        upload_id = bench(store.begin_upload("a"))
        sizes = [self.PART, 7]
        parts = [
            bench(send_through_server(store, "a", upload_id, n, pattern(size, n)))
            for n, size in enumerate(sizes, 1)
        ]
        bench(store.complete_upload("a", upload_id, parts))
        whole = bench.get("a")
        if self.KNOWS_COMPLETED:
            bench(store.complete_upload("a", upload_id, parts))
        else:
            bench.refuses(NotFound, store.complete_upload("a", upload_id, parts))
        bench.refuses(NotFound, store.complete_upload("a", upload_id, parts[:1]))
        bench.refuses(NotFound, store.write_part("a", upload_id, 1, stream([b"x"])))
        assert bench.get("a") == whole
        # Deleted, it does not come back.
        bench(bench.store.delete("a"))
        with suppress(NotFound):
            bench(store.complete_upload("a", upload_id, parts))
        assert bench.names() == []

    def test_another_part_than_it_was(self, bench: Bench) -> None:
        store = uploads(bench)
        upload_id = bench(store.begin_upload("a"))
        part = bench(send_through_server(store, "a", upload_id, 1, b"one"))
        other = bench(send_through_server(store, "a", upload_id, 1, b"another"))
        if self.CHECKS_TAGS:
            assert part.etag != other.etag
            bench.refuses(InvalidParameter, store.complete_upload("a", upload_id, [part]))
            assert bench.names() == []
        bench(store.complete_upload("a", upload_id, [other]))
        assert bench.get("a") == b"another"

    def test_what_was_aborted_leaves_nothing(self, bench: Bench) -> None:
        store = uploads(bench)
        upload_id = bench(store.begin_upload("f/a"))
        part = bench(send_through_server(store, "f/a", upload_id, 1, b"x"))
        for _ in range(2):
            bench(store.abort_upload("f/a", upload_id))
        bench.refuses(NotFound, store.complete_upload("f/a", upload_id, [part]))
        assert bench.names() == []

    def test_an_upload_that_is_none(self, bench: Bench) -> None:
        store = uploads(bench)
        upload_id = bench(store.begin_upload("a"))
        part = bench(send_through_server(store, "a", upload_id, 1, b"x"))
        for path, unknown in (("a", "nonsense"), ("a", "../x"), ("a", ""), ("b", upload_id)):
            bench.refuses(NotFound, store.write_part(path, unknown, 1, stream([b"x"])))
            bench.refuses(NotFound, store.complete_upload(path, unknown, [part]))
            bench(store.abort_upload(path, unknown))
        bench(store.complete_upload("a", upload_id, [part]))
        assert bench.get("a") == b"x"
        assert bench.names() == ["a"]

    @pytest.mark.parametrize("number", [0, -1, 100_000])
    def test_numbers_of_parts_have_bounds(self, bench: Bench, number: int) -> None:
        store = uploads(bench)
        upload_id = bench(store.begin_upload("a"))
        call = store.write_part("a", upload_id, number, stream([b"x"]))
        bench.refuses(InvalidParameter, call)

    @pytest.mark.parametrize("path", ["", *ESCAPES[:6], "a#b"])
    def test_only_fit_paths_are_uploaded_in_parts(self, bench: Bench, path: str) -> None:
        store = uploads(bench)
        part = UploadedPart(1, "x")
        for call in (
            store.begin_upload(path),
            store.write_part(path, "x", 1, stream([b"x"])),
            store.complete_upload(path, "x", [part]),
            store.abort_upload(path, "x"),
        ):
            bench.refuses(InvalidParameter, call)
        if self.SIGNS_PARTS:
            bench.refuses(InvalidParameter, store.sign_part(path, "x", 1, EXPIRES))

    def test_a_part_holds_a_bounded_number_of_bytes(self, bench: Bench) -> None:
        store = uploads(bench)
        total = 2 * self.HELD_OF_PART

        async def tracked() -> AsyncIterator[bytes]:
            for _ in range(0, total, CHUNK):
                yield Tracked.new(CHUNK)

        Tracked.alive = Tracked.most = 0
        upload_id = bench(store.begin_upload("a"))
        part = bench(store.write_part("a", upload_id, 1, tracked()))
        assert Tracked.most <= self.HELD_OF_PART
        assert Tracked.left() == 0
        bench(store.complete_upload("a", upload_id, [part]))
        assert bench(bench.store.stat("a")).size == total
