"""What becomes of a model in each framework: logged, registered, aliased, copied, loaded back."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mlflow
import numpy
from mlflow import MlflowClient
from readback import CLIENT_3, attempt, plain, unique


def named(name: str) -> dict[str, str]:
    """How each generation of the client is told a model's name."""
    return {"name": name} if CLIENT_3 else {"artifact_path": name}


def must_be_same(ones: Any, others: Any) -> None:
    """Predictions are the same to the last bit but for the type that they come in."""
    numpy.testing.assert_array_equal(numpy.asarray(ones).ravel(), numpy.asarray(others).ravel())


def lifecycle(
    name: str,
    log: Callable[..., Any],
    load: Callable[[str], Any],
    predict: Callable[[Any], Any],
    expected: Any,
    inputs: Any,
) -> dict[str, object]:
    """Log a model with `log(registered_model_name=...)`, and use it in each way there is.

    `predict` asks the model that `load` returns; `expected` is what the model itself predicts for
    `inputs`, which the generic flavour takes.
    """
    client = MlflowClient()
    model, copy = unique(name), unique(f"{name} copy")
    with mlflow.start_run(run_name=name) as run:
        logged = log(registered_model_name=model, pip_requirements=[], **named("model"))
    client.set_registered_model_alias(model, "champion", "1")
    second = mlflow.register_model(logged.model_uri, model)
    copied = client.copy_model_version(f"models:/{model}@champion", copy)
    client.set_model_version_tag(copy, copied.version, "copied", "yes")
    uris = [
        f"models:/{model}@champion",
        f"models:/{model}/{second.version}",
        f"models:/{model}/latest",
        f"models:/{copy}/1",
        f"runs:/{run.info.run_id}/model",
        logged.model_uri,
    ]
    for uri in uris:
        must_be_same(predict(load(uri)), expected)
    must_be_same(mlflow.pyfunc.load_model(f"models:/{copy}/1").predict(inputs), expected)
    with tempfile.TemporaryDirectory() as folder:
        found = mlflow.artifacts.download_artifacts(f"models:/{model}/1", dst_path=folder)
        files = sorted(path.name for path in Path(found).rglob("*") if path.is_file())
    return {
        "files": [file for file in files if not file.startswith("registered_model_meta")],
        "model": _shown(client.get_registered_model(model)),
        "copy": _shown(client.get_model_version(copy, "1")),
        "run": client.get_run(run.info.run_id).outputs if CLIENT_3 else None,
        "absent": attempt(load, f"models:/{model}@absent"),
    }


def _shown(entity: Any) -> Any:
    """An entity as JSON, without what MLflow's database doesn't keep and in an order of ours."""
    value = plain(entity)
    value.pop("model_id", None)
    value["latest_versions"] = [
        {key: item for key, item in version.items() if key != "model_id"}
        for version in value.get("latest_versions") or []
    ]
    return value


def tree(run_id: str, folder: str | None = None) -> list[str]:
    """The path of every artifact of a run."""
    found: list[str] = []
    for file in MlflowClient().list_artifacts(run_id, folder):
        found += tree(run_id, file.path) if file.is_dir else [file.path]
    return found


def autologged(run_id: str) -> dict[str, object]:
    """What autologging noted of a training: all but how long things took."""
    run = MlflowClient().get_run(run_id)
    metrics = {key: value for key, value in run.data.metrics.items() if "time" not in key}
    tags = {key: run.data.tags[key] for key in run.data.tags if key != "mlflow.log-model.history"}
    return {
        "status": run.info.status,
        "params": run.data.params,
        "metrics": metrics,
        "tags": tags,
        "inputs": [each.dataset.name for each in run.inputs.dataset_inputs],
        "artifacts": tree(run_id),
        "models": len(run.outputs.model_outputs) if CLIENT_3 else None,
        "steps": {
            key: [point.step for point in MlflowClient().get_metric_history(run_id, key)]
            for key in sorted(metrics)
        },
    }
