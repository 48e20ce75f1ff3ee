"""Many files: what is skipped, continued, compared and tried again."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from sagwan.client.artifacts import ArtifactFiles, open_files
from sagwan.client.errors import Broken, Unreachable
from sagwan.client.http import Http
from sagwan.client.partial import RESUMABLE
from sagwan.client.progress import Moved
from sagwan.client.reading import CHUNK
from sagwan.client.transfer import Tally, Transfer, WrongBytes
from sagwan.config import ClientSettings
from sagwan.domain.artifact_paths import TEMPORARY_PREFIX
from sagwan.errors import InvalidParameter
from tests.client.proxy import ROOT, Proxy
from tests.client.test_artifacts import contents

PIECE = CHUNK
LARGE = bytes(range(251)) * (5 * PIECE // 251)
assert len(LARGE) > RESUMABLE
BIG = "1/run/artifacts/big"

Talk = Callable[[ArtifactFiles], Awaitable[Tally]]


@pytest.fixture(params=[True, False], ids=["tells", "silent"])
def tells(request: pytest.FixtureRequest) -> bool:
    """Whether the server tells checksums."""
    told: bool = request.param
    return told


def run(proxy: Proxy, talk: Talk) -> Tally:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    async def main() -> Tally:
        settings = ClientSettings(http_request_max_retries=3)
        async with Http("http://tracking.test", settings, proxy, sleep) as http:
            return await talk(open_files(ROOT, http))

    return asyncio.run(main())


def up(proxy: Proxy, *sources: Path, **options: bool) -> Tally:
    async def talk(files: ArtifactFiles) -> Tally:
        transfer = Transfer(files, **options)
        await transfer.upload(sources)
        return transfer.tally

    return run(proxy, talk)


def down(proxy: Proxy, path: str, target: Path, **options: bool) -> Tally:
    async def talk(files: ArtifactFiles) -> Tally:
        transfer = Transfer(files, **options)
        await transfer.download(path, target)
        return transfer.tally

    return run(proxy, talk)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    (folder / "sub").mkdir(parents=True)
    for number in range(3):
        (folder / "sub" / f"{number}").write_bytes(str(number).encode())
    (folder / "big").write_bytes(LARGE)
    return folder


def test_what_was_uploaded_is_not_sent_again(source: Path) -> None:
    proxy = Proxy()
    assert up(proxy, source) == Tally(4, len(LARGE) + 3, 4)
    (source / "sub" / "1").write_bytes(b"x")
    (source / "sub" / "9").write_bytes(b"99")
    proxy.asked.clear()
    assert up(proxy, source) == Tally(5, len(LARGE) + 5, 5, kept=3)
    assert proxy.count("PUT") == 2
    assert proxy.files["1/run/artifacts/sub/1"] == b"x"
    assert up(proxy, source, skip=False) == Tally(5, len(LARGE) + 5, 5)
    assert up(proxy, source, verify=False) == Tally(5, len(LARGE) + 5, 5)


def test_a_silent_server_is_sent_all_and_read_back(source: Path) -> None:
    proxy = Proxy(tells=False)
    for _ in range(2):
        proxy.asked.clear()
        assert up(proxy, source).kept == 0
        assert (proxy.count("PUT"), proxy.count("GET")) == (4, 4)


def test_what_was_downloaded_is_not_fetched_again(source: Path, tmp_path: Path) -> None:
    proxy = Proxy()
    up(proxy, source)
    assert down(proxy, "", tmp_path / "t") == Tally(4, len(LARGE) + 3, 4)
    (tmp_path / "t" / "sub" / "1").write_bytes(b"x")
    (tmp_path / "t" / "sub" / "2").unlink()
    proxy.asked.clear()
    assert down(proxy, "", tmp_path / "t") == Tally(4, len(LARGE) + 3, 4, kept=2)
    assert proxy.count("GET") == 2
    assert contents(tmp_path / "t") == contents(source)


def test_a_download_from_a_silent_server_says_so(source: Path, tmp_path: Path) -> None:
    proxy = Proxy(tells=False)
    up(proxy, source)
    for _ in range(2):
        tally = down(proxy, "", tmp_path / "t")
        assert (tally.done, tally.kept, tally.unchecked) == (4, 0, 4)
    assert contents(tmp_path / "t") == contents(source)


class Breaking(Proxy):
    """Breaks off each answer with a file after `piece` bytes, `times` times."""

    def __init__(self, piece: int, times: int, tells: bool = True) -> None:
        super().__init__(tells)
        self.piece, self.times = piece, times

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await super().handle_async_request(request)
        if request.method == "GET" and self.asked[-1][1] and self.times:
            self.times -= 1
            return httpx.Response(
                answer.status_code, headers=answer.headers, stream=Cut(answer.content, self.piece)
            )
        return answer


class Cut(httpx.AsyncByteStream):
    def __init__(self, content: bytes, piece: int) -> None:
        self._content, self._piece = content, piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._content[: self._piece]
        raise httpx.ReadError("reset")


def test_a_broken_download_goes_on_by_itself(tmp_path: Path, tells: bool) -> None:
    # More breaks than retries: each time some more has come.
    proxy = Breaking(PIECE, 4, tells)
    proxy.files[BIG] = LARGE
    moved: list[int] = []

    def begin(count: int, size: int) -> Moved:
        return moved.append

    async def talk(files: ArtifactFiles) -> Tally:
        transfer = Transfer(files, begin=begin)
        await transfer.download("big", tmp_path / "big")
        return transfer.tally

    run(proxy, talk)
    assert contents(tmp_path) == {"big": LARGE}
    assert proxy.ranges == [f"bytes={number * PIECE}-" for number in range(1, 5)]
    assert sum(moved) == len(LARGE)


class Going(Breaking):
    """Breaks off in the middle of a file, and is then gone."""

    def __init__(self) -> None:
        super().__init__(3 * PIECE, 1)
        self.files[BIG] = LARGE

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if not self.times:
            raise httpx.ConnectError("gone")
        return await super().handle_async_request(request)


def test_a_download_that_was_given_up_is_continued_later(tmp_path: Path) -> None:
    with pytest.raises(Unreachable):
        down(Going(), "big", tmp_path / "big")
    assert [name.startswith(TEMPORARY_PREFIX) for name in contents(tmp_path)] == [True]
    healthy = Proxy()
    healthy.files[BIG] = LARGE
    assert down(healthy, "big", tmp_path / "big") == Tally(1, len(LARGE), 1)
    assert healthy.ranges == [f"bytes={3 * PIECE}-"]
    assert contents(tmp_path) == {"big": LARGE}


def test_a_file_that_changed_meanwhile_comes_whole(tmp_path: Path) -> None:
    other = bytes(reversed(LARGE))

    class Replaced(Breaking):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            answer = await super().handle_async_request(request)
            if request.method == "GET" and self.asked[-1][1]:
                self.files[BIG] = other
            return answer

    replaced = Replaced(PIECE, 1)
    replaced.files[BIG] = LARGE
    down(replaced, "big", tmp_path / "big")
    assert contents(tmp_path) == {"big": other}
    assert replaced.ranges == []


def test_damage_to_what_was_left_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(Unreachable):
        down(Going(), "big", tmp_path / "big")
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(bytes(3 * PIECE))
    proxy = Proxy()
    proxy.files[BIG] = LARGE
    down(proxy, "big", tmp_path / "big")
    assert contents(tmp_path) == {"big": LARGE}


class Lying(Proxy):
    """Changes a byte of what passes, in one direction."""

    def __init__(self, method: str, tells: bool) -> None:
        super().__init__(tells)
        self.method = method

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await super().handle_async_request(request)
        _, path = self.asked[-1]
        if request.method == self.method and path:
            if request.method == "PUT":
                answer.headers.pop("repr-digest", None)
                self.files[path] = b"X" + self.files[path][1:]
            else:
                return httpx.Response(
                    200, headers=answer.headers, content=b"X" + answer.content[1:]
                )
        return answer


@pytest.mark.parametrize("size", [10, len(LARGE)])
def test_a_wrong_download_leaves_nothing(tmp_path: Path, size: int) -> None:
    proxy = Lying("GET", tells=True)
    proxy.files[BIG] = LARGE[:size]
    (tmp_path / "big").write_bytes(b"what was there")
    with pytest.raises(WrongBytes, match="'big' is not what the server has"):
        down(proxy, "big", tmp_path / "big")
    assert contents(tmp_path) == {"big": b"what was there"}


def test_a_wrong_upload_leaves_nothing(source: Path, tells: bool) -> None:
    proxy = Lying("PUT", tells)
    with pytest.raises(WrongBytes, match="the checksums differ"):
        up(proxy, source / "big")
    assert proxy.files == {}


def test_an_upload_is_tried_again(source: Path) -> None:
    class Flaky(Proxy):
        failures = 3

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if request.method == "PUT" and self.failures:
                self.failures -= 1
                raise httpx.WriteError("reset")
            return await super().handle_async_request(request)

    proxy = Flaky()
    up(proxy, source / "big")
    assert proxy.files[BIG] == LARGE
    proxy.failures = 4
    with pytest.raises(Broken):
        up(proxy, source / "sub" / "1")


def test_what_a_download_left_is_not_uploaded(source: Path) -> None:
    (source / f"{TEMPORARY_PREFIX}0123.abc").write_bytes(b"part")
    proxy = Proxy()
    assert up(proxy, source).files == 4


def test_two_files_for_one_place_are_refused(source: Path, tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(b"another")
    proxy = Proxy()
    with pytest.raises(InvalidParameter, match="would both be stored as 'big'"):
        up(proxy, source, tmp_path / "big")
    assert proxy.files == {}


def test_the_first_of_many_errors_stops_all(tmp_path: Path) -> None:
    proxy = Proxy()
    proxy.files = {f"1/run/artifacts/{n:03}": b"x" for n in range(200)}
    (tmp_path / "t" / "000").mkdir(parents=True)

    async def talk(files: ArtifactFiles) -> Tally:
        transfer = Transfer(files, jobs=2)
        with pytest.raises(OSError, match="000"):
            await transfer.download("", tmp_path / "t")
        return transfer.tally

    assert run(proxy, talk).done < 100
