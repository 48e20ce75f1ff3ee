"""Handlers of logged models."""

from sagwan.domain.experiments import parse_experiment_id
from sagwan.domain.models import check_model_name, check_model_params, check_model_tags
from sagwan.domain.search.fields import LOGGED_MODELS
from sagwan.domain.search.parser import MAX_ORDER_FIELDS, parse_filter
from sagwan.errors import InvalidParameter, invalid
from sagwan.server.context import Context
from sagwan.storage.base import ModelOrder, ModelQuery, NewModel
from sagwan.wire import endpoints
from sagwan.wire import models as wire

_MAX_RESULTS = 10_000
_DEFAULT_RESULTS = 50
_MAX_DATASETS = 100


async def create(context: Context, request: wire.CreateLoggedModel) -> wire.LoggedModelResponse:
    new = NewModel(
        model_id=context.ids.model(),
        experiment_id=parse_experiment_id(request.experiment_id),
        name=check_model_name(request.name or context.ids.name()),
        now=context.clock(),
        # As in MLflow, what is not given is empty text.
        model_type=request.model_type or "",
        source_run_id=request.source_run_id or "",
        params=check_model_params(request.params),
        tags=check_model_tags(request.tags),
    )
    return wire.LoggedModelResponse(await context.store.models.create(new))


async def get(context: Context, request: wire.GetLoggedModel) -> wire.LoggedModelResponse:
    model = await context.store.models.get(request.model_id, request.allow_deleted)
    return wire.LoggedModelResponse(model)


async def finalize(context: Context, request: wire.FinalizeLoggedModel) -> wire.LoggedModelResponse:
    model = await context.store.models.finalize(request.model_id, request.status, context.clock())
    return wire.LoggedModelResponse(model)


async def delete(context: Context, request: wire.LoggedModelRequest) -> None:
    await context.store.models.delete(request.model_id, context.clock())


async def search(
    context: Context, request: wire.SearchLoggedModels
) -> wire.SearchLoggedModelsResponse:
    limit = request.max_results or _DEFAULT_RESULTS  # 0 counts as not given, as in MLflow
    if not 1 <= limit <= _MAX_RESULTS:
        raise invalid("max_results", limit, f"It must be between 1 and {_MAX_RESULTS}.")
    for name, given, most in (
        ("order_by", request.order_by, MAX_ORDER_FIELDS),
        ("datasets", request.datasets, _MAX_DATASETS),
    ):
        if len(given) > most:
            raise InvalidParameter(f"'{name}' can have at most {most} entries. Got {len(given)}.")
    page = await context.store.models.search(
        ModelQuery(
            experiment_ids=[parse_experiment_id(text) for text in request.experiment_ids],
            filter=parse_filter(request.filter, LOGGED_MODELS),
            order=[_order(key) for key in request.order_by],
            limit=limit,
            datasets=[(item.dataset_name, item.dataset_digest) for item in request.datasets],
            page_token=request.page_token or None,
        )
    )
    return wire.SearchLoggedModelsResponse(page.items, page.next_page_token)


def _order(key: wire.ModelOrderBy) -> ModelOrder:
    name = key.field_name
    if name.startswith("metrics.") and len(name) > len("metrics."):
        return ModelOrder(name, key.ascending, key.dataset_name, key.dataset_digest)
    if name not in LOGGED_MODELS.order_attributes:
        raise InvalidParameter(
            f"Invalid order by field name: {name}. Use metrics.<key> or one of"
            f" {', '.join(sorted(LOGGED_MODELS.order_attributes))}."
        )
    return ModelOrder(LOGGED_MODELS.order_attributes[name], key.ascending)


async def set_tags(context: Context, request: wire.SetLoggedModelTags) -> None:
    await context.store.models.set_tags(request.model_id, check_model_tags(request.tags))


async def delete_tag(context: Context, request: wire.DeleteLoggedModelTag) -> None:
    await context.store.models.delete_tag(request.model_id, request.tag_key)


async def log_params(context: Context, request: wire.LogLoggedModelParams) -> None:
    await context.store.models.add_params(request.model_id, check_model_params(request.params))


HANDLERS = {
    endpoints.CREATE_LOGGED_MODEL: create,
    endpoints.GET_LOGGED_MODEL: get,
    endpoints.FINALIZE_LOGGED_MODEL: finalize,
    endpoints.DELETE_LOGGED_MODEL: delete,
    endpoints.SEARCH_LOGGED_MODELS: search,
    endpoints.SET_LOGGED_MODEL_TAGS: set_tags,
    endpoints.DELETE_LOGGED_MODEL_TAG: delete_tag,
    endpoints.LOG_LOGGED_MODEL_PARAMS: log_params,
}
