"""A program that is forked finds what one that is started finds, and its failure is told."""

import json
from pathlib import Path

import pytest

from tests.compat import client
from tests.compat.client import Client

SEES = """
import json, os, sys, tempfile
from beside import VALUE

assert __name__ == "__main__" and sys.stdin.read() == ""
print("first")
print(json.dumps([
    sys.argv, os.environ["MINE"], os.getcwd(), os.path.expanduser("~"), tempfile.gettempdir(),
    __file__, VALUE, [name for name in os.environ if name.startswith("SAGWAN_")],
]))
"""
ENDS = {
    "raises": ("raise ValueError('as programs do')", "ended with 1:.*ValueError: as programs do"),
    "exits": ("import sys; print('told'); sys.exit(3)", "ended with 3:\ntold\n"),
    "dies": ("import os; os.kill(os.getpid(), 9)", "ended with -9:"),
}


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "beside.py").write_text("VALUE = 7")
    (folder / "sees.py").write_text(SEES)
    for name, (text, _) in ENDS.items():
        (folder / f"{name}.py").write_text(text)
    monkeypatch.setattr(client, "PROGRAMS", folder)
    return folder


def test_what_a_program_finds(
    mlflow3: Client, programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAGWAN_HOST", "not for programs")
    for number in (1, 2):
        folder = tmp_path / str(number)
        first, second = mlflow3.run("sees", folder, {"MINE": "ö"}, ["a", "b c"]).splitlines()
        assert first == "first"
        assert json.loads(second) == [
            ["programs/sees.py", "a", "b c"],
            "ö",
            str(folder),
            str(folder),
            str(folder / "tmp"),
            str(folder / "programs" / "sees.py"),
            7,
            [],
        ]


@pytest.mark.parametrize("name", ENDS)
def test_a_program_that_fails(mlflow3: Client, programs: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(AssertionError, match=f"(?s){ENDS[name][1]}"):
        mlflow3.run(name, tmp_path / "run", {})
