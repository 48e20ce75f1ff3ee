"""Spans that arrive by OpenTelemetry's protocol, and spans as a file.

Answers and errors at `/v1/traces` are those of MLflow's server: `{"detail": ...}`.
"""

import logging
import zlib

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sagwan.domain import traces as rules
from sagwan.domain.artifact_paths import check_artifact_path
from sagwan.domain.experiments import parse_experiment_id
from sagwan.errors import BadRequest, SagwanError
from sagwan.server.api.artifacts.places import place_of
from sagwan.server.api.artifacts.requests import file_name
from sagwan.server.context import Context
from sagwan.server.dispatch import MAX_BODY, TOO_LARGE, read_body
from sagwan.server.spans import batches, trace_id_of
from sagwan.server.streaming import file_response
from sagwan.wire.otlp import InvalidOtlp, from_json, from_protobuf
from sagwan.wire.spans import trace_data

PROTOBUF, JSON = "application/x-protobuf", "application/json"
EXPERIMENT_HEADER, RUN_HEADER = "x-mlflow-experiment-id", "x-mlflow-run-id"

logger = logging.getLogger("sagwan")


class _Refused(Exception):
    def __init__(self, status: int, detail: str) -> None:
        self.status = status
        self.detail = detail


async def log_spans(context: Context, request: Request) -> Response:
    """Keep the spans of an ExportTraceServiceRequest."""
    body = await read_body(request.receive)
    try:
        return await _log_spans(context, request, body)
    except _Refused as refused:
        return JSONResponse({"detail": refused.detail}, refused.status)


async def _log_spans(context: Context, request: Request, body: bytes) -> Response:
    experiment = request.headers.get(EXPERIMENT_HEADER)
    if not experiment:
        raise _Refused(422, f"The header {EXPERIMENT_HEADER} is missing: it names the experiment.")
    given = request.headers.get("content-type")
    kind = (given or "").split(";")[0].strip().lower()
    if kind not in (PROTOBUF, JSON):
        raise _Refused(400, f"Invalid Content-Type: {given}. Expected: {PROTOBUF} or {JSON}")
    body = _decompressed(body, request.headers.get("content-encoding", "").lower())
    try:
        spans = from_json(body) if kind == JSON else from_protobuf(body)
    except InvalidOtlp:
        raise _Refused(400, "Invalid OpenTelemetry format") from None
    if spans is None:
        raise _Refused(400, "Invalid OpenTelemetry format - no spans found")
    try:
        found = batches(spans)
    except InvalidOtlp:
        raise _Refused(422, "Cannot convert OpenTelemetry span to MLflow span") from None
    await context.store.traces.log_spans(parse_experiment_id(experiment), found)
    run = request.headers.get(RUN_HEADER)
    complete = sorted({trace_id_of(span) for span in spans if not span.parent_id})
    if run and complete:
        try:
            await context.store.traces.link_to_run(complete, run)
        except SagwanError as error:
            # The spans are kept: to refuse them now would have them sent again.
            logger.warning("Traces could not be linked to the run %s: %s", run, error.message)
    return Response(b"", media_type=PROTOBUF)


def _decompressed(body: bytes, encoding: str) -> bytes:
    if not encoding:
        return body
    if encoding not in ("gzip", "deflate"):
        raise _Refused(400, f"Unsupported Content-Encoding: {encoding}")
    # 31: with gzip's header; 15: with zlib's; -15: without any, as some clients send it.
    for window in (31,) if encoding == "gzip" else (15, -15):
        stream = zlib.decompressobj(window)
        try:
            content = stream.decompress(body, MAX_BODY)
        except zlib.error:
            continue
        if stream.unconsumed_tail:
            raise BadRequest(TOO_LARGE)
        if stream.eof:
            return content
    raise _Refused(400, f"Failed to decompress {encoding} payload")


async def trace_artifact(context: Context, request: Request) -> Response:
    """GET get-trace-artifact?request_id=: the spans of a trace, as far as they are there."""
    trace_id = request.query_params.get("request_id")
    if not trace_id:
        raise BadRequest('Request must include the "request_id" query parameter.')
    path = request.query_params.get("path")
    found = await context.store.traces.read([trace_id], spans=not path)
    if not found:
        raise rules.trace_not_found(trace_id)
    info, spans = found[0].info, found[0].spans
    if info.tags.get(rules.SPANS_TAG) == rules.IN_STORE and not path:
        content = trace_data([span.json for span in spans])
        disposition = f'attachment; filename="{rules.DATA_FILE}"'
        return Response(content, media_type=JSON, headers={"content-disposition": disposition})
    file = rules.DATA_FILE if not path else f"attachments/{check_artifact_path(path)}"
    place = await place_of(context, info.tags.get(rules.LOCATION_TAG, ""))
    reader = await place.read(file)
    return await file_response(request, reader, file_name(file))


ROUTES = [
    ("POST", "/v1/traces", log_spans),
    *(
        ("GET", f"/ajax-api/{version}/mlflow/get-trace-artifact", trace_artifact)
        for version in ("2.0", "3.0")
    ),
]
