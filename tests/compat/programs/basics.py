"""A user's first day: experiments, runs, params, metrics, tags, and reading all of it back."""

import mlflow
from mlflow import MlflowClient
from mlflow.entities import ViewType
from readback import attempt, emit, frame, plain, unique


def experiments(client: MlflowClient) -> dict[str, object]:
    """The life of an experiment."""
    name, new_name = unique("life"), unique("life, renamed")
    seen: dict[str, object] = {}
    made = client.create_experiment(name, tags={"team": "vision", "mlflow.note.content": "# hi"})
    seen["created"] = client.get_experiment(made)
    client.set_experiment_tag(made, "team", "speech")
    client.set_experiment_tag(made, "größe", "λ ✓")
    seen["tagged"] = client.get_experiment_by_name(name)
    if hasattr(client, "delete_experiment_tag"):
        client.delete_experiment_tag(made, "team")
        seen["untagged"] = client.get_experiment(made).tags
    client.rename_experiment(made, new_name)
    seen["renamed"] = client.get_experiment(made)
    seen["old name"] = client.get_experiment_by_name(name)
    run = client.create_run(made, run_name="inside", start_time=1_700_000_000_000)
    client.delete_experiment(made)
    seen["deleted"] = client.get_experiment(made)
    seen["deleted by name"] = client.get_experiment_by_name(new_name)
    seen["run of deleted"] = client.get_run(run.info.run_id)
    seen["write in deleted"] = attempt(client.create_run, made)
    for view in (ViewType.ACTIVE_ONLY, ViewType.DELETED_ONLY, ViewType.ALL):
        found = client.search_experiments(view, filter_string=f"name LIKE '{name}%'")
        seen[f"search view {view}"] = found
    client.restore_experiment(made)
    seen["restored"] = client.get_experiment(made)
    seen["run restored"] = client.get_run(run.info.run_id)
    return seen


def training(experiment: str) -> dict[str, object]:
    """The fluent interface, as in every tutorial."""
    mlflow.set_experiment(experiment)
    with mlflow.start_run(run_name="first", tags={"stage": "dev"}, description="*why*") as run:
        mlflow.log_param("lr", 0.1)
        mlflow.log_params({"layers": 3, "name": "résumé", "empty": "", "none": None})
        for step in range(5):
            mlflow.log_metric("loss", 1 / (step + 1), step=step, timestamp=1000 + step)
        mlflow.log_metrics({"acc": 0.5, "nan": float("nan"), "big": 1e300, "whole": 2}, step=4)
        mlflow.set_tag("note", "a\nb")
        mlflow.set_tags({"x": 1, "y": True, "stage": "prod"})
        mlflow.delete_tag("x")
        active = mlflow.active_run().info.run_id == run.info.run_id
    with mlflow.start_run(run_id=run.info.run_id):
        mlflow.log_metric("resumed", 1)
    failed = {}
    try:
        with mlflow.start_run(run_name="fails") as broken:
            raise ValueError("as a user's program does")
    except ValueError:
        failed = plain(mlflow.get_run(broken.info.run_id))
    with mlflow.start_run():
        mlflow.log_param("only", "one")
    return {
        "active": active,
        "run": mlflow.get_run(run.info.run_id),
        "failed": failed,
        "history": MlflowClient().get_metric_history(run.info.run_id, "loss"),
        "history of nan": MlflowClient().get_metric_history(run.info.run_id, "nan"),
        "no history": MlflowClient().get_metric_history(run.info.run_id, "none"),
        "last": mlflow.last_active_run().data.params,
    }


def searches(experiment: str) -> dict[str, object]:
    """Runs as pandas tables and as lists."""
    by_name = {"experiment_names": [experiment]}
    first = mlflow.search_runs(**by_name, max_results=2, order_by=["start_time"])
    return {
        "table": frame(mlflow.search_runs(**by_name)),
        "ordered": frame(mlflow.search_runs(**by_name, order_by=["metrics.loss DESC"])),
        "filtered": frame(mlflow.search_runs(**by_name, filter_string="params.lr = '0.1'")),
        "limited": list(first["tags.mlflow.runName"].notna()),
        "nothing": frame(mlflow.search_runs(**by_name, filter_string="params.lr = '7'")),
        "unknown experiment": frame(mlflow.search_runs(experiment_ids=["987654"])),
        "list": mlflow.search_runs(
            **by_name, filter_string="status = 'FAILED'", output_format="list"
        ),
        "experiments": mlflow.search_experiments(filter_string=f"name = '{experiment}'"),
    }


def low_level(client: MlflowClient, experiment: str) -> dict[str, object]:
    """One run through MlflowClient: create, update, delete, restore, pages."""
    where = client.get_experiment_by_name(experiment).experiment_id
    run_id = client.create_run(
        where, start_time=1_600_000_000_000, tags={"kind": "manual"}, run_name="by hand"
    ).info.run_id
    seen: dict[str, object] = {"created": client.get_run(run_id)}
    client.log_param(run_id, "p", "1")
    client.log_param(run_id, "p", "1")
    for step, value in ((3, 3.0), (1, 1.0), (2, 2.0), (3, 2.5), (3, 3.0)):
        client.log_metric(run_id, "late", value, timestamp=500, step=step)
    client.log_metric(run_id, "late", 9.0, timestamp=400, step=3)
    client.log_metric(run_id, "negative", -1.0, timestamp=0, step=-5)
    seen["written"] = client.get_run(run_id)
    seen["history"] = client.get_metric_history(run_id, "late")
    client.update_run(run_id, name="renamed", status="FAILED")
    seen["updated"] = client.get_run(run_id)
    client.set_tag(run_id, "mlflow.runName", "by tag")
    seen["renamed by tag"] = client.get_run(run_id).info.run_name
    client.set_terminated(run_id, status="KILLED", end_time=1_600_000_001_000)
    seen["ended"] = client.get_run(run_id)
    client.delete_run(run_id)
    client.delete_run(run_id)
    seen["deleted"] = client.get_run(run_id)
    for view in (ViewType.ACTIVE_ONLY, ViewType.DELETED_ONLY, ViewType.ALL):
        found = client.search_runs([where], "tags.kind = 'manual'", view)
        seen[f"search view {view}"] = [run.info.run_name for run in found]
    client.restore_run(run_id)
    seen["restored"] = client.get_run(run_id)
    pages, token = [], None
    while token or not pages:
        page = client.search_runs(
            [where], max_results=1, page_token=token, order_by=["start_time ASC"]
        )
        pages.append([sorted(run.data.params) for run in page])
        token = page.token
    seen["pages"] = pages
    return seen


def main() -> None:
    client = MlflowClient()
    experiment = unique("basics")
    emit(
        {
            "experiments": experiments(client),
            "training": training(experiment),
            "low level": low_level(client, experiment),
            "searches": searches(experiment),
        }
    )


if __name__ == "__main__":
    main()
