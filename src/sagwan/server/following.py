"""Those who look on while runs go on, and the one who tells them what changed.

A process looks for changes twice a second, for all its listeners together, and not at all while
there are none. What a listener has not taken yet is put together for it, and is bounded: of a run
with more news than that, it only hears that there are some.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from sagwan.entities import Metric
from sagwan.errors import Overloaded, SagwanError, Unavailable
from sagwan.storage.changes import ChangeFeed, ChangeStore, RunChange
from sagwan.wire.stream import RunsChanged

logger = logging.getLogger("sagwan")

# Seconds between two looks, and at most between two signs of life.
INTERVAL = 0.5
HEARTBEAT = 20.0

# Listeners of a process; runs of which one hears at a time; points that wait for it; names that it
# is told before their numbers begin anew.
MOST_LISTENERS = 1000
MOST_CHANGED = 1000
MOST_WAITING = 20_000
MOST_NAMES = 5000

Clock = Callable[[], int]
"""Tells Unix milliseconds."""

_encode = msgspec.json.Encoder().encode


@dataclass
class Interest:
    """Which runs a listener wants to know of, all where both are empty, and whether of points."""

    experiments: frozenset[int] = frozenset()
    runs: frozenset[str] = frozenset()
    points: bool = True

    def wants(self, run_id: str, experiment_id: int) -> bool:
        """Whether a run is one of those."""
        if not self.experiments and not self.runs:
            return True
        return experiment_id in self.experiments or run_id in self.runs


@dataclass
class _News:
    """What of a run was not told yet."""

    other: bool = False
    points: list[Metric] = field(default_factory=list)
    latest: dict[str, float] = field(default_factory=dict)


class _Listener:
    def __init__(self, interest: Interest) -> None:
        self.interest = interest
        self.position = ""
        self.has_news = asyncio.Event()
        self._news: dict[str, _News] = {}
        self._size = 0
        self._all = False
        self._anew = False
        self._runs: dict[str, int] = {}
        self._keys: dict[str, int] = {}

    def add(self, changes: Sequence[RunChange], position: str) -> None:
        """Keep what concerns this listener until it is told."""
        self.position = position
        for change in changes:
            if self.interest.wants(change.run_id, change.experiment_id):
                if self.interest.points:
                    self._add(change)
                elif change.other:
                    self._add(RunChange(change.run_id, change.experiment_id, True))
        if len(self._news) > MOST_CHANGED:
            self.miss()

    def miss(self) -> None:
        """Too much happened: it is to read everything again."""
        self._all = True
        self._news.clear()
        self._size = 0
        self.has_news.set()

    def _add(self, change: RunChange) -> None:
        news = self._news.setdefault(change.run_id, _News())
        news.other = news.other or change.other
        if self._size + len(change.points) > MOST_WAITING:
            self._size -= len(news.points)
            news.other, news.points, news.latest = True, [], {}
        else:
            self._size += len(change.points)
            news.points += change.points
            news.latest |= {metric.key: metric.value for metric in change.latest}
        self.has_news.set()

    def take(self, now: int) -> RunsChanged:
        """What is to be told now; nothing waits then."""
        event = RunsChanged(now=now, all=self._all)
        if len(self._runs) + len(self._keys) > MOST_NAMES:
            self._runs.clear()
            self._keys.clear()
            event.anew = True
        for run_id, news in self._news.items():
            self._tell(event, run_id, news)
        self._news = {}
        self._size = 0
        self._all = False
        self.has_news.clear()
        return event

    def _tell(self, event: RunsChanged, run_id: str, news: _News) -> None:
        run = _number(self._runs, event.runs, run_id)
        if news.other:
            event.changed.append(run)
        last: dict[str, float] = {}
        for point in news.points:
            key = _number(self._keys, event.keys, point.key)
            event.points.append([run, key, point.step, point.timestamp, point.value])
            last[point.key] = point.value
        for name, value in news.latest.items():
            if not _same(last[name], value):
                event.latest.append([run, self._keys[name], value])


def _number(numbers: dict[str, int], told: list[str], name: str) -> int:
    if name not in numbers:
        numbers[name] = len(numbers)
        told.append(name)
    return numbers[name]


def _same(one: float, other: float) -> bool:
    return one == other or (one != one and other != other)


class Hub:
    """The listeners of one server process."""

    def __init__(self, interval: float = INTERVAL, heartbeat: float = HEARTBEAT) -> None:
        """`interval` and `heartbeat` are in seconds."""
        self._interval = interval
        self._heartbeat = heartbeat
        self._listeners: set[_Listener] = set()
        self._feed: ChangeFeed | None = None
        self._watching: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._closed = asyncio.Event()

    def close(self) -> None:
        """Let all streams end, and let no other begin."""
        self._closed.set()
        for listener in self._listeners:
            listener.has_news.set()

    async def listen(
        self, changes: ChangeStore, interest: Interest, position: str | None, clock: Clock
    ) -> AsyncGenerator[bytes, None]:
        """The events of a listener, from `position` on if it is one that a listener was told.

        They end when the hub is closed. Raises Overloaded; Unavailable.
        """
        if self._closed.is_set():
            raise Unavailable("The server is shutting down.")
        if len(self._listeners) >= MOST_LISTENERS:
            raise Overloaded(f"{MOST_LISTENERS} pages follow their runs on this server already.")
        listener = _Listener(interest)
        self._listeners.add(listener)
        try:
            await self._watch(changes, listener)
            if position is not None:
                missed = await changes.since(position, interest.wants, MOST_CHANGED)
                if missed is None:
                    listener.miss()
                else:
                    listener.add(missed, listener.position)
        except BaseException:
            self._listeners.discard(listener)
            raise
        return self._events(listener, clock)

    async def _events(self, listener: _Listener, clock: Clock) -> AsyncGenerator[bytes, None]:
        try:
            yield _event("start", listener.position, RunsChanged(now=clock()))
            while True:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._heartbeat):
                        await listener.has_news.wait()
                if self._closed.is_set():
                    return
                if listener.has_news.is_set():
                    yield _event("change", listener.position, listener.take(clock()))
                else:
                    yield b":\n\n"
        finally:
            self._listeners.discard(listener)

    async def _watch(self, changes: ChangeStore, listener: _Listener) -> None:
        """Have somebody look for changes."""
        async with self._starting:
            if self._watching is None or self._watching.done() or self._feed is None:
                self._feed = await changes.feed()
                self._watching = asyncio.create_task(self._look(self._feed), name="sagwan-changes")
            listener.position = self._feed.position

    async def _look(self, feed: ChangeFeed) -> None:
        """Look for changes and tell them, as long as somebody listens."""
        failed = False
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._interval):
                    await self._closed.wait()
            if self._closed.is_set() or not self._listeners:
                self._feed = None
                return
            try:
                found = await feed.look(self._wants)
                failed = False
            except SagwanError:
                continue  # the database is away; the next look sees all that happened
            except Exception:
                if not failed:
                    logger.exception("Changes of runs can't be read; that is tried again.")
                failed = True
                continue
            if found:
                for listener in self._listeners:
                    listener.add(found, feed.position)

    def _wants(self, run_id: str, experiment_id: int) -> bool:
        # A copy, since listeners come while a reader's thread asks.
        return any(
            listener.interest.wants(run_id, experiment_id) for listener in tuple(self._listeners)
        )


def _event(kind: str, position: str, data: RunsChanged) -> bytes:
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (position.encode(), kind.encode(), _encode(data))
