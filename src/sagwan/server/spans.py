"""From the spans of an upload to what a store keeps of them, a batch for each trace.

Source: `log_spans` of MLflow's SQL store.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from sagwan.domain import traces as rules
from sagwan.entities.traces import Span, TraceState
from sagwan.errors import InvalidParameter
from sagwan.storage.traces import SpanBatch
from sagwan.wire.otlp import InvalidOtlp, OtlpSpan
from sagwan.wire.spans import attributes, dumped

REQUEST_ID = "mlflow.traceRequestId"
INPUTS, OUTPUTS = "mlflow.spanInputs", "mlflow.spanOutputs"
TAG_PREFIX = "mlflow.traceTag."

_ABOUT = {"session.id": rules.SESSION_METADATA, "user.id": rules.USER_METADATA}
_NOT_TAGS = ("telemetry.sdk.", "mlflow.")
_MS = 1_000_000  # nanoseconds


def trace_id_of(span: OtlpSpan) -> str:
    """The id that MLflow gives to the trace of a span."""
    return f"tr-{span.trace_id.hex()}"


def batches(spans: Sequence[OtlpSpan]) -> list[SpanBatch]:
    """The spans of each trace. Raises InvalidOtlp where an id has not the length of one."""
    by_trace: dict[str, list[OtlpSpan]] = {}
    for span in spans:
        lengths = (len(span.trace_id), len(span.span_id), len(span.parent_id) or 8)
        if lengths != (16, 8, 8):
            raise InvalidOtlp
        by_trace.setdefault(trace_id_of(span), []).append(span)
    return [_batch(trace_id, each) for trace_id, each in by_trace.items()]


def _batch(trace_id: str, spans: Sequence[OtlpSpan]) -> SpanBatch:
    ends = [span.end for span in spans if span.end]
    batch = SpanBatch(
        trace_id,
        rules.merged([[_stored(trace_id, span) for span in spans]]),
        min(span.start for span in spans) // _MS,
        max(ends) // _MS if ends else None,
    )
    tags: dict[str, str] = {}
    metadata: dict[str, str] = {}
    for span in spans:
        values = attributes(span.attributes)
        for key, name in _ABOUT.items():
            if values.get(key):
                metadata.setdefault(name, str(values[key])[: rules.TAG_VALUE_LENGTH])
        tags = {**_tags(attributes(span.resource), ""), **tags}
        if not span.parent_id:
            failed = span.status.get("code") == "STATUS_CODE_ERROR"
            batch.state = TraceState.ERROR if failed else TraceState.OK
            batch.name = span.name[: rules.NAME_LENGTH] or None
            batch.request_preview = _preview(values.get(INPUTS))
            batch.response_preview = _preview(values.get(OUTPUTS))
            tags |= _tags(values, TAG_PREFIX)
    batch.tags, batch.metadata = tags, metadata
    return batch


def _stored(trace_id: str, span: OtlpSpan) -> Span:
    # What a client says is the trace's id is not trusted: it follows from the bytes.
    own = {"key": REQUEST_ID, "value": {"string_value": trace_id}}
    others = [pair for pair in span.attributes if pair["key"] != REQUEST_ID]
    span = msgspec.structs.replace(span, attributes=[own, *others])
    encoded = msgspec.json.encode(span.as_json())
    return Span(span.span_id.hex(), not span.parent_id, span.start, encoded)


def _tags(values: Mapping[str, Any], prefix: str) -> dict[str, str]:
    """Those of a resource's or a root's attributes that become tags."""
    tags = {}
    for key, value in values.items():
        if not key.startswith(prefix) or (not prefix and key.startswith(_NOT_TAGS)):
            continue
        text = value if isinstance(value, str) else json.dumps(value)
        try:
            name, text = rules.check_trace_tag(key.removeprefix(prefix), text)
        except InvalidParameter:
            continue  # as in MLflow: a tag that can't be is no reason to refuse spans
        if name not in rules.FIXED_TAGS:
            tags[name] = text
    return tags


def _preview(value: object) -> str | None:
    if value is None:
        return None
    return rules.preview(value if isinstance(value, str) else dumped(value))
