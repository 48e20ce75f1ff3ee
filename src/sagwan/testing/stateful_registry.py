"""The state machine's rules of the model registry."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from sagwan.domain.registry import ARCHIVING, hide_prompts
from sagwan.domain.search.ast import Filter, OrderBy
from sagwan.entities import Tag
from sagwan.entities.registry import Stage
from sagwan.storage.base import Store
from sagwan.storage.registry import NewRegisteredModel, NewVersion, RegistryQuery
from sagwan.storage.webhooks import Stamp
from sagwan.testing.storage import strategies as some

Call = Callable[[Store], Coroutine[Any, Any, Any]]

versions = st.integers(0, 4)
descriptions = st.sampled_from([None, "", "é", "a"])
stages = st.sampled_from(Stage)


class RegistryMachine(RuleBasedStateMachine):
    """What the machine does to registered models, their versions and aliases."""

    def _both(self, call: Call) -> None:
        raise NotImplementedError

    def _both_in_pages(self, call: Callable[[Store, str | None], Any]) -> None:
        raise NotImplementedError

    def _stamp(self, now: int) -> Stamp:
        """The stamp of the next change."""
        raise NotImplementedError

    @rule(name=some.names, now=some.small, description=descriptions, tags=some.registry_tag_lists)
    def register_model(self, name: str, now: int, description: str | None, tags: list[Tag]) -> None:
        new = NewRegisteredModel(name, now, description, tags)
        stamp = self._stamp(now)
        self._both(lambda store: store.registry.create(new, stamp))

    @rule(
        name=some.names,
        how=st.sampled_from(["rename", "update", "delete", "set tag", "delete tag"]),
        other=some.names,
        now=some.small,
        description=descriptions,
        tag=some.registry_tags,
    )
    def change_registered_model(
        self, name: str, how: str, other: str, now: int, description: str | None, tag: Tag
    ) -> None:
        stamp = self._stamp(now)
        changes: dict[str, Call] = {
            "rename": lambda store: store.registry.rename(name, other, now),
            "update": lambda store: store.registry.update(name, description, now),
            "delete": lambda store: store.registry.delete(name),
            "set tag": lambda store: store.registry.set_tag(name, tag, stamp),
            "delete tag": lambda store: store.registry.delete_tag(name, tag.key, stamp),
        }
        self._both(changes[how])

    @rule(
        name=some.names,
        sources=st.lists(st.tuples(some.texts, some.model_ids), min_size=1, max_size=3),
        now=some.small,
        run_id=st.sampled_from(["", *some.RUN_IDS[:2]]),
        with_model=st.booleans(),
        location=st.none() | some.texts,
        tags=some.registry_tag_lists,
    )
    def create_versions(
        self,
        name: str,
        sources: list[tuple[str, str]],
        now: int,
        run_id: str,
        with_model: bool,
        location: str | None,
        tags: list[Tag],
    ) -> None:
        for source, model_id in sources:
            new = NewVersion(
                name,
                now,
                source,
                run_id,
                "link",
                None if location else "",
                model_id if with_model else None,
                location,
                tags,
            )
            self._both(_creating(new, self._stamp(now)))

    @rule(
        name=some.names,
        version=versions,
        how=st.sampled_from(["update", "delete", "set tag", "delete tag", "alias", "unalias"]),
        now=some.small,
        description=descriptions,
        tag=some.registry_tags,
        alias=some.keys,
    )
    def change_version(
        self,
        name: str,
        version: int,
        how: str,
        now: int,
        description: str | None,
        tag: Tag,
        alias: str,
    ) -> None:
        stamp = self._stamp(now)
        changes: dict[str, Call] = {
            "update": lambda store: store.registry.update_version(name, version, description, now),
            "delete": lambda store: store.registry.delete_version(name, version, now),
            "set tag": lambda store: store.registry.set_version_tag(name, version, tag, stamp),
            "delete tag": lambda store: store.registry.delete_version_tag(
                name, version, tag.key, stamp
            ),
            "alias": lambda store: store.registry.set_alias(name, alias, version, stamp),
            "unalias": lambda store: store.registry.delete_alias(name, alias, stamp),
        }
        self._both(changes[how])

    @rule(name=some.names, version=versions, stage=stages, archive=st.booleans(), now=some.small)
    def move_version(self, name: str, version: int, stage: Stage, archive: bool, now: int) -> None:
        archive = archive and stage in ARCHIVING
        self._both(lambda store: store.registry.move_version(name, version, stage, archive, now))

    @rule(
        name=some.names,
        version=versions,
        alias=some.keys | st.just("Latest"),
        chosen=st.lists(stages, max_size=2),
    )
    def read_registry(self, name: str, version: int, alias: str, chosen: list[Stage]) -> None:
        self._both(lambda store: store.registry.get(name))
        self._both(lambda store: store.registry.get_version(name, version))
        self._both(lambda store: store.registry.storage_location(name, version))
        self._both(lambda store: store.registry.get_by_alias(name, alias))
        self._both(lambda store: store.registry.latest_versions(name, chosen))

    @rule(
        filter=some.registered_model_filters,
        order=some.registered_model_orders,
        hidden=st.booleans(),
        limit=st.integers(1, 4),
    )
    def search_registered_models(
        self, filter: Filter, order: Sequence[OrderBy], hidden: bool, limit: int
    ) -> None:
        chosen = hide_prompts(filter) if hidden else filter
        self._both_in_pages(
            lambda store, token: store.registry.search(RegistryQuery(chosen, order, limit, token))
        )

    @rule(
        filter=some.model_version_filters,
        order=some.model_version_orders,
        hidden=st.booleans(),
        limit=st.integers(1, 4),
    )
    def search_versions(
        self, filter: Filter, order: Sequence[OrderBy], hidden: bool, limit: int
    ) -> None:
        chosen = hide_prompts(filter) if hidden else filter
        self._both_in_pages(
            lambda store, token: store.registry.search_versions(
                RegistryQuery(chosen, order, limit, token)
            )
        )


def _creating(new: NewVersion, stamp: Stamp) -> Call:
    return lambda store: store.registry.create_version(new, stamp)
