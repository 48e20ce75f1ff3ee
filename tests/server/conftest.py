"""What tests of the server share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.support import Asker, asking


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Asker]:
    """An application on a new, empty store."""
    with asking(tmp_path) as asker:
        yield asker
