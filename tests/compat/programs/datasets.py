"""Datasets as inputs of runs: logged, read back, and found."""

import mlflow
import numpy
import pandas
from mlflow import MlflowClient
from readback import attempt, emit, frame, unique

FILTERS = [
    "dataset.name = 'train set'",
    "datasets.name = 'train set'",
    "dataset.name != 'train set'",
    "dataset.name LIKE 'train%'",
    "dataset.name ILIKE 'TRAIN%'",
    "dataset.name LIKE 'TRAIN%'",
    "dataset.name IN ('train set', 'points')",
    "dataset.name NOT IN ('train set')",
    "dataset.context = 'training'",
    "dataset.context LIKE 'eval%'",
    "dataset.context != 'training'",
    "dataset.name = 'train set' AND dataset.context = 'evaluation'",
    "dataset.name = 'train set' AND dataset.context = 'training'",
    "dataset.name = 'train set' AND metrics.m > 0",
    "dataset.digest = '{digest}'",
    "dataset.digest LIKE '{start}%'",
    "dataset.name = 'points' AND dataset.digest = '{digest}'",
    "dataset.profile = 'x'",
    "dataset.source = 'x'",
    "dataset.name > 'a'",
    "dataset.name = train",
    "dataset.name IS NULL",
    "dataset.name IN ()",
]


def main() -> None:
    client = MlflowClient()
    experiment = mlflow.set_experiment(unique("datasets")).experiment_id
    table = pandas.DataFrame({"a": [1, 2, 3], "b": [0.5, 1.5, 2.5], "y": ["p", "q", "r"]})
    train = mlflow.data.from_pandas(
        table, source="https://example.com/train.csv", name="train set", targets="y"
    )
    points = mlflow.data.from_numpy(
        numpy.arange(12.0).reshape(4, 3), targets=numpy.arange(4), name="points"
    )
    ids = {}
    with mlflow.start_run(run_name="both") as run:
        ids["both"] = run.info.run_id
        mlflow.log_input(train, context="training")
        mlflow.log_input(points, context="evaluation", tags={"part": "ü", "size": "4"})
        mlflow.log_metric("m", 1)
    with mlflow.start_run(run_name="twice") as run:
        ids["twice"] = run.info.run_id
        mlflow.log_input(train, context="evaluation")
        mlflow.log_input(train, context="training")
    with mlflow.start_run(run_name="none") as run:
        ids["none"] = run.info.run_id
    with mlflow.start_run(run_name="plain") as run:
        ids["plain"] = run.info.run_id
        mlflow.log_input(train)
        mlflow.log_metric("m", -1)

    found = {}
    for text in FILTERS:
        wanted = text.format(digest=train.digest, start=train.digest[:3])
        result = attempt(client.search_runs, [experiment], wanted)
        if "result" in result:
            result = {"runs": sorted(run["info"]["run_name"] for run in result["result"])}
        found[text] = result
    source = mlflow.data.get_source(client.get_run(ids["both"]).inputs.dataset_inputs[0].dataset)
    emit(
        {
            "runs": {name: client.get_run(run_id) for name, run_id in ids.items()},
            "search": found,
            "order by": attempt(client.search_runs, [experiment], order_by=["dataset.name"]),
            "source": source.to_dict(),
            "table": frame(mlflow.search_runs([experiment]))["columns"],
            "inputs in a search": [
                run.inputs for run in client.search_runs([experiment], order_by=["start_time"])
            ],
            "long digest": attempt(
                client.log_inputs,
                ids["none"],
                [
                    mlflow.entities.DatasetInput(
                        mlflow.entities.Dataset("d", "x" * 37, "local", "{}")
                    )
                ],
            ),
        }
    )


if __name__ == "__main__":
    main()
