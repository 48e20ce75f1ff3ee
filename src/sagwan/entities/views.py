"""Views of the web UI that were saved or shared."""

from sagwan.entities.base import Entity


class SavedView(Entity):
    """A place in the web UI: a path, and the query string that says what is seen there.

    One with a `name` was saved for an experiment; one without was shared as a link, and never
    changes. `owner` is what a person called themselves: it proves nothing.
    """

    slug: str
    path: str
    query: str
    creation_time: int
    last_update_time: int
    experiment_id: str | None = None
    name: str | None = None
    owner: str = ""


class SavedViews(Entity):
    """Saved views, and the slugs of those that are seen where an address says nothing.

    `experiment_default` is the experiment's own, `server_default` that of all which have none.
    """

    views: list[SavedView]
    experiment_default: str | None = None
    server_default: str | None = None
