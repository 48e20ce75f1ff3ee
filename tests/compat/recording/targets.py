"""What conversations are replayed to: Sagwan in this process, or any server by its URL."""

import contextlib
import dataclasses
import http.client
from collections.abc import Iterator
from pathlib import Path

from sagwan.server.context import Ids, now_ms
from tests.compat.recording.reference import EARLIER
from tests.compat.recording.replay import Answered, Ask, Replay
from tests.server.support import asking, counting_ids

PATIENCE = 120.0


@contextlib.contextmanager
def sagwan(folder: Path) -> Iterator[Replay]:
    """Replays to a new Sagwan with its data in `folder`."""
    now = now_ms()
    ids = dataclasses.replace(counting_ids(), name=Ids().name)
    with asking(folder, start=now, ids=ids) as app:

        def ask(method: str, target: str, headers: dict[str, str], body: bytes) -> Answered:
            answer = app.ask(method, target, body, headers)
            return Answered(answer.status, answer.body)

        # What is there on the side of MLflow, too.
        earlier = app.post("experiments/create", {"name": EARLIER}).json
        app.post("experiments/delete", earlier)
        yield Replay(ask, now)


def server(url: str) -> Replay:
    """Replays to the server at `url` (`http://host:port`)."""

    def ask(method: str, target: str, headers: dict[str, str], body: bytes) -> Answered:
        connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=PATIENCE)
        try:
            connection.request(method, target, body, headers)
            answer = connection.getresponse()
            return Answered(answer.status, answer.read())
        finally:
            connection.close()

    asked: Ask = ask
    return Replay(asked, now_ms())
