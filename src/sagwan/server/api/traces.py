"""Handlers of traces."""

import asyncio
from collections.abc import Sequence

from sagwan.domain import traces as rules
from sagwan.domain.experiments import parse_experiment_id
from sagwan.domain.search.fields import TRACES
from sagwan.domain.search.parser import parse_filter, parse_order_by
from sagwan.entities import Page
from sagwan.entities.traces import TraceInfo, TraceState
from sagwan.errors import InvalidParameter, missing
from sagwan.server.context import Context
from sagwan.storage.traces import NewTrace, TraceEnd, TraceQuery
from sagwan.wire import endpoints
from sagwan.wire import traces as wire

PAUSES = (0.5, 1.0)
"""Seconds that a read waits for spans that are still to come."""

_TEXTS = {"TRACE_STATUS_UNSPECIFIED": "STATE_UNSPECIFIED"}


async def start(context: Context, request: wire.StartTraceV3) -> wire.TraceResponse:
    given = request.trace.trace_info
    location = given.trace_location and given.trace_location.mlflow_experiment
    if not location:
        raise missing("trace.trace_info.trace_location.mlflow_experiment.experiment_id")
    path = "trace.trace_info"
    info = TraceInfo(
        rules.check_trace_id(given.trace_id, f"{path}.trace_id"),
        parse_experiment_id(location.experiment_id),
        wire.parse_time(given.request_time, f"{path}.request_time"),
        wire.parse_duration(given.execution_duration, f"{path}.execution_duration"),
        rules.parse_state(given.state),
        given.client_request_id and given.client_request_id[: rules.TAG_KEY_LENGTH],
        rules.preview(given.request_preview),
        rules.preview(given.response_preview),
        rules.check_pairs(given.trace_metadata, "metadata"),
        rules.check_pairs(given.tags, "tag"),
    )
    kept = await context.store.traces.start(NewTrace(info))
    return wire.TraceResponse(wire.TraceV3(wire.shown(kept)))


async def get_info(context: Context, request: wire.TraceRequest) -> wire.TraceResponse:
    info = await context.store.traces.get(request.trace_id)
    return wire.TraceResponse(wire.TraceV3(wire.shown(info)))


async def get(context: Context, request: wire.GetTrace) -> wire.TraceResponse:
    for pause in (*PAUSES, None):
        found = await context.store.traces.read([request.trace_id])
        if not found:
            raise rules.trace_not_found(request.trace_id)
        trace = found[0]
        in_store = trace.info.tags.get(rules.SPANS_TAG) == rules.IN_STORE
        if not in_store and not request.allow_partial:
            raise InvalidParameter(
                f"The spans of trace '{request.trace_id}' are not in the tracking store, but in"
                f" {rules.DATA_FILE} at {trace.info.tags.get(rules.LOCATION_TAG)}."
            )
        if request.allow_partial or rules.is_complete(trace.info, len(trace.spans)):
            return wire.TraceResponse(wire.with_spans(trace))
        if pause is not None:
            await asyncio.sleep(pause)
    raise rules.trace_not_complete(request.trace_id)


async def batch_get(context: Context, request: wire.BatchGetTraces) -> wire.TracesResponse:
    found = await context.store.traces.read(request.trace_ids, _only(request.experiment_ids))
    complete = [trace for trace in found if rules.is_complete(trace.info, len(trace.spans))]
    return wire.TracesResponse([wire.with_spans(trace) for trace in complete])


async def batch_get_infos(
    context: Context, request: wire.BatchGetTraces
) -> wire.TraceInfosResponse:
    only = _only(request.experiment_ids)
    found = await context.store.traces.read(request.trace_ids, only, spans=False)
    return wire.TraceInfosResponse([wire.shown(trace.info) for trace in found])


def _only(experiment_ids: Sequence[str]) -> list[int] | None:
    return [parse_experiment_id(text) for text in experiment_ids] or None


async def search(context: Context, request: wire.SearchTracesV3) -> wire.SearchTracesV3Response:
    places = [location.mlflow_experiment for location in request.locations]
    page = await _search(context, request, [place.experiment_id for place in places if place])
    return wire.SearchTracesV3Response([*map(wire.shown, page.items)], page.next_page_token)


async def search_before_3(
    context: Context, request: wire.SearchTracesV2
) -> wire.SearchTracesV2Response:
    page = await _search(context, request, request.experiment_ids)
    traces = [*map(wire.shown_before_3, page.items)]
    return wire.SearchTracesV2Response(traces, page.next_page_token)


