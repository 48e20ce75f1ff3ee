"""Both environments and both servers, made once for a test run."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.compat.client import Client, client
from tests.compat.environments import Environment, Unavailable, environment
from tests.compat.servers import reference_server
from tests.support.server import running_server


@pytest.fixture(scope="session")
def mlflow2(shared: Path) -> Iterator[Client]:
    """A client of the older generation."""
    with client(shared / "mlflow2", _made("mlflow2")) as made:
        yield made


@pytest.fixture(scope="session")
def mlflow3(shared: Path) -> Iterator[Client]:
    """A client of the newest release."""
    with client(shared / "mlflow3", _made("mlflow3")) as made:
        yield made


@pytest.fixture(scope="session")
def clients(mlflow2: Client, mlflow3: Client) -> dict[str, Client]:
    """A client of each generation."""
    return {made.environment.label: made for made in (mlflow2, mlflow3)}


def _made(label: str) -> Environment:
    """An environment; without a package index tests are skipped, though not in CI."""
    try:
        return environment(label)
    except Unavailable as error:
        text = f"the environments of the mlflow clients could not be made: {error}"
        if os.environ.get("CI"):
            pytest.fail(text)
        pytest.skip(text)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of a test run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def mlflow_server(shared: Path, mlflow3: Client) -> Iterator[str]:
    """The URL of a real MLflow server of the newest release."""
    with reference_server(shared / "mlflow-server", mlflow3.environment) as url:
        yield url


@pytest.fixture(scope="session")
def sagwan_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Sagwan server with no options, as a user starts it."""
    folder: Path = tmp_path_factory.mktemp("sagwan-server")
    with running_server(folder) as server:
        yield server.url
