"""Requests and responses about traces, in both versions of the protocol."""

import re
from datetime import UTC, datetime, timedelta

import msgspec

from sagwan.entities import Entity, Tag
from sagwan.entities.base import Int64
from sagwan.entities.traces import RecordedTrace, TraceInfo, TraceState
from sagwan.errors import InvalidParameter

EXPERIMENT = "MLFLOW_EXPERIMENT"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = (datetime(1, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)
_LAST = (datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)
_TIME = re.compile(r"(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)")
_DURATION = re.compile(r"(-?)(\d{1,12})(?:\.(\d{1,9}))?s")


class ExperimentLocation(Entity):
    """An experiment that has traces."""

    experiment_id: str


class TraceLocation(Entity):
    """Where traces are; Sagwan knows experiments."""

    type: str | None = None
    mlflow_experiment: ExperimentLocation | None = None


class TraceInfoV3(Entity):
    """A trace without its spans.

    `request_time` is RFC 3339 in UTC, `execution_duration` seconds with an `s`.
    """

    trace_id: str
    client_request_id: str | None = None
    trace_location: TraceLocation | None = None
    request_time: str | None = None
    execution_duration: str | None = None
    state: str | None = None
    trace_metadata: dict[str, str] = {}
    tags: dict[str, str] = {}
    request_preview: str | None = None
    response_preview: str | None = None


class TraceV3(Entity):
    """A trace; a span is what OTLP's JSON has, with names in snake_case and ids in base64."""

    trace_info: TraceInfoV3
    spans: list[msgspec.Raw] = []


class NewTrace(Entity):
    """A trace that a client has recorded; its spans come by `/v1/traces` or as an artifact."""

    trace_info: TraceInfoV3


class StartTraceV3(Entity):
    """POST traces"""

    trace: NewTrace


class TraceResponse(Entity):
    """One trace."""

    trace: TraceV3


class TraceRequest(Entity):
    """GET traces/{trace_id}"""

    trace_id: str


class GetTrace(Entity):
    """GET traces/get"""

    trace_id: str
    allow_partial: bool = False


class BatchGetTraces(Entity):
    """GET traces/batchGet; experiments narrow what is found"""

    trace_ids: list[str]
    experiment_ids: list[str] = []


class TracesResponse(Entity):
    """Traces with their spans."""

    traces: list[TraceV3] = []


class TraceInfosResponse(Entity):
    """Traces without their spans."""

    trace_infos: list[TraceInfoV3] = []


class SearchTracesV3(Entity):
    """POST traces/search"""

    locations: list[TraceLocation]
    filter: str | None = None
    max_results: Int64 = 100
    order_by: list[str] = []
    page_token: str | None = None


class SearchTracesV3Response(Entity):
    """A page of traces."""

    traces: list[TraceInfoV3] = []
    next_page_token: str | None = None


class DeleteTraces(Entity):
    """POST traces/delete-traces: those named, or the oldest of those that began by a time"""

    experiment_id: str
    max_timestamp_millis: Int64 | None = None
    max_traces: Int64 | None = None
    request_ids: list[str] = []


class DeleteTracesResponse(Entity):
    """How many traces were deleted."""

    traces_deleted: int


class SetTraceTag(Entity):
    """PATCH traces/{trace_id}/tags"""

    trace_id: str
    key: str
    value: str = ""


class DeleteTraceTag(Entity):
    """DELETE traces/{trace_id}/tags"""

    trace_id: str
    key: str


class LinkTracesToRun(Entity):
    """POST traces/link-to-run"""

    trace_ids: list[str]
    run_id: str


class TraceInfoV2(Entity):
    """A trace without its spans, as clients before 3.0 know it."""

    request_id: str
    experiment_id: str
    timestamp_ms: int
    execution_time_ms: int | None = None
    status: str | None = None
    request_metadata: list[Tag] = []
    tags: list[Tag] = []


class StartTraceV2(Entity):
    """POST traces, before 3.0: a trace begins"""

    experiment_id: str
    timestamp_ms: Int64 = 0
    request_metadata: list[Tag] = []
    tags: list[Tag] = []


class EndTraceV2(Entity):
    """PATCH traces/{request_id}, before 3.0: a trace ends"""

    request_id: str
    timestamp_ms: Int64 = 0
    status: str | None = None
    request_metadata: list[Tag] = []
    tags: list[Tag] = []


class TraceRequestV2(Entity):
    """GET traces/{request_id}/info"""

    request_id: str


class TraceInfoV2Response(Entity):
    """One trace."""

    trace_info: TraceInfoV2


class SearchTracesV2(Entity):
    """GET traces, before 3.0"""

    experiment_ids: list[str]
    filter: str | None = None
    max_results: Int64 = 100
    order_by: list[str] = []
    page_token: str | None = None


class SearchTracesV2Response(Entity):
    """A page of traces."""

    traces: list[TraceInfoV2] = []
    next_page_token: str | None = None


# --- Between the wire and the entity --------------------------------------------------------------


def shown(info: TraceInfo) -> TraceInfoV3:
    """A trace as 3.0 and later have it."""
    duration = info.execution_duration
    return TraceInfoV3(
        info.trace_id,
        info.client_request_id,
        TraceLocation(EXPERIMENT, ExperimentLocation(str(info.experiment_id))),
        format_time(info.request_time),
        None if duration is None else format_duration(duration),
        info.state.name,
        info.metadata,
        info.tags,
        info.request_preview,
        info.response_preview,
    )


def with_spans(trace: RecordedTrace) -> TraceV3:
    """A trace with its spans."""
    return TraceV3(shown(trace.info), [msgspec.Raw(span.json) for span in trace.spans])


def shown_before_3(info: TraceInfo) -> TraceInfoV2:
    """A trace as clients before 3.0 have it."""
    state = info.state
    unset = state is TraceState.STATE_UNSPECIFIED
    return TraceInfoV2(
        info.trace_id,
        str(info.experiment_id),
        info.request_time,
        info.execution_duration,
        "TRACE_STATUS_UNSPECIFIED" if unset else state.name,
        [Tag(key, value) for key, value in info.metadata.items()],
        [Tag(key, value) for key, value in info.tags.items()],
    )


def format_time(time: int) -> str:
    """Unix milliseconds in RFC 3339; without a fraction where there is none, as protobuf does."""
    seconds, rest = divmod(min(max(time, _FIRST), _LAST), 1000)
    moment = (_EPOCH + timedelta(seconds=seconds)).replace(tzinfo=None).isoformat()
    return f"{moment}.{rest:03}Z" if rest else f"{moment}Z"


def format_duration(duration: int) -> str:
    """Milliseconds as seconds with an `s`."""
    seconds, rest = divmod(abs(duration), 1000)
    sign = "-" if duration < 0 else ""
    return f"{sign}{seconds}.{rest:03}s" if rest else f"{sign}{seconds}s"


def parse_time(text: str | None, path: str) -> int:
    """Unix milliseconds of a time in RFC 3339; 0 for None. Raises InvalidParameter."""
    if text is None:
        return 0
    match = _TIME.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        moment = datetime.fromisoformat(match[1].upper() + match[3].upper().replace("Z", "+00:00"))
        whole = (moment - _EPOCH) // timedelta(milliseconds=1)
        return check_time(whole + int((match[2] or "").ljust(9, "0")[:3]), path)
    except (ValueError, OverflowError):
        raise InvalidParameter(
            f"Invalid value for parameter '{path}' supplied: '{text[:100]}' is no time in RFC 3339,"
            " as in 2026-01-02T03:04:05.678Z."
        ) from None


def check_time(time: int, path: str) -> int:
    """`time`, if it is of the years 1 to 9999. Raises InvalidParameter."""
    if not _FIRST <= time <= _LAST:
        raise InvalidParameter(
            f"Invalid value {time} for parameter '{path}' supplied: it must be Unix milliseconds of"
            " the years 1 to 9999."
        )
    return time


def parse_duration(text: str | None, path: str) -> int | None:
    """Milliseconds of seconds with an `s`. Raises InvalidParameter."""
    if text is None:
        return None
    match = _DURATION.fullmatch(text)
    if match is None:
        raise InvalidParameter(
            f"Invalid value for parameter '{path}' supplied: '{text[:100]}' is no duration in"
            " seconds, as in 1.5s."
        )
    duration = int(match[2]) * 1000 + int((match[3] or "").ljust(9, "0")[:3])
    return -duration if match[1] else duration
