"""A plain HTTP client on the standard library: one kept-alive connection, bytes in, bytes out."""

import http.client
import json
import socket
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

API = "/api/2.0/mlflow/"


class ApiError(Exception):
    """A server answered with something else than 200."""


class Api:
    """The endpoints of one server on 127.0.0.1. Not for use from several threads at once.

    An endpoint is one of MLflow's, or a whole path that begins with `/`.
    """

    def __init__(self, port: int, timeout: float = 600.0) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)

    def __enter__(self) -> Self:
        self._connection.connect()
        # Otherwise small requests of this client could wait for the server's delayed ACK.
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def get_bytes(self, endpoint: str, query: Mapping[str, object]) -> bytes:
        """The body of a GET; `ApiError` unless the answer is 200."""
        return self._request("GET", f"{_path(endpoint)}?{urlencode(query, doseq=True)}", None)

    def post_bytes(self, endpoint: str, body: bytes) -> bytes:
        """The body of the answer to a POST; `ApiError` unless the answer is 200."""
        return self._request("POST", _path(endpoint), body)

    def get(self, endpoint: str, **query: object) -> Any:
        """The decoded answer to a GET."""
        return json.loads(self.get_bytes(endpoint, query))

    def post(self, endpoint: str, **body: object) -> Any:
        """The decoded answer to a POST."""
        return json.loads(self.post_bytes(endpoint, json.dumps(body).encode()))

    def _request(self, method: str, target: str, body: bytes | None) -> bytes:
        headers = {"Content-Type": "application/json"} if body is not None else {}
        self._connection.request(method, target, body, headers)
        response = self._connection.getresponse()
        answer = response.read()
        if response.status != 200:
            shown = answer[:300].decode(errors="replace")
            raise ApiError(f"{method} {target[:100]} answered {response.status}: {shown}")
        return answer

    def create_experiment(self, name: str) -> str:
        """The id of a new experiment."""
        return str(self.post("experiments/create", name=name)["experiment_id"])

    def create_run(self, experiment_id: str, name: str) -> str:
        """The id of a new running run."""
        answer = self.post(
            "runs/create",
            experiment_id=experiment_id,
            run_name=name,
            start_time=1_763_000_000_000,
            tags=[],
        )
        return str(answer["run"]["info"]["run_id"])

    def latest_steps(self, run_id: str) -> dict[str, int]:
        """Step of the latest point of each metric of a run."""
        data = self.get("runs/get", run_id=run_id)["run"].get("data", {})
        return {metric["key"]: int(metric.get("step", 0)) for metric in data.get("metrics", [])}


def _path(endpoint: str) -> str:
    return endpoint if endpoint.startswith("/") else API + endpoint
