"""Which URIs lie in a store that the server was started with."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagwan.artifacts.base import ArtifactStore
from sagwan.artifacts.local import LocalArtifactStore
from sagwan.artifacts.open import open_artifacts
from sagwan.artifacts.roots import ArtifactRoots, path_within
from sagwan.errors import InvalidParameter


@pytest.mark.parametrize(
    ("uri", "root", "path"),
    [
        ("s3://bucket/root/1/run/artifacts", "s3://bucket/root", "1/run/artifacts"),
        ("s3://bucket/root", "s3://bucket/root/", ""),
        ("s3://bucket/root//1/", "s3://bucket//root", "1"),
        ("s3://bucket/1/run", "s3://bucket", "1/run"),
        ("S3://bucket/1", "s3://bucket/", "1"),
        ("sftp://u@HOST:22/d/1", "sftp://u@host:22/d", "1"),
        ("sftp://u:old@host/d/1", "sftp://u:new@host/d", "1"),
        ("sftp://u@host/d/1", "sftp://u:secret@host/d", "1"),
        ("wasbs://c@a.blob.core.windows.net/r/1", "wasbs://c@a.blob.core.windows.net/r", "1"),
        ("hdfs:///r/1", "hdfs:///r", "1"),
        ("s3://bucket/a%20b/c%20d", "s3://bucket/a%20b", "c%20d"),
        ("s3://bucket/r/1?x=1", "s3://bucket/r?x=1", "1"),
    ],
)
def test_what_lies_in_a_root(uri: str, root: str, path: str) -> None:
    assert path_within(uri, root) == path


@pytest.mark.parametrize(
    ("uri", "root"),
    [
        ("s3://bucket/root-not/1", "s3://bucket/root"),
        ("s3://bucket/roo", "s3://bucket/root"),
        ("s3://bucket/Root/1", "s3://bucket/root"),
        ("s3://bucket/", "s3://bucket/root"),
        ("s3://other/root/1", "s3://bucket/root"),
        ("s3://bucket.evil/root/1", "s3://bucket/root"),
        ("gs://bucket/root/1", "s3://bucket/root"),
        ("s3:/bucket/root/1", "s3://bucket/root"),
        ("sftp://other@host/d/1", "sftp://u@host/d"),
        ("sftp://host/d/1", "sftp://u@host/d"),
        ("sftp://u@host:2222/d/1", "sftp://u@host/d"),
        ("sftp://u@evil\\@host/d/1", "sftp://u@host/d"),
        ("wasbs://other@a.blob.core.windows.net/r/1", "wasbs://c@a.blob.core.windows.net/r"),
        ("s3://bucket/../bucket/root/1", "s3://bucket/root"),
        ("s3://bucket/%72oot/1", "s3://bucket/root"),
        ("s3://bucket/root/1?x=2", "s3://bucket/root"),
        ("s3://bucket/root/1#x", "s3://bucket/root"),
        ("sftp://[::1/d", "sftp://u@host/d"),
        ("root/1", "root"),
    ],
)
def test_what_does_not(uri: str, root: str) -> None:
    assert path_within(uri, root) is None


@pytest.mark.parametrize("way", ["..", "%2e%2e", "%252e%252e", "a/..%2f..", "..\\x"])
def test_a_way_out_of_a_root_is_refused(way: str) -> None:
    with pytest.raises(InvalidParameter, match="Invalid path"):
        path_within(f"s3://bucket/root/{way}/secret", "s3://bucket/root")


PARTS = st.lists(st.text("ab.%2e/\\", min_size=1, max_size=6), max_size=5)


@given(root=PARTS, rest=PARTS)
def test_what_is_found_is_always_below_the_root(root: list[str], rest: list[str]) -> None:
    base, uri = (f"s3://b/{'/'.join(parts)}" for parts in (root, [*root, *rest]))
    try:
        found = path_within(uri, base)
    except InvalidParameter:
        return
    assert found is not None
    parts = found.split("/")
    assert ".." not in parts
    assert [*filter(None, parts)] == [p for p in "/".join(rest).split("/") if p not in ("", ".")]


class Opened:
    """Opens stores in folders, and counts what is open."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.uris: list[str] = []
        self.closed: list[ArtifactStore] = []

    def __call__(self, uri: str) -> ArtifactStore:
        self.uris.append(uri)
        opened = self

        class Store(LocalArtifactStore):
            async def close(self) -> None:
                opened.closed.append(self)
                await super().close()

        return Store(self.folder / str(len(self.uris)))


def run(call: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(call)


def test_a_store_is_opened_when_it_is_needed_and_once(tmp_path: Path) -> None:
    opened = Opened(tmp_path)
    roots = ArtifactRoots(["s3://b/one", "mlflow-artifacts:/", "s3://b/two"], open_store=opened)

    async def use() -> None:
        assert opened.uris == []
        first = await roots.find("s3://b/two/1")
        again = await roots.find("s3://b/two/2/run")
        assert first is not None
        assert again is not None
        assert first[0] is again[0]
        assert (first[1], again[1]) == ("1", "2/run")
        assert await roots.find("s3://b/three/1") is None
        assert await roots.find("mlflow-artifacts:/1") is None
        assert opened.uris == ["s3://b/two"]
        await roots.close()
        await roots.close()
        assert opened.closed == [first[0]]

    run(use())


def test_what_others_opened_is_used_and_left_open(tmp_path: Path) -> None:
    opened = Opened(tmp_path)
    remote = opened("s3://b/dest")

    async def use() -> None:
        local = open_artifacts(str(tmp_path / "dest"))
        given = {"s3://b/dest": remote, str(tmp_path / "dest"): local}
        roots = ArtifactRoots([], given, opened)
        assert await roots.find("s3://b/dest/1") == (remote, "1")
        assert await roots.find(f"file://{tmp_path}/dest/1") == (local, "1")
        await roots.close()
        assert opened.closed == []
        await local.close()

    run(use())
    assert opened.uris == ["s3://b/dest"]


def test_local_roots_with_signs_of_uris_in_their_names(tmp_path: Path) -> None:
    async def use() -> None:
        roots = ArtifactRoots([f"{tmp_path}/a%2520b"])
        (tmp_path / "a%20b" / "1").mkdir(parents=True)
        (tmp_path / "a%20b" / "1" / "f").write_bytes(b"x")
        found = await roots.find(f"file://{tmp_path}/a%2520b/1")
        assert found is not None
        assert [info.path for info in await found[0].list_folder(found[1])] == ["f"]
        await roots.close()

    run(use())


def test_without_roots_nothing_is_found(tmp_path: Path) -> None:
    roots = ArtifactRoots()
    for uri in (str(tmp_path), "/", "", "s3://b/1", "nonsense:"):
        assert run(roots.find(uri)) is None
