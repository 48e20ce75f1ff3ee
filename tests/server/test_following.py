"""Those who look on: what waits for a slow one is bounded, and all of them cost one look."""

import asyncio
from typing import Any

import msgspec
import pytest

from sagwan.entities import Metric
from sagwan.errors import Overloaded, Unavailable
from sagwan.server import following
from sagwan.server.following import Hub, Interest
from sagwan.storage.base import NewRun, RunBatch
from sagwan.storage.changes import ChangeFeed, Wanted
from sagwan.storage.memory import MemoryStore
from sagwan.storage.memory.changes import MemoryChanges
from sagwan.wire.stream import RunsChanged

EVERYTHING = Interest()


def data_of(event: bytes) -> RunsChanged:
    (line,) = [line for line in event.split(b"\n") if line.startswith(b"data: ")]
    return msgspec.json.decode(line[6:], type=RunsChanged)


class Site:
    """A store, and those who listen to it."""

    def __init__(self, **options: float) -> None:
        self.store = MemoryStore("mlflow-artifacts:/")
        self.hub = Hub(**{"interval": 0.001, **options})

    async def listen(self, interest: Interest = EVERYTHING, position: str | None = None) -> Any:
        stream = await self.hub.listen(self.store.changes, interest, position, lambda: 7)
        assert b"event: start" in await anext(stream)
        return stream

    async def run(self, number: int) -> str:
        run_id = f"{number:032x}"
        await self.store.runs.create(NewRun(run_id, 0, "r", "", 0))
        return run_id

    async def log(self, run_id: str, *steps: int, key: str = "m") -> None:
        metrics = [Metric(key, 1.0, 1, step) for step in steps]
        await self.store.runs.log_batch(RunBatch(run_id, metrics))


async def told_all(stream: Any) -> RunsChanged:
    """Events until one says that everything may be new."""
    while True:
        event = data_of(await anext(stream))
        if event.all:
            return event


def test_points_that_wait_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "MOST_WAITING", 5)

    async def main() -> RunsChanged:
        site = Site()
        run = await site.run(1)
        stream = await site.listen()
        (listener,) = site.hub._listeners
        for step in range(6):
            await site.log(run, step)
            listener.has_news.clear()
            await listener.has_news.wait()
        event = data_of(await anext(stream))
        await stream.aclose()
        return event

    event = asyncio.run(main())
    assert (event.points, event.changed) == ([], [0])


def test_runs_that_wait_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "MOST_CHANGED", 3)

    async def main() -> None:
        site = Site()
        stream = await site.listen()
        for number in range(4):
            await site.run(number)
        await told_all(stream)
        # And where somebody comes back after that.
        late = await site.listen(position="0")
        assert (await told_all(late)).runs == []
        for each in (stream, late):
            await each.aclose()

    asyncio.run(main())


def test_names_that_are_told_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "MOST_NAMES", 3)

    async def main() -> list[RunsChanged]:
        site = Site()
        stream = await site.listen()
        events = []
        for number in range(3):
            run = await site.run(number)
            await site.log(run, 1, key=f"k{number}")
            event = data_of(await anext(stream))
            if not event.points:  # looked at between the two
                event.points = data_of(await anext(stream)).points
            events.append(event)
        await stream.aclose()
        return events

    events = asyncio.run(main())
    assert [event.anew for event in events] == [False, False, True]
    assert [event.points[0][0] for event in events] == [0, 1, 0]


def test_all_who_listen_cost_one_look(monkeypatch: pytest.MonkeyPatch) -> None:
    feeds: list[ChangeFeed] = []

    class Counting(MemoryChanges):
        async def feed(self) -> ChangeFeed:
            feeds.append(await super().feed())
            return feeds[-1]

    async def main() -> None:
        site = Site()
        site.store.changes = Counting(site.store.state)
        run = await site.run(1)
        streams = await asyncio.gather(*(site.listen() for _ in range(5)))
        await site.log(run, 1)
        events = [await anext(stream) for stream in streams]
        assert len(set(events)) == 1
        for stream in streams:
            await stream.aclose()
        assert site.hub._watching is not None
        await site.hub._watching
        # The next one begins anew.
        await (await site.listen()).aclose()

    asyncio.run(main())
    assert len(feeds) == 2


def test_a_database_that_is_away_for_a_while() -> None:
    failures = [Unavailable("gone"), ValueError("odd"), ValueError("odd")]

    class Feed(ChangeFeed):
        def __init__(self, feed: ChangeFeed) -> None:
            self._feed = feed
            self.position = feed.position

        async def look(self, wanted: Wanted) -> Any:
            if failures:
                raise failures.pop()
            return await self._feed.look(wanted)

    class Failing(MemoryChanges):
        async def feed(self) -> ChangeFeed:
            return Feed(await super().feed())

    async def main() -> RunsChanged:
        site = Site()
        site.store.changes = Failing(site.store.state)
        stream = await site.listen()
        await site.run(1)
        event = data_of(await anext(stream))
        await stream.aclose()
        return event

    assert asyncio.run(main()).changed == [0]
    assert failures == []


def test_a_sign_of_life() -> None:
    async def main() -> bytes:
        stream = await Site(heartbeat=0.001).listen()
        beat: bytes = await anext(stream)
        await stream.aclose()
        return beat

    assert asyncio.run(main()) == b":\n\n"


def test_no_more_listeners_than_are_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "MOST_LISTENERS", 1)

    async def main() -> None:
        site = Site()
        stream = await site.listen()
        with pytest.raises(Overloaded):
            await site.listen()
        await stream.aclose()
        await (await site.listen()).aclose()

    asyncio.run(main())
