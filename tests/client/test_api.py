"""Calls: what is sent, what is made of the answer, and pages."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import httpx
import pytest

from sagwan.client.api import Api, NotTheProtocol
from sagwan.client.http import Http
from sagwan.config import ClientSettings
from sagwan.entities import RunStatus, Tag, ViewType

T = TypeVar("T")


class Server:
    """Answers in turn; keeps what it was asked as (method, path, query or body)."""

    def __init__(self, *answers: object) -> None:
        self._answers = iter(answers)
        self.asked: list[tuple[str, str, object]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        sent = json.loads(request.content) if request.content else dict(request.url.params)
        self.asked.append((request.method, request.url.path, sent))
        if request.method == "POST":
            assert request.headers["content-type"] == "application/json"
        return httpx.Response(200, content=json.dumps(next(self._answers)).encode())


def call(server: Server, talk: Callable[[Api], Coroutine[Any, Any, T]]) -> T:
    async def main() -> T:
        transport = httpx.MockTransport(server)
        async with Http("http://tracking.test", ClientSettings(), transport) as http:
            return await talk(Api(http))

    return asyncio.run(main())


def experiment(number: int) -> dict[str, object]:
    return {
        "experiment_id": str(number),
        "name": f"e{number}",
        "artifact_location": "mlflow-artifacts:/x",
        "lifecycle_stage": "active",
        "last_update_time": 2,
        "creation_time": 1,
        "workspace": "default",
        "unknown_to_us": [1],
    }


def run(number: int) -> dict[str, object]:
    info = {
        "run_uuid": f"r{number}",
        "run_id": f"r{number}",
        "experiment_id": "1",
        "run_name": "name",
        "user_id": "",
        "status": "RUNNING",
        "start_time": 5,
        "artifact_uri": "mlflow-artifacts:/1/r/artifacts",
        "lifecycle_stage": "active",
    }
    metrics = [
        {"key": "m", "value": "NaN", "timestamp": 1, "step": 0},
        {"key": "i", "value": "-Infinity", "timestamp": 1, "step": 0},
        {"key": "n", "value": 3, "timestamp": 1, "step": 0},
    ]
    return {"info": info, "data": {"metrics": metrics}, "inputs": {}}


def test_an_experiment_is_created() -> None:
    server = Server({"experiment_id": "7"})
    made = call(server, lambda api: api.create_experiment("n", "s3://b", [Tag("k", "v")]))
    assert made == "7"
    body = {"name": "n", "artifact_location": "s3://b", "tags": [{"key": "k", "value": "v"}]}
    assert server.asked == [("POST", "/api/2.0/mlflow/experiments/create", body)]


def test_an_experiment_is_read() -> None:
    server = Server({"experiment": experiment(1)}, {"experiment": experiment(2)})
    assert call(server, lambda api: api.get_experiment("1")).name == "e1"
    assert call(server, lambda api: api.get_experiment_by_name("e ü&")).experiment_id == "2"
    assert server.asked == [
        ("GET", "/api/2.0/mlflow/experiments/get", {"experiment_id": "1"}),
        ("GET", "/api/2.0/mlflow/experiments/get-by-name", {"experiment_name": "e ü&"}),
    ]


def test_pages_of_experiments_are_followed_up_to_the_limit() -> None:
    pages = [
        {"experiments": [experiment(1), experiment(2)], "next_page_token": "t"},
        {"experiments": [experiment(3)], "next_page_token": "u"},
    ]
    server = Server(*pages)

    async def names(api: Api) -> list[str]:
        return [e.name async for e in api.search_experiments(ViewType.ALL, 3)]

    assert call(server, names) == ["e1", "e2", "e3"]
    assert [sent for _, _, sent in server.asked] == [
        {"max_results": 3, "view_type": 3},
        {"max_results": 1, "view_type": 3, "page_token": "t"},
    ]


def test_no_experiments_are_asked_for_where_none_are_wanted() -> None:
    server = Server()

    async def names(api: Api) -> list[str]:
        return [e.name async for e in api.search_experiments(limit=0)]

    assert call(server, names) == []


def test_pages_of_runs_are_followed() -> None:
    server = Server({"runs": [run(1)], "next_page_token": "t"}, {"runs": [run(2)]})

    async def ids(api: Api) -> list[str]:
        return [r.info.run_id async for r in api.search_runs(["1"], ViewType.DELETED_ONLY)]

    assert call(server, ids) == ["r1", "r2"]
    assert server.asked[1] == (
        "POST",
        "/api/2.0/mlflow/runs/search",
        {"experiment_ids": ["1"], "run_view_type": 2, "max_results": 1000, "page_token": "t"},
    )


def test_a_server_without_runs() -> None:
    async def ids(api: Api) -> list[str]:
        return [r.info.run_id async for r in api.search_runs(["1"])]

    assert call(Server({}), ids) == []


def test_values_that_are_no_numbers_of_json() -> None:
    metrics = call(Server({"run": run(1)}), lambda api: api.get_run("r1")).data.metrics
    assert str(metrics[0].value) == "nan"
    assert metrics[1].value == float("-inf")
    assert metrics[2].value == 3.0


def test_a_run_is_created_and_ended() -> None:
    server = Server({"run": run(1)}, {"run_info": run(1)["info"]})
    made = call(server, lambda api: api.create_run("1", name="n", user="u", start_time=5))
    assert made.info.run_id == "r1"
    call(server, lambda api: api.update_run("r1", status=RunStatus.KILLED, end_time=6))
    assert server.asked == [
        (
            "POST",
            "/api/2.0/mlflow/runs/create",
            {"experiment_id": "1", "user_id": "u", "run_name": "n", "start_time": 5},
        ),
        ("POST", "/api/2.0/mlflow/runs/update", {"run_id": "r1", "status": 5, "end_time": 6}),
    ]


@pytest.mark.parametrize(
    ("talk", "path", "body"),
    [
        (lambda api: api.delete_run("r"), "runs/delete", {"run_id": "r"}),
        (lambda api: api.restore_run("r"), "runs/restore", {"run_id": "r"}),
        (lambda api: api.delete_experiment("1"), "experiments/delete", {"experiment_id": "1"}),
        (lambda api: api.restore_experiment("1"), "experiments/restore", {"experiment_id": "1"}),
        (
            lambda api: api.rename_experiment("1", "n"),
            "experiments/update",
            {"experiment_id": "1", "new_name": "n"},
        ),
    ],
)
def test_calls_without_an_answer(
    talk: Callable[[Api], Coroutine[Any, Any, None]], path: str, body: object
) -> None:
    server = Server({})
    call(server, talk)
    assert server.asked == [("POST", f"/api/2.0/mlflow/{path}", body)]


def test_artifacts_are_listed() -> None:
    server = Server({"root_uri": "x", "files": [{"path": "a/b", "is_dir": False, "file_size": 3}]})
    (info,) = call(server, lambda api: api.list_artifacts("r", "a"))
    assert (info.path, info.is_dir, info.file_size) == ("a/b", False, 3)
    assert server.asked == [("GET", "/api/2.0/mlflow/artifacts/list", {"run_id": "r", "path": "a"})]


@pytest.mark.parametrize("answer", [{}, [], "x", {"run": {"info": {}}}])
def test_an_answer_that_is_none_of_the_protocol(answer: object) -> None:
    with pytest.raises(NotTheProtocol, match=r"http://tracking\.test/api/2\.0/mlflow/runs/get"):
        call(Server(answer), lambda api: api.get_run("r"))
