"""Spans as MLflow's clients keep them in `traces.json`: attributes as JSON in texts.

Source: `Span.to_dict` and `TraceData.to_dict` of MLflow's client.
"""

import base64
import json
from collections.abc import Iterable
from typing import Any

import msgspec

Json = dict[str, Any]

_NUMBERS = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}


def plain(value: Json) -> Any:
    """What an AnyValue in JSON means."""
    for name, given in value.items():
        if name == "array_value":
            return [plain(each) for each in given.get("values", [])]
        if name == "kvlist_value":
            return {pair["key"]: plain(pair["value"]) for pair in given.get("values", [])}
        if name == "double_value" and isinstance(given, str):
            return _NUMBERS[given]
        return given
    return None


def attributes(pairs: Iterable[Json]) -> dict[str, Any]:
    """What a span's attributes mean, by key."""
    return {pair["key"]: plain(pair["value"]) for pair in pairs}


def dumped(value: object) -> str:
    """A value as the text that clients keep of it."""
    return json.dumps(value, ensure_ascii=False)


def trace_data(spans: Iterable[bytes]) -> bytes:
    """The content of `traces.json` for spans in the JSON of `traces/get`."""
    return json.dumps({"spans": [_kept(msgspec.json.decode(span)) for span in spans]}).encode()


def _kept(span: Json) -> Json:
    return {
        "trace_id": span["trace_id"],
        "span_id": span["span_id"],
        "parent_span_id": span.get("parent_span_id"),
        "name": span["name"],
        "kind": span.get("kind"),
        "start_time_unix_nano": span.get("start_time_unix_nano", 0),
        "end_time_unix_nano": span.get("end_time_unix_nano"),
        "events": [
            {
                "name": event.get("name", ""),
                "time_unix_nano": event.get("time_unix_nano", 0),
                "attributes": attributes(event.get("attributes", [])),
            }
            for event in span.get("events", [])
        ],
        "status": {
            "code": span.get("status", {}).get("code", "STATUS_CODE_UNSET"),
            "message": span.get("status", {}).get("message", ""),
        },
        "attributes": {
            key: dumped(value) for key, value in attributes(span.get("attributes", [])).items()
        },
        "links": [
            {
                "trace_id": f"tr-{base64.b64decode(link.get('trace_id', '')).hex()}",
                "span_id": base64.b64decode(link.get("span_id", "")).hex(),
                "attributes": attributes(link.get("attributes", [])),
            }
            for link in span.get("links", [])
        ],
    }
