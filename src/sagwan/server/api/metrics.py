"""Handlers of metric histories."""

from sagwan.domain.limits import BULK_RUNS, HISTORY_BULK_POINTS, INTERVAL_POINTS
from sagwan.errors import InvalidParameter
from sagwan.server.context import Context
from sagwan.wire import endpoints
from sagwan.wire import metrics as wire


async def get_history(context: Context, request: wire.GetHistory) -> wire.MetricsResponse:
    limit = request.max_results
    if limit is not None and limit < 1:
        raise InvalidParameter(
            f"Invalid value {limit} for parameter 'max_results' supplied."
            " It must be a positive integer."
        )
    page = await context.store.metrics.history(
        request.run_id, request.metric_key, limit, request.page_token or None
    )
    return wire.MetricsResponse(page.items, page.next_page_token)


async def get_history_bulk(context: Context, request: wire.GetHistoryBulk) -> wire.MetricsResponse:
    if not request.run_id:
        raise InvalidParameter("GetMetricHistoryBulk request must specify at least one run_id.")
    if len(request.run_id) > BULK_RUNS:
        raise InvalidParameter(
            f"GetMetricHistoryBulk request cannot specify more than {BULK_RUNS} run_ids."
            f" Received {len(request.run_id)} run_ids."
        )
    if request.metric_key is None:
        raise InvalidParameter("GetMetricHistoryBulk request must specify a metric_key.")
    limit = min(request.max_results, HISTORY_BULK_POINTS)
    if limit < 1:
        raise InvalidParameter(
            f"Invalid value {limit} for parameter 'max_results' supplied."
            " It must be a positive integer."
        )
    return wire.MetricsResponse(
        await context.store.metrics.bulk(request.run_id, request.metric_key, limit)
    )


async def get_history_interval(
    context: Context, request: wire.GetHistoryInterval
) -> wire.MetricsResponse:
    if len(request.run_ids) > BULK_RUNS:
        raise InvalidParameter(
            f"GetMetricHistoryBulkInterval request must specify at most {BULK_RUNS} run_ids."
            f" Received {len(request.run_ids)} run_ids."
        )
    if not 1 <= request.max_results <= INTERVAL_POINTS:
        raise InvalidParameter(f"max_results must be between 1 and {INTERVAL_POINTS}.")
    start, end = request.start_step, request.end_step
    if (start is None) != (end is None):
        raise InvalidParameter(
            "If either start step or end step are specified, both must be specified."
        )
    steps = None
    if start is not None and end is not None:
        if start > end:
            raise InvalidParameter(
                "end_step must be greater than start_step. Found "
                f"start_step={start} and end_step={end}."
            )
        steps = (start, end)
    return wire.MetricsResponse(
        await context.store.metrics.sample(
            request.run_ids, request.metric_key, steps, request.max_results
        )
    )


HANDLERS = {
    endpoints.GET_HISTORY: get_history,
    endpoints.GET_HISTORY_BULK: get_history_bulk,
    endpoints.GET_HISTORY_INTERVAL: get_history_interval,
}
