"""Many steps, logged one by one: waiting for each, and through the client's own queue."""

import mlflow
from mlflow import MlflowClient
from readback import emit, plain, unique

# More than the client puts into one of its batches.
STEPS = 120


def value(step: int) -> float:
    return 1.0 / (step + 1)


def synchronous() -> str:
    with mlflow.start_run(run_name="sync") as run:
        for step in range(STEPS):
            mlflow.log_metric("loss", value(step), step=step, timestamp=step)
    return run.info.run_id


def each_asynchronous() -> str:
    with mlflow.start_run(run_name="each async") as run:
        for step in range(STEPS):
            waiting = mlflow.log_metric(
                "loss", value(step), step=step, timestamp=step, synchronous=False
            )
        mlflow.log_params({"a": 1, "b": "two"}, synchronous=False).wait()
        mlflow.set_tag("t", "async", synchronous=False).wait()
        waiting.wait()
    return run.info.run_id


def all_asynchronous() -> str:
    mlflow.config.enable_async_logging()
    try:
        with mlflow.start_run(run_name="all async") as run:
            mlflow.log_param("lr", 0.1)
            for step in range(STEPS):
                mlflow.log_metrics(
                    {"loss": value(step), "acc": step / STEPS}, step=step, timestamp=step
                )
        mlflow.flush_async_logging()
    finally:
        mlflow.config.enable_async_logging(False)
    return run.info.run_id


def main() -> None:
    client = MlflowClient()
    mlflow.set_experiment(unique("loop"))
    seen: dict[str, object] = {}
    for write in (synchronous, each_asynchronous, all_asynchronous):
        run_id = write()
        run = client.get_run(run_id)
        for key in run.data.metrics:
            history = client.get_metric_history(run_id, key)
            seen[f"{write.__name__} {key}"] = [plain(point) for point in history]
        seen[f"{write.__name__} run"] = run
        seen[f"{write.__name__} steps"] = len({point.step for point in history})
    emit(seen)


if __name__ == "__main__":
    main()
