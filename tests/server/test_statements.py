"""How many SQL statements each endpoint costs: as many with 100 runs as with one.

A request for many things gets them with as many statements as one thing takes. What is asked for
and what is written grows here with the store.
"""

import asyncio
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from sagwan.config import Settings
from sagwan.wire import endpoints as e
from sagwan.wire.base import Endpoint
from tests.server.support import JSON, Asker, asking
from tests.server.tracing import send, span, upload
from tests.storage.sql.support import counted_statements

RUNS = 100
FEW = 5
RUN = f"{1:032x}"
MODEL = f"m-{1:032x}"
VIEW = f"{1:016d}"
Fields = dict[str, Any]


def items(prefix: str, size: int) -> list[Fields]:
    return [{"key": f"{prefix}{number}", "value": "x"} for number in range(min(size, FEW))]


def batch(size: int, prefix: str = "") -> Fields:
    metrics = [
        {"key": f"{prefix}m{number % 5}", "value": number, "timestamp": 1, "step": number}
        for number in range(size)
    ]
    return {
        "run_id": RUN,
        "metrics": metrics,
        "params": items(f"{prefix}p", size),
        "tags": items(f"{prefix}t", size),
    }


def inputs(size: int, prefix: str = "", datasets: int = 1) -> Fields:
    dataset = {"digest": "1", "source_type": "local", "source": "{}"}
    return {
        "run_id": RUN,
        "datasets": [
            {"dataset": {"name": f"{prefix}d{number}", **dataset}, "tags": items("t", size)}
            for number in range(datasets)
        ],
        "models": [{"model_id": f"{prefix}x{number}"} for number in range(min(size, FEW))],
    }


def runs(size: int) -> list[str]:
    return [f"{number:032x}" for number in range(1, size + 1)]


def run(size: int) -> Fields:
    return {"run_id": RUN}


def experiment(size: int) -> Fields:
    return {"experiment_id": "1"}


def model(size: int) -> Fields:
    return {"model_id": MODEL}


def view(size: int) -> Fields:
    return {"slug": VIEW}


def registered(size: int) -> Fields:
    return {"name": "r1"}


def version(size: int) -> Fields:
    return {"name": "r1", "version": "1"}


def webhook(size: int) -> Fields:
    return {"webhook_id": f"{1:032x}"}


HOOKED = Settings(webhook_allow_private_ips=True, webhook_allowed_schemes=("http",))
LISTENING = [{"entity": "MODEL_VERSION_TAG", "action": action} for action in ("SET", "DELETED")]


def alias(size: int) -> Fields:
    return {"name": "r1", "alias": "a0"}


def trace(size: int) -> Fields:
    return {"trace_id": "t1", "request_id": f"{1:032x}"}


def new_trace(number: int, size: int) -> Fields:
    place = {"mlflow_experiment": {"experiment_id": "0"}}
    texts = {f"k{each}": "v" for each in range(min(size, FEW))}
    info = {"trace_id": f"t{number}", "trace_location": place}
    return {"trace": {"trace_info": {**info, "tags": texts, "trace_metadata": texts}}}


def traces(size: int) -> list[str]:
    return [f"t{number}" for number in range(1, size + 1)]


TRACES: list[tuple[Endpoint, int, Callable[[int], Fields]]] = [
    (e.START_TRACE, 9, lambda size: new_trace(0, size)),
    (e.GET_TRACE_INFO, 3, trace),
    (e.GET_TRACE, 4, lambda size: {"trace_id": "t1", "allow_partial": "true"}),
    (e.BATCH_GET_TRACES, 4, lambda size: {"trace_ids": traces(size)}),
    (e.BATCH_GET_TRACE_INFOS, 3, lambda size: {"trace_ids": traces(size)}),
    (
        e.SEARCH_TRACES,
        3,
        lambda size: {"locations": [{"mlflow_experiment": {"experiment_id": "0"}}]},
    ),
    (e.SEARCH_TRACES_V2, 3, lambda size: {"experiment_ids": ["0"]}),
    (e.SET_TRACE_TAG, 2, lambda size: {**trace(size), "key": "k", "value": "v"}),
    (e.DELETE_TRACE_TAG, 2, lambda size: {**trace(size), "key": "k"}),
    (e.SET_TRACE_TAG_V2, 2, lambda size: {**trace(size), "key": "k", "value": "v"}),
    (e.DELETE_TRACE_TAG_V2, 2, lambda size: {**trace(size), "key": "k"}),
    (e.LINK_TRACES_TO_RUN, 3, lambda size: {"trace_ids": traces(size), "run_id": RUN}),
    (e.START_TRACE_V2, 8, lambda size: {"experiment_id": "0", "tags": items("t", size)}),
    (e.END_TRACE_V2, 6, lambda size: {**trace(size), "tags": items("t", size)}),
    (e.GET_TRACE_INFO_V2, 3, trace),
    (
        e.DELETE_TRACES,
        6,
        lambda size: {"experiment_id": "0", "request_ids": traces(size)},
    ),
    (e.DELETE_TRACES_V2, 6, lambda size: {"experiment_id": "0", "max_timestamp_millis": 1}),
]

