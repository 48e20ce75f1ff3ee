"""Folders of runs and logged models as zip files."""

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.requests import Request
from starlette.types import Message

from sagwan.artifacts.base import CHUNK, ArtifactReader
from sagwan.artifacts.local import LocalArtifactStore
from sagwan.errors import Unavailable
from sagwan.server.archive import zip_of
from sagwan.server.streaming import archive_response
from sagwan.testing.artifacts.suite import ESCAPES, NAMES, Tracked, pattern
from tests.artifacts.site import MODEL, PROXY, RUN, Answer, Site

FOLDER = "/ajax-api/2.0/mlflow/get-artifact-folder"
OF_MODEL = f"/ajax-api/2.0/mlflow/logged-models/{MODEL}/artifacts/folder"
UNKNOWN = "f" * 32


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with asyncio.Runner() as runner:
        site = Site(tmp_path / "artifacts", runner)
        yield site
        site.close()


def put(site: Site, path: str, content: bytes = b"x") -> None:
    assert site.call("PUT", f"{PROXY}/{quote(path)}", content).status == 200


def unpacked(answer: Answer) -> dict[str, bytes]:
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/zip"
    assert "content-length" not in answer.headers
    archive = zipfile.ZipFile(io.BytesIO(answer.body))
    assert archive.testzip() is None
    return {name: archive.read(name) for name in archive.namelist()}


def test_a_folder_of_a_run(site: Site) -> None:
    root = site.run().removeprefix("mlflow-artifacts:/")
    files = {"d/a": b"a", "d/e/f/g": pattern(3 * CHUNK + 5), "d/empty": b"", "d/z": b"z"}
    for path, content in {**files, "other": b"o"}.items():
        put(site, f"{root}/{path}", content)
    answer = site.call("GET", f"{FOLDER}?run_id={RUN}&path=d")
    assert unpacked(answer) == {path[2:]: content for path, content in files.items()}
    assert answer.headers["content-disposition"] == "attachment; filename=d.zip"
    assert answer.headers["x-content-type-options"] == "nosniff"
    deeper = site.call("GET", f"{FOLDER}?run_id={RUN}&path=d/e/")
    assert list(unpacked(deeper)) == ["f/g"]
    assert deeper.headers["content-disposition"] == "attachment; filename=e.zip"


def test_all_that_a_run_has(site: Site) -> None:
    root = site.run().removeprefix("mlflow-artifacts:/")
    put(site, f"{root}/b")
    put(site, f"{root}/a/c")
    for query in (f"run_id={RUN}", f"run_uuid={RUN}&path=", f"run_id={RUN}&path=."):
        answer = site.call("GET", f"{FOLDER}?{query}")
        assert list(unpacked(answer)) == ["b", "a/c"]
        assert answer.headers["content-disposition"] == f"attachment; filename={RUN}.zip"


def test_a_folder_of_a_model(site: Site) -> None:
    root = site.run().removeprefix("mlflow-artifacts:/").split("/")[0]
    put(site, f"{root}/models/{MODEL}/artifacts/data/MLmodel", b"flavors")
    whole = site.call("GET", OF_MODEL)
    assert unpacked(whole) == {"data/MLmodel": b"flavors"}
    assert MODEL in whole.headers["content-disposition"]
    part = site.call("GET", f"{OF_MODEL}?artifact_directory_path=data")
    assert unpacked(part) == {"MLmodel": b"flavors"}


def test_names(site: Site) -> None:
    root = site.run().removeprefix("mlflow-artifacts:/")
    for name in NAMES:
        put(site, f"{root}/{name}", name.encode())
    found = unpacked(site.call("GET", f"{FOLDER}?run_id={RUN}"))
    assert found == {name: name.encode() for name in sorted(NAMES)}


def test_times_and_modes(site: Site) -> None:
    root = site.run().removeprefix("mlflow-artifacts:/")
    put(site, f"{root}/a")
    answer = site.call("GET", f"{FOLDER}?run_id={RUN}")
    (info,) = zipfile.ZipFile(io.BytesIO(answer.body)).infolist()
    assert info.date_time[0] >= 2024
    assert info.external_attr >> 16 == 0o100644
    assert info.compress_type == zipfile.ZIP_STORED


def test_what_there_is_no_zip_file_of(site: Site) -> None:
    root = site.run().removeprefix("mlflow-artifacts:/")
    put(site, f"{root}/f")
    for path in ("none", "f"):
        assert site.call("GET", f"{FOLDER}?run_id={RUN}&path={path}").error == (
            404,
            "RESOURCE_DOES_NOT_EXIST",
            f"There are no files in the folder '{path}'.",
        )
    assert site.call("GET", f"{FOLDER}?run_id={UNKNOWN}").status == 404
    assert site.call("GET", OF_MODEL).status == 404
    assert site.call("GET", FOLDER).error[:2] == (400, "INVALID_PARAMETER_VALUE")
    for path in ESCAPES:
        for target in (
            f"{FOLDER}?run_id={RUN}&path={quote(path, safe='')}",
            f"{OF_MODEL}?artifact_directory_path={quote(path, safe='')}",
        ):
            assert site.call("GET", target).error[:2] == (400, "INVALID_PARAMETER_VALUE")


