"""Views in memory."""

from sagwan.domain.views import (
    LISTED,
    check_count,
    path_of,
    share_is_fixed,
    view_name_taken,
    view_not_found,
)
from sagwan.entities.views import SavedView, SavedViews
from sagwan.storage.base import NewShare, NewView, ViewStore, ViewUpdate
from sagwan.storage.memory.state import State


class MemoryViews(ViewStore):
    """Views, in dictionaries."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def create(self, new: NewView) -> SavedView:
        self._state.active_experiment(new.experiment_id)
        self._require_free(new.name, new.experiment_id)
        check_count(len(self._of(new.experiment_id)), new.experiment_id)
        view = SavedView(
            new.slug,
            path_of(new.experiment_id),
            new.query,
            new.now,
            new.now,
            str(new.experiment_id),
            new.name,
            new.owner,
        )
        self._state.views[new.slug] = view
        return view

    async def share(self, new: NewShare) -> SavedView:
        made = SavedView(new.slug, new.path, new.query, new.now, new.now)
        return self._state.views.setdefault(new.slug, made)

    async def get(self, slug: str) -> SavedView:
        if slug not in self._state.views:
            raise view_not_found(slug)
        return self._state.views[slug]

    async def search(self, experiment_id: int | None) -> SavedViews:
        defaults = self._state.default_views
        server = defaults.get(None)
        if experiment_id is None:
            named = [view for view in self._state.views.values() if view.name is not None]
            named.sort(key=lambda view: (-view.last_update_time, view.slug))
            return SavedViews(named[:LISTED], None, server)
        found = sorted(self._of(experiment_id), key=lambda view: view.name or "")
        return SavedViews(found, defaults.get(experiment_id), server)

    async def update(self, update: ViewUpdate) -> SavedView:
        view = await self._named(update.slug)
        experiment_id = int(view.experiment_id or 0)
        if update.name is not None and update.name != view.name:
            self._require_free(update.name, experiment_id)
        changed = SavedView(
            view.slug,
            view.path,
            view.query if update.query is None else update.query,
            view.creation_time,
            update.now,
            view.experiment_id,
            view.name if update.name is None else update.name,
            view.owner if update.owner is None else update.owner,
        )
        self._state.views[view.slug] = changed
        return changed

    async def delete(self, slug: str) -> None:
        await self._named(slug)
        del self._state.views[slug]
        defaults = self._state.default_views
        for place in [place for place, chosen in defaults.items() if chosen == slug]:
            del defaults[place]

    async def default(self, experiment_id: int) -> SavedView | None:
        return self._state.default_view(experiment_id)

    async def set_default(self, experiment_id: int | None, slug: str | None) -> None:
        if experiment_id is not None:
            self._state.active_experiment(experiment_id)
        if slug is None:
            self._state.default_views.pop(experiment_id, None)
            return
        await self._named(slug)
        self._state.default_views[experiment_id] = slug

    async def _named(self, slug: str) -> SavedView:
        view = await self.get(slug)
        if view.name is None:
            raise share_is_fixed(slug)
        return view

    def _of(self, experiment_id: int) -> list[SavedView]:
        wanted = str(experiment_id)
        return [view for view in self._state.views.values() if view.experiment_id == wanted]

    def _require_free(self, name: str, experiment_id: int) -> None:
        if any(view.name == name for view in self._of(experiment_id)):
            raise view_name_taken(name, experiment_id)
