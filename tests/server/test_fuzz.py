"""Malformed requests of any kind get an answer below 500 in the protocol's shape."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sagwan.server.api import artifacts
from sagwan.wire.base import Endpoint
from sagwan.wire.endpoints import ENDPOINTS, FOLLOW_RUNS
from sagwan.wire.frames import MEDIA_TYPE, FrameReader
from sagwan.wire.tolerant import plan_of
from tests.server.support import JSON, Answer, Asker, asking

RUN = f"{1:032x}"
MODEL = f"m-{1:032x}"

calm = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

# What really occurs in requests, so that the fuzz gets past the first check.
known = st.sampled_from(
    (
        "0",
        "1",
        "99",
        "loss",
        "name",
        "m",
        "",
        "FINISHED",
        "ACTIVE_ONLY",
        "{}",
        "[",
        "\x00",
        RUN,
        MODEL,
    )
) | st.sampled_from(
    ("name = 'x'", "metrics.loss > 1", "metrics.`", "metrics.loss DESC", "../..", "a/b", "%2e%2e")
)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | known
    | st.text(max_size=12)
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.fixed_dictionaries(
            {}, optional=dict.fromkeys("key value timestamp step dataset".split(), inner)
        )
        | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=10,
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    folder: Path = tmp_path_factory.mktemp("fuzz")
    with asking(folder) as asker:
        asker.post("runs/create", {"experiment_id": "0"})
        asker.post("logged-models", {"experiment_id": "0", "source_run_id": RUN})
        asker.post("runs/log-metric", {"run_id": RUN, "key": "loss", "value": 1, "timestamp": 1})
        yield asker


def path_of(endpoint: Endpoint, model: str, tag: str) -> str:
    path = next(endpoint.paths()).replace("{slug}", quote(tag, safe="") or "s")
    return path.replace("{model_id}", quote(model, safe="") or "m").replace(
        "{tag_key}", quote(tag, safe="") or "t"
    )


def method_of(endpoint: Endpoint) -> str:
    """An answer that goes on and on is asked for its head."""
    return "HEAD" if endpoint is FOLLOW_RUNS else endpoint.method


def check(answer: Answer) -> None:
    assert answer.status < 500, answer
    if answer.headers.get("content-type") == FOLLOW_RUNS.media_type:
        return
    if answer.status >= 400:
        assert set(answer.json) == {"error_code", "message"}
        assert answer.json["message"]
    elif answer.headers["content-type"] == MEDIA_TYPE:
        assert isinstance(json.loads(FrameReader(answer.body).header), dict)
    else:
        assert isinstance(answer.json, dict)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda e: f"{e.method} {e.path}")
@calm
@given(data=st.data())
def test_requests_with_the_right_names_and_any_values(
    filled: Asker, endpoint: Endpoint, data: st.DataObject
) -> None:
    names = sorted(plan_of(endpoint.request).names)
    fields = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(names, values)))
    path = path_of(endpoint, data.draw(known), data.draw(known))
    if endpoint.method == "GET":
        query = "&".join(
            f"{name}={quote(str(part))}"
            for name, value in fields.items()
            for part in (value if isinstance(value, list) else [value])
        )
        check(filled.ask(method_of(endpoint), f"{path}?{query}"))
    body = json.dumps(fields).encode()
    check(filled.ask(method_of(endpoint), path, body, JSON))


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda e: f"{e.method} {e.path}")
@calm
@given(body=st.binary(max_size=40), kind=st.sampled_from(["application/json", "", "text/x; a"]))
def test_bodies_of_any_bytes(filled: Asker, endpoint: Endpoint, body: bytes, kind: str) -> None:
    check(
        filled.ask(method_of(endpoint), path_of(endpoint, "m", "t"), body, {"content-type": kind})
    )


@pytest.mark.parametrize("route", artifacts.ROUTES, ids=lambda route: f"{route[0]} {route[1]}")
@calm
@given(data=st.data())
def test_artifact_paths_of_any_kind(filled: Asker, route: Any, data: st.DataObject) -> None:
    method, template, _ = route
    part = data.draw(known | st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
    path = template.replace("{path:path}", part).replace("{model_id}", MODEL)
    query = data.draw(
        st.sampled_from(["", f"?run_id={RUN}&path=", f"?run_uuid={RUN}", f"?run_uuid={RUN}&path="])
    )
    if query.endswith("="):
        query += quote(data.draw(known))
    headers = data.draw(
        st.sampled_from([{}, {"range": "bytes=5-1"}, {"range": "x"}, {"if-none-match": "*"}])
    )
    answer = filled.ask(method, path.partition("?")[0] + query, b"x", headers)
    assert answer.status < 500 or answer.status == 501
    if answer.status >= 400 and answer.status != 416:
        assert answer.json["message"]


def test_a_path_without_an_endpoint(filled: Asker) -> None:
    answer = filled.get("/api/2.0/mlflow/registered-models/nonsense")
    assert (answer.status, answer.json["error_code"]) == (404, "ENDPOINT_NOT_FOUND")


def test_a_method_that_an_endpoint_has_not(filled: Asker) -> None:
    answer = filled.ask("PUT", "runs/create")
    assert (answer.status, answer.headers["allow"]) == (405, "POST")
    assert answer.json["message"] == "This endpoint answers POST, not PUT."
