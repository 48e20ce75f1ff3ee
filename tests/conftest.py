"""What all tests share."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.databases import KINDS, DatabaseServer, NotInstalled

# Machines that run tests are busy: how long an example takes says nothing about it.
settings.register_profile("sagwan", deadline=None, print_blob=True)
settings.load_profile("sagwan")


class Databases:
    """The database servers of a test process, each started when it is first asked for."""

    def __init__(self) -> None:
        self._servers: dict[str, DatabaseServer] = {}

    def server(self, kind: str) -> DatabaseServer:
        """The server of that kind; the test is skipped where there is none, but not in CI."""
        if kind not in self._servers:
            try:
                self._servers[kind] = KINDS[kind]()
            except NotInstalled as reason:
                if os.environ.get("CI"):
                    raise
                pytest.skip(str(reason))
        return self._servers[kind]

    def close(self) -> None:
        for server in self._servers.values():
            server.remove()


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """Real database servers, shared by the tests of a process."""
    found = Databases()
    yield found
    found.close()


@pytest.fixture
def new_store_uri(databases: Databases, tmp_path: Path) -> Callable[[], str]:
    """Makes URIs of new, empty stores on the database that the variable DATABASE names.

    That is sqlite (the default), postgresql or mariadb.
    """
    kind = os.environ.get("DATABASE", "sqlite")
    numbers = iter(range(1, 1000))

    def new() -> str:
        if kind == "sqlite":
            return str(tmp_path / f"store-{next(numbers)}")
        return databases.server(kind).new_database()

    return new
