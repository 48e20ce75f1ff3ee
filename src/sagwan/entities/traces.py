"""Traces: what a program did, as spans within spans."""

from enum import IntEnum

import msgspec


class TraceState(IntEnum):
    """How a trace ended; the numbers are those of the protocol."""

    STATE_UNSPECIFIED = 0
    OK = 1
    ERROR = 2
    IN_PROGRESS = 3


class TraceInfo(msgspec.Struct):
    """A trace without its spans; times in Unix milliseconds, the duration in milliseconds.

    The duration is None where it isn't known yet. `metadata` is what the client says of the trace
    once, `tags` can change.
    """

    trace_id: str
    experiment_id: int
    request_time: int
    execution_duration: int | None = None
    state: TraceState = TraceState.IN_PROGRESS
    client_request_id: str | None = None
    request_preview: str | None = None
    response_preview: str | None = None
    metadata: dict[str, str] = {}
    tags: dict[str, str] = {}


class Span(msgspec.Struct, frozen=True, gc=False):
    """A span as it is stored: where it stands among others, and all of it as JSON.

    `json` is the protocol's form of a span in `traces/get`. `start` is Unix nanoseconds.
    """

    span_id: str
    root: bool
    start: int
    json: bytes


class RecordedTrace(msgspec.Struct):
    """A trace with its spans, the root first, then by their start."""

    info: TraceInfo
    spans: list[Span]
