"""The client's own commands against a server: what they print."""

import csv
import json
import re
from typing import Any

from click.testing import CliRunner
from mlflow import MlflowClient
from mlflow.cli import cli
from readback import emit, unique


def command(*arguments: str) -> dict[str, Any]:
    """Run `mlflow ARGUMENTS` and return its exit code and the lines that it printed."""
    done = CliRunner().invoke(cli, list(arguments), catch_exceptions=True)
    # The folder of a download has a random name.
    output = re.sub(r"/tmp/tmp\w+/", "/tmp/<random>/", done.output)
    return {
        "exit": done.exit_code,
        "lines": output.splitlines(),
        "error": repr(done.exception) if done.exception else None,
    }


def main() -> None:
    client = MlflowClient()
    name = unique("command line")
    seen = {"create": command("experiments", "create", "-n", name)}
    where = client.get_experiment_by_name(name).experiment_id
    run_id = client.create_run(where, run_name="first", start_time=1_700_000_000_000).info.run_id
    client.log_param(run_id, "p", "1")
    client.log_metric(run_id, "m", 2.5, timestamp=1, step=3)
    client.set_terminated(run_id, end_time=1_700_000_001_000)
    client.log_text(run_id, "hello", "folder/a.txt")
    client.log_text(run_id, "hello", "b.txt")
    seen |= {
        "runs list": command("runs", "list", "--experiment-id", where),
        "runs describe": command("runs", "describe", "--run-id", run_id),
        "artifacts list": command("artifacts", "list", "-r", run_id),
        "artifacts list folder": command("artifacts", "list", "-r", run_id, "-a", "folder"),
        "artifacts download": command("artifacts", "download", "-r", run_id, "-a", "b.txt"),
        "experiments csv": command("experiments", "csv", "-x", where),
        "experiments rename": command(
            "experiments", "rename", "-x", where, "--new-name", name + "!"
        ),
        "runs delete": command("runs", "delete", "--run-id", run_id),
        "runs list after": command("runs", "list", "--experiment-id", where),
        "runs list deleted": command(
            "runs", "list", "--experiment-id", where, "-v", "deleted_only"
        ),
        "runs restore": command("runs", "restore", "--run-id", run_id),
        "experiments delete": command("experiments", "delete", "-x", where),
        "experiments restore": command("experiments", "restore", "-x", where),
        "experiments delete unknown": command("experiments", "delete", "-x", "987654321"),
    }
    search = command("experiments", "search", "--max-results", "1000")
    lines = search["lines"]
    seen["experiments search"] = {
        **search,
        "lines": [line.split()[1:] for line in lines if name in line],
        "head": lines[0].split(),
    }
    described = seen["runs describe"]
    described["lines"] = json.loads("\n".join(described["lines"]))
    table = seen["experiments csv"]
    table["lines"] = list(csv.DictReader(table["lines"]))
    emit({"experiment_id": where, **seen})


if __name__ == "__main__":
    main()
