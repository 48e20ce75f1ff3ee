"""Typical mistakes made through MlflowClient: what each error says to the user."""

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag
from readback import absent_id, attempt, emit, unique


def experiment_mistakes(client: MlflowClient, where: str, name: str) -> dict[str, object]:
    gone = client.create_experiment(unique("errors, deleted"))
    client.delete_experiment(gone)
    return {
        "experiment_ids": [where, gone],
        "unknown id": attempt(client.get_experiment, "987654321"),
        "id not a number": attempt(client.get_experiment, "abc"),
        "unknown name": client.get_experiment_by_name("no such experiment"),
        "duplicate": attempt(client.create_experiment, name),
        "name of a deleted one": attempt(client.create_experiment, unique("errors, deleted")),
        "set deleted one": attempt(mlflow.set_experiment, unique("errors, deleted")),
        "empty name": attempt(client.create_experiment, ""),
        "name too long": attempt(client.create_experiment, "n" * 501),
        "numeric name": attempt(client.create_experiment, 7),
        "bad location": attempt(
            client.create_experiment, unique("errors, location"), "s3://bucket/a#fragment"
        ),
        "rename unknown": attempt(client.rename_experiment, "987654321", "new"),
        "rename deleted": attempt(client.rename_experiment, gone, unique("errors, new")),
        "rename to own name": attempt(client.rename_experiment, where, name),
        "rename to taken name": attempt(client.rename_experiment, where, "Default"),
        "rename to nothing": attempt(client.rename_experiment, where, ""),
        "delete unknown": attempt(client.delete_experiment, "987654321"),
        "delete twice": attempt(client.delete_experiment, gone),
        "restore active": attempt(client.restore_experiment, where),
        "restore unknown": attempt(client.restore_experiment, "987654321"),
        "tag of deleted": attempt(client.set_experiment_tag, gone, "a", "b"),
        "tag of unknown": attempt(client.set_experiment_tag, "987654321", "a", "b"),
        "tag key too long": attempt(client.set_experiment_tag, where, "k" * 251, "b"),
        "tag value too long": attempt(client.set_experiment_tag, where, "k", "v" * 20001),
        "tag key bad": attempt(client.set_experiment_tag, where, "a//b", "b"),
        "search 0": attempt(client.search_experiments, max_results=0),
        "search too many": attempt(client.search_experiments, max_results=50001),
        "search bad token": attempt(client.search_experiments, page_token="nonsense"),
        "search bad view": attempt(client.search_experiments, view_type=9),
        "run in unknown": attempt(client.create_run, "987654321"),
        "run in deleted": attempt(client.create_run, gone),
        "run in no number": attempt(client.create_run, "abc"),
    }


def run_mistakes(client: MlflowClient, where: str) -> dict[str, object]:
    unknown = absent_id()
    run_id = client.create_run(where, run_name="errors").info.run_id
    client.log_param(run_id, "p", "1")
    client.log_metric(run_id, "m", 1, timestamp=1)
    names = {
        "empty": "",
        "blank": " ",
        "too long": "k" * 251,
        "longest": "k" * 250,
        "slash first": "/a",
        "slash last": "a/",
        "slashes": "a//b",
        "dots": "a/../b",
        "dot": "./a",
        "only dot": ".",
        "star": "a*b",
        "quote": "a'b",
        "newline": "a\nb",
        "comma": "a,b",
        "colon": "a:b",
        "all good signs": "Größe_1-2.3 4/5:6",
        "emoji": "a😀",
    }
    seen: dict[str, object] = {
        "get unknown": attempt(client.get_run, unknown),
        "get malformed": attempt(client.get_run, "not/an id"),
        "delete unknown": attempt(client.delete_run, unknown),
        "restore unknown": attempt(client.restore_run, unknown),
        "param of unknown": attempt(client.log_param, unknown, "a", "b"),
        "metric of unknown": attempt(client.log_metric, unknown, "a", 1),
        "tag of unknown": attempt(client.set_tag, unknown, "a", "b"),
        "batch of unknown": attempt(client.log_batch, unknown, [Metric("a", 1, 1, 1)]),
        "end unknown": attempt(client.set_terminated, unknown),
        "history of unknown": attempt(client.get_metric_history, unknown, "a"),
        "list artifacts of unknown": attempt(client.list_artifacts, unknown),
        "changed param": attempt(client.log_param, run_id, "p", "2"),
        "same param": attempt(client.log_param, run_id, "p", "1"),
        "metric text": attempt(client.log_metric, run_id, "m", "many"),
        "metric none": attempt(client.log_metric, run_id, "m", None),
        "metric boolean": attempt(client.log_metric, run_id, "boolean", True),
        "metric bad time": attempt(client.log_metric, run_id, "m", 1, timestamp=-1),
        "metric text time": attempt(client.log_metric, run_id, "m", 1, timestamp="now"),
        "metric text step": attempt(client.log_metric, run_id, "m", 1, step="one"),
        "tag absent": attempt(client.delete_tag, run_id, "none"),
        "bad status": attempt(client.set_terminated, run_id, status="DONE"),
        "search 0": attempt(client.search_runs, [where], max_results=0),
        "search too many": attempt(client.search_runs, [where], max_results=50001),
        "search bad token": attempt(client.search_runs, [where], page_token="nonsense"),
        "search no experiments": attempt(client.search_runs, []),
        "search bad experiment": attempt(client.search_runs, ["abc"]),
        "two names": attempt(
            client.create_run, where, tags={"mlflow.runName": "one"}, run_name="two"
        ),
    }
    for kind, name in names.items():
        seen[f"metric name {kind}"] = attempt(client.log_metric, run_id, name, 1, timestamp=1)
        seen[f"param name {kind}"] = attempt(client.log_param, run_id, name, "1")
        seen[f"tag name {kind}"] = attempt(client.set_tag, run_id, name, "1")
    seen["after all"] = client.get_run(run_id)
    return seen


