"""`sagwan gc`: removing what is in the trash for good."""

import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from sagwan.cli.options import declared_options
from sagwan.cli.stores import refuse_mlflow_data
from sagwan.config import Settings, load_settings
from sagwan.config.options import OPTIONS
from sagwan.domain.ages import parse_age
from sagwan.domain.experiments import parse_experiment_id
from sagwan.errors import SagwanError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sagwan.entities.jobs import JobReport
    from sagwan.storage.trash import TrashFilter

_FIELDS = (
    "backend_store_uri",
    "artifacts_destination",
    "default_artifact_root",
    "allowed_artifact_roots",
)
_STORES = [option for option in OPTIONS if option.field in _FIELDS]


@click.command()
@click.option(
    "--older-than",
    metavar="AGE",
    help="Only what was deleted at least that long ago, as in 30d, 8h or 1d2h3m4s.",
)
@click.option("--run-ids", metavar="IDS", help="Only these runs, with commas between them.")
@click.option(
    "--experiment-ids", metavar="IDS", help="Only these experiments, with their runs and models."
)
@click.option("--logged-model-ids", metavar="IDS", help="Only these logged models.")
@click.option(
    "--registered",
    is_flag=True,
    help="Also runs and logged models that a version of a registered model uses.",
)
@click.option(
    "--traces-older-than",
    metavar="AGE",
    help="In place of what is in the trash: traces that began at least that long ago.",
)
@click.option(
    "--tracking-uri",
    metavar="URI",
    help="Taken for the sake of scripts of mlflow gc; artifacts are found without it.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be removed, and remove nothing.")
@declared_options(_STORES)
def gc(
    older_than: str | None,
    run_ids: str | None,
    experiment_ids: str | None,
    logged_model_ids: str | None,
    registered: bool,
    traces_older_than: str | None,
    tracking_uri: str | None,
    dry_run: bool,
    **given: object,
) -> None:
    """Remove deleted runs, logged models and experiments for good, or old traces; with artifacts.

    Without options that is everything in the trash. It may be interrupted and run again at any
    time, beside running servers, which go on meanwhile; one purge of a store runs at a time. What
    it frees is given back to the file system where the database can do that.

    Artifacts are removed where the server would find them, so give it the options of the server.
    A run whose artifacts can't be reached stays in the trash, and is named; so does what a version
    of a registered model uses.

    \b
    See what is older than a month and how much it is, then remove it:
      sagwan gc --older-than 30d --dry-run
      sagwan gc --older-than 30d
    Two runs of a store of its own:
      sagwan gc --backend-store-uri /data/sagwan --run-ids 1f0c…,9b2e…
    Traces of more than three months ago, of all experiments, each night:
      sagwan gc --traces-older-than 90d
    """
    if tracking_uri is not None:
        click.echo("Note: --tracking-uri is not needed; no server is asked.", err=True)
    try:
        settings, _ = load_settings(given)
        refuse_mlflow_data(settings.backend_store_uri)
        # The libraries are imported here: `--help` is not to wait for them.
        from sagwan.maintenance.gc import check_store
        from sagwan.server.context import now_ms
        from sagwan.storage.trash import TrashFilter

        filter = TrashFilter(
            None if older_than is None else now_ms() - parse_age(older_than),
            _listed(run_ids),
            _listed(logged_model_ids),
            None if experiment_ids is None else [*map(parse_experiment_id, _split(experiment_ids))],
            registered,
        )
        check_store(settings.backend_store_uri)
        if traces_older_than is not None:
            if filter.before is not None or run_ids or logged_model_ids or registered:
                raise click.UsageError(
                    "--traces-older-than removes traces and nothing of the trash: of the other"
                    " options it goes with --experiment-ids and --dry-run."
                )
            before = now_ms() - parse_age(traces_older_than)
            _remove_traces(settings, before, filter.experiment_ids, dry_run)
            return
        _collect(settings, filter, dry_run)
    except SagwanError as error:
        raise click.ClickException(error.message) from None


