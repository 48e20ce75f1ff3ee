"""What webhooks are asked for so that they send every kind of statement that they have."""

from collections.abc import AsyncIterator
from typing import Any

from sagwan.domain.webhooks import ACTIONS
from sagwan.entities import Tag
from sagwan.entities.webhooks import Event, WebhookStatus
from sagwan.storage.registry import NewRegisteredModel, NewVersion
from sagwan.storage.sql.store import SqlStore
from sagwan.storage.webhooks import NewWebhook, Outcome, Stamp, WebhookUpdate

EVENTS = [Event(entity, action) for entity, actions in ACTIONS.items() for action in actions]
NAME = "모델 "


async def webhooks(store: SqlStore) -> AsyncIterator[Any]:
    """What webhooks, and the changes that they are told of, answer."""
    port, registry = store.webhooks, store.registry
    for name in ("하나", "둘 "):
        new = NewWebhook(name, "w", "https://é", EVENTS[:6], 1, "설명", "비밀")
        yield await port.create(new)
    stamps = (Stamp(f"{number:032x}", number) for number in range(1, 99))
    yield await registry.create(NewRegisteredModel(NAME, 1), next(stamps))
    yield await registry.create_version(NewVersion(NAME, 1, "s3://통"), next(stamps))
    await registry.set_version_tag(NAME, 1, Tag("팀", "é"), next(stamps))
    await registry.delete_version_tag(NAME, 1, "팀", next(stamps))
    await registry.set_alias(NAME, "챔피언", 1, next(stamps))
    await registry.delete_alias(NAME, "챔피언", next(stamps))
    await registry.set_tag(NAME, Tag("팀", "é"), next(stamps))
    await registry.delete_tag(NAME, "팀", next(stamps))
    yield await port.secret("하나")
    claims = await port.claim(9, 20, 2, 1)
    yield claims
    yield await port.claim(9, 20, 2, 2, ["하나", "둘 "])
    first, second = claims.deliveries
    await port.settle(first.delivery_id, 1, Outcome(True, 10, response_status=200))
    await port.settle(second.delivery_id, 1, Outcome(False, 10, 30, None, "아니요"))
    page = await port.deliveries("하나", 1)
    yield page
    yield await port.deliveries("하나", 1, page.next_page_token)
    yield await port.deliveries(None, 100)
    await port.prune(20, 2)
    update = WebhookUpdate("하나", 9, "b", "", "https://b", EVENTS[:1], "", WebhookStatus.DISABLED)
    yield await port.update(update)
    hooks = await port.search(1)
    yield hooks
    yield await port.search(1, hooks.next_page_token)
    for name in ("하나", "둘 "):
        await port.delete(name)
    await registry.delete(NAME)
