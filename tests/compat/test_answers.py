"""Answers of the real server are kept for just as long as they hold."""

from pathlib import Path

import pytest

from tests.compat.answers import kept_answer
from tests.compat.environments import Environment


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SAGWAN_TEST_CACHE", str(tmp_path / "cache"))
    return tmp_path


def made(folder: Path, version: str) -> Environment:
    place = folder / version
    place.mkdir()
    (place / "installed.txt").write_text(f"mlflow=={version}\n")
    return Environment("mlflow3", place)


def test_is_asked_for_once(folder: Path) -> None:
    used = made(folder, "3.1")
    assert kept_answer("nested", used, used, lambda: {"a": 1}) == {"a": 1}
    assert kept_answer("nested", used, used, lambda: {"a": 2}) == {"a": 1}


def test_other_program_client_or_server_is_asked(folder: Path) -> None:
    old, new = made(folder, "3.1"), made(folder, "3.2")
    kept_answer("nested", old, old, lambda: 1)
    assert kept_answer("basics", old, old, lambda: 2) == 2
    assert kept_answer("nested", new, old, lambda: 3) == 3
    assert kept_answer("nested", old, new, lambda: 4) == 4


def test_a_failure_is_not_kept(folder: Path) -> None:
    used = made(folder, "3.1")

    def fail() -> None:
        raise AssertionError("the program failed")

    with pytest.raises(AssertionError, match="the program failed"):
        kept_answer("nested", used, used, fail)
    assert kept_answer("nested", used, used, lambda: 1) == 1