async def _search(
    context: Context,
    request: wire.SearchTracesV3 | wire.SearchTracesV2,
    experiment_ids: Sequence[str],
) -> Page[TraceInfo]:
    query = TraceQuery(
        [parse_experiment_id(text) for text in experiment_ids],
        parse_filter(request.filter, TRACES),
        parse_order_by(request.order_by, TRACES),
        rules.check_page(request.max_results),
        request.page_token or None,
    )
    return await context.store.traces.search(query)


async def delete(context: Context, request: wire.DeleteTraces) -> wire.DeleteTracesResponse:
    time, ids, most = request.max_timestamp_millis, request.request_ids, request.max_traces
    rules.check_deletion(time, ids, most)
    experiment = parse_experiment_id(request.experiment_id)
    if time is None:
        return wire.DeleteTracesResponse(await context.store.traces.delete(experiment, ids))
    deleted = 0
    # In pieces, so that other writes don't wait for a long transaction.
    while most is None or deleted < most:
        limit = rules.PAGE if most is None else min(rules.PAGE, most - deleted)
        count = await context.store.traces.delete_until(experiment, time, limit)
        deleted += count
        if count < limit:
            break
    return wire.DeleteTracesResponse(deleted)


async def set_tag(context: Context, request: wire.SetTraceTag) -> None:
    rules.check_changeable(request.key, "set")
    key, value = rules.check_trace_tag(request.key, request.value)
    await context.store.traces.set_tag(request.trace_id, key, value)


async def delete_tag(context: Context, request: wire.DeleteTraceTag) -> None:
    rules.check_changeable(request.key, "deleted")
    await context.store.traces.delete_tag(request.trace_id, request.key)


async def link_to_run(context: Context, request: wire.LinkTracesToRun) -> None:
    rules.check_links(request.trace_ids)
    await context.store.traces.link_to_run(request.trace_ids, request.run_id)


async def start_before_3(context: Context, request: wire.StartTraceV2) -> wire.TraceInfoV2Response:
    metadata = {pair.key: pair.value for pair in request.request_metadata}
    info = TraceInfo(
        context.ids.trace(),
        parse_experiment_id(request.experiment_id),
        wire.check_time(request.timestamp_ms, "timestamp_ms"),
        state=TraceState.IN_PROGRESS,
        metadata=rules.check_pairs(metadata, "metadata"),
        tags=rules.check_pairs({tag.key: tag.value for tag in request.tags}, "tag"),
    )
    kept = await context.store.traces.start(NewTrace(info, final=False))
    return wire.TraceInfoV2Response(wire.shown_before_3(kept))


async def end_before_3(context: Context, request: wire.EndTraceV2) -> wire.TraceInfoV2Response:
    metadata = {pair.key: pair.value for pair in request.request_metadata}
    end = TraceEnd(
        request.request_id,
        wire.check_time(request.timestamp_ms, "timestamp_ms"),
        rules.parse_state(_TEXTS.get(request.status or "", request.status)),
        rules.check_pairs(metadata, "metadata"),
        rules.check_pairs({tag.key: tag.value for tag in request.tags}, "tag"),
    )
    return wire.TraceInfoV2Response(wire.shown_before_3(await context.store.traces.end(end)))


async def get_before_3(context: Context, request: wire.TraceRequestV2) -> wire.TraceInfoV2Response:
    info = await context.store.traces.get(request.request_id)
    return wire.TraceInfoV2Response(wire.shown_before_3(info))


HANDLERS = {
    endpoints.START_TRACE: start,
    endpoints.GET_TRACE_INFO: get_info,
    endpoints.GET_TRACE: get,
    endpoints.BATCH_GET_TRACES: batch_get,
    endpoints.BATCH_GET_TRACE_INFOS: batch_get_infos,
    endpoints.SEARCH_TRACES: search,
    endpoints.DELETE_TRACES: delete,
    endpoints.DELETE_TRACES_V2: delete,
    endpoints.SET_TRACE_TAG: set_tag,
    endpoints.SET_TRACE_TAG_V2: set_tag,
    endpoints.DELETE_TRACE_TAG: delete_tag,
    endpoints.DELETE_TRACE_TAG_V2: delete_tag,
    endpoints.LINK_TRACES_TO_RUN: link_to_run,
    endpoints.START_TRACE_V2: start_before_3,
    endpoints.END_TRACE_V2: end_before_3,
    endpoints.GET_TRACE_INFO_V2: get_before_3,
    endpoints.SEARCH_TRACES_V2: search_before_3,
}
