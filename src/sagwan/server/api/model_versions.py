"""Handlers of versions of registered models."""

from sagwan.domain import registry as rules
from sagwan.domain.limits import MODEL_VERSIONS_PAGE, REGISTRY_ID_LENGTH, within
from sagwan.domain.search.fields import MODEL_VERSIONS
from sagwan.domain.search.parser import parse_filter, parse_order_by
from sagwan.entities import Tag
from sagwan.server.api.model_sources import resolve_source
from sagwan.server.api.registry import check_limit
from sagwan.server.context import Context
from sagwan.storage.registry import NewVersion, RegistryQuery
from sagwan.storage.webhooks import Stamp
from sagwan.wire import endpoints
from sagwan.wire import registry as wire


async def create(context: Context, request: wire.CreateModelVersion) -> wire.ModelVersionResponse:
    name = rules.check_registered_name(request.name)
    tags = rules.check_registry_tags(request.tags)
    run_id = within("run_id", REGISTRY_ID_LENGTH, request.run_id or "")
    model_id = within("model_id", REGISTRY_ID_LENGTH, request.model_id or "")
    description = rules.check_description(request.description) or ""
    origin = await resolve_source(context, request.source, run_id, model_id, rules.is_prompt(tags))
    new = NewVersion(
        name=name,
        now=context.clock(),
        source=origin.source,
        run_id=origin.run_id,
        run_link=rules.check_run_link(request.run_link or ""),
        description=description,
        model_id=origin.model_id or None,
        storage_location=origin.storage_location,
        tags=tags,
    )
    stamp = Stamp(context.ids.event(), new.now)
    return wire.ModelVersionResponse(await context.store.registry.create_version(new, stamp))


async def get(context: Context, request: wire.ModelVersionRequest) -> wire.ModelVersionResponse:
    return wire.ModelVersionResponse(await context.store.registry.get_version(*_named(request)))


async def update(context: Context, request: wire.UpdateModelVersion) -> wire.ModelVersionResponse:
    name, version = _named(request)
    found = await context.store.registry.update_version(
        name, version, rules.check_description(request.description), context.clock()
    )
    return wire.ModelVersionResponse(found)


async def transition(context: Context, request: wire.TransitionStage) -> wire.ModelVersionResponse:
    name, version = _named(request)
    stage = rules.parse_stage(request.stage)
    if request.archive_existing_versions:
        rules.check_archiving(stage)
    found = await context.store.registry.move_version(
        name, version, stage, request.archive_existing_versions, context.clock()
    )
    return wire.ModelVersionResponse(found)


async def delete(context: Context, request: wire.ModelVersionRequest) -> None:
    await context.store.registry.delete_version(*_named(request), context.clock())


async def search(
    context: Context, request: wire.SearchModelVersions
) -> wire.SearchModelVersionsResponse:
    limit = check_limit(request.max_results, MODEL_VERSIONS_PAGE)
    page = await context.store.registry.search_versions(
        RegistryQuery(
            filter=rules.hide_prompts(parse_filter(request.filter, MODEL_VERSIONS)),
            order=parse_order_by(request.order_by, MODEL_VERSIONS),
            limit=limit,
            page_token=request.page_token or None,
        )
    )
    return wire.SearchModelVersionsResponse(page.items, page.next_page_token)


async def download_uri(context: Context, request: wire.ModelVersionRequest) -> wire.DownloadUri:
    return wire.DownloadUri(await context.store.registry.storage_location(*_named(request)))


async def set_tag(context: Context, request: wire.SetModelVersionTag) -> None:
    name, version = _named(request)
    tag = rules.check_registry_tag(Tag(request.key, request.value))
    await context.store.registry.set_version_tag(name, version, tag, context.stamp())


async def delete_tag(context: Context, request: wire.DeleteModelVersionTag) -> None:
    name, version = _named(request)
    await context.store.registry.delete_version_tag(name, version, request.key, context.stamp())


def _named(
    request: wire.ModelVersionRequest
    | wire.UpdateModelVersion
    | wire.TransitionStage
    | wire.SetModelVersionTag
    | wire.DeleteModelVersionTag,
) -> tuple[str, int]:
    return rules.check_registered_name(request.name), rules.parse_version(request.version)


HANDLERS = {
    endpoints.CREATE_MODEL_VERSION: create,
    endpoints.GET_MODEL_VERSION: get,
    endpoints.UPDATE_MODEL_VERSION: update,
    endpoints.TRANSITION_STAGE: transition,
    endpoints.DELETE_MODEL_VERSION: delete,
    endpoints.SEARCH_MODEL_VERSIONS: search,
    endpoints.GET_DOWNLOAD_URI: download_uri,
    endpoints.SET_MODEL_VERSION_TAG: set_tag,
    endpoints.DELETE_MODEL_VERSION_TAG: delete_tag,
}
