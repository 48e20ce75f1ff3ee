"""Traces, as clients from 3.0 on read and write them."""

from typing import Any

import pytest

from sagwan.server.api import traces as handlers
from tests.server.api.answers import (
    NO_EXPERIMENT,
    NO_INTEGER,
    NO_TOKEN,
    NOTHING,
    Said,
    missing,
    not_found,
    refused,
    said,
    too_long,
    wrong_type,
)
from tests.server.support import Asker
from tests.server.tracing import SECOND, TRACE_ID, send, span, upload

ROOT = "/api/3.0/mlflow/traces"
PLACE = {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": "0"}}
LOCATION = b'"mlflow.artifactLocation":"mlflow-artifacts:/0/traces/%b/artifacts"'
NO_TRACE = not_found("Trace with ID 'nowhere' not found.")
IMMUTABLE = "Tag 'mlflow.trace.spansLocation' is immutable and cannot be {} on a trace."


def info(trace_id: str = "t", **more: object) -> dict[str, Any]:
    return {"trace": {"trace_info": {"trace_id": trace_id, "trace_location": PLACE, **more}}}


def start(app: Asker, trace_id: str = "t", **more: object) -> Said:
    return said(app.post(ROOT, info(trace_id, **more)))


def test_a_trace_comes_back_as_it_was_sent(app: Asker) -> None:
    body = (
        b'{"trace":{"trace_info":{"trace_id":"t","client_request_id":"c","trace_location":{"type":'
        b'"MLFLOW_EXPERIMENT","mlflow_experiment":{"experiment_id":"0"}},"request_time":'
        b'"2026-01-02T03:04:05.678Z","execution_duration":"1.250s","state":"ERROR",'
        b'"trace_metadata":{"a":"1","mlflow.trace.infoFinalized":"true"},"tags":{"k":"v",'
        + LOCATION % b"t"
        + b'},"request_preview":"in","response_preview":"out"}}}'
    )
    made = start(
        app,
        client_request_id="c",
        request_time="2026-01-02T04:04:05.678901+01:00",
        execution_duration="1.25s",
        state="ERROR",
        trace_metadata={"a": "1"},
        tags={"k": "v"},
        request_preview="in",
        response_preview="out",
    )
    assert made == (200, body)
    assert said(app.get(f"{ROOT}/t")) == (200, body)
    infos = said(app.post(f"{ROOT}/batchGetInfos", {"trace_ids": ["nowhere", "t"]}))
    assert infos == (200, b'{"trace_infos":[' + body[23:-2] + b"]}")
    partial = said(app.get(f"{ROOT}/get?trace_id=t&allow_partial=true"))
    assert partial == (200, body)


def test_what_is_not_said_is_left_out(app: Asker) -> None:
    assert start(app) == (
        200,
        b'{"trace":{"trace_info":{"trace_id":"t","trace_location":{"type":"MLFLOW_EXPERIMENT",'
        b'"mlflow_experiment":{"experiment_id":"0"}},"request_time":"1970-01-01T00:00:00Z",'
        b'"state":"STATE_UNSPECIFIED","trace_metadata":{"mlflow.trace.infoFinalized":"true"},'
        b'"tags":{' + LOCATION % b"t" + b"}}}}",
    )


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ({}, missing("trace")),
        ({"trace": {}}, missing("trace.trace_info")),
        ({"trace": {"trace_info": {}}}, missing("trace.trace_info.trace_id")),
        (
            {"trace": {"trace_info": {"trace_id": "t"}}},
            missing("trace.trace_info.trace_location.mlflow_experiment.experiment_id"),
        ),
        (info("t" * 51), too_long("trace.trace_info.trace_id", 50)),
        (
            info(request_time="yesterday"),
            refused(
                "Invalid value for parameter 'trace.trace_info.request_time' supplied: 'yesterday'"
                " is no time in RFC 3339, as in 2026-01-02T03:04:05.678Z."
            ),
        ),
        (
            info(execution_duration="1 s"),
            refused(
                "Invalid value for parameter 'trace.trace_info.execution_duration' supplied: '1 s'"
                " is no duration in seconds, as in 1.5s."
            ),
        ),
        (info(tags={"k": 1}), wrong_type("trace.trace_info.tags.k", "1", "int")),
        (info(tags=[]), wrong_type("trace.trace_info.tags", "[]", "list")),
        (info(tags={"k" * 251: ""}), too_long("tag key", 250)),
        (info(tags={"mlflow.traceName": "n" * 4097}), too_long("Trace name", 4096)),
        (info(trace_location={"mlflow_experiment": {"experiment_id": "99"}}), NO_EXPERIMENT),
        (info(trace_location={"mlflow_experiment": {"experiment_id": "x"}}), NO_INTEGER),
    ],
)
def test_what_can_not_be_is_refused(untouched: Asker, body: object, answer: Said) -> None:
    assert said(untouched.post(ROOT, body)) == answer


