"""Handlers of experiments."""

from sagwan.domain.artifact_paths import resolve_artifact_location
from sagwan.domain.experiments import (
    check_experiment_name,
    check_experiment_tag,
    check_new_experiment_tags,
    parse_experiment_id,
)
from sagwan.domain.limits import DATASET_SEARCH_EXPERIMENTS, SEARCH_PAGE
from sagwan.domain.search.fields import EXPERIMENTS
from sagwan.domain.search.parser import parse_filter, parse_order_by
from sagwan.entities import Tag, ViewType
from sagwan.errors import InvalidParameter, NotFound
from sagwan.server.context import Context
from sagwan.storage.base import NewExperiment, SearchQuery
from sagwan.wire import endpoints
from sagwan.wire import experiments as wire
from sagwan.wire.models import SearchDatasets, SearchDatasetsResponse


async def create(context: Context, request: wire.CreateExperiment) -> wire.CreateExperimentResponse:
    settings = context.settings
    location = None
    if request.artifact_location:
        location = resolve_artifact_location(
            request.artifact_location,
            max_length=settings.artifact_location_max_length,
            allowed_schemes=settings.allowed_host_addressed_artifact_schemes,
            trusted=(settings.artifacts_destination, settings.artifact_root),
        )
    number = await context.store.experiments.create(
        NewExperiment(
            name=check_experiment_name(request.name),
            now=context.clock(),
            artifact_location=location,
            tags=check_new_experiment_tags(request.tags),
        )
    )
    return wire.CreateExperimentResponse(str(number))


async def get(context: Context, request: wire.ExperimentRequest) -> wire.ExperimentResponse:
    number = parse_experiment_id(request.experiment_id)
    return wire.ExperimentResponse(await context.store.experiments.get(number))


async def get_by_name(
    context: Context, request: wire.GetExperimentByName
) -> wire.ExperimentResponse:
    experiment = await context.store.experiments.get_by_name(request.experiment_name)
    if experiment is None:
        raise NotFound(f"Could not find experiment with name '{request.experiment_name}'")
    return wire.ExperimentResponse(experiment)


async def search(
    context: Context, request: wire.SearchExperiments
) -> wire.SearchExperimentsResponse:
    limit = request.max_results
    if limit < 1:
        raise InvalidParameter(
            f"Invalid value {limit} for parameter 'max_results' supplied."
            f" It must be a positive integer"
        )
    if limit > SEARCH_PAGE:
        raise InvalidParameter(
            f"Invalid value {limit} for parameter 'max_results' supplied."
            f" It must be at most {SEARCH_PAGE}"
        )
    page = await context.store.experiments.search(
        SearchQuery(
            filter=parse_filter(request.filter, EXPERIMENTS),
            order=parse_order_by(request.order_by, EXPERIMENTS),
            limit=limit,
            view=request.view_type or ViewType.ACTIVE_ONLY,
            page_token=request.page_token or None,
        )
    )
    return wire.SearchExperimentsResponse(page.items, page.next_page_token)


async def rename(context: Context, request: wire.UpdateExperiment) -> None:
    await context.store.experiments.rename(
        parse_experiment_id(request.experiment_id),
        check_experiment_name(request.new_name),
        context.clock(),
    )


async def delete(context: Context, request: wire.ExperimentRequest) -> None:
    number = parse_experiment_id(request.experiment_id)
    await context.store.experiments.delete(number, context.clock())


async def restore(context: Context, request: wire.ExperimentRequest) -> None:
    number = parse_experiment_id(request.experiment_id)
    await context.store.experiments.restore(number, context.clock())


async def set_tag(context: Context, request: wire.SetExperimentTag) -> None:
    tag = check_experiment_tag(Tag(request.key, request.value))
    await context.store.experiments.set_tag(parse_experiment_id(request.experiment_id), tag)


async def delete_tag(context: Context, request: wire.DeleteExperimentTag) -> None:
    number = parse_experiment_id(request.experiment_id)
    await context.store.experiments.delete_tag(number, request.key)


async def search_datasets(context: Context, request: SearchDatasets) -> SearchDatasetsResponse:
    ids = request.experiment_ids
    if not ids:
        raise InvalidParameter("SearchDatasets request must specify at least one experiment_id.")
    if len(ids) > DATASET_SEARCH_EXPERIMENTS:
        raise InvalidParameter(
            f"SearchDatasets request cannot specify more than {DATASET_SEARCH_EXPERIMENTS}"
            f" experiment_ids. Received {len(ids)} experiment_ids."
        )
    numbers = [parse_experiment_id(text) for text in ids]
    return SearchDatasetsResponse(await context.store.models.search_datasets(numbers))


HANDLERS = {
    endpoints.CREATE_EXPERIMENT: create,
    endpoints.GET_EXPERIMENT: get,
    endpoints.GET_EXPERIMENT_BY_NAME: get_by_name,
    endpoints.SEARCH_EXPERIMENTS: search,
    endpoints.SEARCH_EXPERIMENTS_BY_GET: search,
    endpoints.UPDATE_EXPERIMENT: rename,
    endpoints.DELETE_EXPERIMENT: delete,
    endpoints.RESTORE_EXPERIMENT: restore,
    endpoints.SET_EXPERIMENT_TAG: set_tag,
    endpoints.DELETE_EXPERIMENT_TAG: delete_tag,
    endpoints.SEARCH_DATASETS: search_datasets,
}
