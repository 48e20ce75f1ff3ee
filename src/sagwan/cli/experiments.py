"""`sagwan experiments`: the commands of `mlflow experiments`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sagwan.cli.output import experiment_dict, runs_csv, table, to_json
from sagwan.cli.session import connected
from sagwan.cli.views import VIEW, view_type

if TYPE_CHECKING:
    from sagwan.client.api import Api

EXPERIMENT_ID = click.option(
    "--experiment-id", "-x", required=True, metavar="ID", help="The experiment's id."
)


@click.group()
def experiments() -> None:
    """Create, find, rename, delete and restore experiments.

    They are those of the server in MLFLOW_TRACKING_URI; without it, those of the store in ./sagwan.
    """


@experiments.command()
@click.option(
    "--experiment-name", "-n", required=True, metavar="NAME", help="A name that is not taken."
)
@click.option(
    "--artifact-location",
    "-l",
    metavar="URI",
    help="Where the experiment's runs keep their artifacts. Default: the server's choice.",
)
@connected
async def create(api: "Api", experiment_name: str, artifact_location: str | None) -> None:
    """Create an experiment."""
    experiment_id = await api.create_experiment(experiment_name, artifact_location)
    click.echo(f"Created experiment '{experiment_name}' with id {experiment_id}")


@experiments.command()
@VIEW
@click.option(
    "--max-results",
    type=click.IntRange(min=0),
    metavar="N",
    help="How many to list, the newest first. Default: all.",
)
@connected
async def search(api: "Api", view: str, max_results: int | None) -> None:
    """List experiments."""
    found = [item async for item in api.search_experiments(view_type(view), max_results)]
    rows = [[item.experiment_id, item.name, item.artifact_location] for item in found]
    rows.sort(key=lambda row: (len(row[0]), row[0]))
    click.echo(table(rows, ["Experiment Id", "Name", "Artifact Location"]))


@experiments.command()
@click.option("--experiment-id", "-x", metavar="ID", help="The experiment's id.")
@click.option("--experiment-name", "-n", metavar="NAME", help="The experiment's name.")
@click.option(
    "--output",
    type=click.Choice(["json", "table"]),
    default="table",
    help="How to show it. Default: table.",
)
@connected
async def get(
    api: "Api", experiment_id: str | None, experiment_name: str | None, output: str
) -> None:
    """Show an experiment, named by its id or its name."""
    if experiment_id is not None and experiment_name is None:
        experiment = await api.get_experiment(experiment_id)
    elif experiment_name is not None and experiment_id is None:
        experiment = await api.get_experiment_by_name(experiment_name)
    else:
        raise click.UsageError("Give either --experiment-id or --experiment-name.")
    if output == "json":
        click.echo(to_json(experiment_dict(experiment), indent=2))
        return
    rows = {
        "Experiment ID": experiment.experiment_id,
        "Name": experiment.name,
        "Artifact Location": experiment.artifact_location,
        "Lifecycle Stage": experiment.lifecycle_stage,
        "Creation Time": experiment.creation_time,
        "Last Update Time": experiment.last_update_time,
        "Tags": ", ".join(f"{tag.key}={tag.value}" for tag in experiment.tags),
    }
    width = max(map(len, rows)) + 2
    for name, value in rows.items():
        click.echo(f"{name.ljust(width)}: {value}")


@experiments.command()
@EXPERIMENT_ID
@connected
async def delete(api: "Api", experiment_id: str) -> None:
    """Put an experiment and its runs into the trash; `restore` takes it out."""
    await api.delete_experiment(experiment_id)
    click.echo(f"Experiment with ID {experiment_id} has been deleted.")


@experiments.command()
@EXPERIMENT_ID
@connected
async def restore(api: "Api", experiment_id: str) -> None:
    """Take an experiment and its runs out of the trash."""
    await api.restore_experiment(experiment_id)
    click.echo(f"Experiment with id {experiment_id} has been restored.")


@experiments.command()
@EXPERIMENT_ID
@click.option("--new-name", required=True, metavar="NAME", help="A name that is not taken.")
@connected
async def rename(api: "Api", experiment_id: str, new_name: str) -> None:
    """Give an active experiment another name."""
    await api.rename_experiment(experiment_id, new_name)
    click.echo(f"Experiment with id {experiment_id} has been renamed to '{new_name}'.")


@experiments.command("csv")
@EXPERIMENT_ID
@click.option("--filename", "-o", metavar="PATH", help="The file to write. Default: print it.")
@connected
async def to_csv(api: "Api", experiment_id: str, filename: str | None) -> None:
    """Write an experiment's runs as CSV: a line a run, with its metrics, params and tags."""
    text = runs_csv([run async for run in api.search_runs([experiment_id])])
    if filename is None:
        click.echo(text, nl=False)
        return
    Path(filename).write_text(text, encoding="utf-8", newline="")
    click.echo(
        f"Experiment with ID {experiment_id} has been exported as a CSV to file: {filename}."
    )
