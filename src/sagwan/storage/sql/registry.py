"""The model registry on SQL.

What changes a model or its versions locks the model's row first, so that writers of one model wait
for each other.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Table, delete, insert, select, update

from sagwan.domain import registry as rules
from sagwan.domain import webhook_payloads as payloads
from sagwan.entities import Page, Tag
from sagwan.entities.registry import ModelVersion, RegisteredModel, Stage
from sagwan.errors import NotFound
from sagwan.storage.registry import NewRegisteredModel, NewVersion, RegistryQuery, RegistryStore
from sagwan.storage.sql import registry_reads as reads
from sagwan.storage.sql import registry_search
from sagwan.storage.sql.database import Database, Readers, new_id
from sagwan.storage.sql.outbox import Outbox, listener
from sagwan.storage.sql.registry_tables import (
    STAGE_NUMBERS,
    model_version_tags,
    model_versions,
    registered_model_aliases,
    registered_model_tags,
    registered_models,
)
from sagwan.storage.sql.tables import logged_model_tags, logged_models
from sagwan.storage.sql.writer import Writer
from sagwan.storage.webhooks import Stamp

T = TypeVar("T")


class SqlRegistry(RegistryStore):
    """The port on SQL."""

    def __init__(
        self, database: Database, readers: Readers, writer: Writer, outbox: Outbox
    ) -> None:
        self._dialect = database.dialect
        self._readers = readers
        self._writer = writer
        self._outbox = outbox

    async def _write(self, write: Callable[[Connection], T]) -> T:
        result = await self._writer.call(write)
        self._outbox.announce()
        return result

    # Registered models

    async def create(self, new: NewRegisteredModel, stamp: Stamp | None = None) -> RegisteredModel:
        def write(connection: Connection) -> RegisteredModel:
            prompt = rules.is_prompt(new.tags)
            heard = _require_free(connection, new.name, prompt)
            created = connection.execute(
                insert(registered_models),
                {
                    "name": new.name,
                    "description": new.description,
                    "created": new.now,
                    "updated": new.now,
                    "prompt": int(prompt),
                    "last_version": 0,
                },
            )
            _add_tags(connection, registered_model_tags, "model", new_id(created), new.tags)
            if heard:
                news = payloads.model_created(new.name, new.tags, new.description)
                self._outbox.put(connection, stamp, news)
            return reads.model(connection, new.name, self._dialect)

        return await self._write(write)

    async def get(self, name: str) -> RegisteredModel:
        return await self._readers.call(
            lambda connection: reads.model(connection, name, self._dialect)
        )

    async def rename(self, name: str, new_name: str, now: int) -> RegisteredModel:
        def write(connection: Connection) -> RegisteredModel:
            row = reads.find(connection, name, lock=True)
            if new_name != name:
                _require_free(connection, new_name, bool(row.prompt))
            _change(connection, row.id, name=new_name, updated=now)
            connection.execute(
                update(model_versions)
                .where(model_versions.c.model == row.id)
                .values(name=new_name, updated=now)
            )
            return reads.model(connection, new_name, self._dialect)

        return await self._write(write)

    async def update(self, name: str, description: str | None, now: int) -> RegisteredModel:
        def write(connection: Connection) -> RegisteredModel:
            row = reads.find(connection, name, lock=True)
            _change(connection, row.id, description=description, updated=now)
            return reads.model(connection, name, self._dialect)

        return await self._write(write)

    async def delete(self, name: str) -> None:
        def write(connection: Connection) -> None:
            model = reads.find(connection, name, lock=True).id
            versions = select(model_versions.c.id).where(model_versions.c.model == model)
            connection.execute(
                delete(model_version_tags).where(model_version_tags.c.version.in_(versions))
            )
            for table in (model_versions, registered_model_aliases, registered_model_tags):
                connection.execute(delete(table).where(table.c.model == model))
            connection.execute(delete(registered_models).where(registered_models.c.id == model))

        await self._write(write)

    async def search(self, query: RegistryQuery) -> Page[RegisteredModel]:
        def read(connection: Connection) -> Page[RegisteredModel]:
            rows, token = registry_search.page(
                connection, registry_search.MODELS, query, self._dialect
            )
            return Page(reads.models(connection, rows, self._dialect), token)

        return await self._readers.call(read)

    async def latest_versions(self, name: str, stages: Sequence[Stage] = ()) -> list[ModelVersion]:
        def read(connection: Connection) -> list[ModelVersion]:
            model = reads.find(connection, name).id
            rows = reads.newest_rows(connection, [model], self._dialect, stages)
            return reads.versions(connection, rows, self._dialect, with_aliases=True)

        return await self._readers.call(read)

    async def set_tag(self, name: str, tag: Tag, stamp: Stamp | None = None) -> None:
        upsert = self._dialect.upsert(registered_model_tags, ["value"])

        def write(connection: Connection) -> None:
            row = reads.find(connection, name, lock=True)
            connection.execute(upsert, {"model": row.id, "key": tag.key, "value": tag.value})
            prompt = rules.is_prompt([tag]) if tag.key == rules.PROMPT_TAG else bool(row.prompt)
            if tag.key == rules.PROMPT_TAG:
                _change(connection, row.id, prompt=int(prompt))
            if row.listener is not None:
                news = payloads.model_tag_changed(name, tag.key, tag.value, prompt)
                self._outbox.put(connection, stamp, news)

        await self._write(write)

    async def delete_tag(self, name: str, key: str, stamp: Stamp | None = None) -> None:
        def write(connection: Connection) -> None:
            row = reads.find(connection, name, lock=True)
            table = registered_model_tags
            connection.execute(delete(table).where(table.c.model == row.id, table.c.key == key))
            if key == rules.PROMPT_TAG:
                _change(connection, row.id, prompt=0)
            elif row.listener is not None:
                news = payloads.model_tag_changed(name, key, None, bool(row.prompt))
                self._outbox.put(connection, stamp, news)

        await self._write(write)

    # Aliases

    async def set_alias(
        self, name: str, alias: str, version: int, stamp: Stamp | None = None
    ) -> None:
        upsert = self._dialect.upsert(registered_model_aliases, ["version"])

        def write(connection: Connection) -> None:
            model, row = _locked_version(connection, name, version)
            connection.execute(upsert, {"model": row.model, "alias": alias, "version": row.version})
            if model.listener is not None:
                news = payloads.alias_changed(name, alias, version, bool(model.prompt))
                self._outbox.put(connection, stamp, news)

        await self._write(write)

    async def delete_alias(self, name: str, alias: str, stamp: Stamp | None = None) -> None:
        def write(connection: Connection) -> None:
            row = reads.find(connection, name, lock=True)
            table = registered_model_aliases
            connection.execute(delete(table).where(table.c.model == row.id, table.c.alias == alias))
            if row.listener is not None:
                news = payloads.alias_changed(name, alias, None, bool(row.prompt))
                self._outbox.put(connection, stamp, news)

        await self._write(write)

    async def get_by_alias(self, name: str, alias: str) -> ModelVersion:
        def read(connection: Connection) -> ModelVersion:
            model = reads.find(connection, name).id
            if rules.is_latest(alias):
                table = model_versions
                statement = select(table.c.version).where(table.c.name == name)
                statement = statement.order_by(table.c.version.desc()).limit(1)
            else:
                of = registered_model_aliases.c
                statement = select(of.version).where(of.model == model, of.alias == alias)
            number = connection.execute(statement).scalar()
            if number is None:
                raise rules.alias_not_found(alias)
            return reads.version(connection, name, number, self._dialect)

        return await self._readers.call(read)

    # Versions

    async def create_version(self, new: NewVersion, stamp: Stamp | None = None) -> ModelVersion:
        upsert = self._dialect.upsert(logged_model_tags, ["value"])

        def write(connection: Connection) -> ModelVersion:
            model = reads.find(connection, new.name, lock=True)
            prompt = rules.is_prompt(new.tags)
            if prompt is not bool(model.prompt):
                raise rules.wrong_kind_of_version(new.name, prompt)
            number = model.last_version + 1
            _change(connection, model.id, last_version=number, updated=new.now)
            created = connection.execute(
                insert(model_versions), _version_values(new, model, number)
            )
            _add_tags(connection, model_version_tags, "version", new_id(created), new.tags)
            if new.model_id:
                value = _versions_made(connection, new.model_id)
                if value is not None:
                    logged, listed = value
                    listed = rules.with_version(listed, new.name, number)
                    connection.execute(
                        upsert, {"model": logged, "key": rules.VERSIONS_TAG, "value": listed}
                    )
            if model.listener is not None:
                news = payloads.version_created(
                    new.name, number, new.source, new.run_id, new.tags, new.description
                )
                self._outbox.put(connection, stamp, news)
            row = reads.find_version(connection, new.name, number)
            return reads.versions(connection, [row], self._dialect)[0]

        return await self._write(write)

    async def get_version(self, name: str, version: int) -> ModelVersion:
        return await self._readers.call(
            lambda connection: reads.version(connection, name, version, self._dialect)
        )

    async def storage_location(self, name: str, version: int) -> str:
        def read(connection: Connection) -> str:
            row = reads.find_version(connection, name, version)
            found: str = row.storage_location or row.source
            return found

        return await self._readers.call(read)

    async def update_version(
        self, name: str, version: int, description: str | None, now: int
    ) -> ModelVersion:
        def write(connection: Connection) -> ModelVersion:
            _, row = _locked_version(connection, name, version)
            _change(connection, row.model, updated=now)
            _change_version(connection, row.id, description=description, updated=now)
            return reads.version(connection, name, version, self._dialect)

        return await self._write(write)

    async def move_version(
        self, name: str, version: int, stage: Stage, archive: bool, now: int
    ) -> ModelVersion:
        def write(connection: Connection) -> ModelVersion:
            _, row = _locked_version(connection, name, version)
            _change(connection, row.model, updated=now)
            if archive:
                connection.execute(
                    update(model_versions)
                    .where(
                        model_versions.c.model == row.model,
                        model_versions.c.stage == STAGE_NUMBERS[stage],
                        model_versions.c.version != version,
                    )
                    .values(stage=STAGE_NUMBERS[Stage.ARCHIVED], updated=now)
                )
            _change_version(connection, row.id, stage=STAGE_NUMBERS[stage], updated=now)
            return reads.version(connection, name, version, self._dialect)

        return await self._write(write)

    async def delete_version(self, name: str, version: int, now: int) -> None:
        def write(connection: Connection) -> None:
            _, row = _locked_version(connection, name, version)
            _change(connection, row.model, updated=now)
            tags, aliases = model_version_tags, registered_model_aliases
            connection.execute(delete(tags).where(tags.c.version == row.id))
            connection.execute(
                delete(aliases).where(
                    aliases.c.model == row.model, aliases.c.version == row.version
                )
            )
            connection.execute(delete(model_versions).where(model_versions.c.id == row.id))

        await self._write(write)

    async def search_versions(self, query: RegistryQuery) -> Page[ModelVersion]:
        def read(connection: Connection) -> Page[ModelVersion]:
            rows, token = registry_search.page(
                connection, registry_search.VERSIONS, query, self._dialect
            )
            return Page(reads.versions(connection, rows, self._dialect), token)

        return await self._readers.call(read)

    async def set_version_tag(
        self, name: str, version: int, tag: Tag, stamp: Stamp | None = None
    ) -> None:
        upsert = self._dialect.upsert(model_version_tags, ["value"])

        def write(connection: Connection) -> None:
            model, row = _locked_version(connection, name, version)
            connection.execute(upsert, {"version": row.id, "key": tag.key, "value": tag.value})
            if tag.key == rules.PROMPT_TAG:
                _change_version(connection, row.id, prompt=int(rules.is_prompt([tag])))
            if model.listener is not None:
                news = payloads.version_tag_changed(
                    name, version, tag.key, tag.value, bool(model.prompt)
                )
                self._outbox.put(connection, stamp, news)

        await self._write(write)

    async def delete_version_tag(
        self, name: str, version: int, key: str, stamp: Stamp | None = None
    ) -> None:
        def write(connection: Connection) -> None:
            model, row = _locked_version(connection, name, version)
            table = model_version_tags
            connection.execute(delete(table).where(table.c.version == row.id, table.c.key == key))
            if key == rules.PROMPT_TAG:
                _change_version(connection, row.id, prompt=0)
            if model.listener is not None:
                news = payloads.version_tag_changed(name, version, key, None, bool(model.prompt))
                self._outbox.put(connection, stamp, news)

        await self._write(write)


def _require_free(connection: Connection, name: str, prompt: bool) -> bool:
    """Raise AlreadyExists where a name is taken; else whether there are webhooks to be told."""
    taken = select(registered_models.c.prompt).where(registered_models.c.name == name)
    found = connection.execute(select(taken.scalar_subquery().label("taken"), listener())).one()
    if found.taken is not None:
        raise rules.name_taken(name, prompt, bool(found.taken))
    return found.listener is not None


def _change(connection: Connection, model: int, **values: Any) -> None:
    connection.execute(
        update(registered_models).where(registered_models.c.id == model).values(**values)
    )


def _change_version(connection: Connection, version: int, **values: Any) -> None:
    connection.execute(
        update(model_versions).where(model_versions.c.id == version).values(**values)
    )


def _locked_version(connection: Connection, name: str, version: int) -> tuple[Row[Any], Row[Any]]:
    """The rows of a model, which is locked, and of its version. Raises NotFound."""
    try:
        model = reads.find(connection, name, lock=True)
    except NotFound:
        raise rules.version_not_found(name, version) from None
    return model, reads.find_version(connection, name, version)


def _version_values(new: NewVersion, model: Row[Any], number: int) -> dict[str, object]:
    return {
        "model": model.id,
        "name": new.name,
        "version": number,
        "stage": STAGE_NUMBERS[Stage.NONE],
        "prompt": model.prompt,
        "created": new.now,
        "updated": new.now,
        "description": new.description,
        "source": new.source,
        "storage_location": new.storage_location,
        "run_id": new.run_id,
        "run_link": new.run_link,
        "model_id": new.model_id,
    }


def _add_tags(
    connection: Connection, table: Table, owner: str, number: int, tags: Sequence[Tag]
) -> None:
    if tags:
        connection.execute(
            insert(table),
            [{owner: number, "key": tag.key, "value": tag.value} for tag in tags],
        )


def _versions_made(connection: Connection, model_id: str) -> tuple[int, str | None] | None:
    """The number of a logged model and which versions were made of it; None where it is gone."""
    found = connection.execute(
        select(logged_models.c.id).where(logged_models.c.model_id == model_id).with_for_update()
    ).scalar()
    if found is None:
        return None
    table = logged_model_tags.c
    listed: str | None = connection.execute(
        select(table.value).where(table.model == found, table.key == rules.VERSIONS_TAG)
    ).scalar()
    return found, listed
