"""What all tests share."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.compat.client import Client, client
from tests.compat.environments import made_or_skipped
from tests.support import scratch
from tests.support.databases import SHARED, Databases

# In the background of a shell SIGINT is ignored, and by all that is started from there.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Before pytest makes its folder: a commit that is synced to a disk takes longer than most tests.
scratch.use_it()

# Machines that run tests are busy: how long an example takes says nothing about it.
settings.register_profile("sagwan", deadline=None, print_blob=True)
settings.load_profile("sagwan")


@pytest.fixture(scope="session")
def databases() -> Databases:
    """Real database servers, shared by the tests of a process."""
    return SHARED


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of a test run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def mlflow3(shared: Path) -> Iterator[Client]:
    """A client of the newest release of MLflow."""
    with client(shared / "mlflow3", made_or_skipped("mlflow3")) as made:
        yield made


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the groups that one process has to run alone: so both end at about one time."""
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Let groups hold: pytest-xdist 3.8 writes their names where pytest 9.2 does not read them.

    Without it each process starts each browser, object store and cluster of its own.
    """
    for item in session.items:
        written = vars(item).get("_nodeid")
        if written is not None and written != item.nodeid:
            item._id = type(item._id).parse(written)  # type: ignore[attr-defined]
