"""Where paths of the local store lead."""

import os
import sys
from pathlib import Path

import pytest

from sagwan.artifacts.local.places import real_folder

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "a" / "b ü").mkdir(parents=True)
    (tmp_path / "a" / "file").touch()
    (tmp_path / "a (deleted)").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    (tmp_path / "chain").symlink_to("link/b ü/..")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "dangling").symlink_to("nowhere")
    return tmp_path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "a",
        "a/",
        "a/b ü",
        "a//b ü/.",
        "a/b ü/..",
        "a/file",
        "a/file/x",
        "a (deleted)",
        "link",
        "link/b ü",
        "link/file",
        "chain/b ü",
        "loop",
        "loop/x",
        "dangling",
        "dangling/x",
        "missing",
        "missing/x",
        "link/missing",
        "x" * 300,
    ],
)
def test_real_folders_are_as_python_finds_them(tree: Path, path: str) -> None:
    whole = os.path.join(tree, path)
    assert real_folder(whole) == os.path.realpath(whole)


def test_a_folder_that_is_gone(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree / "a" / "b ü")
    (tree / "a" / "b ü").rmdir()
    with pytest.raises(FileNotFoundError):
        # As Python finds it, too.
        real_folder(".")
