"""Parents and children: nested runs found again through their parent's id."""

import mlflow
from mlflow import MlflowClient
from readback import emit, plain, unique


def main() -> None:
    client = MlflowClient()
    experiment = mlflow.set_experiment(unique("nested"))
    where = [experiment.experiment_id]
    with mlflow.start_run(run_name="parent") as parent:
        mlflow.log_param("trials", 3)
        for trial in range(3):
            with mlflow.start_run(run_name=f"child {trial}", nested=True) as child:
                mlflow.log_metric("score", trial * 0.5)
                if trial == 1:
                    with mlflow.start_run(run_name="grandchild", nested=True):
                        mlflow.log_metric("score", 10)
    with mlflow.start_run(run_name="adopted", parent_run_id=parent.info.run_id):
        mlflow.log_metric("score", -1)
    children = client.search_runs(
        where, f"tags.mlflow.parentRunId = '{parent.info.run_id}'", order_by=["metrics.score"]
    )
    grandchildren = client.search_runs(
        where,
        f"tags.mlflow.parentRunId != '{parent.info.run_id}' AND attributes.run_name LIKE '%child'",
    )
    roots = client.search_runs(where, "tags.mlflow.parentRunId IS NULL")
    found = mlflow.get_parent_run(child.info.run_id)
    emit(
        {
            "children": children,
            "grandchildren": grandchildren,
            "roots": [run.info.run_name for run in roots],
            "parent": found,
            "no parent": mlflow.get_parent_run(parent.info.run_id),
            "parent is the parent": plain(found) == plain(client.get_run(parent.info.run_id)),
        }
    )


if __name__ == "__main__":
    main()
