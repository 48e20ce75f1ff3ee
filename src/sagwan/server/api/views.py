"""Handlers of views of the web UI that are saved and shared."""

from sagwan.domain.experiments import parse_experiment_id
from sagwan.domain.views import (
    check_owner,
    check_place,
    check_view_name,
    experiment_of,
    path_of,
    share_slug,
)
from sagwan.entities.views import SavedViews
from sagwan.server.context import Context
from sagwan.storage.base import NewShare, NewView, ViewUpdate
from sagwan.wire import endpoints
from sagwan.wire import views as wire


async def create(context: Context, request: wire.CreateView) -> wire.ViewResponse:
    query = request.query.removeprefix("?")
    check_place(request.path, query)
    now = context.clock()
    if request.name is None:
        slug = share_slug(request.path, query)
        shared = await context.store.views.share(NewShare(slug, request.path, query, now))
        return wire.ViewResponse(shared)
    name, owner = check_view_name(request.name), check_owner(request.owner)
    number = experiment_of(request.path)
    new = NewView(context.ids.slug(), number, name, owner, query, now)
    return wire.ViewResponse(await context.store.views.create(new))


async def listing(context: Context, request: wire.ListViews) -> SavedViews:
    number = None if request.experiment_id is None else parse_experiment_id(request.experiment_id)
    return await context.store.views.search(number)


async def get(context: Context, request: wire.ViewRequest) -> wire.ViewResponse:
    return wire.ViewResponse(await context.store.views.get(request.slug))


async def update(context: Context, request: wire.UpdateView) -> wire.ViewResponse:
    name = None if request.name is None else check_view_name(request.name)
    owner = None if request.owner is None else check_owner(request.owner)
    query = None if request.query is None else request.query.removeprefix("?")
    if query is not None:
        check_place(path_of(0), query)
    changed = ViewUpdate(request.slug, context.clock(), name, owner, query)
    return wire.ViewResponse(await context.store.views.update(changed))


async def delete(context: Context, request: wire.ViewRequest) -> None:
    await context.store.views.delete(request.slug)


async def get_default(context: Context, request: wire.GetDefaultView) -> wire.DefaultViewResponse:
    number = parse_experiment_id(request.experiment_id)
    return wire.DefaultViewResponse(await context.store.views.default(number))


async def set_default(context: Context, request: wire.SetDefaultView) -> None:
    number = None if request.experiment_id is None else parse_experiment_id(request.experiment_id)
    await context.store.views.set_default(number, request.slug)


HANDLERS = {
    endpoints.CREATE_VIEW: create,
    endpoints.LIST_VIEWS: listing,
    endpoints.GET_VIEW: get,
    endpoints.UPDATE_VIEW: update,
    endpoints.DELETE_VIEW: delete,
    endpoints.GET_DEFAULT_VIEW: get_default,
    endpoints.SET_DEFAULT_VIEW: set_default,
}
