"""Handlers of runs and of what is logged to them."""

import json

from sagwan.domain.batch import check_counts, check_metrics, check_params, check_tags
from sagwan.domain.datasets import check_dataset_inputs
from sagwan.domain.experiments import parse_experiment_id
from sagwan.domain.limits import SEARCH_PAGE
from sagwan.domain.models import summarise_mlmodel
from sagwan.domain.runs import MODEL_HISTORY_TAG, name_new_run
from sagwan.domain.search.fields import RUNS
from sagwan.domain.search.parser import parse_filter, parse_order_by
from sagwan.entities import Metric, Param, Tag, ViewType
from sagwan.errors import InvalidParameter, ParamConflict, invalid
from sagwan.server.context import Context
from sagwan.storage.base import NewRun, RunBatch, RunUpdate, SearchQuery
from sagwan.wire import endpoints
from sagwan.wire import runs as wire


async def create(context: Context, request: wire.CreateRun) -> wire.RunResponse:
    tags = check_tags(request.tags, context.settings.truncate_long_values)
    name, tags = name_new_run(request.run_name, tags, context.ids.name())
    new = NewRun(
        run_id=context.ids.run(),
        experiment_id=parse_experiment_id(request.experiment_id),
        name=name,
        user_id=request.user_id,
        start_time=request.start_time,
        tags=tags,
    )
    return wire.RunResponse(await context.store.runs.create(new))


async def get(context: Context, request: wire.RunRequest) -> wire.RunResponse:
    return wire.RunResponse(await context.store.runs.get(request.run_id))


async def update(context: Context, request: wire.UpdateRun) -> wire.UpdateRunResponse:
    info = await context.store.runs.update(
        RunUpdate(request.run_id, request.status, request.end_time, request.run_name)
    )
    return wire.UpdateRunResponse(info)


async def delete(context: Context, request: wire.RunRequest) -> None:
    await context.store.runs.delete(request.run_id, context.clock())


async def restore(context: Context, request: wire.RunRequest) -> None:
    await context.store.runs.restore(request.run_id)


async def search(context: Context, request: wire.SearchRuns) -> wire.SearchRunsResponse:
    limit = request.max_results
    if limit < 1:
        raise invalid("max_results", limit, "It must be a positive integer.")
    if limit > SEARCH_PAGE:
        raise invalid("max_results", limit, f"It must be at most {SEARCH_PAGE}.")
    page = await context.store.runs.search(
        [parse_experiment_id(text) for text in request.experiment_ids],
        SearchQuery(
            filter=parse_filter(request.filter, RUNS),
            order=parse_order_by(request.order_by, RUNS),
            limit=limit,
            view=request.run_view_type or ViewType.ACTIVE_ONLY,
            page_token=request.page_token or None,
        ),
    )
    return wire.SearchRunsResponse(page.items, page.next_page_token)


async def log_metric(context: Context, request: wire.LogMetric) -> None:
    metric = Metric(
        request.key,
        request.value,
        request.timestamp,
        request.step,
        request.model_id,
        request.dataset_name,
        request.dataset_digest,
    )
    check_metrics((metric,), path="")
    await context.store.runs.log_batch(RunBatch(request.run_id, metrics=(metric,)))


async def log_parameter(context: Context, request: wire.LogParameter) -> None:
    params = check_params(
        (Param(request.key, request.value),), context.settings.truncate_long_values, path=""
    )
    try:
        await context.store.runs.log_batch(RunBatch(request.run_id, params=params))
    except ParamConflict as conflict:
        ((key, old, new),) = conflict.conflicts
        raise InvalidParameter(
            f"Changing param values is not allowed. Param with key='{key}' was already logged"
            f" with value='{old}' for run ID='{request.run_id}'."
            f" Attempted logging new value '{new}'."
        ) from None


async def set_tag(context: Context, request: wire.SetTag) -> None:
    tags = check_tags(
        (Tag(request.key, request.value),), context.settings.truncate_long_values, path=""
    )
    await context.store.runs.log_batch(RunBatch(request.run_id, tags=tags))


async def delete_tag(context: Context, request: wire.DeleteTag) -> None:
    await context.store.runs.delete_tag(request.run_id, request.key)


async def log_batch(context: Context, request: wire.LogBatch) -> None:
    truncate = context.settings.truncate_long_values
    check_counts(len(request.metrics), len(request.params), len(request.tags))
    check_metrics(request.metrics)
    await context.store.runs.log_batch(
        RunBatch(
            request.run_id,
            metrics=request.metrics,
            params=check_params(request.params, truncate),
            tags=check_tags(request.tags, truncate),
        )
    )


async def log_inputs(context: Context, request: wire.LogInputs) -> None:
    check_dataset_inputs(request.datasets)
    await context.store.runs.log_inputs(
        request.run_id, request.datasets, [model.model_id for model in request.models]
    )


async def log_outputs(context: Context, request: wire.LogOutputs) -> None:
    await context.store.runs.log_outputs(request.run_id, request.models)


async def log_model(context: Context, request: wire.LogModel) -> None:
    try:
        model = json.loads(request.model_json)
    except (ValueError, RecursionError):
        raise InvalidParameter(
            f"Malformed model info. \n {request.model_json} \n is not a valid JSON."
        ) from None
    await context.store.runs.append_to_json_tag(
        request.run_id, MODEL_HISTORY_TAG, summarise_mlmodel(model)
    )


HANDLERS = {
    endpoints.CREATE_RUN: create,
    endpoints.GET_RUN: get,
    endpoints.UPDATE_RUN: update,
    endpoints.DELETE_RUN: delete,
    endpoints.RESTORE_RUN: restore,
    endpoints.SEARCH_RUNS: search,
    endpoints.LOG_METRIC: log_metric,
    endpoints.LOG_PARAMETER: log_parameter,
    endpoints.SET_TAG: set_tag,
    endpoints.DELETE_TAG: delete_tag,
    endpoints.LOG_BATCH: log_batch,
    endpoints.LOG_INPUTS: log_inputs,
    endpoints.LOG_OUTPUTS: log_outputs,
    endpoints.LOG_MODEL: log_model,
}