REGISTRY: list[tuple[Endpoint, int, Callable[[int], Fields]]] = [
    (e.GET_REGISTERED_MODEL, 5, registered),
    (e.SEARCH_REGISTERED_MODELS, 5, lambda size: {"max_results": 1000}),
    (e.GET_LATEST_VERSIONS, 4, registered),
    (e.GET_LATEST_VERSIONS_BY_GET, 4, registered),
    (e.GET_BY_ALIAS, 5, alias),
    (e.GET_MODEL_VERSION, 3, version),
    (e.SEARCH_MODEL_VERSIONS, 2, lambda size: {"max_results": 10_000}),
    (e.GET_DOWNLOAD_URI, 1, version),
    (e.CREATE_REGISTERED_MODEL, 7, lambda size: {"name": "new", "tags": items("t", size)}),
    (e.RENAME_REGISTERED_MODEL, 9, lambda size: {**registered(size), "new_name": "r"}),
    (e.UPDATE_REGISTERED_MODEL, 7, lambda size: {"name": "r"}),
    (e.RENAME_REGISTERED_MODEL, 9, lambda size: {"name": "r", "new_name": "r1"}),
    (e.SET_REGISTERED_MODEL_TAG, 2, lambda size: {**registered(size), "key": "k"}),
    (e.DELETE_REGISTERED_MODEL_TAG, 2, lambda size: {**registered(size), "key": "k"}),
    (e.SET_ALIAS, 3, lambda size: {**alias(size), "version": "1"}),
    (e.DELETE_ALIAS, 2, alias),
    (
        e.CREATE_MODEL_VERSION,
        6,
        lambda size: {**registered(size), "source": "s3://bucket/m", "tags": items("t", size)},
    ),
    (e.UPDATE_MODEL_VERSION, 7, version),
    (
        e.TRANSITION_STAGE,
        8,
        lambda size: {
            **version(size),
            "stage": "Production",
            "archive_existing_versions": True,
        },
    ),
    (e.SET_MODEL_VERSION_TAG, 3, lambda size: {**version(size), "key": "k"}),
    (e.DELETE_MODEL_VERSION_TAG, 3, lambda size: {**version(size), "key": "k"}),
    (e.DELETE_MODEL_VERSION, 6, version),
    (e.DELETE_REGISTERED_MODEL, 6, registered),
]

WEBHOOKS: list[tuple[Endpoint, int, Callable[[int], Fields]]] = [
    (
        e.CREATE_WEBHOOK,
        4,
        lambda size: {"name": "n", "url": "http://127.0.0.1:1", "events": LISTENING},
    ),
    (e.GET_WEBHOOK, 2, webhook),
    (e.LIST_WEBHOOKS, 2, lambda size: {}),
    (e.UPDATE_WEBHOOK, 6, lambda size: {**webhook(size), "events": LISTENING}),
    (e.LIST_DELIVERIES, 1, lambda size: {}),
    (e.TEST_WEBHOOK, 3, webhook),
    (e.DELETE_WEBHOOK, 4, webhook),
]

