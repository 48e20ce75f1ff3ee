"""Requests of OpenTelemetry's protocol, byte by byte, as its clients send them."""

import struct
from collections.abc import Sequence
from typing import Any

from tests.server.support import Answer, Asker

PROTOBUF = {"content-type": "application/x-protobuf", "x-mlflow-experiment-id": "0"}
TRACE = bytes(range(16))
TRACE_ID = f"tr-{TRACE.hex()}"
SECOND = 1_000_000_000


def varint(number: int) -> bytes:
    number &= (1 << 64) - 1
    out = b""
    while number > 127:
        out, number = out + bytes([number & 127 | 128]), number >> 7
    return out + bytes([number])


def field(number: int, content: bytes | str | int) -> bytes:
    """A field with an integer, or with bytes after their length."""
    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    content = content.encode() if isinstance(content, str) else content
    return varint(number << 3 | 2) + varint(len(content)) + content


def fixed(number: int, content: int) -> bytes:
    return varint(number << 3 | 1) + struct.pack("<Q", content)


def value(of: Any) -> bytes:
    """An AnyValue."""
    if isinstance(of, bool):
        return field(2, int(of))
    if isinstance(of, str):
        return field(1, of)
    if isinstance(of, int):
        return field(3, of)
    if isinstance(of, float):
        return varint(4 << 3 | 1) + struct.pack("<d", of)
    if isinstance(of, list):
        return field(5, b"".join(field(1, value(each)) for each in of))
    if isinstance(of, dict):
        return field(6, b"".join(field(1, pair(*each)) for each in of.items()))
    if isinstance(of, bytes):
        return field(7, of)
    return b""


def pair(key: str, of: Any) -> bytes:
    return field(1, key) + field(2, value(of))


def span(
    number: int,
    parent: int = 0,
    *,
    trace: bytes = TRACE,
    name: str = "s",
    attributes: dict[str, Any] | None = None,
    start: int = SECOND,
    end: int = 2 * SECOND,
    more: bytes = b"",
) -> bytes:
    """A span; 0 stands for no parent, and for no end."""
    own = field(1, trace) + field(2, number.to_bytes(8)) + field(5, name) + fixed(7, start)
    if parent:
        own += field(4, parent.to_bytes(8))
    if end:
        own += fixed(8, end)
    own += b"".join(field(9, pair(*each)) for each in (attributes or {}).items())
    return own + more


def upload(spans: Sequence[bytes], resource: dict[str, Any] | None = None) -> bytes:
    """An ExportTraceServiceRequest."""
    about = b"".join(field(1, pair(*each)) for each in (resource or {}).items())
    scope = b"".join(field(2, each) for each in spans)
    return field(1, field(1, about) + field(2, scope))


def send(app: Asker, body: bytes, **headers: str) -> Answer:
    more = {name.replace("_", "-"): text for name, text in headers.items()}
    return app.ask("POST", "/v1/traces", body, {**PROTOBUF, **more})
