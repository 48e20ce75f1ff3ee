"""Spans as OpenTelemetry sends them: OTLP over HTTP, as protobuf or as JSON.

Source: opentelemetry-proto 1.x (`collector/trace/v1`, `trace/v1`, `common/v1`). The bytes are read
here, without a protobuf library. A span becomes what MLflow's server answers for it: the fields of
the message in snake_case, ids in base64, numbers as numbers.
"""

import base64
import json
import math
import struct
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

__all__ = ["InvalidOtlp", "OtlpSpan", "from_json", "from_protobuf"]

Json = dict[str, Any]

MAX_DEPTH = 100
"""Values within values: protobuf's own limit."""

_STATUSES = {1: "STATUS_CODE_OK", 2: "STATUS_CODE_ERROR"}
_KINDS = {
    1: "SPAN_KIND_INTERNAL",
    2: "SPAN_KIND_SERVER",
    3: "SPAN_KIND_CLIENT",
    4: "SPAN_KIND_PRODUCER",
    5: "SPAN_KIND_CONSUMER",
}


class InvalidOtlp(Exception):
    """The bytes are no such message."""


class OtlpSpan(msgspec.Struct):
    """A span; times are Unix nanoseconds, 0 where there is none. `resource` is what made it."""

    trace_id: bytes
    span_id: bytes
    parent_id: bytes
    name: str
    start: int
    end: int
    kind: str | None
    status: Json
    attributes: list[Json]
    events: list[Json]
    links: list[Json]
    resource: list[Json]

    def as_json(self) -> Json:
        """The span as the protocol answers it."""
        shown: Json = {"trace_id": _base64(self.trace_id), "span_id": _base64(self.span_id)}
        if self.parent_id:
            shown["parent_span_id"] = _base64(self.parent_id)
        shown["name"] = self.name
        optional = {
            "kind": self.kind,
            "start_time_unix_nano": self.start,
            "end_time_unix_nano": self.end,
            "attributes": self.attributes,
            "events": self.events,
            "links": self.links,
            "status": self.status,
        }
        return shown | {name: value for name, value in optional.items() if value}


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


# --- Protobuf -------------------------------------------------------------------------------------

Field = tuple[int, int | bytes]


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise InvalidOtlp
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, at
        shift += 7


def _fields(data: int | bytes) -> Iterator[Field]:
    """The fields of a message: each number with an integer or bytes, as the wire has them."""
    if isinstance(data, int):
        raise InvalidOtlp
    at, end = 0, len(data)
    while at < end:
        tag, at = _varint(data, at)
        number, kind = tag >> 3, tag & 7
        if kind == 0:
            value, at = _varint(data, at)
            yield number, value
            continue
        if kind == 2:
            size, at = _varint(data, at)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
        else:
            raise InvalidOtlp
        if at + size > end or number == 0:
            raise InvalidOtlp
        part = data[at : at + size]
        at += size
        yield number, part if kind == 2 else int.from_bytes(part, "little")


def _text(value: int | bytes) -> str:
    if isinstance(value, int):
        raise InvalidOtlp
    try:
        return value.decode().replace("\0", "\N{REPLACEMENT CHARACTER}")
    except UnicodeDecodeError:
        raise InvalidOtlp from None


def _raw(value: int | bytes) -> bytes:
    if isinstance(value, int):
        raise InvalidOtlp
    return value


def _number(value: int | bytes) -> int:
    if not isinstance(value, int):
        raise InvalidOtlp
    return value


def _signed(value: int | bytes) -> int:
    number = _number(value)
    return number - (1 << 64) if number >> 63 else number