def batch_mistakes(client: MlflowClient, where: str) -> dict[str, object]:
    run_id = client.create_run(where, run_name="batches").info.run_id
    metrics = [Metric(f"m{n}", n, 1, 0) for n in range(1001)]
    params = [Param(f"p{n}", "v") for n in range(101)]
    tags = [RunTag(f"t{n}", "v") for n in range(101)]
    client.log_param(run_id, "set", "1")
    return {
        "metrics": attempt(client.log_batch, run_id, metrics),
        "params": attempt(client.log_batch, run_id, params=params),
        "tags": attempt(client.log_batch, run_id, tags=tags),
        "in all": attempt(client.log_batch, run_id, metrics[:900], params[:60], tags[:60]),
        "bad metric name": attempt(client.log_batch, run_id, [Metric("a*", 1, 1, 0)]),
        "bad second param": attempt(
            client.log_batch, run_id, params=[Param("ok", "1"), Param("/no", "1")]
        ),
        "bad tag": attempt(client.log_batch, run_id, tags=[RunTag("t" * 251, "1")]),
        "same param twice": attempt(
            client.log_batch, run_id, params=[Param("twice", "1"), Param("twice", "1")]
        ),
        "changed param": attempt(client.log_batch, run_id, params=[Param("set", "2")]),
        "same tag twice": attempt(
            client.log_batch, run_id, tags=[RunTag("t", "1"), RunTag("t", "2")]
        ),
        "nothing": attempt(client.log_batch, run_id),
        "after all": client.get_run(run_id),
    }


def deleted_run_mistakes(client: MlflowClient, where: str) -> dict[str, object]:
    run_id = client.create_run(where, run_name="deleted").info.run_id
    client.set_tag(run_id, "t", "1")
    client.delete_run(run_id)
    return {
        "metric": attempt(client.log_metric, run_id, "a", 1),
        "param": attempt(client.log_param, run_id, "a", "1"),
        "tag": attempt(client.set_tag, run_id, "a", "1"),
        "delete tag": attempt(client.delete_tag, run_id, "t"),
        "batch": attempt(client.log_batch, run_id, [Metric("a", 1, 1, 0)]),
        "end": attempt(client.set_terminated, run_id),
        "rename": attempt(client.update_run, run_id, name="new"),
        "read": attempt(client.get_run, run_id),
        "text": attempt(client.log_text, run_id, "still works", "note.txt"),
    }


def main() -> None:
    client = MlflowClient()
    name = unique("client errors")
    where = client.create_experiment(name)
    emit(
        {
            "experiments": experiment_mistakes(client, where, name),
            "runs": run_mistakes(client, where),
            "batches": batch_mistakes(client, where),
            "deleted run": deleted_run_mistakes(client, where),
        }
    )


if __name__ == "__main__":
    main()
