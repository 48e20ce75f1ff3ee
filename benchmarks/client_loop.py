"""Runs with MLflow's Python: `client_loop.py TRACKING_URI STEPS` prints the seconds of its loop.

Every point is read back by the sum of its steps, so that a lost one is an error.
"""

import sys
import time

import mlflow  # type: ignore[import-not-found,unused-ignore]


def main(uri: str, steps: int) -> None:
    """Log `steps` times five metrics, then check that they are there."""
    mlflow.set_tracking_uri(uri)
    mlflow.set_experiment("client-loop")
    with mlflow.start_run() as run:
        mlflow.log_metrics({"warm_up": 0.0}, step=0)
        begun = time.perf_counter()
        for step in range(steps):
            loss = 1.0 / (step + 1)
            mlflow.log_metrics(
                {
                    "loss": loss,
                    "accuracy": 1.0 - loss,
                    "learning_rate": 0.001 * (1 - step / steps),
                    "grad_norm": loss * 3,
                    "epoch": step // 100,
                },
                step=step,
            )
        seconds = time.perf_counter() - begun
    points = mlflow.MlflowClient().get_metric_history(run.info.run_id, "loss")
    if sorted(point.step for point in points) != list(range(steps)):
        sys.exit(f"{len(points)} of {steps} points are there")
    print(seconds)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
