"""What the browser tests and the screenshots look at, put into a server over its HTTP API."""

import math
import random
import struct
import zlib
from dataclasses import dataclass
from itertools import product
from typing import Any

import httpx

START = 1_760_000_000_000  # milliseconds; any fixed time
STEPS = 200
SECONDS_PER_STEP = 15


@dataclass
class Api:
    """A server's HTTP API, as far as filling it needs."""

    url: str

    def post(self, path: str, **body: Any) -> Any:
        """Call an endpoint; anything but a success is an error of the test."""
        answer = httpx.post(f"{self.url}/api/2.0/mlflow/{path}", json=body, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def create_experiment(self, name: str, **tags: str) -> str:
        found: str = self.post(
            "experiments/create",
            name=name,
            tags=[{"key": key.replace("__", "."), "value": value} for key, value in tags.items()],
        )["experiment_id"]
        return found

    def create_run(self, experiment_id: str, name: str, start: int = START, **tags: str) -> str:
        found: str = self.post(
            "runs/create",
            experiment_id=experiment_id,
            run_name=name,
            start_time=start,
            tags=[{"key": key.replace("__", "."), "value": value} for key, value in tags.items()],
        )["run"]["info"]["run_id"]
        return found

    def log_params(self, run_id: str, **params: object) -> None:
        entries = [{"key": key, "value": str(value)} for key, value in params.items()]
        self.post("runs/log-batch", run_id=run_id, params=entries)

    def log_curve(self, run_id: str, key: str, values: list[float], start: int = START) -> None:
        points = [
            {
                "key": key,
                "value": "NaN" if math.isnan(value) else value,
                "timestamp": start + step * SECONDS_PER_STEP * 1000,
                "step": step,
            }
            for step, value in enumerate(values)
        ]
        for first in range(0, len(points), 1000):
            self.post("runs/log-batch", run_id=run_id, metrics=points[first : first + 1000])

    def log_trace(self, experiment_id: str) -> str:
        """A trace of a root that went well and a child that failed, as OpenTelemetry sends it."""
        trace = "0af7651916cd43dd8448eb211c80319c"
        root = {"traceId": trace, "spanId": "b7ad6b7169203331", "name": "answer"}
        times = {
            "startTimeUnixNano": "1700000000000000000",
            "endTimeUnixNano": "1700000001000000000",
        }
        inputs = {"key": "mlflow.spanInputs", "value": {"stringValue": '{"question": "?"}'}}
        child = {
            **root,
            "spanId": "00f067aa0ba902b7",
            "parentSpanId": root["spanId"],
            "name": "model",
            "status": {"code": 2, "message": "overloaded"},
        }
        spans = [{**root, **times, "attributes": [inputs]}, {**child, **times}]
        answer = httpx.post(
            f"{self.url}/v1/traces",
            json={"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]},
            headers={"x-mlflow-experiment-id": experiment_id},
            timeout=30,
        )
        assert answer.status_code == 200, answer.text
        return f"tr-{trace}"

    def log_file(self, run_id: str, path: str, content: bytes) -> None:
        uri = httpx.get(
            f"{self.url}/api/2.0/mlflow/runs/get", params={"run_id": run_id}, timeout=30
        ).json()["run"]["info"]["artifact_uri"]
        root = uri.removeprefix("mlflow-artifacts:/")
        answer = httpx.put(
            f"{self.url}/api/2.0/mlflow-artifacts/artifacts/{root}/{path}",
            content=content,
            timeout=30,
        )
        assert answer.status_code == 200, answer.text

    def finish(self, run_id: str, status: str = "FINISHED", end: int | None = None) -> None:
        end = START + STEPS * SECONDS_PER_STEP * 1000 if end is None else end
        self.post("runs/update", run_id=run_id, status=status, end_time=end)


def falling(random_: random.Random, low: float, high: float, pace: float) -> list[float]:
    """A loss as training makes it: steep, then flat, and never smooth."""
    return [
        low
        + (high - low) * math.exp(-step / pace) * (1 + random_.gauss(0, 0.03))
        + abs(random_.gauss(0, 0.012))
        for step in range(STEPS)
    ]


def fill_sweep(api: Api) -> tuple[str, dict[str, str]]:
    """An experiment of twelve training runs; its id, and the runs' ids by name."""
    experiment = api.create_experiment(
        "vision/cifar10-resnet",
        team="vision",
        mlflow__note__content="ResNets on CIFAR-10: optimizer, learning rate, seed.",
    )
    random_ = random.Random(7)
    runs = {}
    for index, (optimizer, rate, seed) in enumerate(
        product(("adamw", "sgd"), (0.0003, 0.001, 0.01), (1, 2))
    ):
        name = f"{optimizer}-{rate:g}-{seed}"
        start = START + index * 3_600_000
        run = api.create_run(
            experiment,
            name,
            start,
            mlflow__user="minji" if seed == 1 else "jonas",
            mlflow__source__name="train.py",
        )
        runs[name] = run
        api.log_params(
            run, optimizer=optimizer, learning_rate=rate, seed=seed, batch_size=256, epochs=STEPS
        )
        worse = (1.0 if optimizer == "adamw" else 1.15) * (1 + abs(math.log10(rate * 1000)) / 4)
        train = falling(random_, 0.06 * worse, 2.3, 24 * worse)
        valid = falling(random_, 0.31 * worse, 2.3, 20 * worse)
        api.log_curve(run, "train/loss", train, start)
        api.log_curve(run, "train/accuracy", [1 - loss / 2.6 for loss in train], start)
        api.log_curve(
            run, "val/loss", [v + max(0, s - 90) * 5e-4 for s, v in enumerate(valid)], start
        )
        api.log_curve(run, "val/accuracy", [1 - loss / 3.6 for loss in valid], start)
        api.log_curve(
            run,
            "learning_rate",
            [rate * (1 + math.cos(math.pi * step / STEPS)) / 2 for step in range(STEPS)],
            start,
        )
        api.log_curve(run, "test/accuracy", [0.953 - 0.02 * worse + random_.gauss(0, 0.002)], start)
        if name != "sgd-0.01-2":
            status = "FAILED" if name == "adamw-0.01-2" else "FINISHED"
            end = start + STEPS * SECONDS_PER_STEP * 1000 + random_.randint(0, 90_000)
            api.finish(run, status, end)
    return experiment, runs


def png(width: int, height: int) -> bytes:
    """An image file with a gradient."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = b"".join(
        b"\0" + bytes(v for x in range(width) for v in (255 * x // width, 255 * y // height, 160))
        for y in range(height)
    )
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
