"""Models and tables of predictions evaluated: metrics, tables, plots, and datasets as inputs."""

import warnings
from typing import Any

import mlflow
import numpy
import pandas
from lifecycle import autologged, named
from mlflow import MlflowClient
from readback import emit, frame, unique
from sklearn.datasets import make_classification, make_regression
from sklearn.linear_model import LinearRegression, LogisticRegression

OPTIONS: dict[str, Any] = {
    "evaluator_config": {"log_explainer": False, "log_model_explainability": False}
}


def classifier() -> dict[str, object]:
    """A logged model, on pandas' rows that are an input of the run."""
    features, target = make_classification(80, 4, random_state=1)
    table = pandas.DataFrame(features, columns=[*"abcd"])
    model = LogisticRegression().fit(table, target)
    data = table.assign(label=target)
    with mlflow.start_run(run_name="classifier") as run:
        logged = mlflow.sklearn.log_model(model, pip_requirements=[], **named("model"))
        dataset = mlflow.data.from_pandas(data, targets="label", name="points")
        mlflow.log_input(dataset, context="evaluation")
        result = mlflow.models.evaluate(
            logged.model_uri, dataset, model_type="classifier", **OPTIONS
        )
    return {"metrics": result.metrics, "kinds": kinds(result), "run": autologged(run.info.run_id)}


def regressor() -> dict[str, object]:
    """A logged model, on numpy's numbers."""
    features, target = make_regression(60, 3, random_state=1)
    model = LinearRegression().fit(features, target)
    with mlflow.start_run(run_name="regressor") as run:
        logged = mlflow.sklearn.log_model(model, pip_requirements=[], **named("model"))
        dataset = mlflow.data.from_numpy(features, targets=target, name="numbers")
        mlflow.log_input(dataset, context="evaluation", tags={"split": "test"})
        result = mlflow.models.evaluate(
            logged.model_uri, features, targets=target, model_type="regressor", **OPTIONS
        )
    # The last digits depend on the order of a sum.
    metrics = {key: round(float(value), 6) for key, value in result.metrics.items()}
    inputs = MlflowClient().get_run(run.info.run_id).inputs
    return {"metrics": metrics, "kinds": kinds(result), "inputs": inputs}


def static_table() -> dict[str, object]:
    """Predictions that are there already, with a metric of one's own, against a threshold."""
    table = pandas.DataFrame({"truth": [1.0, 2.0, 3.0], "said": [1.0, 2.5, 2.0]})

    def worst(predictions: Any, targets: Any, metrics: Any) -> Any:
        scores = numpy.abs(predictions - targets)
        return mlflow.metrics.MetricValue(
            scores=list(scores), aggregate_results={"most": float(scores.max())}
        )

    own = mlflow.metrics.make_metric(eval_fn=worst, greater_is_better=False, name="worst")
    with mlflow.start_run(run_name="static") as run:
        result = mlflow.models.evaluate(
            data=table,
            targets="truth",
            predictions="said",
            extra_metrics=[own, mlflow.metrics.mae()],
            evaluators="default",
        )
        mlflow.log_table(table, "tables/own.json")
    shown = result.tables["eval_results_table"]
    return {
        "metrics": result.metrics,
        "table": frame(shown),
        "own table": frame(mlflow.load_table("tables/own.json", run_ids=[run.info.run_id])),
        "run": autologged(run.info.run_id),
    }


def kinds(result: Any) -> dict[str, str]:
    """What each artifact of an evaluation is."""
    return {name: type(artifact).__name__ for name, artifact in result.artifacts.items()}


def main() -> None:
    warnings.simplefilter("ignore")
    mlflow.set_experiment(unique("evaluation"))
    emit({"classifier": classifier(), "regressor": regressor(), "static": static_table()})


if __name__ == "__main__":
    main()