# In an order in which each request finds what it needs: deletions last.
COSTS: list[tuple[Endpoint, int, Callable[[int], Fields]]] = [
    (e.GET_EXPERIMENT, 2, experiment),
    (e.GET_EXPERIMENT_BY_NAME, 2, lambda size: {"experiment_name": "e1"}),
    (e.SEARCH_EXPERIMENTS, 2, lambda size: {"max_results": 1000}),
    (e.SEARCH_EXPERIMENTS_BY_GET, 2, lambda size: {"max_results": 1000}),
    (e.SEARCH_DATASETS, 1, lambda size: {"experiment_ids": ["0"]}),
    (e.GET_RUN, 7, run),
    (e.SEARCH_RUNS, 7, lambda size: {"experiment_ids": ["0", "1"]}),
    (
        e.QUERY_RUNS,
        5,
        lambda size: {"experiment_ids": ["0", "1"], "columns": ["metrics.m0", "params.p0"]},
    ),
    (
        e.GROUP_RUNS,
        4,
        lambda size: {
            "experiment_ids": ["0"],
            "by": ["params.p0"],
            "metrics": ["metrics.m0"],
        },
    ),
    (e.FACET_RUNS, 1, lambda size: {"experiment_ids": ["0"], "field": "metrics.m0"}),
    (e.READ_KEYS, 8, lambda size: {"experiment_ids": ["0"]}),
    (e.LIST_FILES, 7, lambda size: {"runs": [{"run_id": RUN}]}),
    (e.OPEN_EXPERIMENT, 11, lambda size: {"experiment_id": "0"}),
    (e.GET_HISTORY, 2, lambda size: {"run_id": RUN, "metric_key": "m0"}),
    (e.GET_HISTORY_BULK, 2, lambda size: {"run_id": runs(size), "metric_key": "m0"}),
    (e.GET_HISTORY_INTERVAL, 2, lambda size: {"run_ids": runs(size), "metric_key": "m0"}),
    (e.READ_SERIES, 2, lambda size: {"run_ids": runs(size), "keys": ["m0"]}),
    (
        e.READ_GROUPS,
        2,
        lambda size: {"groups": [{"name": "a", "run_ids": runs(size)}], "keys": ["m0"]},
    ),
    (e.GET_LOGGED_MODEL, 4, model),
    (e.SEARCH_LOGGED_MODELS, 4, lambda size: {"experiment_ids": ["0"], "max_results": 1000}),
    (e.LIST_ARTIFACTS, 7, run),
    (e.LIST_LOGGED_MODEL_ARTIFACTS, 4, model),
    (e.LIST_VIEWS, 2, lambda size: {"experiment_id": "0"}),
    (e.GET_VIEW, 1, view),
    (e.READ_DICTIONARY, 1, lambda size: {"experiment_id": "0"}),
    (e.GET_DEFAULT_VIEW, 1, lambda size: {"experiment_id": "0"}),
    (e.SERVER_INFO, 0, lambda size: {}),
    *REGISTRY,
    *WEBHOOKS,
    *TRACES,
    (e.CREATE_EXPERIMENT, 4, lambda size: {"name": "new", "tags": items("t", size)}),
    (e.UPDATE_EXPERIMENT, 3, lambda size: {"experiment_id": "1", "new_name": "newer"}),
    (e.SET_EXPERIMENT_TAG, 2, lambda size: {"experiment_id": "1", "key": "k", "value": "v"}),
    (e.DELETE_EXPERIMENT_TAG, 2, lambda size: {"experiment_id": "1", "key": "k"}),
    (e.CREATE_RUN, 4, lambda size: {"experiment_id": "0", "tags": items("t", size)}),
    (e.UPDATE_RUN, 4, lambda size: {"run_id": RUN, "status": "FINISHED", "run_name": "r"}),
    (e.LOG_METRIC, 6, lambda size: {"run_id": RUN, "key": "one", "value": 1, "timestamp": 1}),
    (e.LOG_PARAMETER, 4, lambda size: {"run_id": RUN, "key": "one", "value": "x"}),
    (e.SET_TAG, 3, lambda size: {"run_id": RUN, "key": "one", "value": "x"}),
    (e.DELETE_TAG, 3, lambda size: {"run_id": RUN, "key": "one"}),
    (e.LOG_BATCH, 10, lambda size: batch(size, "new")),
    (e.LOG_INPUTS, 9, lambda size: inputs(size, "new")),
    (
        e.LOG_OUTPUTS,
        4,
        lambda size: {
            "run_id": RUN,
            "models": [{"model_id": f"m-new{number}", "step": 1} for number in range(size)],
        },
    ),
    (
        e.LOG_MODEL,
        7,
        lambda size: {
            "run_id": RUN,
            "model_json": json.dumps(
                dict.fromkeys(("artifact_path", "flavors", "utc_time_created", "run_id"), "x")
            ),
        },
    ),
    (e.CREATE_LOGGED_MODEL, 7, lambda size: {"experiment_id": "0", "params": items("p", size)}),
    (e.SET_LOGGED_MODEL_TAGS, 2, lambda size: {**model(size), "tags": items("new", size)}),
    (e.DELETE_LOGGED_MODEL_TAG, 2, lambda size: {**model(size), "tag_key": "new0"}),
    (e.LOG_LOGGED_MODEL_PARAMS, 3, lambda size: {**model(size), "params": items("new", size)}),
    (e.FINALIZE_LOGGED_MODEL, 6, lambda size: {**model(size), "status": "LOGGED_MODEL_READY"}),
    (e.DELETE_LOGGED_MODEL, 2, model),
    (
        e.BULK_RUNS,
        6,
        lambda size: {"action": "tag", "run_ids": runs(size), "set_tags": items("b", size)},
    ),
    (e.CREATE_VIEW, 4, lambda size: {"path": "/e/0", "name": "new"}),
    (e.UPDATE_VIEW, 3, lambda size: {**view(size), "name": "newer"}),
    (
        e.WRITE_DICTIONARY,
        3,
        lambda size: {"experiment_id": "0", "metrics": [{"key": f"m{n}"} for n in range(size)]},
    ),
    (e.SET_DEFAULT_VIEW, 3, lambda size: {"experiment_id": "0", **view(size)}),
    (e.DELETE_VIEW, 3, view),
    (e.PURGE_TRASH, 5, lambda size: {"expected": 1}),
    (e.MEASURE_TRASH, 2, lambda size: {"experiment_ids": ["0"]}),
    (e.READ_TRASH, 8, lambda size: {}),
    (e.READ_RUN_IN_TRASH, 1, run),
    (e.READ_JOB, 1, lambda size: {"job_id": f"{1:032x}"}),
    (e.STOP_JOB, 3, lambda size: {"job_id": f"{1:032x}"}),
    (e.DELETE_RUN, 3, run),
    (e.RESTORE_RUN, 3, run),
    (e.DELETE_EXPERIMENT, 2, lambda size: {"experiment_id": "0"}),
    (e.RESTORE_EXPERIMENT, 2, lambda size: {"experiment_id": "0"}),
]


