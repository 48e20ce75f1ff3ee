"""Handlers of registered models and their aliases."""

from sagwan.domain import registry as rules
from sagwan.domain.limits import REGISTERED_MODELS_PAGE
from sagwan.domain.search.fields import REGISTERED_MODELS
from sagwan.domain.search.parser import parse_filter, parse_order_by
from sagwan.entities import Tag
from sagwan.errors import invalid
from sagwan.server.context import Context
from sagwan.storage.registry import NewRegisteredModel, RegistryQuery
from sagwan.storage.webhooks import Stamp
from sagwan.wire import endpoints
from sagwan.wire import registry as wire


async def create(
    context: Context, request: wire.CreateRegisteredModel
) -> wire.RegisteredModelResponse:
    new = NewRegisteredModel(
        name=rules.check_registered_name(request.name),
        now=context.clock(),
        description=rules.check_description(request.description) or None,
        tags=rules.check_registry_tags(request.tags),
    )
    return wire.RegisteredModelResponse(
        await context.store.registry.create(new, Stamp(context.ids.event(), new.now))
    )


async def get(
    context: Context, request: wire.RegisteredModelRequest
) -> wire.RegisteredModelResponse:
    name = rules.check_registered_name(request.name)
    return wire.RegisteredModelResponse(await context.store.registry.get(name))


async def rename(
    context: Context, request: wire.RenameRegisteredModel
) -> wire.RegisteredModelResponse:
    model = await context.store.registry.rename(
        rules.check_registered_name(request.name),
        rules.check_registered_name(request.new_name, "new_name"),
        context.clock(),
    )
    return wire.RegisteredModelResponse(model)


async def update(
    context: Context, request: wire.UpdateRegisteredModel
) -> wire.RegisteredModelResponse:
    model = await context.store.registry.update(
        rules.check_registered_name(request.name),
        rules.check_description(request.description) or None,
        context.clock(),
    )
    return wire.RegisteredModelResponse(model)


async def delete(context: Context, request: wire.RegisteredModelRequest) -> None:
    await context.store.registry.delete(rules.check_registered_name(request.name))


async def search(
    context: Context, request: wire.SearchRegisteredModels
) -> wire.SearchRegisteredModelsResponse:
    limit = check_limit(request.max_results, REGISTERED_MODELS_PAGE)
    page = await context.store.registry.search(
        RegistryQuery(
            filter=rules.hide_prompts(parse_filter(request.filter, REGISTERED_MODELS)),
            order=parse_order_by(request.order_by, REGISTERED_MODELS),
            limit=limit,
            page_token=request.page_token or None,
        )
    )
    return wire.SearchRegisteredModelsResponse(page.items, page.next_page_token)


def check_limit(limit: int, most: int) -> int:
    """`limit`, if a page may have so many entries. Raises InvalidParameter."""
    if not 1 <= limit <= most:
        raise invalid("max_results", limit, f"It must be between 1 and {most}.")
    return limit


async def latest_versions(
    context: Context, request: wire.GetLatestVersions
) -> wire.ModelVersionsResponse:
    versions = await context.store.registry.latest_versions(
        rules.check_registered_name(request.name),
        [rules.parse_stage(stage) for stage in request.stages],
    )
    return wire.ModelVersionsResponse(versions)


async def set_tag(context: Context, request: wire.SetRegisteredModelTag) -> None:
    name = rules.check_registered_name(request.name)
    tag = rules.check_registry_tag(Tag(request.key, request.value))
    await context.store.registry.set_tag(name, tag, context.stamp())


async def delete_tag(context: Context, request: wire.DeleteRegisteredModelTag) -> None:
    name = rules.check_registered_name(request.name)
    await context.store.registry.delete_tag(name, request.key, context.stamp())


async def set_alias(context: Context, request: wire.SetAlias) -> None:
    await context.store.registry.set_alias(
        rules.check_registered_name(request.name),
        rules.check_new_alias(request.alias),
        rules.parse_version(request.version),
        context.stamp(),
    )


async def get_by_alias(context: Context, request: wire.AliasRequest) -> wire.ModelVersionResponse:
    name, alias = rules.check_registered_name(request.name), rules.check_alias(request.alias)
    return wire.ModelVersionResponse(await context.store.registry.get_by_alias(name, alias))


async def delete_alias(context: Context, request: wire.AliasRequest) -> None:
    name, alias = rules.check_registered_name(request.name), rules.check_alias(request.alias)
    await context.store.registry.delete_alias(name, alias, context.stamp())


HANDLERS = {
    endpoints.CREATE_REGISTERED_MODEL: create,
    endpoints.GET_REGISTERED_MODEL: get,
    endpoints.RENAME_REGISTERED_MODEL: rename,
    endpoints.UPDATE_REGISTERED_MODEL: update,
    endpoints.DELETE_REGISTERED_MODEL: delete,
    endpoints.SEARCH_REGISTERED_MODELS: search,
    endpoints.GET_LATEST_VERSIONS: latest_versions,
    endpoints.GET_LATEST_VERSIONS_BY_GET: latest_versions,
    endpoints.SET_REGISTERED_MODEL_TAG: set_tag,
    endpoints.DELETE_REGISTERED_MODEL_TAG: delete_tag,
    endpoints.SET_ALIAS: set_alias,
    endpoints.GET_BY_ALIAS: get_by_alias,
    endpoints.DELETE_ALIAS: delete_alias,
}
