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
