"""The part of the state machine that makes, changes and finds logged models."""

from collections.abc import Callable, Coroutine
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from sagwan.domain.search.ast import Filter
from sagwan.entities import LoggedModelStatus, Param, Tag
from sagwan.storage.base import ModelOrder, ModelQuery, NewModel, Store
from sagwan.storage.memory import MemoryStore
from sagwan.testing.storage import strategies as some

Call = Callable[[Store], Coroutine[Any, Any, Any]]

UNKNOWN = 9  # a place that stands for what does not exist
places = st.sampled_from([*range(6), *range(6), UNKNOWN])
all_or_some = st.none() | st.none() | st.lists(places, max_size=3)
limits = st.integers(1, 4)


class ModelSteps:
    """Rules to inherit along with those of the machine that compares."""

    _both: Callable[[Call], None]
    _both_in_pages: Callable[[Callable[[Store, str | None], Any]], None]
    _experiment: Callable[[int], int]
    _experiments_at: Callable[[list[int] | None], list[int]]
    _model: MemoryStore
    _models: list[str]

    def _model_id(self, place: int) -> str:
        known = self._models
        return some.MODEL_IDS[-1] if place == UNKNOWN else known[place % len(known)]

    @precondition(lambda self: len(self._models) < len(some.MODEL_IDS) - 1)
    @rule(
        place=places,
        name=some.names,
        now=some.small,
        model_type=st.none() | st.sampled_from(["a", "A"]),
        source_run_id=st.sampled_from([None, *some.RUN_IDS]),
        params=some.param_lists,
        tags=some.tag_lists,
    )
    def create_model(
        self,
        place: int,
        name: str,
        now: int,
        model_type: str | None,
        source_run_id: str | None,
        params: list[Param],
        tags: list[Tag],
    ) -> None:
        model_id = some.MODEL_IDS[len(self._models)]
        new = NewModel(
            model_id, self._experiment(place), name, now, model_type, source_run_id, params, tags
        )
        self._both(lambda store: store.models.create(new))
        if model_id in self._model.state.models:
            self._models.append(model_id)

    @rule(
        model=places,
        how=st.sampled_from(["finalize", "delete", "set tags", "delete tag", "add params"]),
        status=some.model_statuses,
        now=some.small,
        tags=st.lists(some.tags, min_size=1, max_size=3),
        params=some.param_lists,
    )
    def change_model(
        self,
        model: int,
        how: str,
        status: LoggedModelStatus,
        now: int,
        tags: list[Tag],
        params: list[Param],
    ) -> None:
        model_id = self._model_id(model)
        changes: dict[str, Call] = {
            "finalize": lambda store: store.models.finalize(model_id, status, now),
            "delete": lambda store: store.models.delete(model_id, now),
            "set tags": lambda store: store.models.set_tags(model_id, tags),
            "delete tag": lambda store: store.models.delete_tag(model_id, tags[0].key),
            "add params": lambda store: store.models.add_params(model_id, params),
        }
        self._both(changes[how])

    @rule(
        chosen=all_or_some,
        filter=some.model_filters,
        order=some.model_orders(),
        datasets=some.model_datasets,
        limit=limits,
    )
    def search_models(
        self,
        chosen: list[int] | None,
        filter: Filter,
        order: list[ModelOrder],
        datasets: list[tuple[str, str | None]],
        limit: int,
    ) -> None:
        ids = self._experiments_at(chosen)
        self._both_in_pages(
            lambda store, token: store.models.search(
                ModelQuery(ids, filter, order, limit, datasets, token)
            )
        )