def test_long_values_are_cut(app: Asker) -> None:
    made = app.post(ROOT, info(tags={"k": "v" * 8001}, request_preview="p" * 1001)).json
    assert made["trace"]["trace_info"]["tags"]["k"] == "v" * 8000
    assert made["trace"]["trace_info"]["request_preview"] == "p" * 1000


def test_spans_are_read_with_their_trace(app: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handlers, "PAUSES", (0, 0))
    sizes = {"mlflow.trace.sizeStats": '{"num_spans": 2}'}
    assert send(app, upload([span(1)])).status == 200
    start(app, TRACE_ID, request_time="1970-01-01T00:00:01Z", trace_metadata=sizes)
    late = not_found(f"Trace with ID {TRACE_ID} is not fully exported yet, please try again later.")
    assert said(app.get(f"{ROOT}/get?trace_id={TRACE_ID}")) == late
    batch = f"{ROOT}/batchGet?trace_ids=nowhere&trace_ids={TRACE_ID}"
    assert said(app.get(batch)) == NOTHING
    assert send(app, upload([span(2, 1, name="in", start=SECOND + 1)])).status == 200
    answer = app.get(f"{ROOT}/get?trace_id={TRACE_ID}")
    spans = answer.body[answer.body.index(b'"spans"') :]
    ids = b'"trace_id":"AAECAwQFBgcICQoLDA0ODw=="'
    own = b'"attributes":[{"key":"mlflow.traceRequestId","value":{"string_value":"%b"}}]'
    assert spans == (
        b'"spans":[{'
        + ids
        + b',"span_id":"AAAAAAAAAAE=","name":"s","start_time_unix_nano":1000000000,'
        b'"end_time_unix_nano":2000000000,' + own % TRACE_ID.encode() + b"},{" + ids + b","
        b'"span_id":"AAAAAAAAAAI=","parent_span_id":"AAAAAAAAAAE=","name":"in",'
        b'"start_time_unix_nano":1000000001,"end_time_unix_nano":2000000000,'
        + own % TRACE_ID.encode()
        + b"}]}}"
    )
    assert app.get(batch).body == b'{"traces":[' + answer.body[9:-1] + b"]}"
    assert said(app.get(f"{batch}&experiment_ids=1")) == NOTHING


def test_spans_that_are_artifacts_are_said_to_be(app: Asker) -> None:
    start(app)
    assert said(app.get(f"{ROOT}/get?trace_id=t")) == refused(
        "The spans of trace 't' are not in the tracking store, but in traces.json at"
        " mlflow-artifacts:/0/traces/t/artifacts."
    )


def test_an_unknown_trace_is_404(untouched: Asker) -> None:
    app = untouched
    assert said(app.get(f"{ROOT}/nowhere")) == NO_TRACE
    assert said(app.get(f"{ROOT}/get?trace_id=nowhere")) == NO_TRACE
    assert said(app.post(f"{ROOT}/nowhere/tags", {"key": "k"}, "PATCH")) == NO_TRACE
    assert said(app.post(f"{ROOT}/nowhere/tags", {"key": "k"}, "DELETE")) == NO_TRACE
    assert said(app.get(f"{ROOT}/batchGet")) == missing("trace_ids")


@pytest.mark.parametrize("root", [ROOT, "traces"])
def test_tags_are_set_and_deleted(app: Asker, root: str) -> None:
    start(app)
    tag = {"key": "k", "value": "v" * 8001}
    assert said(app.post(f"{root}/t/tags", tag, "PATCH")) == NOTHING
    assert app.get(f"{ROOT}/t").json["trace"]["trace_info"]["tags"]["k"] == "v" * 8000
    assert said(app.post(f"{root}/t/tags", {"key": "k"}, "DELETE")) == NOTHING
    gone = not_found("No trace tag with key 'k' for trace with ID 't'")
    assert said(app.post(f"{root}/t/tags", {"key": "k"}, "DELETE")) == gone
    for method, what in (("PATCH", "set"), ("DELETE", "deleted")):
        fixed = {"key": "mlflow.trace.spansLocation", "value": "x"}
        answer = said(app.post(f"{root}/t/tags", fixed, method))
        assert answer == refused(IMMUTABLE.format(what))
        assert said(app.post(f"{root}/t/tags", {}, method)) == missing("key")
    assert said(app.post(f"{root}/t/tags", {"key": "k" * 251}, "PATCH")) == too_long("key", 250)


def search(app: Asker, **fields: object) -> Said:
    return said(app.post(f"{ROOT}/search", {"locations": [PLACE], **fields}))


