"""Both environments and both servers, made once for a test run."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.compat.environments import GENERATIONS, Environment, Unavailable, environment
from tests.compat.servers import reference_server
from tests.support.server import running_server


@pytest.fixture(scope="session")
def environments() -> dict[str, Environment]:
    """One environment for each generation of the client.

    Without a package index nothing can be compared: the tests are skipped, though not in CI.
    """
    return {label: _made(label) for label in GENERATIONS}


@pytest.fixture(scope="session")
def stores_environment() -> Environment:
    """A client with the libraries of the artifact stores that it can use without a server."""
    return _made("mlflow3-stores")


def _made(label: str) -> Environment:
    try:
        return environment(label)
    except Unavailable as error:
        text = f"the environments of the mlflow clients could not be made: {error}"
        if os.environ.get("CI"):
            pytest.fail(text)
        pytest.skip(text)


@pytest.fixture(scope="session")
def mlflow_server(
    tmp_path_factory: pytest.TempPathFactory, environments: dict[str, Environment]
) -> Iterator[str]:
    """The URL of a real MLflow server of the newest release."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    with reference_server(base / "mlflow-server", environments["mlflow3"]) as url:
        yield url


@pytest.fixture(scope="session")
def sagwan_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Sagwan server with no options, as a user starts it."""
    folder: Path = tmp_path_factory.mktemp("sagwan-server")
    with running_server(folder) as server:
        yield server.url
