"""The port of views of the web UI. See `sagwan.storage.base` for what goes for all ports."""

from abc import ABC, abstractmethod

import msgspec

from sagwan.entities.views import SavedView, SavedViews


class NewView(msgspec.Struct):
    """A view of an experiment's table to save: the query string that says what is seen there."""

    slug: str
    experiment_id: int
    name: str
    owner: str
    query: str
    now: int


class NewShare(msgspec.Struct):
    """A place in the web UI to lead to; of one place the slug is always the same."""

    slug: str
    path: str
    query: str
    now: int


class ViewUpdate(msgspec.Struct):
    """What of a view with a name to change; None leaves a field as it is."""

    slug: str
    now: int
    name: str | None = None
    owner: str | None = None
    query: str | None = None


class ViewStore(ABC):
    """Views that were saved, with a name, or shared, without one.

    A slug that is unknown raises NotFound; InvalidParameter where a share is to be changed or to
    be a default. `sagwan.domain.views` has the rules.
    """

    @abstractmethod
    async def create(self, new: NewView) -> SavedView:
        """Save a view. NotFound or InvalidParameter for its experiment.

        Raises AlreadyExists where a view of the experiment has the name, InvalidParameter where it
        has too many.
        """

    @abstractmethod
    async def share(self, new: NewShare) -> SavedView:
        """Keep a place; what is there already is left as it is."""

    @abstractmethod
    async def get(self, slug: str) -> SavedView:
        """The view or the share."""

    @abstractmethod
    async def search(self, experiment_id: int | None) -> SavedViews:
        """The views of an experiment by name, or the last changed ones of all, and the defaults."""

    @abstractmethod
    async def update(self, update: ViewUpdate) -> SavedView:
        """Change a view. Raises AlreadyExists where another of its experiment has the name."""

    @abstractmethod
    async def delete(self, slug: str) -> None:
        """Delete a view; it is no default any more."""

    @abstractmethod
    async def default(self, experiment_id: int) -> SavedView | None:
        """The experiment's default view, else the server's, else None."""

    @abstractmethod
    async def set_default(self, experiment_id: int | None, slug: str | None) -> None:
        """Make a view the default of an experiment or, for None, of the server.

        For the slug None there is none any more. NotFound or InvalidParameter for the experiment.
        """
