"""Whatever was acknowledged is there after `kill -9`, at whichever moment it comes."""

import contextlib
import http.client
import json
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.support.server import Server, running_server

ROUNDS = 12
WRITERS = 4
API = "/api/2.0/mlflow/"
FILES = "/api/2.0/mlflow-artifacts/artifacts/"


class Client:
    """One connection; raises OSError or HTTPException where the server is gone."""

    def __init__(self, server: Server) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)

    def close(self) -> None:
        self._connection.close()

    def send(self, method: str, path: str, body: bytes = b"") -> bytes:
        self._connection.request(method, path, body, {"Content-Type": "application/json"})
        answer = self._connection.getresponse()
        content = answer.read()
        assert answer.status == 200, (path, answer.status, content)
        return content

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return json.loads(self.send("POST", API + path, json.dumps(body).encode()))

    def get(self, path: str) -> Any:
        return json.loads(self.send("GET", API + path))


@dataclass
class Writer:
    """Logs to one run until the server is gone, and keeps what was acknowledged."""

    name: str
    run_id: str
    steps: list[int] = field(default_factory=list)
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    failure: BaseException | None = None

    def run(self, server: Server, first: int) -> None:
        try:
            with contextlib.closing(Client(server)) as client:
                for step in range(first, first + 1_000_000):
                    self._write(client, step)
        except (OSError, http.client.HTTPException):
            pass  # killed, as it should be
        except BaseException as error:
            self.failure = error

    def _write(self, client: Client, step: int) -> None:
        point = {"key": "loss", "value": step / 2, "timestamp": step, "step": step}
        if step % 3 == 0:
            client.post("runs/log-metric", {"run_id": self.run_id, **point})
            self.steps.append(step)
        elif step % 3 == 1:
            batch = {
                "metrics": [point, {**point, "key": "other"}],
                "params": [{"key": f"p{step}", "value": str(step)}],
                "tags": [{"key": f"t{step % 7}", "value": str(step)}],
            }
            # Of a tag whose write was not acknowledged either value is right.
            self.tags.pop(f"t{step % 7}", None)
            client.post("runs/log-batch", {"run_id": self.run_id, **batch})
            self.steps.append(step)
            self.params[f"p{step}"] = str(step)
            self.tags[f"t{step % 7}"] = str(step)
        elif step % 9 == 2:
            name, content = f"{self.name}/{step}.bin", random.randbytes(20_000)
            client.send("PUT", FILES + name, content)
            self.files[name] = content

    def check(self, client: Client) -> None:
        found: list[dict[str, Any]] = []
        token = ""
        while True:
            page = client.get(
                f"metrics/get-history?run_id={self.run_id}&metric_key=loss"
                f"&max_results=25000&page_token={token}"
            )
            found += page.get("metrics", [])
            token = page.get("next_page_token", "")
            if not token:
                break
        values = {point["step"]: point["value"] for point in found}
        assert not {step for step in self.steps if values.get(step) != step / 2}
        data = client.get(f"runs/get?run_id={self.run_id}")["run"]["data"]
        params = {param["key"]: param["value"] for param in data.get("params", [])}
        tags = {tag["key"]: tag["value"] for tag in data.get("tags", [])}
        assert self.params.items() <= params.items()
        assert self.tags.items() <= tags.items()
        latest = {metric["key"]: metric for metric in data.get("metrics", [])}
        if self.steps:
            assert latest["loss"]["step"] >= self.steps[-1]
        for name, content in self.files.items():
            assert client.send("GET", FILES + name) == content


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with running_server(tmp_path) as running:
        yield running


def test_nothing_acknowledged_is_lost(server: Server) -> None:
    with contextlib.closing(Client(server)) as client:
        writers = [
            Writer(
                f"writer{number}",
                client.post("runs/create", {"experiment_id": "0"})["run"]["info"]["run_id"],
            )
            for number in range(WRITERS)
        ]
    for turn in range(ROUNDS):
        threads = [
            threading.Thread(target=writer.run, args=(server, turn * 1_000_000))
            for writer in writers
        ]
        for thread in threads:
            thread.start()
        time.sleep(random.uniform(0.05, 0.6))
        server.kill()
        for thread in threads:
            thread.join()
        server.start()
        with contextlib.closing(Client(server)) as client:
            for writer in writers:
                assert writer.failure is None
                writer.check(client)
    assert all(writer.steps and writer.params and writer.files for writer in writers)
