"""POST /v1/traces, and the spans of a trace as a file."""

import gzip
import json
import zlib
from typing import Any

import pytest

from sagwan.server import dispatch
from sagwan.server.api import spans as handlers
from tests.server.api.answers import NO_EXPERIMENT, not_found, refused, said
from tests.server.support import Asker
from tests.server.tracing import (
    SECOND,
    TRACE,
    TRACE_ID,
    field,
    fixed,
    pair,
    send,
    span,
    upload,
    varint,
)

ARTIFACT = "/ajax-api/2.0/mlflow/get-trace-artifact"
NOTHING = (200, b"")


def info(app: Asker, trace_id: str = TRACE_ID) -> dict[str, Any]:
    found: dict[str, Any] = app.get(f"/api/3.0/mlflow/traces/{trace_id}").json["trace"][
        "trace_info"
    ]
    return found


def read(app: Asker, trace_id: str = TRACE_ID) -> list[dict[str, Any]]:
    answer = app.get(f"/api/3.0/mlflow/traces/get?trace_id={trace_id}").json
    found: list[dict[str, Any]] = answer["trace"]["spans"]
    return found


def detail(text: str, status: int = 400) -> tuple[int, bytes]:
    return status, json.dumps({"detail": text}, separators=(",", ":")).encode()


def test_spans_say_what_their_trace_is(app: Asker) -> None:
    root = span(
        1,
        name="이름",
        attributes={
            "mlflow.spanInputs": {"x": [1, 2.5, True, None]},
            "mlflow.spanOutputs": "λ",
            "mlflow.traceTag.team": "vision",
            "mlflow.traceTag.mlflow.trace.spansLocation": "elsewhere",
            "session.id": "s1",
            "user.id": "ada",
        },
        end=3 * SECOND,
    )
    resource = {"service.name": "api", "telemetry.sdk.name": "x", "mlflow.x": "y", "count": 3}
    assert said(send(app, upload([root], resource))) == NOTHING
    assert info(app) == {
        "trace_id": TRACE_ID,
        "trace_location": {
            "type": "MLFLOW_EXPERIMENT",
            "mlflow_experiment": {"experiment_id": "0"},
        },
        "request_time": "1970-01-01T00:00:01Z",
        "execution_duration": "2s",
        "state": "OK",
        "trace_metadata": {"mlflow.trace.session": "s1", "mlflow.trace.user": "ada"},
        "tags": {
            "count": "3",
            "mlflow.artifactLocation": f"mlflow-artifacts:/0/traces/{TRACE_ID}/artifacts",
            "mlflow.trace.spansLocation": "TRACKING_STORE",
            "mlflow.traceName": "이름",
            "service.name": "api",
            "team": "vision",
        },
        "request_preview": '{"x": [1, 2.5, true, null]}',
        "response_preview": "λ",
    }


def test_a_span_has_all_that_was_sent(app: Asker) -> None:
    event = field(11, fixed(1, 7) + field(2, "e") + field(3, pair("k", -1)))
    link = field(13, field(1, TRACE) + field(2, b"\1" * 8) + field(4, pair("k", "v")))
    status = field(15, field(2, "no") + field(3, 2))
    kind = field(6, 3)
    values = {"f": float("nan"), "b": b"\xff", "l": [], "d": {"a": {}}, "n": None}
    more = event + link + status + kind + field(99, b"unknown")
    assert said(send(app, upload([span(1, attributes=values, more=more, end=0)]))) == NOTHING
    (found,) = read(app)
    assert found == {
        "trace_id": "AAECAwQFBgcICQoLDA0ODw==",
        "span_id": "AAAAAAAAAAE=",
        "name": "s",
        "kind": "SPAN_KIND_CLIENT",
        "start_time_unix_nano": SECOND,
        "attributes": [
            {"key": "mlflow.traceRequestId", "value": {"string_value": TRACE_ID}},
            {"key": "f", "value": {"double_value": "NaN"}},
            {"key": "b", "value": {"string_value": "/w=="}},
            {"key": "l", "value": {"array_value": {}}},
            {
                "key": "d",
                "value": {
                    "kvlist_value": {"values": [{"key": "a", "value": {"kvlist_value": {}}}]}
                },
            },
            {"key": "n", "value": {}},
        ],
        "events": [
            {
                "time_unix_nano": 7,
                "name": "e",
                "attributes": [{"key": "k", "value": {"int_value": -1}}],
            }
        ],
        "links": [
            {
                "trace_id": "AAECAwQFBgcICQoLDA0ODw==",
                "span_id": "AQEBAQEBAQE=",
                "attributes": [{"key": "k", "value": {"string_value": "v"}}],
            }
        ],
        "status": {"code": "STATUS_CODE_ERROR", "message": "no"},
    }
    assert (info(app)["state"], "execution_duration" in info(app)) == ("ERROR", False)


