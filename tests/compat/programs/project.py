"""`mlflow run` of a local project, and one prediction from `mlflow models serve`."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import mlflow
import requests
from lifecycle import named
from mlflow import MlflowClient
from readback import emit, unique
from sklearn.linear_model import LinearRegression

PROJECT = """\
name: a project
entry_points:
  main:
    parameters:
      rate: {type: float, default: 0.5}
      name: string
    command: "python train.py {rate} {name}"
  other:
    command: "python train.py 1 other"
"""
TRAIN = """\
import sys
import mlflow

with mlflow.start_run():
    mlflow.log_param("learnt", sys.argv[1])
    mlflow.log_metric("score", float(sys.argv[1]) * 2, step=1, timestamp=10)
    mlflow.log_text(sys.argv[2], "name.txt")
"""
MLFLOW = [sys.executable, "-m", "mlflow"]
PATIENCE = 300.0


def environ() -> dict[str, str]:
    """This environment, whose `python` is the one that runs this."""
    folder = os.path.dirname(sys.executable)
    return {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


def command(*arguments: str) -> None:
    subprocess.run([*MLFLOW, *arguments], env=environ(), check=True, timeout=PATIENCE)


def projects(experiment: str) -> list[Any]:
    """The project's entry points by the command, and one from within Python."""
    folder = Path("a project")
    folder.mkdir()
    (folder / "MLproject").write_text(PROJECT)
    (folder / "train.py").write_text(TRAIN)
    common = ["run", str(folder), "--env-manager=local", "--experiment-name", experiment]
    command(*common, "-P", "rate=0.25", "-P", "name=ada", "--run-name", "by command")
    command(*common, "-e", "other", "--run-name", "other")
    os.environ["PATH"] = environ()["PATH"]
    mlflow.projects.run(
        str(folder),
        parameters={"name": "grace"},
        experiment_name=experiment,
        env_manager="local",
        run_name="by call",
    )
    where = MlflowClient().get_experiment_by_name(experiment).experiment_id
    found = MlflowClient().search_runs([where], order_by=["start_time"])
    return [
        {
            "name": run.info.run_name,
            "status": run.info.status,
            "params": run.data.params,
            "metrics": run.data.metrics,
            "tags": run.data.tags,
            "text": mlflow.artifacts.load_text(f"runs:/{run.info.run_id}/name.txt"),
        }
        for run in found
    ]


def served() -> dict[str, object]:
    """What a served model of the registry answers."""
    name = unique("served")
    model = LinearRegression().fit([[0.0], [1.0]], [1.0, 3.0])
    with mlflow.start_run(run_name="to serve"):
        mlflow.sklearn.log_model(
            model, registered_model_name=name, pip_requirements=[], **named("model")
        )
    MlflowClient().set_registered_model_alias(name, "live", "1")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--env-manager", "local", "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(
        [*MLFLOW, "models", "serve", "-m", f"models:/{name}@live", *options],
        env=environ(),
        start_new_session=True,
    ) as server:
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(f"{url}/ping", server)
            answer = requests.post(f"{url}/invocations", json={"inputs": [[2.0]]}, timeout=60)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGTERM)
    assert answer.status_code == 200, answer.text
    return {"predictions": json.loads(answer.text)["predictions"]}


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < deadline:
        try:
            if requests.get(url, timeout=5).status_code == 200:
                return
        except requests.ConnectionError:
            time.sleep(0.2)
    raise RuntimeError("the model is not served")


def main() -> None:
    # First, since what this process sets is set for commands too.
    ran = projects(unique("runs of a project"))
    mlflow.set_experiment(unique("project"))
    emit({"projects": ran, "served": served()})


if __name__ == "__main__":
    main()
