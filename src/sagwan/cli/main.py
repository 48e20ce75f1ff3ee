"""The `sagwan` command."""

import click

from sagwan import __version__
from sagwan.cli.artifacts import artifacts
from sagwan.cli.db import db
from sagwan.cli.experiments import experiments
from sagwan.cli.gc import gc
from sagwan.cli.runs import runs
from sagwan.cli.server import server, ui


@click.group(context_settings={"max_content_width": 100})
@click.version_option(__version__, message="sagwan %(version)s")
def main() -> None:
    """Sagwan: an experiment-tracking server that speaks MLflow's protocol.

    \b
    Start a server; its data goes to the folder ./sagwan:
      sagwan server
    Let a training script that uses mlflow record into it:
      export MLFLOW_TRACKING_URI=http://127.0.0.1:5000
      python train.py
    See what was recorded, in a browser at that address or here:
      sagwan experiments search
      sagwan runs list --experiment-id 1
    """


for command in (server, ui, experiments, runs, artifacts, db, gc):
    main.add_command(command)