def test_json_says_the_same(app: Asker) -> None:
    values = {"a": "x", "i": 2**40, "f": 0.5, "t": True, "l": [1, "2"], "d": {"k": None}}
    more = field(11, fixed(1, 7) + field(2, "e")) + field(15, field(3, 1)) + field(6, 2)
    assert said(send(app, upload([span(1, attributes=values, more=more)], {"r": "v"}))) == NOTHING
    binary, seen = read(app), info(app)
    app.post("traces/delete-traces", {"experiment_id": "0", "request_ids": [TRACE_ID]})
    attributes = [
        {"key": "a", "value": {"stringValue": "x"}},
        {"key": "i", "value": {"intValue": str(2**40)}},
        {"key": "f", "value": {"doubleValue": 0.5}},
        {"key": "t", "value": {"boolValue": True}},
        {
            "key": "l",
            "value": {"arrayValue": {"values": [{"intValue": 1}, {"stringValue": "2"}]}},
        },
        {"key": "d", "value": {"kvlistValue": {"values": [{"key": "k", "value": {}}]}}},
    ]
    sent = {
        "traceId": TRACE.hex(),
        "spanId": "0000000000000001",
        "parentSpanId": "",
        "name": "s",
        "kind": 2,
        "startTimeUnixNano": str(SECOND),
        "endTimeUnixNano": str(2 * SECOND),
        "attributes": attributes,
        "events": [{"timeUnixNano": "7", "name": "e"}],
        "status": {"code": 1},
    }
    resource = {"attributes": [{"key": "r", "value": {"stringValue": "v"}}]}
    body = {"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": [sent]}]}]}
    answer = send(app, json.dumps(body).encode(), content_type="application/json; charset=utf-8")
    assert said(answer) == NOTHING
    assert (read(app), info(app)) == (binary, seen)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "raw deflate"])
def test_bodies_may_be_compressed(app: Asker, encoding: str) -> None:
    body = upload([span(1)])
    packed = gzip.compress(body) if encoding == "gzip" else zlib.compress(body)
    packed = packed[2:-4] if encoding.startswith("raw") else packed
    answer = send(app, packed, content_encoding=encoding.split()[-1])
    assert said(answer) == NOTHING
    assert len(read(app)) == 1


def test_traces_are_linked_to_the_run_that_a_header_names(app: Asker) -> None:
    run = app.post("runs/create", {"experiment_id": "0"}).json["run"]["info"]["run_id"]
    assert said(send(app, upload([span(1)]), x_mlflow_run_id=run)) == NOTHING
    place = {"mlflow_experiment": {"experiment_id": "0"}}
    query = {"locations": [place], "filter": f"run_id = '{run}'"}
    found = app.post("/api/3.0/mlflow/traces/search", query).json["traces"]
    assert [trace["trace_id"] for trace in found] == [TRACE_ID]
    assert said(send(app, upload([span(2)]), x_mlflow_run_id="nowhere")) == NOTHING
    assert len(read(app)) == 2


