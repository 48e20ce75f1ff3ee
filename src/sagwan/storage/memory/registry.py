"""The model registry in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sagwan.domain import registry as rules
from sagwan.domain import webhook_payloads as payloads
from sagwan.domain.search.evaluate import Subject, matches, sort_key
from sagwan.domain.search.fields import MODEL_VERSIONS, REGISTERED_MODELS, complete_order
from sagwan.entities import Page, Tag
from sagwan.entities.registry import Alias, ModelVersion, RegisteredModel, Stage
from sagwan.storage.memory.paging import cut_page
from sagwan.storage.memory.state import State, as_dict, as_tags
from sagwan.storage.memory.webhooks import MemoryWebhooks
from sagwan.storage.registry import NewRegisteredModel, NewVersion, RegistryQuery, RegistryStore
from sagwan.storage.webhooks import Stamp


@dataclass
class _Version:
    number: int
    created: int
    updated: int
    source: str
    location: str
    run_id: str
    run_link: str
    description: str | None
    model_id: str | None
    tags: dict[str, str]
    stage: Stage = Stage.NONE


@dataclass
class _Model:
    """A model; `last` is the highest number that a version ever had."""

    created: int
    updated: int
    description: str | None
    tags: dict[str, str]
    last: int = 0
    versions: dict[int, _Version] = field(default_factory=dict)
    aliases: dict[str, int] = field(default_factory=dict)


class MemoryRegistry(RegistryStore):
    """The registry, in dictionaries."""

    def __init__(self, state: State, webhooks: MemoryWebhooks) -> None:
        self._state = state
        self._tell = webhooks.put
        self._models: dict[str, _Model] = {}

    def uses(self) -> list[tuple[str, str | None, str]]:
        """Of each version its run, its logged model, and where its files are."""
        return [
            (version.run_id, version.model_id, f"{version.source} {version.location}")
            for model in self._models.values()
            for version in model.versions.values()
        ]

    async def create(self, new: NewRegisteredModel, stamp: Stamp | None = None) -> RegisteredModel:
        taken = self._models.get(new.name)
        if taken is not None:
            raise rules.name_taken(new.name, rules.is_prompt(new.tags), _is_prompt(taken.tags))
        self._models[new.name] = _Model(new.now, new.now, new.description, as_dict(new.tags))
        self._tell(stamp, payloads.model_created(new.name, new.tags, new.description))
        return self._shown(new.name)

    async def get(self, name: str) -> RegisteredModel:
        self._model(name)
        return self._shown(name)

    async def rename(self, name: str, new_name: str, now: int) -> RegisteredModel:
        model = self._model(name)
        taken = self._models.get(new_name, model)
        if taken is not model:
            raise rules.name_taken(new_name, _is_prompt(model.tags), _is_prompt(taken.tags))
        del self._models[name]
        self._models[new_name] = model
        model.updated = now
        for version in model.versions.values():
            version.updated = now
        return self._shown(new_name)

    async def update(self, name: str, description: str | None, now: int) -> RegisteredModel:
        model = self._model(name)
        model.description, model.updated = description, now
        return self._shown(name)

    async def delete(self, name: str) -> None:
        self._model(name)
        del self._models[name]

    async def search(self, query: RegistryQuery) -> Page[RegisteredModel]:
        subjects = [(name, _model_subject(name, model)) for name, model in self._models.items()]
        order = complete_order(query.order, REGISTERED_MODELS)
        found = [each for each in subjects if matches(query.filter, each[1])]
        found.sort(key=lambda each: sort_key(order, each[1]))
        shown = [self._shown(name) for name, _ in found]
        return cut_page(shown, query.limit, query.page_token, "models", query.filter, order)

    async def latest_versions(self, name: str, stages: Sequence[Stage] = ()) -> list[ModelVersion]:
        model = self._model(name)
        return [
            _shown_version(name, version, model.aliases)
            for version in _newest(model)
            if not stages or version.stage in stages
        ]

    async def set_tag(self, name: str, tag: Tag, stamp: Stamp | None = None) -> None:
        model = self._model(name)
        model.tags[tag.key] = tag.value
        prompt = _is_prompt(model.tags)
        self._tell(stamp, payloads.model_tag_changed(name, tag.key, tag.value, prompt))

    async def delete_tag(self, name: str, key: str, stamp: Stamp | None = None) -> None:
        model = self._model(name)
        model.tags.pop(key, None)
        prompt = _is_prompt(model.tags)
        self._tell(stamp, payloads.model_tag_changed(name, key, None, prompt))

    async def set_alias(
        self, name: str, alias: str, version: int, stamp: Stamp | None = None
    ) -> None:
        model, _ = self._version(name, version)
        model.aliases[alias] = version
        prompt = _is_prompt(model.tags)
        self._tell(stamp, payloads.alias_changed(name, alias, version, prompt))

    async def delete_alias(self, name: str, alias: str, stamp: Stamp | None = None) -> None:
        model = self._model(name)
        model.aliases.pop(alias, None)
        prompt = _is_prompt(model.tags)
        self._tell(stamp, payloads.alias_changed(name, alias, None, prompt))

    async def get_by_alias(self, name: str, alias: str) -> ModelVersion:
        model = self._model(name)
        number = model.aliases.get(alias)
        if rules.is_latest(alias):
            number = max(model.versions, default=None)
        if number is None:
            raise rules.alias_not_found(alias)
        return _shown_version(name, model.versions[number], model.aliases)

    async def create_version(self, new: NewVersion, stamp: Stamp | None = None) -> ModelVersion:
        model = self._model(new.name)
        prompt = rules.is_prompt(new.tags)
        if prompt is not _is_prompt(model.tags):
            raise rules.wrong_kind_of_version(new.name, prompt)
        model.last += 1
        model.updated = new.now
        version = _Version(
            model.last,
            new.now,
            new.now,
            new.source,
            new.storage_location or new.source,
            new.run_id,
            new.run_link,
            new.description,
            new.model_id,
            as_dict(new.tags),
        )
        model.versions[model.last] = version
        logged = self._state.models.get(new.model_id or "")
        if logged is not None:
            tag = rules.VERSIONS_TAG
            logged.tags[tag] = rules.with_version(logged.tags.get(tag), new.name, model.last)
        news = payloads.version_created(
            new.name, model.last, new.source, new.run_id, new.tags, new.description
        )
        self._tell(stamp, news)
        return _shown_version(new.name, version)

    async def get_version(self, name: str, version: int) -> ModelVersion:
        model, found = self._version(name, version)
        return _shown_version(name, found, model.aliases)

    async def storage_location(self, name: str, version: int) -> str:
        return self._version(name, version)[1].location

    async def update_version(
        self, name: str, version: int, description: str | None, now: int
    ) -> ModelVersion:
        model, found = self._version(name, version)
        found.description = description
        found.updated = model.updated = now
        return _shown_version(name, found, model.aliases)

    async def move_version(
        self, name: str, version: int, stage: Stage, archive: bool, now: int
    ) -> ModelVersion:
        model, found = self._version(name, version)
        for other in model.versions.values() if archive else ():
            if other.stage is stage and other is not found:
                other.stage, other.updated = Stage.ARCHIVED, now
        found.stage = stage
        found.updated = model.updated = now
        return _shown_version(name, found, model.aliases)

    async def delete_version(self, name: str, version: int, now: int) -> None:
        model, _ = self._version(name, version)
        del model.versions[version]
        model.aliases = {alias: to for alias, to in model.aliases.items() if to != version}
        model.updated = now

    async def search_versions(self, query: RegistryQuery) -> Page[ModelVersion]:
        order = complete_order(query.order, MODEL_VERSIONS)
        found = [
            (name, version, subject)
            for name, model in self._models.items()
            for version in model.versions.values()
            if matches(query.filter, subject := _version_subject(name, version))
        ]
        found.sort(key=lambda each: sort_key(order, each[2]))
        shown = [_shown_version(name, version) for name, version, _ in found]
        return cut_page(shown, query.limit, query.page_token, "versions", query.filter, order)

    async def set_version_tag(
        self, name: str, version: int, tag: Tag, stamp: Stamp | None = None
    ) -> None:
        model, found = self._version(name, version)
        found.tags[tag.key] = tag.value
        prompt = _is_prompt(model.tags)
        self._tell(stamp, payloads.version_tag_changed(name, version, tag.key, tag.value, prompt))

    async def delete_version_tag(
        self, name: str, version: int, key: str, stamp: Stamp | None = None
    ) -> None:
        model, found = self._version(name, version)
        found.tags.pop(key, None)
        prompt = _is_prompt(model.tags)
        self._tell(stamp, payloads.version_tag_changed(name, version, key, None, prompt))

    def _model(self, name: str) -> _Model:
        if name not in self._models:
            raise rules.registered_model_not_found(name)
        return self._models[name]

    def _version(self, name: str, number: int) -> tuple[_Model, _Version]:
        model = self._models.get(name)
        if model is None or number not in model.versions:
            raise rules.version_not_found(name, number)
        return model, model.versions[number]

    def _shown(self, name: str) -> RegisteredModel:
        model = self._models[name]
        return RegisteredModel(
            name=name,
            creation_timestamp=model.created,
            last_updated_timestamp=model.updated,
            description=model.description,
            latest_versions=[_shown_version(name, version) for version in _newest(model)],
            tags=as_tags(model.tags),
            aliases=[Alias(alias, str(to)) for alias, to in sorted(model.aliases.items())],
        )


def _newest(model: _Model) -> list[_Version]:
    """The newest version of each stage, by number."""
    newest = {version.stage: version for _, version in sorted(model.versions.items())}
    return sorted(newest.values(), key=lambda version: version.number)


def _shown_version(
    name: str, version: _Version, aliases: dict[str, int] | None = None
) -> ModelVersion:
    return ModelVersion(
        name=name,
        version=str(version.number),
        creation_timestamp=version.created,
        last_updated_timestamp=version.updated,
        current_stage=version.stage.value,
        source=version.source,
        run_id=version.run_id,
        status=rules.READY,
        run_link=version.run_link,
        description=version.description,
        model_id=version.model_id,
        tags=as_tags(version.tags),
        aliases=sorted(alias for alias, to in (aliases or {}).items() if to == version.number),
    )


def _is_prompt(tags: dict[str, str]) -> bool:
    return rules.is_prompt(as_tags(tags))


def _tags(tags: dict[str, str]) -> dict[str, str]:
    return {**tags, rules.PROMPT_TAG: rules.prompt_value(_is_prompt(tags))}


def _model_subject(name: str, model: _Model) -> Subject:
    return Subject(
        attributes={"name": name, "last_updated_timestamp": model.updated},
        tags=_tags(model.tags),
    )


def _version_subject(name: str, version: _Version) -> Subject:
    return Subject(
        attributes={
            "name": name,
            "version_number": version.number,
            "source_path": version.source,
            "run_id": version.run_id,
            "creation_timestamp": version.created,
            "last_updated_timestamp": version.updated,
        },
        tags=_tags(version.tags),
    )
