"""scikit-learn with autologging: fit, score, a grid search, and the models loaded back."""

from typing import Any

import mlflow
import numpy
from mlflow import MlflowClient
from readback import CLIENT_3, emit, frame, plain, unique
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def tree(client: MlflowClient, run_id: str, folder: str | None = None) -> list[object]:
    """Every artifact of a run: path and whether it is a folder."""
    found: list[object] = []
    for file in client.list_artifacts(run_id, folder):
        found.append([file.path, file.is_dir])
        if file.is_dir:
            found += tree(client, run_id, file.path)
    return found


def without_durations(model: dict[str, Any]) -> dict[str, Any]:
    for metric in model["metrics"] or []:
        if metric["key"].endswith("_time"):
            metric["value"] = "a duration"
    return model


def main() -> None:
    client = MlflowClient()
    experiment = mlflow.set_experiment(unique("autolog"))
    features, target = make_classification(120, 5, random_state=7)
    features, target = features[:100], target[:100]
    mlflow.sklearn.autolog(log_input_examples=False, silent=True, max_tuning_runs=2)
    with mlflow.start_run(run_name="pipeline") as run:
        model = make_pipeline(StandardScaler(), LogisticRegression(C=0.5))
        model.fit(features, target)
        score = model.score(features, target)
    searching = GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0, 10.0]}, cv=2)
    searching.fit(features, target)
    searched = mlflow.last_active_run()
    mlflow.sklearn.autolog(disable=True)

    run_id = run.info.run_id
    loaded = mlflow.sklearn.load_model(f"runs:/{run_id}/model")
    generic = mlflow.pyfunc.load_model(f"runs:/{run_id}/model")
    runs = mlflow.search_runs([experiment.experiment_id], order_by=["start_time"])
    children = client.search_runs(
        [experiment.experiment_id], f"tags.mlflow.parentRunId = '{searched.info.run_id}'"
    )
    seen = {
        "score": score,
        "same predictions": bool(
            numpy.array_equal(loaded.predict(features), model.predict(features))
            and numpy.array_equal(generic.predict(features), model.predict(features))
        ),
        "run": client.get_run(run_id),
        "search": client.get_run(searched.info.run_id),
        "children": sorted(child.data.params["C"] for child in children),
        "child tags": [sorted(child.data.tags) for child in children],
        "columns": frame(runs)["columns"],
        "artifacts": tree(client, run_id),
        "search artifacts": tree(client, searched.info.run_id),
    }
    if CLIENT_3:
        models = mlflow.search_logged_models(
            [experiment.experiment_id],
            order_by=[{"field_name": "creation_timestamp"}],
            output_format="list",
        )
        seen["models"] = [without_durations(plain(model)) for model in models]
        best = mlflow.sklearn.load_model(f"models:/{models[0].model_id}")
        seen["loaded by id"] = bool(
            numpy.array_equal(best.predict(features), model.predict(features))
        )
    emit(seen)


if __name__ == "__main__":
    main()
