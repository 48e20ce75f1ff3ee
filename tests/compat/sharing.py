"""One server of a kind for all processes of a test run."""

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.compat.environments import file_lock

Started = tuple[str, Callable[[], None]]
"""The address of a server, and what stops it."""


@contextlib.contextmanager
def shared_by_all(folder: Path, start: Callable[[], Started]) -> Iterator[str]:
    """The address of the server of `folder`, the same for all processes that ask.

    Who asks first starts it and stops it when the last has left.
    """
    folder.mkdir(parents=True, exist_ok=True)
    users, lock = folder / "users.json", folder / "lock"
    stop: Callable[[], None] | None = None
    with file_lock(lock):
        if not users.exists():
            address, stop = start()
            users.write_text(json.dumps({"address": address, "users": 0}))
        address = _change(users, 1)
    try:
        yield address
    finally:
        with file_lock(lock):
            _change(users, -1)
        if stop is not None:
            _stop_when_unused(stop, users, lock)


def _change(users: Path, by: int) -> str:
    state = json.loads(users.read_text())
    state["users"] += by
    users.write_text(json.dumps(state))
    address: str = state["address"]
    return address


def _stop_when_unused(stop: Callable[[], None], users: Path, lock: Path) -> None:
    while True:
        with file_lock(lock):
            if json.loads(users.read_text())["users"] == 0:
                users.unlink()
                stop()
                return
        time.sleep(0.1)
