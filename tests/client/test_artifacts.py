"""Files up and down, through the proxy's routes and from folders."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from sagwan.client.artifacts import ArtifactFiles, LocalFiles, ProxyFiles, open_files
from sagwan.client.http import Http
from sagwan.client.progress import Moved
from sagwan.client.transfer import Transfer
from sagwan.config import ClientSettings
from sagwan.errors import InvalidParameter, NotFound, Unavailable
from tests.client.proxy import ROOT, Proxy

NAMES = ["a.txt", "folder/b+c d.txt", "folder/50%25.txt", "folder/sub/ü?.bin", "empty"]


async def upload(files: ArtifactFiles, source: Path, folder: str = "") -> int:
    transfer = Transfer(files)
    await transfer.upload([source], folder)
    return transfer.tally.done


async def download(files: ArtifactFiles, path: str, target: Path) -> Path:
    return await Transfer(files).download(path, target)


async def no_waiting(seconds: float) -> None:
    """What pauses take in these tests."""


Talk = Callable[[ArtifactFiles], Awaitable[None]]
Place = Callable[[Talk], None]


def proxied(proxy: Proxy, talk: Talk) -> None:
    async def main() -> None:
        async with Http("http://tracking.test", ClientSettings(), proxy, no_waiting) as http:
            await talk(open_files(ROOT, http))

    asyncio.run(main())


@pytest.fixture(params=["proxy", "folder"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """An empty place for artifacts; it keeps them from one call to the next."""
    if request.param == "proxy":
        proxy = Proxy()
        return lambda talk: proxied(proxy, talk)
    root = tmp_path / "root"

    async def main(talk: Talk) -> None:
        await talk(LocalFiles(root))

    return lambda talk: asyncio.run(main(talk))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder with files of many names."""
    folder = tmp_path / "source"
    for number, name in enumerate(NAMES):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"" if name == "empty" else name.encode() * (number + 1))
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_a_folder_goes_up_and_comes_down_unchanged(
    place: Place, source: Path, tmp_path: Path
) -> None:
    async def talk(files: ArtifactFiles) -> None:
        assert await upload(files, source, "into/here") == len(NAMES)
        done = await download(files, "into/here", tmp_path / "target")
        assert done == tmp_path / "target"

    place(talk)
    assert contents(tmp_path / "target") == contents(source)


def test_everything_can_be_downloaded(place: Place, source: Path, tmp_path: Path) -> None:
    async def talk(files: ArtifactFiles) -> None:
        await upload(files, source)
        await download(files, "", tmp_path / "target")

    place(talk)
    assert contents(tmp_path / "target") == contents(source)


def test_a_file_goes_up_and_comes_down(place: Place, source: Path, tmp_path: Path) -> None:
    async def talk(files: ArtifactFiles) -> None:
        assert await upload(files, source / "folder/b+c d.txt", "x") == 1
        await download(files, "x/b+c d.txt", tmp_path / "new/b")

    place(talk)
    assert (tmp_path / "new/b").read_bytes() == (source / "folder/b+c d.txt").read_bytes()


def test_lists_are_relative_to_the_root(place: Place, source: Path) -> None:
    async def talk(files: ArtifactFiles) -> None:
        await upload(files, source)
        listed = [(i.path, i.is_dir, i.file_size) for i in await files.list_folder("folder")]
        assert listed == [
            ("folder/50%25.txt", False, 48),
            ("folder/b+c d.txt", False, 32),
            ("folder/sub", True, None),
        ]
        assert [i.path for i in await files.walk("folder/sub")] == ["folder/sub/ü?.bin"]
        assert await files.list_folder("nothing") == []
        assert await files.list_folder("a.txt") == []

    place(talk)


def test_what_is_not_there_is_not_found(place: Place, source: Path, tmp_path: Path) -> None:
    async def talk(files: ArtifactFiles) -> None:
        await upload(files, source)
        for path in ("nothing", "folder/nothing", "nothing/at/all"):
            with pytest.raises(NotFound, match=f"No such artifact: '{path}'"):
                await download(files, path, tmp_path / "target")

    place(talk)
    assert not (tmp_path / "target").exists()


