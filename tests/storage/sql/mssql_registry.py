"""What the model registry is asked for so that it sends every kind of statement that it has."""

from collections.abc import AsyncIterator
from typing import Any

from sagwan.domain.registry import PROMPT_TAG
from sagwan.domain.search.fields import MODEL_VERSIONS, REGISTERED_MODELS
from sagwan.domain.search.parser import parse_filter, parse_order_by
from sagwan.entities import Tag
from sagwan.entities.registry import Stage
from sagwan.storage.base import NewModel
from sagwan.storage.registry import NewRegisteredModel, NewVersion, RegistryQuery
from sagwan.storage.sql.store import SqlStore

NAME = "모델 "
PROMPT = Tag(PROMPT_TAG, "true")
MODEL_FILTERS = (
    "name IN ('모델 ', 'é') AND tags.`팀 ` LIKE '%✓'",
    "name ILIKE '모%' AND tags.`팀 ` != 'é'",
    f"tags.`{PROMPT_TAG}` != 'true'",
    f"tags.`{PROMPT_TAG}` = 'x'",
)
MODEL_ORDERS = (("name DESC",), ("timestamp", "name DESC"))
VERSION_FILTERS = (
    "name = '모델 ' AND version_number > 1 AND source_path LIKE 's3%'",
    "run_id NOT IN ('é') AND tags.`팀 ` = '✓'",
)
VERSION_ORDERS = ((), ("version_number", "creation_timestamp DESC"))


async def registry(store: SqlStore) -> AsyncIterator[Any]:
    """What the registry answers."""
    port = store.registry
    yield await port.create(NewRegisteredModel(NAME, 1, "설명", [Tag("팀 ", "✓")]))
    yield await port.create(NewRegisteredModel("프롬프트", 2, None, [PROMPT]))
    await store.models.create(NewModel("m-r", 1, "é", 1))
    for source in ("s3://통/1", "s3://통/2"):
        new = NewVersion(NAME, 3, source, "é", "링크", "설명", "m-r", "s3://통", [Tag("팀 ", "✓")])
        yield await port.create_version(new)
    yield await port.create_version(NewVersion(NAME, 4, "s3://통/3"))
    yield await port.create_version(NewVersion("프롬프트", 4, "dummy-source", tags=[PROMPT]))
    await port.set_tag(NAME, Tag(PROMPT_TAG, "false"))
    await port.delete_tag(NAME, PROMPT_TAG)
    await port.set_version_tag(NAME, 1, Tag(PROMPT_TAG, "false"))
    await port.delete_version_tag(NAME, 1, PROMPT_TAG)
    await port.set_alias(NAME, "챔피언", 1)
    await port.set_alias(NAME, "é", 2)
    await port.delete_alias(NAME, "é")
    yield await port.get_by_alias(NAME, "챔피언")
    yield await port.get_by_alias(NAME, "latest")
    yield await port.update_version(NAME, 1, None, 5)
    yield await port.move_version(NAME, 1, Stage.PRODUCTION, True, 6)
    yield await port.latest_versions(NAME, [Stage.PRODUCTION])
    yield await port.storage_location(NAME, 1)
    yield await port.rename(NAME, "새 이름", 7)
    yield await port.rename("새 이름", NAME, 7)
    yield await port.update(NAME, "é", 8)
    async for each in _searches(store):
        yield each
    await port.delete_version(NAME, 2, 9)
    yield await port.get(NAME)
    await port.delete(NAME)


async def _searches(store: SqlStore) -> AsyncIterator[Any]:
    port = store.registry
    for each in MODEL_FILTERS:
        yield await port.search(RegistryQuery(parse_filter(each, REGISTERED_MODELS), (), 5))
    for each in VERSION_FILTERS:
        query = RegistryQuery(parse_filter(each, MODEL_VERSIONS), (), 5)
        yield await port.search_versions(query)
    for order in MODEL_ORDERS:
        query = RegistryQuery((), parse_order_by(order, REGISTERED_MODELS), 1)
        query.page_token = (await port.search(query)).next_page_token
        yield await port.search(query)
    for order in VERSION_ORDERS:
        query = RegistryQuery((), parse_order_by(order, MODEL_VERSIONS), 1)
        query.page_token = (await port.search_versions(query)).next_page_token
        yield await port.search_versions(query)
