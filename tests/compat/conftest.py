"""Both environments and both servers, made once for a test run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.compat.client import Client, client
from tests.compat.environments import made_or_skipped
from tests.compat.servers import reference_server
from tests.support.server import running_server


@pytest.fixture(scope="session")
def mlflow2(shared: Path) -> Iterator[Client]:
    """A client of the older generation."""
    with client(shared / "mlflow2", made_or_skipped("mlflow2")) as made:
        yield made


@pytest.fixture(scope="session")
def clients(mlflow2: Client, mlflow3: Client) -> dict[str, Client]:
    """A client of each generation."""
    return {made.environment.label: made for made in (mlflow2, mlflow3)}


@pytest.fixture(scope="session")
def mlflow_server(shared: Path, mlflow3: Client) -> Iterator[str]:
    """The URL of a real MLflow server of the newest release."""
    with reference_server(shared / "mlflow-server", mlflow3.environment) as url:
        yield url


@pytest.fixture(scope="session")
def sagwan_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Sagwan server as a user starts it, but that its webhooks may lead anywhere."""
    folder: Path = tmp_path_factory.mktemp("sagwan-server")
    with running_server(
        folder, "--webhook-allow-private-ips", "--webhook-allowed-schemes", "http"
    ) as server:
        yield server.url
