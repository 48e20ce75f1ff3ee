"""The part of the state machine that saves and shares views."""

from collections.abc import Callable, Coroutine
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from sagwan.storage.base import NewShare, NewView, Store, ViewUpdate

places = st.integers(0, 4) | st.just(9)
view_names = st.sampled_from(["first", "First", "둘째"])
queries = st.sampled_from(["", "filter=x", "sort=-metrics.loss"])
moments = st.integers(1, 5)


class ViewSteps:
    """Rules to inherit along with those of the machine that compares."""

    _both: Callable[[Callable[[Store], Coroutine[Any, Any, Any]]], None]
    _experiment: Callable[[int], int]

    def __init__(self) -> None:
        super().__init__()
        # The slugs that were given, also where the view wasn't saved or is deleted.
        self._slugs: list[str] = []

    def _slug(self, place: int) -> str:
        return self._slugs[place % len(self._slugs)] if self._slugs else "none"

    def _of(self, place: int) -> int | None:
        return None if place == 0 else self._experiment(place)

    @rule(place=places, name=view_names, query=queries, now=moments)
    def save_view(self, place: int, name: str, query: str, now: int) -> None:
        self._slugs.append(f"v{len(self._slugs)}")
        new = NewView(self._slugs[-1], self._experiment(place), name, "me", query, now)
        self._both(lambda store: store.views.create(new))

    @rule(query=queries, now=moments)
    def share_view(self, query: str, now: int) -> None:
        self._slugs.append(f"share {query}")
        new = NewShare(self._slugs[-1], "/e/0", query, now)
        self._both(lambda store: store.views.share(new))

    @rule(place=places, name=st.none() | view_names, now=moments)
    def update_view(self, place: int, name: str | None, now: int) -> None:
        change = ViewUpdate(self._slug(place), now, name, query="changed")
        self._both(lambda store: store.views.update(change))

    @rule(place=places)
    def delete_view(self, place: int) -> None:
        self._both(lambda store: store.views.delete(self._slug(place)))

    @rule(of=places, place=st.none() | places)
    def set_default_view(self, of: int, place: int | None) -> None:
        slug = None if place is None else self._slug(place)
        self._both(lambda store: store.views.set_default(self._of(of), slug))

    @rule(of=places, place=places)
    def look_at_views(self, of: int, place: int) -> None:
        self._both(lambda store: store.views.search(self._of(of)))
        self._both(lambda store: store.views.default(self._experiment(of)))
        self._both(lambda store: store.views.get(self._slug(place)))