@pytest.mark.parametrize(
    ("body", "headers", "answer"),
    [
        (b"", {}, detail("Invalid OpenTelemetry format - no spans found")),
        (b"\xff", {}, detail("Invalid OpenTelemetry format")),
        (upload([span(1)])[:-3], {}, detail("Invalid OpenTelemetry format")),
        (field(1, 1), {}, detail("Invalid OpenTelemetry format")),
        (upload([span(1, more=field(5, b"\xff"))]), {}, detail("Invalid OpenTelemetry format")),
        (upload([span(1, more=varint(9 << 3 | 3))]), {}, detail("Invalid OpenTelemetry format")),
        (
            upload([span(1, trace=b"short")]),
            {},
            detail("Cannot convert OpenTelemetry span to MLflow span", 422),
        ),
        (
            upload([span(1)]),
            {"x_mlflow_experiment_id": ""},
            detail("The header x-mlflow-experiment-id is missing: it names the experiment.", 422),
        ),
        (
            upload([span(1)]),
            {"content_type": "text/plain"},
            detail(
                "Invalid Content-Type: text/plain. Expected: application/x-protobuf or"
                " application/json"
            ),
        ),
        (b"x", {"content_encoding": "br"}, detail("Unsupported Content-Encoding: br")),
        (b"x", {"content_encoding": "gzip"}, detail("Failed to decompress gzip payload")),
        (b"[", {"content_type": "application/json"}, detail("Invalid OpenTelemetry format")),
        (
            b'{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"zz"}]}]}]}',
            {"content_type": "application/json"},
            detail("Invalid OpenTelemetry format"),
        ),
        (
            b'{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":1}]}]}]}',
            {"content_type": "application/json"},
            detail("Invalid OpenTelemetry format"),
        ),
        (upload([span(1)]), {"x_mlflow_experiment_id": "99"}, NO_EXPERIMENT),
    ],
)
def test_what_is_no_spans_is_refused(
    untouched: Asker, body: bytes, headers: dict[str, str], answer: tuple[int, bytes]
) -> None:
    assert said(send(untouched, body, **headers)) == answer


def test_values_within_values_end_somewhere(untouched: Asker) -> None:
    deep: list[Any] = []
    for _ in range(120):
        deep = [deep]
    answer = said(send(untouched, upload([span(1, attributes={"k": deep})])))
    assert answer == detail("Invalid OpenTelemetry format")


def test_a_small_body_does_not_become_a_huge_one(
    untouched: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "MAX_BODY", 1000)
    answer = said(send(untouched, gzip.compress(bytes(5000)), content_encoding="gzip"))
    assert answer == refused(dispatch.TOO_LARGE, "BAD_REQUEST")


def test_spans_are_also_a_file_as_clients_keep_it(app: Asker) -> None:
    link = field(13, field(1, TRACE) + field(2, b"\1" * 8))
    event = field(11, fixed(1, 7) + field(2, "e") + field(3, pair("k", 1)))
    send(app, upload([span(1, attributes={"a": {"b": [1, "é"]}}, more=link + event)]))
    answer = app.get(f"{ARTIFACT}?request_id={TRACE_ID}")
    assert answer.headers["content-disposition"] == 'attachment; filename="traces.json"'
    assert answer.json == {
        "spans": [
            {
                "trace_id": "AAECAwQFBgcICQoLDA0ODw==",
                "span_id": "AAAAAAAAAAE=",
                "parent_span_id": None,
                "name": "s",
                "kind": None,
                "start_time_unix_nano": SECOND,
                "end_time_unix_nano": 2 * SECOND,
                "events": [{"name": "e", "time_unix_nano": 7, "attributes": {"k": 1}}],
                "status": {"code": "STATUS_CODE_UNSET", "message": ""},
                "attributes": {
                    "mlflow.traceRequestId": f'"{TRACE_ID}"',
                    "a": '{"b": [1, "é"]}',
                },
                "links": [{"trace_id": TRACE_ID, "span_id": "0101010101010101", "attributes": {}}],
            }
        ]
    }


def test_a_file_of_a_client_is_sent_as_it_is(app: Asker) -> None:
    app.post("traces", {"experiment_id": "0", "timestamp_ms": 1})
    trace = f"{1:032x}"
    nothing = said(app.get(f"{ARTIFACT}?request_id={trace}"))
    assert nothing == not_found(f"No such artifact: '0/traces/{trace}/artifacts/traces.json'")
    folder = f"/api/2.0/mlflow-artifacts/artifacts/0/traces/{trace}/artifacts"
    for path, content in (("traces.json", b'{"spans": []}'), ("attachments/a.png", b"png")):
        assert app.ask("PUT", f"{folder}/{path}", content).status == 200
    assert said(app.get(f"{ARTIFACT}?request_id={trace}")) == (200, b'{"spans": []}')
    assert said(app.get(f"{ARTIFACT}?request_id={trace}&path=a.png")) == (200, b"png")


def test_it_must_be_said_of_which_trace(untouched: Asker) -> None:
    absent = refused('Request must include the "request_id" query parameter.', "BAD_REQUEST")
    assert said(untouched.get(ARTIFACT)) == absent
    nowhere = not_found("Trace with ID 'nowhere' not found.")
    assert said(untouched.get(f"{ARTIFACT}?request_id=nowhere")) == nowhere
