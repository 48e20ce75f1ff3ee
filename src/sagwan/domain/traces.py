"""Rules of traces: reserved keys, limits, what spans say of their trace, and the errors' texts."""

import json
from collections.abc import Iterable, Mapping, Sequence

from sagwan.domain.limits import within, within_or_cut
from sagwan.domain.names import check_name
from sagwan.entities.traces import Span, TraceInfo, TraceState
from sagwan.errors import InvalidParameter, NotFound, invalid, missing

NAME_TAG = "mlflow.traceName"
LOCATION_TAG = "mlflow.artifactLocation"
SPANS_TAG = "mlflow.trace.spansLocation"
RUN_METADATA = "mlflow.sourceRun"
USER_METADATA = "mlflow.trace.user"
SESSION_METADATA = "mlflow.trace.session"
FINAL_METADATA = "mlflow.trace.infoFinalized"
SIZES_METADATA = "mlflow.trace.sizeStats"

IN_STORE = "TRACKING_STORE"
"""The value of `SPANS_TAG` where the store has the spans; else a file of artifacts has them."""

DATA_FILE = "traces.json"
"""The artifact in which clients keep the spans of a trace that the store has none of."""

FIXED_TAGS = frozenset({SPANS_TAG, "mlflow.trace.archiveLocation", "mlflow.trace.archivalFailure"})

ID_LENGTH = 50
TAG_KEY_LENGTH = 250
TAG_VALUE_LENGTH = 8000
NAME_LENGTH = 4096
PREVIEW_LENGTH = 1000
LINKS = 100
"""Traces that one request may link to a run."""
PAGE = 500
MERGED_FROM = 64
"""Pieces of spans of a trace that isn't finished, from which on they are made one."""


def check_trace_id(trace_id: str, path: str = "trace_id") -> str:
    """`trace_id`, if a new trace may have it. Raises InvalidParameter."""
    if not trace_id:
        raise missing(path)
    return within(path, ID_LENGTH, trace_id)


def check_trace_tag(key: str, value: str) -> tuple[str, str]:
    """A tag that is set by itself; a long value is cut, as in MLflow. Raises InvalidParameter."""
    check_name(key, "key", "key")
    if key == NAME_TAG:
        return key, within("Trace name", NAME_LENGTH, value)
    return key, within_or_cut("value", TAG_VALUE_LENGTH, value, truncate=True)


def check_changeable(key: str, what: str) -> None:
    """Raise InvalidParameter where only the server may change a tag; `what` is the change."""
    if key in FIXED_TAGS and (what, key) != ("deleted", "mlflow.trace.archivalFailure"):
        raise InvalidParameter(f"Tag '{key}' is immutable and cannot be {what} on a trace.")


def check_pairs(pairs: Mapping[str, str], what: str) -> dict[str, str]:
    """Tags or metadata that come with a trace; long values are cut. Raises InvalidParameter."""
    checked = {}
    for key, value in sorted(pairs.items()):
        within(f"{what} key", TAG_KEY_LENGTH, key)
        limit = NAME_LENGTH if key == NAME_TAG else TAG_VALUE_LENGTH
        cut = key != NAME_TAG
        checked[key] = within_or_cut("Trace name" if not cut else what, limit, value, cut)
    return checked


def preview(text: str | None) -> str | None:
    """The beginning of what went into a trace, or came out of it."""
    return None if text is None else text[:PREVIEW_LENGTH]


def parse_state(state: str | None) -> TraceState:
    """A state by its name, in the words of either version of the protocol. Unknown: unspecified."""
    return TraceState.__members__.get(state or "", TraceState.STATE_UNSPECIFIED)


def check_deletion(before: int | None, ids: Sequence[str], most: int | None) -> None:
    """Raise InvalidParameter where a request does not say which traces to delete, or twice."""
    if before is None and not ids:
        raise InvalidParameter("Either `max_timestamp_millis` or `trace_ids` must be specified.")
    if before is not None and ids:
        raise InvalidParameter(
            "Only one of `max_timestamp_millis` and `trace_ids` can be specified."
        )
    if ids and most is not None:
        raise InvalidParameter("`max_traces` can't be specified if `trace_ids` is specified.")
    if most is not None and most <= 0:
        raise InvalidParameter(f"`max_traces` must be a positive integer, received {most}.")


def check_links(trace_ids: Sequence[str]) -> None:
    """Raise InvalidParameter where a request links too many traces to a run."""
    if len(trace_ids) > LINKS:
        raise InvalidParameter(
            f"Cannot link more than {LINKS} traces to a run in a single request."
            f" Provided {len(trace_ids)} traces."
        )


def check_page(limit: int) -> int:
    """`limit`, if a page of traces may be that long. Raises InvalidParameter."""
    if limit > PAGE:
        raise invalid("max_results", limit, f"It must be at most {PAGE}.")
    if limit < 1:
        raise InvalidParameter(
            f"Invalid value {limit} for parameter 'max_results' supplied. It must be a positive"
            " integer"
        )
    return limit


def is_complete(info: TraceInfo, spans: int) -> bool:
    """Whether the store has all the spans that the client says the trace has."""
    try:
        told = json.loads(info.metadata.get(SIZES_METADATA, "{}"))
        expected = told.get("num_spans", 0) if isinstance(told, dict) else 0
    except ValueError:
        return True
    return spans > 0 and (not isinstance(expected, int) or spans >= expected)


def merged(pieces: Iterable[Iterable[Span]]) -> list[Span]:
    """The spans of a trace, of several with one id the last: the root first, then by start."""
    by_id = {span.span_id: span for piece in pieces for span in piece}
    return sorted(by_id.values(), key=lambda span: (not span.root, span.start, span.span_id))


# --- Errors ---------------------------------------------------------------------------------------


def trace_not_found(trace_id: str) -> NotFound:
    """No trace has this id."""
    return NotFound(f"Trace with ID '{trace_id}' not found.")


def trace_not_complete(trace_id: str) -> NotFound:
    """Spans of the trace are still to come."""
    return NotFound(f"Trace with ID {trace_id} is not fully exported yet, please try again later.")


def trace_tag_not_found(trace_id: str, key: str) -> NotFound:
    """The trace has no such tag."""
    return NotFound(f"No trace tag with key '{key}' for trace with ID '{trace_id}'")
