"""Requests and responses about views of the web UI that were saved or shared."""

from sagwan.entities import Entity
from sagwan.entities.views import SavedView, SavedViews


class CreateView(Entity):
    """POST views

    With a `name`, save a view of the experiment whose path (`/e/<id>`) is given. Without, share any
    place: the answer's slug is then always the same for the same place, and the web UI leads from
    `/v/<slug>` there. A query string has at most 65,536 characters, an experiment 500 views.
    """

    path: str
    query: str = ""
    name: str | None = None
    owner: str = ""


class ListViews(Entity):
    """GET views

    The saved views of an experiment by name; without one, those of all, the last changed first
    and at most 1,000.
    """

    experiment_id: str | None = None


class ViewRequest(Entity):
    """GET and DELETE views/{slug}"""

    slug: str


class ViewResponse(Entity):
    """One view."""

    view: SavedView


class UpdateView(Entity):
    """PATCH views/{slug}

    Change what is given of a view with a name.
    """

    slug: str
    name: str | None = None
    owner: str | None = None
    query: str | None = None


class GetDefaultView(Entity):
    """GET default-view

    The view that is seen where the address of an experiment says nothing else: its own default,
    or the server's.
    """

    experiment_id: str


class DefaultViewResponse(Entity):
    """A view, if there is a default."""

    view: SavedView | None = None


class SetDefaultView(Entity):
    """POST default-view

    Make a view with a name the default of an experiment, or without one the server's. It may be
    of another experiment: keys that are missing there are simply absent. Without a slug, there is
    no default any more.
    """

    experiment_id: str | None = None
    slug: str | None = None


__all__ = [
    "CreateView",
    "DefaultViewResponse",
    "GetDefaultView",
    "ListViews",
    "SavedViews",
    "SetDefaultView",
    "UpdateView",
    "ViewRequest",
    "ViewResponse",
]
