"""Retention of traces: old ones are removed, with what clients kept of them as artifacts."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

import msgspec

from sagwan.config import Settings
from sagwan.domain.search.fields import EXPERIMENTS, TRACES
from sagwan.domain.search.parser import parse_filter, parse_order_by
from sagwan.domain.traces import PAGE
from sagwan.entities import Experiment, ViewType
from sagwan.errors import InvalidParameter, NotFound
from sagwan.server.api.artifacts.places import Place, place_of
from sagwan.server.context import Context
from sagwan.server.run import open_context
from sagwan.storage.base import SearchQuery
from sagwan.storage.traces import TraceQuery

AT_ONCE = 8
PAUSE = 0.005  # seconds between batches, so that what servers write comes in between

Tell = Callable[[str], None]


class RemovedTraces(msgspec.Struct):
    """What was removed, or would be: traces, and folders of artifacts of those."""

    traces: int = 0
    folders: int = 0


async def remove_traces(
    settings: Settings,
    before: int,
    experiment_ids: Sequence[int] | None,
    removed: RemovedTraces,
    tell: Tell,
    *,
    dry_run: bool,
) -> None:
    """Remove the traces that began at `before`, in Unix milliseconds, or earlier.

    In batches, oldest first, each in a transaction of its own; of a trace the artifacts go first,
    so that it may be stopped anywhere and run again. `tell` gets a line for each experiment that
    had any. Raises InvalidState where a purge is under way, NotFound for an experiment.
    """
    async with open_context(settings) as context, context.store.trash.alone():
        async for experiment in _experiments(context, experiment_ids):
            count, folders = removed.traces, removed.folders
            await _of_experiment(context, experiment, before, removed, tell, dry_run)
            count, folders = removed.traces - count, removed.folders - folders
            if count:
                tell(
                    f"Experiment {experiment.experiment_id} ({experiment.name}): {count:,} traces,"
                    f" {folders:,} with artifacts."
                )
        if not dry_run:
            await context.store.trash.give_back()


async def _experiments(context: Context, ids: Sequence[int] | None) -> AsyncIterator[Experiment]:
    port = context.store.experiments
    if ids is not None:
        for number in dict.fromkeys(ids):
            yield await port.get(number)
        return
    order = parse_order_by(["experiment_id"], EXPERIMENTS)
    query = SearchQuery((), order, 1000, ViewType.ALL)
    while True:
        page = await port.search(query)
        for experiment in page.items:
            yield experiment
        if page.next_page_token is None:
            return
        query.page_token = page.next_page_token


async def _of_experiment(
    context: Context,
    experiment: Experiment,
    before: int,
    removed: RemovedTraces,
    tell: Tell,
    dry_run: bool,
) -> None:
    number, port = int(experiment.experiment_id), context.store.traces
    query = TraceQuery(
        [number],
        parse_filter(f"timestamp_ms <= {before}", TRACES),
        parse_order_by(["timestamp_ms ASC"], TRACES),
        PAGE,
    )
    folders: tuple[Place, set[str]] | None = None
    while True:
        page = await port.search(query)
        ids = [trace.trace_id for trace in page.items]
        if not ids:
            return
        folders = folders or await _folders(context, experiment, tell)
        place, names = folders
        kept = [trace_id for trace_id in ids if trace_id in names]
        if dry_run:
            removed.traces += len(ids)
        else:
            await _delete_folders(place, kept)
            removed.traces += await port.delete(number, ids)
            await asyncio.sleep(PAUSE)
        removed.folders += len(kept)
        if page.next_page_token is None:
            return
        if dry_run:
            query.page_token = page.next_page_token


async def _folders(context: Context, experiment: Experiment, tell: Tell) -> tuple[Place, set[str]]:
    """Where the experiment's traces keep artifacts, and the names of the folders there.

    Most have none: one look tells, where a look for each would cost a store far away a request.
    """
    location = f"{experiment.artifact_location}/traces"
    try:
        place = await place_of(context, location)
        listed = await place.list_folder("")
    except NotFound:
        return place, set()
    except InvalidParameter as error:
        tell(f"Left: artifacts of traces of experiment {experiment.experiment_id}: {error.message}")
        return Place(context.artifacts, ""), set()
    return place, {info.path.rpartition("/")[2] for info in listed if info.is_dir}


async def _delete_folders(place: Place, names: Sequence[str]) -> None:
    limit = asyncio.Semaphore(AT_ONCE)

    async def delete(name: str) -> None:
        async with limit:
            await place.store.delete(f"{place.path}/{name}")

    await asyncio.gather(*map(delete, names))
