"""Load on servers: clients that send nothing twice and remember what was acknowledged."""

import contextlib
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx

API = "/api/2.0/mlflow/"
PATIENCE = 60.0


def client_of(url: str) -> httpx.Client:
    return httpx.Client(base_url=url, timeout=PATIENCE)


def post(client: httpx.Client, path: str, body: dict[str, Any]) -> httpx.Response:
    return client.post(API + path, json=body)


def made(client: httpx.Client, path: str, body: dict[str, Any]) -> Any:
    """The answer to a request that has to be done."""
    answer = post(client, path, body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def new_run(client: httpx.Client) -> str:
    run_id: str = made(client, "runs/create", {"experiment_id": "0"})["run"]["info"]["run_id"]
    return run_id


def get_run(client: httpx.Client, run_id: str) -> Any:
    answer = client.get(f"{API}runs/get", params={"run_id": run_id})
    assert answer.status_code == 200, answer.text
    return answer.json()["run"]


def data_of(client: httpx.Client, run_id: str) -> tuple[dict[str, str], dict[str, str]]:
    """A run's params and tags."""
    data = get_run(client, run_id)["data"]
    return (
        {param["key"]: param["value"] for param in data.get("params", [])},
        {tag["key"]: tag["value"] for tag in data.get("tags", [])},
    )


def points_of(client: httpx.Client, run_id: str, key: str) -> dict[int, float]:
    """All points of a metric, by step."""
    found: dict[int, float] = {}
    token = ""
    while True:
        answer = client.get(
            f"{API}metrics/get-history",
            params={"run_id": run_id, "metric_key": key, "page_token": token, "max_results": 25000},
        )
        assert answer.status_code == 200, answer.text
        found |= {point["step"]: point["value"] for point in answer.json().get("metrics", [])}
        token = answer.json().get("next_page_token", "")
        if not token:
            return found


@dataclass
class Failure:
    """A request that was not answered with 200, or not at all; `begun` is of `time.monotonic`."""

    begun: float
    answer: httpx.Response | None
    text: str


@dataclass
class Load:
    """Logs to a run of its own and to one of all, and searches."""

    name: str
    run_id: str
    shared: str
    steps: list[int] = field(default_factory=list)
    shared_steps: list[int] = field(default_factory=list)
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)

    def run(self, url: str, stop: threading.Event) -> None:
        """Work until told to stop."""
        with client_of(url) as client:
            step = 0
            while not stop.is_set():
                self._step(client, step)
                step += 1

    def _step(self, client: httpx.Client, step: int) -> None:
        point = {"key": "loss", "value": step / 2, "timestamp": step, "step": step}
        if step % 4 == 0:
            if self._ask(client, "runs/log-metric", {"run_id": self.run_id, **point}):
                self.steps.append(step)
        elif step % 4 == 1:
            key = f"t{step % 5}"
            self.tags.pop(key, None)  # either value is right if this is not acknowledged
            batch = {
                "metrics": [point],
                "params": [{"key": f"p{step}", "value": str(step)}],
                "tags": [{"key": key, "value": str(step)}],
            }
            if self._ask(client, "runs/log-batch", {"run_id": self.run_id, **batch}):
                self.steps.append(step)
                self.params[f"p{step}"] = str(step)
                self.tags[key] = str(step)
        elif step % 4 == 2:
            named = {**point, "key": self.name}
            if self._ask(client, "runs/log-metric", {"run_id": self.shared, **named}):
                self.shared_steps.append(step)
        else:
            self._ask(client, "runs/search", {"experiment_ids": ["0"], "max_results": 5})

    def _ask(self, client: httpx.Client, path: str, body: dict[str, Any]) -> bool:
        begun = time.monotonic()
        try:
            answer = post(client, path, body)
        except httpx.TransportError as error:
            self.failures.append(Failure(begun, None, repr(error)))
            return False
        if answer.status_code == 200:
            return True
        self.failures.append(Failure(begun, answer, f"{answer.status_code} {answer.text[:300]}"))
        time.sleep(0.05)
        return False

    def check(self, client: httpx.Client) -> None:
        """Whether all that was acknowledged is there."""
        points = points_of(client, self.run_id, "loss")
        assert [step for step in self.steps if points.get(step) != step / 2] == []
        points = points_of(client, self.shared, self.name)
        assert [step for step in self.shared_steps if points.get(step) != step / 2] == []
        params, tags = data_of(client, self.run_id)
        assert self.params.items() <= params.items()
        assert self.tags.items() <= tags.items()
        assert self.steps
        assert self.shared_steps
        assert self.params


@contextlib.contextmanager
def load_on(url: str, count: int) -> Iterator[list[Load]]:
    """So many clients at work for the block."""
    with client_of(url) as client:
        shared = new_run(client)
        loads = [Load(f"w{number}", new_run(client), shared) for number in range(count)]
    stop = threading.Event()
    with ThreadPoolExecutor(count) as pool:
        running = [pool.submit(load.run, url, stop) for load in loads]
        try:
            yield loads
        finally:
            stop.set()
        for each in running:
            each.result()


def wait_for_progress(loads: list[Load], steps: int = 5) -> None:
    """Until each of them had so many more steps acknowledged."""
    before = [len(load.steps) for load in loads]
    deadline = time.monotonic() + PATIENCE
    while any(len(load.steps) < old + steps for load, old in zip(loads, before, strict=True)):
        assert time.monotonic() < deadline, [load.failures[-1:] for load in loads]
        time.sleep(0.05)
