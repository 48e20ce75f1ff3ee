"""`sagwan runs`: the commands of `mlflow runs`."""

import time
from typing import TYPE_CHECKING

import click

from sagwan.cli.output import local_time, run_dict, table, to_json
from sagwan.cli.session import connected
from sagwan.cli.views import VIEW, view_type
from sagwan.config import load_client_settings, user_name
from sagwan.entities import LifecycleStage, RunStatus, Tag
from sagwan.errors import InvalidParameter, NotFound

if TYPE_CHECKING:
    from sagwan.client.api import Api

RUN_ID = click.option("--run-id", required=True, metavar="ID", help="The run's id.")
ENDED = [status.name for status in (RunStatus.FINISHED, RunStatus.FAILED, RunStatus.KILLED)]


@click.group()
def runs() -> None:
    """List, show, create, delete and restore runs.

    They are those of the server in MLFLOW_TRACKING_URI; without it, those of the store in ./sagwan.
    """


@runs.command("list")
@click.option(
    "--experiment-id",
    metavar="ID",
    help="The experiment whose runs to list. [SAGWAN_EXPERIMENT_ID, MLFLOW_EXPERIMENT_ID]",
)
@VIEW
@connected
async def list_runs(api: "Api", experiment_id: str | None, view: str) -> None:
    """List an experiment's runs, the one that started last first."""
    experiment_id = load_client_settings({"experiment_id": experiment_id}).experiment_id
    if not experiment_id:
        raise click.UsageError(
            "Give --experiment-id (or set MLFLOW_EXPERIMENT_ID). `sagwan experiments search`"
            " lists the experiments."
        )
    found = [run.info async for run in api.search_runs([experiment_id], view_type(view))]
    rows = [[local_time(info.start_time), info.run_name, info.run_id] for info in found]
    click.echo(table(rows, ["Date", "Name", "ID"]))


@runs.command()
@RUN_ID
@connected
async def describe(api: "Api", run_id: str) -> None:
    """Print a run and all that it logged as JSON; of each metric the latest value."""
    click.echo(to_json(run_dict(await api.get_run(run_id)), indent=4))


@runs.command()
@RUN_ID
@connected
async def delete(api: "Api", run_id: str) -> None:
    """Put a run into the trash; `restore` takes it out."""
    await api.delete_run(run_id)
    click.echo(f"Run with ID {run_id} has been deleted.")


@runs.command()
@RUN_ID
@connected
async def restore(api: "Api", run_id: str) -> None:
    """Take a run out of the trash."""
    await api.restore_run(run_id)
    click.echo(f"Run with id {run_id} has been restored.")


@runs.command()
@click.option(
    "--experiment-id",
    metavar="ID",
    help="The experiment of the new run. [SAGWAN_EXPERIMENT_ID, MLFLOW_EXPERIMENT_ID]",
)
@click.option(
    "--experiment-name",
    metavar="NAME",
    help="The experiment of the new run, by name; it is created if it does not exist."
    " [SAGWAN_EXPERIMENT_NAME, MLFLOW_EXPERIMENT_NAME]",
)
@click.option("--run-name", metavar="NAME", help="Default: one is made up.")
@click.option("--description", metavar="TEXT", help="A longer description, in Markdown.")
@click.option(
    "--tags", "-t", multiple=True, metavar="KEY=VALUE", help="A tag; may be given several times."
)
@click.option(
    "--status",
    type=click.Choice(ENDED, case_sensitive=False),
    default="FINISHED",
    help="How the run ended. Default: FINISHED.",
)
@click.option("--parent-run-id", metavar="ID", help="The run that the new one belongs to.")
@connected
async def create(
    api: "Api",
    experiment_id: str | None,
    experiment_name: str | None,
    run_name: str | None,
    description: str | None,
    tags: tuple[str, ...],
    status: str,
    parent_run_id: str | None,
) -> None:
    """Create a run that has ended, for instance to note an experiment done elsewhere."""
    user = user_name()
    all_tags = {**_parsed(tags), "mlflow.user": user, "mlflow.source.type": "LOCAL"}
    if description is not None:
        all_tags["mlflow.note.content"] = description
    if parent_run_id is not None:
        parent = await api.get_run(parent_run_id)
        if parent.info.lifecycle_stage == LifecycleStage.DELETED:
            raise InvalidParameter(f"The parent run {parent_run_id} is deleted.")
        all_tags["mlflow.parentRunId"] = parent_run_id
    run = await api.create_run(
        await _experiment(api, experiment_id, experiment_name),
        name=run_name or "",
        user=user,
        start_time=_now(),
        tags=[Tag(key, value) for key, value in all_tags.items()],
    )
    ended = RunStatus[status.upper()]
    info = await api.update_run(run.info.run_id, status=ended, end_time=_now())
    told = {
        "run_id": info.run_id,
        "experiment_id": info.experiment_id,
        "status": ended.name,
        "run_name": info.run_name,
    }
    click.echo(to_json(told, indent=2))


async def _experiment(api: "Api", given_id: str | None, given_name: str | None) -> str:
    """The id of the experiment that options name, or else the environment."""
    if given_id is None and given_name is None:
        settings = load_client_settings({})
        given_id, given_name = settings.experiment_id or None, settings.experiment_name or None
    if (given_id is None) == (given_name is None):
        raise click.UsageError("Give either --experiment-id or --experiment-name.")
    if given_id is not None:
        return given_id
    assert given_name is not None
    try:
        experiment = await api.get_experiment_by_name(given_name)
    except NotFound:
        return await api.create_experiment(given_name)
    return experiment.experiment_id


def _parsed(tags: tuple[str, ...]) -> dict[str, str]:
    parsed: dict[str, str] = {}
    for tag in tags:
        key, equals, value = tag.partition("=")
        if not equals or not key:
            raise click.UsageError(f"'{tag}' is no tag: write KEY=VALUE.")
        if key in parsed:
            raise click.UsageError(f"The tag '{key}' is given twice.")
        parsed[key] = value
    return parsed


def _now() -> int:
    return time.time_ns() // 1_000_000
