"""Environments are made once, and a broken build leaves none behind."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.compat import environments
from tests.compat.environments import Unavailable, environment


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SAGWAN_TEST_CACHE", str(tmp_path))
    return tmp_path / "compat"


def fake_commands(calls: list[list[str]], fail: str = "") -> Callable[[list[str]], str]:
    def run(command: list[str]) -> str:
        calls.append(command)
        if "venv" in command:
            Path(command[-1]).mkdir()
        if fail and fail in command:
            raise Unavailable("no index")
        return "MLflow==2.22.0\nNumPy==2.0.0\n-e something\n"

    return run


def test_is_made_once(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    calls: list[list[str]] = []
    monkeypatch.setattr(environments, "_run", fake_commands(calls))
    made = environment("mlflow2")
    assert made.folder.parent == cache
    assert made.installed == {"mlflow": "2.22.0", "numpy": "2.0.0"}
    assert environment("mlflow2") == made
    assert [command[-1] for command in calls].count("freeze") == 1


def test_a_failed_build_is_no_environment(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    calls: list[list[str]] = []
    monkeypatch.setattr(environments, "_run", fake_commands(calls, fail="install"))
    with pytest.raises(Unavailable, match="no index"):
        environment("mlflow3")
    assert [path for path in cache.iterdir() if path.is_dir()] == []


def test_a_build_that_was_cut_short_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[list[str]] = []
    monkeypatch.setattr(environments, "_run", fake_commands(calls))
    made = environment("mlflow2")
    (made.folder / "installed.txt").unlink()
    (made.folder / "left over").touch()
    environment("mlflow2")
    assert not (made.folder / "left over").exists()


def test_other_requirements_make_another(monkeypatch: pytest.MonkeyPatch) -> None:
    before = environments.folder_name("mlflow2")
    monkeypatch.setitem(environments.REQUIREMENTS, "mlflow2", ("mlflow==2.0",))
    assert environments.folder_name("mlflow2") != before


def test_a_command_that_fails_says_why() -> None:
    with pytest.raises(Unavailable, match="No module named no_such_module"):
        environments._run([sys.executable, "-m", "no_such_module"])