def _split(ids: str) -> list[str]:
    return [part.strip() for part in ids.split(",") if part.strip()]


def _listed(ids: str | None) -> list[str] | None:
    return None if ids is None else _split(ids)


def _remove_traces(
    settings: Settings, before: int, experiment_ids: "Sequence[int] | None", dry_run: bool
) -> None:
    import asyncio

    from sagwan.maintenance.traces import RemovedTraces, remove_traces

    removed = RemovedTraces()

    def told() -> str:
        what = f"{removed.traces:,} {'trace' if removed.traces == 1 else 'traces'}"
        what += f", of which {removed.folders:,} had artifacts" if removed.folders else ""
        return f"Would remove {what}. Nothing was removed." if dry_run else f"Removed {what}."

    def tell(line: str) -> None:
        click.echo(line, err=True)

    try:
        asyncio.run(remove_traces(settings, before, experiment_ids, removed, tell, dry_run=dry_run))
    except KeyboardInterrupt:
        click.echo(told(), err=True)
        raise click.ClickException(
            "Interrupted. What was removed is gone; run the same command again to go on."
        ) from None
    click.echo(told())


def _collect(settings: Settings, filter: "TrashFilter", dry_run: bool) -> None:
    import asyncio

    from sagwan.entities.jobs import JobReport
    from sagwan.maintenance.gc import collect

    report = JobReport()
    try:
        with ExitStack() as stack:
            watch = _Watch(stack, "Measuring" if dry_run else "Removing")
            asyncio.run(collect(settings, filter, report, watch, dry_run=dry_run))
    except KeyboardInterrupt:
        click.echo(summary(report, dry_run), err=True)
        raise click.ClickException(
            "Interrupted. What was removed is gone; run the same command again to go on."
        ) from None
    except SagwanError:
        if report.done:
            click.echo(summary(report, dry_run), err=True)
        raise
    for left in report.left:
        click.echo(f"Left: {left.kind} {left.id}: {left.reason}", err=True)
    if report.left_count > len(report.left):
        click.echo(f"... and {report.left_count - len(report.left):,} more.", err=True)
    click.echo(summary(report, dry_run))


class _Watch:
    """A bar on stderr where a person is looking, a line for every tenth elsewhere."""

    def __init__(self, stack: ExitStack, label: str) -> None:
        self._label = label
        self._told = 0
        self._bar = None
        if sys.stderr.isatty():
            self._bar = stack.enter_context(
                click.progressbar(length=1, label=label, file=sys.stderr)
            )

    async def __call__(self, report: "JobReport") -> bool:
        done, total = report.done, max(report.total, 1)
        if self._bar is not None:
            self._bar.length = total
            self._bar.update(done - self._bar.pos)
        elif (tenth := done * 10 // total) > self._told:
            self._told = tenth
            click.echo(f"{self._label}: {10 * tenth} %", err=True)
        return True


def summary(report: "JobReport", dry_run: bool = False) -> str:
    """What was removed, or would be, and what that frees."""
    counts = [
        (report.runs, "run", "runs"),
        (report.models, "logged model", "logged models"),
        (report.experiments, "experiment", "experiments"),
    ]
    named = [f"{count:,} {one if count == 1 else many}" for count, one, many in counts if count]
    what = ", ".join(named) or "nothing"
    files = f"{report.files:,} {'file' if report.files == 1 else 'files'}"
    artifacts = f"{size(report.artifact_bytes)} of artifacts in {files}"
    if dry_run:
        return f"Would remove {what}, with {artifacts}. Nothing was removed."
    database = f"{size(report.database_bytes)} in the database"
    return f"Removed {what}; freed {size(report.bytes)}: {artifacts}, {database}."


def size(count: int) -> str:
    """Bytes as people read them, in powers of ten."""
    if count < 1000:
        return f"{count} bytes"
    amount = float(count)
    for unit in ("kB", "MB", "GB", "TB", "PB"):
        amount /= 1000
        if amount < 999.95 or unit == "PB":
            break
    return f"{amount:.1f} {unit}"