def test_paths_do_not_lead_out(place: Place, source: Path, tmp_path: Path) -> None:
    async def talk(files: ArtifactFiles) -> None:
        for path in ("..", "a/../../b", "/etc", "%2e%2e/x"):
            with pytest.raises(InvalidParameter):
                await files.list_folder(path)
            with pytest.raises(InvalidParameter):
                await upload(files, source, path)
            with pytest.raises(InvalidParameter):
                await download(files, path, tmp_path / "target")

    place(talk)


def test_progress_counts_files_and_bytes(place: Place, source: Path, tmp_path: Path) -> None:
    begun: list[tuple[int, int]] = []
    moved: list[int] = []

    def begin(count: int, size: int) -> Moved:
        begun.append((count, size))
        return moved.append

    async def talk(files: ArtifactFiles) -> None:
        await Transfer(files, begin=begin).upload([source])
        await Transfer(files, begin=begin).download("", tmp_path / "target")

    place(talk)
    size = sum(len(content) for content in contents(source).values())
    assert begun == [(len(NAMES), size)] * 2
    assert sum(moved) == 2 * size


@pytest.mark.parametrize("name", ["..", "a/../../evil", "/etc/passwd"])
def test_a_server_can_not_write_outside_the_target(name: str, tmp_path: Path) -> None:
    proxy = Proxy()
    proxy.listing = [{"path": name, "is_dir": False, "file_size": 1}]

    async def talk(files: ArtifactFiles) -> None:
        try:
            await download(files, "", tmp_path / "in/target")
        except (InvalidParameter, NotFound):
            return

    proxied(proxy, talk)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_list_that_is_none(tmp_path: Path) -> None:
    proxy = Proxy()
    proxy.listing = [{"is_dir": "maybe"}]

    async def talk(files: ArtifactFiles) -> None:
        with pytest.raises(Unavailable, match="list of artifacts"):
            await files.list_folder()

    proxied(proxy, talk)


def test_a_broken_download_leaves_nothing(tmp_path: Path) -> None:
    class Broken(Proxy):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            answer = await super().handle_async_request(request)
            return (
                httpx.Response(200, content=half()) if b"a.txt" in request.url.raw_path else answer
            )

    async def half() -> AsyncIterator[bytes]:
        yield b"half"
        raise httpx.ReadError("reset")

    proxy = Broken()
    proxy.files["1/run/artifacts/a.txt"] = b"whole"
    (tmp_path / "a.txt").write_bytes(b"what was there")

    async def talk(files: ArtifactFiles) -> None:
        with pytest.raises(Unavailable, match="reset"):
            await download(files, "a.txt", tmp_path / "a.txt")

    proxied(proxy, talk)
    assert contents(tmp_path) == {"a.txt": b"what was there"}


def test_a_file_is_as_open_as_others(source: Path, tmp_path: Path) -> None:
    async def main() -> None:
        await download(LocalFiles(source), "a.txt", tmp_path / "a.txt")

    asyncio.run(main())
    (tmp_path / "other").touch()
    assert (tmp_path / "a.txt").stat().st_mode == (tmp_path / "other").stat().st_mode


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_links_to_folders_and_to_nothing_are_left_out(source: Path) -> None:
    (source / "loop").symlink_to(source, target_is_directory=True)
    (source / "dangling").symlink_to(source / "nowhere")
    (source / "link").symlink_to(source / "a.txt")

    async def main() -> None:
        found = {info.path for info in await LocalFiles(source).walk("")}
        assert found == {*NAMES, "link"}

    asyncio.run(main())


def test_uris() -> None:
    async def main() -> None:
        async with Http("http://tracking.test:1", ClientSettings(), Proxy()) as http:
            assert isinstance(open_files("mlflow-artifacts:/x", http), ProxyFiles)
            same = "mlflow-artifacts://tracking.test:1/x"
            assert isinstance(open_files(same, http), ProxyFiles)
            assert isinstance(open_files("/x", http), LocalFiles)
            assert isinstance(open_files("file:///x", http), LocalFiles)
            with pytest.raises(InvalidParameter, match="--tracking-uri http://other"):
                open_files("mlflow-artifacts://other/x", http)
            with pytest.raises(InvalidParameter, match="tools of the s3 store"):
                open_files("s3://bucket/x", http)
            with pytest.raises(InvalidParameter):
                open_files("mlflow-artifacts:/../x", http)

    asyncio.run(main())