def _double(value: float) -> float | str:
    """A double in JSON, which has no NaN and no infinity."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")


def _value(data: int | bytes, depth: int = 0) -> Json:
    """An AnyValue; of several that are set the last counts."""
    if depth > MAX_DEPTH:
        raise InvalidOtlp
    found: Json = {}
    for number, value in _fields(data):
        if number == 1:
            found = {"string_value": _text(value)}
        elif number == 2:
            found = {"bool_value": bool(_number(value))}
        elif number == 3:
            found = {"int_value": _signed(value)}
        elif number == 4:
            raw = _number(value).to_bytes(8, "little")
            found = {"double_value": _double(struct.unpack("<d", raw)[0])}
        elif number == 5:
            values = [_value(each, depth + 1) for of, each in _fields(value) if of == 1]
            found = {"array_value": {"values": values} if values else {}}
        elif number == 6:
            pairs = [_pair(each, depth + 1) for of, each in _fields(value) if of == 1]
            found = {"kvlist_value": {"values": pairs} if pairs else {}}
        elif number == 7:
            found = {"string_value": _base64(_raw(value))}
    return found


def _pair(data: int | bytes, depth: int = 0) -> Json:
    key, value = "", {}
    for number, part in _fields(data):
        if number == 1:
            key = _text(part)
        elif number == 2:
            value = _value(part, depth)
    return {"key": key, "value": value}


def _event(data: int | bytes) -> Json:
    event: Json = {"time_unix_nano": 0, "name": "", "attributes": []}
    for number, value in _fields(data):
        if number == 1:
            event["time_unix_nano"] = _number(value)
        elif number == 2:
            event["name"] = _text(value)
        elif number == 3:
            event["attributes"].append(_pair(value))
    return {name: value for name, value in event.items() if value}


def _link(data: int | bytes) -> Json:
    link: Json = {"trace_id": "", "span_id": "", "attributes": []}
    for number, value in _fields(data):
        if number in (1, 2):
            link["trace_id" if number == 1 else "span_id"] = _base64(_raw(value))
        elif number == 4:
            link["attributes"].append(_pair(value))
    return {name: value for name, value in link.items() if value}


def _status(data: int | bytes) -> Json:
    status: Json = {}
    for number, value in _fields(data):
        if number == 2 and value:
            status["message"] = _text(value)
        elif number == 3 and value in _STATUSES:
            status["code"] = _STATUSES[_number(value)]
    return dict(sorted(status.items(), reverse=True))


def _span(data: int | bytes, resource: list[Json]) -> OtlpSpan:
    span = OtlpSpan(b"", b"", b"", "", 0, 0, None, {}, [], [], [], resource)
    for number, value in _fields(data):
        if number == 1:
            span.trace_id = _raw(value)
        elif number == 2:
            span.span_id = _raw(value)
        elif number == 4:
            span.parent_id = _raw(value)
        elif number == 5:
            span.name = _text(value)
        elif number == 6:
            span.kind = _KINDS.get(_number(value))
        elif number == 7:
            span.start = _number(value)
        elif number == 8:
            span.end = _number(value)
        elif number == 9:
            span.attributes.append(_pair(value))
        elif number == 11:
            span.events.append(_event(value))
        elif number == 13:
            span.links.append(_link(value))
        elif number == 15:
            span.status = _status(value)
    return span


def from_protobuf(body: bytes) -> list[OtlpSpan] | None:
    """The spans of an ExportTraceServiceRequest; None where it has no ResourceSpans at all.

    Raises InvalidOtlp.
    """
    spans: list[OtlpSpan] = []
    resources = 0
    for number, part in _fields(body):
        if number != 1:
            continue
        resources += 1
        resource: list[Json] = []
        scopes = []
        for of, value in _fields(part):
            if of == 1:
                resource += [_pair(each) for attribute, each in _fields(value) if attribute == 1]
            elif of == 2:
                scopes.append(value)
        for scope in scopes:
            spans += [_span(each, resource) for of, each in _fields(scope) if of == 2]
    return spans if resources else None


# --- JSON -----------------------------------------------------------------------------------------


def from_json(body: bytes) -> list[OtlpSpan] | None:
    """The same of a request in OTLP's JSON, whose ids are hexadecimal. Raises InvalidOtlp."""
    try:
        given = json.loads(body)
        resources = given.get("resourceSpans", [])
        spans = [
            _json_span(
                span, [_json_pair(one) for one in of.get("resource", {}).get("attributes", [])]
            )
            for of in resources
            for scope in of.get("scopeSpans", [])
            for span in scope.get("spans", [])
        ]
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        raise InvalidOtlp from None
    return spans if resources else None


def _json_span(given: Mapping[str, Any], resource: list[Json]) -> OtlpSpan:
    kind: Any = given.get("kind")
    status = given.get("status", {})
    code: Any = status.get("code")
    shown = {"code": _STATUSES.get(code, code if code in _STATUSES.values() else None)}
    if status.get("message"):
        shown["message"] = _json_text(status["message"])
    return OtlpSpan(
        bytes.fromhex(given.get("traceId", "")),
        bytes.fromhex(given.get("spanId", "")),
        bytes.fromhex(given.get("parentSpanId") or ""),
        _json_text(given.get("name", "")),
        _json_time(given.get("startTimeUnixNano", 0)),
        _json_time(given.get("endTimeUnixNano", 0)),
        _KINDS.get(kind, kind if kind in _KINDS.values() else None),
        {name: value for name, value in shown.items() if value},
        [_json_pair(one) for one in given.get("attributes", [])],
        [_json_event(one) for one in given.get("events", [])],
        [_json_link(one) for one in given.get("links", [])],
        resource,
    )


def _json_text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    value.encode()
    return value.replace("\0", "\N{REPLACEMENT CHARACTER}")


def _json_time(value: object) -> int:
    number = int(value) if isinstance(value, int | str) else -1
    if not 0 <= number < 1 << 64:
        raise ValueError
    return number


def _json_event(given: Mapping[str, Any]) -> Json:
    event = {
        "time_unix_nano": _json_time(given.get("timeUnixNano", 0)),
        "name": _json_text(given.get("name", "")),
        "attributes": [_json_pair(one) for one in given.get("attributes", [])],
    }
    return {name: value for name, value in event.items() if value}


def _json_link(given: Mapping[str, Any]) -> Json:
    link = {
        "trace_id": _base64(bytes.fromhex(given.get("traceId", ""))),
        "span_id": _base64(bytes.fromhex(given.get("spanId", ""))),
        "attributes": [_json_pair(one) for one in given.get("attributes", [])],
    }
    return {name: value for name, value in link.items() if value}


def _json_pair(given: Mapping[str, Any], depth: int = 0) -> Json:
    value = _json_value(given.get("value", {}), depth)
    return {"key": _json_text(given.get("key", "")), "value": value}


def _json_value(given: Mapping[str, Any], depth: int) -> Json:
    if depth > MAX_DEPTH:
        raise ValueError
    if "stringValue" in given:
        return {"string_value": _json_text(given["stringValue"])}
    if "boolValue" in given:
        return {"bool_value": bool(given["boolValue"])}
    if "intValue" in given:
        number = int(given["intValue"])
        if not -(1 << 63) <= number < 1 << 63:
            raise ValueError
        return {"int_value": number}
    if "doubleValue" in given:
        return {"double_value": _double(float(given["doubleValue"]))}
    for name, shown, read in (
        ("arrayValue", "array_value", _json_value),
        ("kvlistValue", "kvlist_value", _json_pair),
    ):
        if name in given:
            values = [read(one, depth + 1) for one in given[name].get("values", [])]
            return {shown: {"values": values} if values else {}}
    if "bytesValue" in given:
        return {"string_value": _json_text(given["bytesValue"])}
    return {}