def test_a_search_goes_page_by_page(app: Asker) -> None:
    for number in range(3):
        start(app, f"t{number}", request_time=f"1970-01-01T00:00:0{number}Z", state="OK")
    fields: dict[str, object] = {"locations": [PLACE], "max_results": 2, "filter": "status = 'OK'"}
    first = app.post(f"{ROOT}/search", fields).json
    assert [trace["trace_id"] for trace in first["traces"]] == ["t2", "t1"]
    token = first["next_page_token"]
    rest = app.post(f"{ROOT}/search", {**fields, "page_token": token})
    assert rest.body == b'{"traces":[' + app.get(f"{ROOT}/t0").body[23:-2] + b"]}"
    assert search(app, page_token=token) == NO_TOKEN
    assert search(app, filter="tags.k = 'v'") == NOTHING


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({"locations": []}, missing("locations")),
        (
            {"max_results": 501},
            refused(
                "Invalid value 501 for parameter 'max_results' supplied: It must be at most 500."
            ),
        ),
        (
            {"max_results": 0},
            refused(
                "Invalid value 0 for parameter 'max_results' supplied. It must be a positive"
                " integer"
            ),
        ),
        (
            {"filter": "span.name = 'x'"},
            refused(
                "Invalid entity type 'span' (character 1). Valid values are"
                " ['attribute', 'tag', 'request_metadata']"
            ),
        ),
        (
            {"filter": "tags.a RLIKE 'x'"},
            refused(
                "Invalid comparator 'RLIKE' for tag 'a', not one of"
                " ['=', '!=', 'LIKE', 'ILIKE', 'IS NULL', 'IS NOT NULL']"
            ),
        ),
        (
            {"order_by": ["spans"]},
            refused(
                "Invalid attribute key 'spans' specified in order_by clause 'spans'. Valid keys are"
                " ['experiment_id', 'request_id', 'name', 'status', 'run_id', 'timestamp_ms',"
                " 'execution_time_ms', 'end_time_ms', 'timestamp', 'execution_time', 'end_time']"
            ),
        ),
    ],
)
def test_a_search_that_can_not_be_is_refused(
    untouched: Asker, fields: dict[str, object], answer: Said
) -> None:
    assert search(untouched, **fields) == answer


@pytest.mark.parametrize("path", [f"{ROOT}/delete-traces", "traces/delete-traces"])
def test_traces_are_deleted_by_id_or_by_time(app: Asker, path: str) -> None:
    for number in range(5):
        start(app, f"t{number}", request_time=f"1970-01-01T00:00:0{number}Z")

    def delete(**fields: object) -> Said:
        return said(app.post(path, {"experiment_id": "0", **fields}))

    assert delete(request_ids=["t4", "nowhere"]) == (200, b'{"traces_deleted":1}')
    assert delete(max_timestamp_millis=2000, max_traces=1) == (200, b'{"traces_deleted":1}')
    assert delete(max_timestamp_millis=2000) == (200, b'{"traces_deleted":2}')
    left = app.post(f"{ROOT}/search", {"locations": [PLACE]}).json["traces"]
    assert [trace["trace_id"] for trace in left] == ["t3"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "Either `max_timestamp_millis` or `trace_ids` must be specified."),
        (
            {"max_timestamp_millis": 1, "request_ids": ["t"]},
            "Only one of `max_timestamp_millis` and `trace_ids` can be specified.",
        ),
        (
            {"request_ids": ["t"], "max_traces": 1},
            "`max_traces` can't be specified if `trace_ids` is specified.",
        ),
        (
            {"max_timestamp_millis": 1, "max_traces": 0},
            "`max_traces` must be a positive integer, received 0.",
        ),
    ],
)
def test_it_must_be_said_which_to_delete(
    untouched: Asker, fields: dict[str, object], message: str
) -> None:
    answer = said(untouched.post(f"{ROOT}/delete-traces", {"experiment_id": "0", **fields}))
    assert answer == refused(message)


def test_traces_are_linked_to_a_run(app: Asker) -> None:
    run = app.post("runs/create", {"experiment_id": "0"}).json["run"]["info"]["run_id"]
    start(app)
    link = {"trace_ids": ["t", "nowhere"], "run_id": run}
    assert said(app.post("traces/link-to-run", link)) == NOTHING
    found = search(app, filter=f"attribute.run_id = '{run}'")
    assert found == (200, b'{"traces":[' + app.get(f"{ROOT}/t").body[23:-2] + b"]}")
    many = {"trace_ids": ["t"] * 101, "run_id": run}
    assert said(app.post("traces/link-to-run", many)) == refused(
        "Cannot link more than 100 traces to a run in a single request. Provided 101 traces."
    )
    nowhere = {"trace_ids": ["t"], "run_id": "nowhere"}
    assert said(app.post("traces/link-to-run", nowhere)) == not_found(
        "Run with id=nowhere not found"
    )
