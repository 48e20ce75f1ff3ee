"""Removing what is in the trash for good, beside everything else that uses the stores.

Things leave the backend store in batches, and only where their artifacts can be reached; from then
on nobody can restore them. Then their points and artifacts are removed. Whatever stops this, the
next purge begins with what the last one has left.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import msgspec

from sagwan.domain.artifact_paths import append_to_uri
from sagwan.domain.limits import INT64_MAX
from sagwan.domain.traces import PAGE
from sagwan.entities.jobs import JobReport, LeftThing
from sagwan.errors import InvalidParameter, PermissionDenied
from sagwan.server.api.artifacts.places import Place, place_of
from sagwan.server.context import Context
from sagwan.storage.trash import ThingKind, TrashedThing, TrashFilter

BATCH = 100
"""Things that leave the store in one transaction."""

PIECES = 500
"""Segments of points that are removed in one transaction."""

AT_ONCE = 8
"""Folders of artifacts that are removed at once."""

# Seconds between two transactions, so that others are never kept waiting for several of them.
PAUSE = 0.005


SHOWN = 100
"""So many of what was left are named."""

Watch = Callable[[JobReport], Awaitable[bool]]
"""Is told how far a purge has come; whether to go on."""


class Stopped(Exception):
    """The one who watches has had enough."""


class Purge:
    """One purge. `report` is true at any moment, also after an error."""

    def __init__(
        self,
        context: Context,
        watch: Watch,
        report: JobReport | None = None,
        keep: Callable[[JobReport], Awaitable[object]] | None = None,
    ) -> None:
        """`keep` makes the report durable: it is called before artifacts are removed."""
        self._context = context
        self._trash = context.store.trash
        self._watch = watch
        self._finished = 0
        self._keep = keep
        self._sizes: dict[TrashedThing, tuple[int, int]] = {}
        self.report = report or JobReport()

    async def run(self, filter: TrashFilter) -> bool:
        """Remove what a filter finds; false where `watch` stopped it.

        Raises InvalidState where another one is under way, and what the stores raise: then it may
        be run again.
        """
        async with self._trash.alone():
            return await self.run_alone(filter)

    async def run_alone(self, filter: TrashFilter) -> bool:
        """As `run`, for who has seen to it that no other one is under way."""
        try:
            await self._count_all(filter)
            # What an earlier purge, which was cut off, has left.
            await self._finish()
            self.report.artifact_bytes += self.report.pending_bytes
            self.report.pending_bytes = 0
            for kind in ThingKind:
                async for things in self._batches(filter, kind):
                    await self._discard(kind, things, filter)
                    await self._finish()
        except Stopped:
            return False
        finally:
            await asyncio.shield(self._trash.give_back())
        return True

    async def measure(self, filter: TrashFilter) -> bool:
        """Say what `run` would remove, and remove nothing.

        Of bytes only those of the artifacts of runs and models.
        """
        await self._count_all(filter)
        try:
            for kind in ThingKind:
                async for things in self._batches(filter, kind):
                    ready = await self._ready(things, filter)
                    self._count(kind, len(ready))
                    if kind is not ThingKind.EXPERIMENT:
                        await self._each(ready, self._add_size)
                    await self._go_on()
        except Stopped:
            return False
        return True

    async def _count_all(self, filter: TrashFilter) -> None:
        counts = await self._trash.count(filter)
        self.report.total = self.report.done + sum(counts.values())

    async def _batches(
        self, filter: TrashFilter, kind: ThingKind
    ) -> AsyncIterator[list[TrashedThing]]:
        after = -1
        while things := await self._trash.things(filter, kind, after, BATCH):
            after = things[-1].number
            yield things

    async def _discard(
        self, kind: ThingKind, things: Sequence[TrashedThing], filter: TrashFilter
    ) -> None:
        ready = await self._ready(things, filter)
        discarded = await self._trash.discard(ready)
        self._count(kind, len(discarded.things))
        self.report.database_bytes += discarded.bytes
        gone = {thing.number for thing in discarded.things}
        for thing in ready:
            if thing.number not in gone:
                self._leave(thing, _KEPT[kind])

    async def _remove_traces(self, experiment: TrashedThing) -> None:
        """Remove the traces of an experiment that has left the store."""
        traces = self._context.store.traces
        while await traces.delete_until(experiment.number, INT64_MAX, PAGE) == PAGE:
            await self._go_on()

    async def _ready(
        self, things: Sequence[TrashedThing], filter: TrashFilter
    ) -> list[TrashedThing]:
        """Those that can go, with the URIs of the artifacts that go with them."""
        found = []
        used = [] if filter.registered else await self._trash.registered(things)
        for thing in used:
            self._leave(thing, "A version of a registered model uses it.")
        for thing in [thing for thing in things if thing not in used]:
            if thing.kind is ThingKind.EXPERIMENT:
                # A location that somebody chose may hold other things, too.
                root = self._context.settings.artifact_root
                own = thing.artifact_uri == append_to_uri(root, thing.id)
                uri = thing.artifact_uri if own else ""
                thing = msgspec.structs.replace(thing, artifact_uri=uri)
            try:
                await self._place(thing)
            except InvalidParameter as error:
                self._leave(thing, error.message)
            else:
                found.append(thing)
        return found

    async def _place(self, thing: TrashedThing) -> Place | None:
        """The folder that goes with a thing, if one does.

        Raises InvalidParameter where it can't be reached from here.
        """
        if not thing.artifact_uri:
            return None
        place = await place_of(self._context, thing.artifact_uri)
        parts = place.path.split("/")
        # The folder with its id is a thing's alone where its artifacts are below it.
        own = "/".join(parts[:-1]) if parts[-2:] == [thing.id, "artifacts"] else place.path
        return Place(place.store, own) if own else None

    async def _finish(self) -> None:
        """Remove the points, traces and artifacts of what has left the store."""
        while remains := await self._trash.remains(self._finished, BATCH):
            self._finished = remains[-1].number
            await self._go_on()
            more = True
            while more:
                freed, more = await self._trash.clear(remains, PIECES)
                self.report.database_bytes += freed
                await self._go_on()
            things = [one.thing for one in remains]
            for thing in things:
                if thing.kind is ThingKind.EXPERIMENT:
                    await self._remove_traces(thing)
            self._sizes.clear()
            left = await self._each(things, self._look_up_size)
            await self._announce()
            left += await self._each([one for one in things if one not in left], self._remove)
            self.report.pending_bytes = 0
            await self._trash.forget([one for one in remains if one.thing not in left])

    async def _each(
        self, things: Sequence[TrashedThing], work: Callable[[TrashedThing], Awaitable[None]]
    ) -> list[TrashedThing]:
        """Do something about artifacts; what it can't be done for, which is reported."""
        limit = asyncio.Semaphore(AT_ONCE)

        async def one(thing: TrashedThing) -> None:
            async with limit:
                await work(thing)

        results = await asyncio.gather(*map(one, things), return_exceptions=True)
        failed = []
        for thing, result in zip(things, results, strict=True):
            if isinstance(result, InvalidParameter | PermissionDenied):
                self._leave(thing, f"Its artifacts could not be removed: {result.message}")
                self.report.done -= 1
                failed.append(thing)
            elif isinstance(result, BaseException):
                raise result
        return failed

    async def _look_up_size(self, thing: TrashedThing) -> None:
        place = await self._place(thing)
        if place is not None:
            self._sizes[thing] = await folder_size(place)

    async def _announce(self) -> None:
        """Say what is about to be removed; what a crash left of the last time is of it."""
        size = sum(size for _, size in self._sizes.values())
        # Where the process died in the middle, what is not there any more was freed then.
        self.report.artifact_bytes += max(0, self.report.pending_bytes - size)
        self.report.pending_bytes = size
        if self._keep is not None:
            await self._keep(self.report)

    async def _remove(self, thing: TrashedThing) -> None:
        place = await self._place(thing)
        if place is not None:
            await place.store.delete(place.path)
            files, size = self._sizes.pop(thing)
            self.report.files += files
            self.report.artifact_bytes += size
            self.report.pending_bytes -= size

    async def _add_size(self, thing: TrashedThing) -> None:
        place = await self._place(thing)
        if place is not None:
            files, size = await folder_size(place)
            self.report.files += files
            self.report.artifact_bytes += size

    async def _go_on(self) -> None:
        if not await self._watch(self.report):
            raise Stopped
        await asyncio.sleep(PAUSE)

    def _count(self, kind: ThingKind, number: int) -> None:
        name = f"{kind.name.lower()}s"
        setattr(self.report, name, getattr(self.report, name) + number)
        self.report.done += number

    def _leave(self, thing: TrashedThing, reason: str) -> None:
        self.report.left_count += 1
        self.report.done += 1
        if len(self.report.left) < SHOWN:
            self.report.left.append(LeftThing(thing.kind.name.lower(), thing.id, reason))


_KEPT = {
    ThingKind.RUN: "It was restored in the meantime.",
    ThingKind.MODEL: "It was restored in the meantime.",
    ThingKind.EXPERIMENT: "It still has runs or logged models, or is the default experiment.",
}


async def folder_size(place: Place) -> tuple[int, int]:
    """How many files are below a folder, and their bytes."""
    files = size = 0
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        for info in await place.list_folder(folder):
            if info.is_dir:
                waiting.append(info.path)
            else:
                files += 1
                size += info.file_size or 0
    return files, size