def test_head_reads_no_more_than_the_first_file(site: Site) -> None:
    root = site.run().removeprefix("mlflow-artifacts:/")
    put(site, f"{root}/f")
    answer = site.call("HEAD", f"{FOLDER}?run_id={RUN}")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["content-type"] == "application/zip"
    assert site.call("HEAD", f"{FOLDER}?run_id={RUN}&path=none").status == 404


# What fails, what is slow.


class Store(LocalArtifactStore):
    """Counts open files; fails when `fails_at` chunks were read; tracks the bytes that it gives."""

    fails_at = 10_000
    opened = closed = given = 0

    async def read(self, path: str) -> ArtifactReader:
        return _Reader(self, await super().read(path))


class _Reader(ArtifactReader):
    def __init__(self, store: Store, inner: ArtifactReader) -> None:
        self.stat = inner.stat
        self._store = store
        self._inner = inner
        store.opened += 1

    async def chunks(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        async for chunk in self._inner.chunks(start, stop):
            if self._store.given == self._store.fails_at:
                raise Unavailable("The store is gone.")
            self._store.given += 1
            yield Tracked.new(len(chunk))

    async def close(self) -> None:
        self._store.closed += 1
        await self._inner.close()


async def sent(store: Store, send_message: Any) -> None:
    """Send the store's folder `f` as a zip file."""
    scope: dict[str, Any] = {"type": "http", "method": "GET", "headers": []}

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    response = await archive_response(Request(scope), zip_of(store, "f", "f"), "f.zip")
    await response(scope, receive, send_message)


def filled(tmp_path: Path, files: int = 3, chunks: int = 4) -> Store:
    for number in range(files):
        path = tmp_path / "f" / str(number)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(bytes(chunks * CHUNK))
    return Store(tmp_path)


@pytest.mark.parametrize("fails_at", [0, 1, 4, 11])
def test_what_fails_half_way_does_not_end_well(
    tmp_path: Path, fails_at: int, caplog: pytest.LogCaptureFixture
) -> None:
    store = filled(tmp_path)
    store.fails_at = fails_at
    messages: list[Message] = []

    async def send(message: Message) -> None:
        messages.append(message)

    asyncio.run(sent(store, send))
    assert messages[0]["status"] == 200
    assert messages[-1]["more_body"]
    body = b"".join(message["body"] for message in messages[1:])
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(body))
    assert store.opened == store.closed
    assert [record.getMessage() for record in caplog.records] == [
        "An answer broke off: The store is gone."
    ]


def test_links_that_lead_in_circles_end(site: Site) -> None:
    root = site.run().removeprefix("mlflow-artifacts:/")
    (site.folder / root / "f").mkdir(parents=True)
    (site.folder / root / "f" / "up").symlink_to(site.folder / root)
    status, code, message = site.call("GET", f"{FOLDER}?run_id={RUN}").error
    assert (status, code) == (400, "INVALID_PARAMETER_VALUE")
    assert "link" in message


def test_a_slow_client_gets_no_more_than_it_takes(tmp_path: Path) -> None:
    """While it takes nothing, two chunks are held: one that is sent, one that was read ahead."""
    store = filled(tmp_path, files=8)
    Tracked.alive = Tracked.most = 0
    ahead = []
    sent_chunks = 0

    async def slow(message: Message) -> None:
        nonlocal sent_chunks
        sent_chunks += len(message.get("body", b"")) >= CHUNK
        for _ in range(20):
            await asyncio.sleep(0)
        ahead.append(store.given - sent_chunks)

    asyncio.run(sent(store, slow))
    assert store.given == 32
    assert max(ahead) <= 1
    assert Tracked.most <= 2 * CHUNK
    assert Tracked.alive <= CHUNK


def test_a_client_that_goes_away_stops_the_reading(tmp_path: Path) -> None:
    store = filled(tmp_path)
    scope: dict[str, Any] = {"type": "http", "method": "GET", "headers": []}
    gone = asyncio.Event()
    count = 0

    async def receive() -> Message:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        nonlocal count
        count += 1
        if count == 4:
            gone.set()
            await asyncio.Event().wait()

    async def run() -> None:
        response = await archive_response(Request(scope), zip_of(store, "f", "f"), "f.zip")
        await response(scope, receive, send)

    asyncio.run(run())
    assert store.opened == store.closed == 1


def test_more_than_the_old_format_holds(tmp_path: Path) -> None:
    """A file beyond 4 GiB, as a reader that claims to be one: only sizes in the headers count."""

    class Large(LocalArtifactStore):
        async def read(self, path: str) -> ArtifactReader:
            reader = await super().read(path)
            reader.stat = type(reader.stat)(5 * 1024**3, reader.stat.modified, "v")
            return reader

    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "a").write_bytes(b"x")

    async def first() -> bytes:
        archive = zip_of(Large(tmp_path), "f", "f")
        head = await anext(archive)
        await archive.aclose()
        return head

    head = asyncio.run(first())
    # Needs version 4.5, and the extra field of 64-bit sizes.
    assert head[4:6] == (45).to_bytes(2, "little")
    assert b"\x01\x00\x10\x00" in head
