"""A purge of the trash by a process of its own, beside running servers."""

from collections.abc import Awaitable, Callable
from contextlib import closing

from sagwan.config import Settings
from sagwan.entities.jobs import JobReport
from sagwan.errors import InvalidParameter
from sagwan.server.context import Context
from sagwan.server.purge import Purge
from sagwan.server.run import open_context
from sagwan.storage.sql.upgrade import checked, open_database
from sagwan.storage.trash import ThingKind, TrashFilter


def check_store(uri: str) -> None:
    """Raise InvalidParameter where there is no store that this version can use."""
    with closing(open_database(uri)) as database:
        if checked(database) is None:
            raise InvalidParameter("The database is empty: there is nothing to remove.")


async def collect(
    settings: Settings,
    filter: TrashFilter,
    report: JobReport,
    watch: Callable[[JobReport], Awaitable[bool]],
    *,
    dry_run: bool,
) -> None:
    """Remove what a filter finds, or only measure it; `report` says what was done, always.

    Raises InvalidParameter where something is named that isn't in the trash (long enough),
    InvalidState where another purge is under way, and what the stores raise.
    """
    async with open_context(settings) as context:
        await _check_named(context, filter)
        purge = Purge(context, watch, report)
        await (purge.measure(filter) if dry_run else purge.run(filter))


async def _check_named(context: Context, filter: TrashFilter) -> None:
    named = {
        ThingKind.RUN: filter.run_ids,
        ThingKind.MODEL: filter.model_ids,
        ThingKind.EXPERIMENT: [str(number) for number in filter.experiment_ids or ()],
    }
    for kind, ids in named.items():
        wanted = list(dict.fromkeys(ids or ()))
        things = await context.store.trash.things(filter, kind, -1, 10**9) if wanted else []
        there = {thing.id for thing in things}
        missing = [id for id in wanted if id not in there]
        if missing:
            young = " for that long" if filter.before is not None else ""
            raise InvalidParameter(
                f"{_TITLES[kind]} {', '.join(missing[:5])}{' ...' if missing[5:] else ''} can't be"
                f" removed: not in the trash{young}. Nothing was removed."
            )


_TITLES = {
    ThingKind.RUN: "Runs",
    ThingKind.MODEL: "Logged models",
    ThingKind.EXPERIMENT: "Experiments",
}
