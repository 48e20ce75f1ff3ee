"""What tests of commands share: a clean environment, a store, and a way to call."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sagwan.cli.main import main
from sagwan.config import load_settings
from sagwan.server.run import open_app

Call = Callable[..., Result]


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable of the machine has a say, and nothing is written outside a new folder."""
    for name in list(os.environ):
        if name.startswith(("SAGWAN_", "MLFLOW_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def call() -> Call:
    """Calls `sagwan` with arguments in this process; a traceback fails the test."""

    def invoke(*arguments: str, **environ: str) -> Result:
        result = CliRunner().invoke(main, list(arguments), env=environ)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """The default store, new."""
    settings, _ = load_settings({}, {})

    async def make() -> None:
        async with open_app(settings):
            pass

    asyncio.run(make())
    return tmp_path / "sagwan"
