"""What all tests share."""

import pytest
from hypothesis import settings

from tests.support.databases import SHARED, Databases

# Machines that run tests are busy: how long an example takes says nothing about it.
settings.register_profile("sagwan", deadline=None, print_blob=True)
settings.load_profile("sagwan")


@pytest.fixture(scope="session")
def databases() -> Databases:
    """Real database servers, shared by the tests of a process."""
    return SHARED


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the groups that one process has to run alone: so both end at about one time."""
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)
