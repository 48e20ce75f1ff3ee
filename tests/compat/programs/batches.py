"""The largest batches, the longest values, and text of every script."""

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag
from readback import emit, unique

TEXTS = {
    "empty": "",
    "space": " ",
    "newlines": "a\nb\r\nc\n",
    "tab": "\ta\t",
    "quotes": "'\"`\\",
    "german": "Größe äöüß",
    "greek": "λ ≤ π",
    "chinese": "机器学习",
    "arabic": "تعلم الآلة",
    "emoji": "😀👩‍💻",
    "combining": "é vs é",
    "json": '{"a": [1, null]}',
    "percent": "100% %s %d {}",
    "sql": "'; DROP TABLE runs; --",
    "html": "<script>alert(1)</script>",
    "none": "None",
    "number": "007",
}


def main() -> None:
    client = MlflowClient()
    where = client.create_experiment(unique("batches"))
    full = client.create_run(where, run_name="full").info.run_id
    client.log_batch(full, metrics=[Metric(f"m/{n:03}", n / 7, 1000 + n, n) for n in range(1000)])
    client.log_batch(full, params=[Param(f"p/{n:02}", f"v{n}") for n in range(100)])
    client.log_batch(full, tags=[RunTag(f"t/{n:02}", f"v{n}") for n in range(100)])

    points = [Metric("one", n * n / 3, 2000 + n // 2, n // 3) for n in range(1000)]
    one = client.create_run(where, run_name="one key").info.run_id
    client.log_batch(one, metrics=points)
    client.log_batch(one, metrics=points)
    client.log_batch(one, metrics=[*points[:10], Metric("other", 1, 1, 1)])

    long = client.create_run(where, run_name="long").info.run_id
    client.log_param(long, "exact", "x" * 6000)
    client.log_param(long, "over", "y" * 7000)
    client.log_param(long, "over", "y" * 6500)
    client.log_param(long, "wide", "ü" * 6001)
    client.set_tag(long, "exact", "x" * 8000)
    client.set_tag(long, "over", "y" * 9000)
    client.log_batch(
        long,
        params=[Param("batch", "z" * 7000)],
        tags=[RunTag("batch", "z" * 9000), RunTag("mlflow.note.content", "n" * 8100)],
    )
    client.set_experiment_tag(where, "long", "x" * 5000)

    text = client.create_run(where, run_name="Größe 😀 'quoted'").info.run_id
    for name, value in TEXTS.items():
        client.log_param(text, f"p {name}", value)
        client.set_tag(text, f"t {name}", value)
    client.log_batch(
        text,
        [Metric(f"größe/{name}", n, 1, 0) for n, name in enumerate(("λ", "机器", "ß"))],
        [Param(f"batch {name}", value) for name, value in TEXTS.items()],
        [RunTag(f"batch {name}", value) for name, value in TEXTS.items()],
    )
    numbers = client.create_run(where, run_name="numbers").info.run_id
    values = [0.0, -0.0, 1e-320, 5e-324, 1.7976931348623157e308, 0.1, 1 / 3, -1e22, 2**53 + 1]
    values += [float("nan"), float("inf"), float("-inf")]
    client.log_batch(
        numbers, metrics=[Metric(f"v{n:02}", value, 1, 0) for n, value in enumerate(values)]
    )
    client.log_batch(
        numbers, metrics=[Metric("all", value, 1, n) for n, value in enumerate(values)]
    )
    extremes = [Metric("steps", 1, 1, 2**63 - 1), Metric("steps", 2, 2**53, -(2**63))]
    client.log_batch(numbers, metrics=extremes)

    runs = (full, one, long, text, numbers)
    emit(
        {
            "runs": [client.get_run(run) for run in runs],
            "history": client.get_metric_history(one, "one"),
            "values": client.get_metric_history(numbers, "all"),
            "steps": client.get_metric_history(numbers, "steps"),
            "experiment": client.get_experiment(where).tags,
            "found by name": [
                run.info.run_id == text
                for run in client.search_runs([where], "attributes.run_name LIKE '%😀%'")
            ],
            "found by text": [
                run.info.run_name
                for run in client.search_runs([where], "params.`p chinese` = '机器学习'")
            ],
            "active": mlflow.active_run(),
        }
    )


if __name__ == "__main__":
    main()