def name_of(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {next(endpoint.paths())}"


def request_of(endpoint: Endpoint, fields: Fields) -> tuple[str, str, bytes, dict[str, str]]:
    path = next(endpoint.paths()).format_map({"tag_key": "", **fields})
    if endpoint.method == "GET":
        return "GET", f"{path}?{urlencode(fields, doseq=True)}", b"", {}
    return endpoint.method, path, json.dumps(fields).encode(), JSON


def together(app: Asker, requests: Iterable[tuple[Endpoint, Fields]]) -> None:
    """Ask all at once, so that they share commits."""

    async def ask_all() -> None:
        asked = [app._ask(*request_of(endpoint, fields)) for endpoint, fields in requests]
        for answer in await asyncio.gather(*asked):
            assert answer.status == 200, answer

    app.runner.run(ask_all())


def fill(app: Asker, size: int) -> None:
    numbers = range(1, size + 1)
    new = {"experiment_id": "0", "tags": items("t", size)}
    together(app, ((e.CREATE_EXPERIMENT, {"name": f"e{n}", "tags": new["tags"]}) for n in numbers))
    together(app, ((e.CREATE_RUN, {**new, "start_time": n}) for n in numbers))
    together(app, ((e.CREATE_LOGGED_MODEL, new) for _ in numbers))
    together(app, ((e.LOG_BATCH, {**batch(size), "run_id": run_id}) for run_id in runs(size)))
    together(app, ((e.LOG_INPUTS, {**inputs(size), "run_id": run_id}) for run_id in runs(size)))
    together(
        app,
        (
            (e.LOG_OUTPUTS, {"run_id": run_id, "models": [{"model_id": MODEL, "step": 1}]})
            for run_id in runs(size)
        ),
    )
    together(app, ((e.CREATE_VIEW, {"path": "/e/0", "name": f"v{n}"}) for n in numbers))
    point = {"run_id": RUN, "value": 1, "timestamp": 1, "model_id": MODEL}
    tags = new["tags"]
    together(app, ((e.CREATE_REGISTERED_MODEL, {"name": f"r{n}", "tags": tags}) for n in numbers))
    made = {**registered(size), "source": "s3://bucket/m", "tags": tags}
    together(app, ((e.CREATE_MODEL_VERSION, made) for _ in numbers))
    aliases = ({**registered(size), "alias": f"a{n - 1}", "version": str(n)} for n in numbers)
    together(app, ((e.SET_ALIAS, each) for each in aliases))
    together(app, ((e.LOG_METRIC, {**point, "key": f"acc{n}"}) for n in numbers))
    together(app, ((e.START_TRACE, new_trace(n, size)) for n in numbers))


def counts(folder: Path, size: int) -> dict[str, int]:
    found = {}
    with asking(folder, HOOKED) as app:
        # Compaction runs beside requests, at times of its own.
        app.runner.run(app.store.compactor.stop())
        fill(app, size)
        for endpoint, _, fields in COSTS:
            with counted_statements(app.store) as statements:
                answer = app.ask(*request_of(endpoint, fields(size)))
            assert answer.status == 200, answer
            found[name_of(endpoint)] = len(statements)
    return found


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    return counts(tmp_path_factory.mktemp("small"), 1)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    return counts(tmp_path_factory.mktemp("large"), RUNS)


def test_the_table_names_every_endpoint() -> None:
    """But for those that only stores which sign URLs have, and the one that goes on and on."""
    others = [e.CREATE_PRESIGNED_UPLOAD_URL, e.CREATE_PRESIGNED_DOWNLOAD_URL, e.FOLLOW_RUNS]
    named = {*others, *(endpoint for endpoint, _, _ in COSTS)}
    assert sorted(map(name_of, named)) == sorted(map(name_of, e.ENDPOINTS))


def test_statements_with_one_of_everything(small: dict[str, int]) -> None:
    assert small == {name_of(endpoint): count for endpoint, count, _ in COSTS}


def test_statements_with_many_of_everything(large: dict[str, int]) -> None:
    assert large == {name_of(endpoint): count for endpoint, count, _ in COSTS}


def test_webhooks_cost_two_statements_of_what_they_are_told(tmp_path: Path) -> None:
    with asking(tmp_path, HOOKED) as app:
        app.runner.run(app.store.compactor.stop())
        fill(app, 1)
        found = []
        for hooks in range(3):
            with counted_statements(app.store) as statements:
                app.post("model-versions/set-tag", {**version(1), "key": "k"})
            found.append((len(statements), len(app.runner.run(told(app)))))
            _, _, fields = WEBHOOKS[0]
            app.post("webhooks", fields(hooks))
        assert found == [(3, 0), (5, 1), (5, 3)]


async def told(app: Asker) -> list[Any]:
    return (await app.store.webhooks.deliveries(None, 100)).items


def test_many_spans_cost_what_one_does(tmp_path: Path) -> None:
    """A trace of many spans is one upload; what the client says of it makes its pieces one."""
    found = []
    with asking(tmp_path) as app:
        for number, size in enumerate((1, 100)):
            one = number.to_bytes(16)
            root = span(1, trace=one, attributes={"user.id": "ada", "mlflow.traceTag.k": "v"})
            spans = [root, *(span(2 + each, 1, trace=one) for each in range(size - 1))]
            with counted_statements(app.store) as new:
                assert send(app, upload(spans)).status == 200
            with counted_statements(app.store) as more:
                assert send(app, upload(spans[:1])).status == 200
            info = {**new_trace(0, 1)["trace"]["trace_info"], "trace_id": f"tr-{one.hex()}"}
            with counted_statements(app.store) as final:
                app.post("/api/3.0/mlflow/traces", {"trace": {"trace_info": info}})
            with counted_statements(app.store) as late:
                assert send(app, upload(spans[:1])).status == 200
            found.append([*map(len, (new, more, final, late))])
        many = [span(1, trace=number.to_bytes(16)) for number in range(10, 60)]
        with counted_statements(app.store) as statements:
            assert send(app, upload(many)).status == 200
    assert found == [[8, 6, 13, 10]] * 2
    assert len(statements) <= 8


def test_datasets_are_logged_as_one_is(tmp_path: Path) -> None:
    found = []
    with asking(tmp_path) as app:
        app.post("runs/create", {"experiment_id": "0"})
        for count in (1, 5):
            with counted_statements(app.store) as statements:
                app.post("runs/log-inputs", inputs(1, f"{count}-", count))
            found.append(len(statements))
    assert found[0] == found[1]
