"""Several processes that tell webhooks: each delivery is claimed by one of them."""

import asyncio
from typing import Any

from sagwan.entities.webhooks import Event, WebhookAction, WebhookEntity, WebhookStatus
from sagwan.storage.registry import NewRegisteredModel
from sagwan.storage.sql.store import SqlStore
from sagwan.storage.webhooks import NewWebhook, Outcome, Stamp, WebhookUpdate
from tests.storage.sql.test_sharing import with_stores

__all__ = ["with_stores"]

MODELS = 10
CREATED = [Event(WebhookEntity.REGISTERED_MODEL, WebhookAction.CREATED)]


async def register(store: SqlStore, first: int, count: int = MODELS) -> None:
    for number in range(first, first + count):
        stamp = Stamp(f"{number:032x}", 1)
        await store.registry.create(NewRegisteredModel(f"m{number}", 1), stamp)


async def deliver(store: SqlStore) -> list[str]:
    """Claim and settle until nothing is left; what was claimed."""
    found: list[str] = []
    while True:
        claims = await store.webhooks.claim(1, 99, 4, 4)
        for each in claims.deliveries:
            found.append(each.delivery_id)
            await store.webhooks.settle(each.delivery_id, each.attempts, Outcome(True, 2))
        if claims.next_due is None:
            return found


def test_each_delivery_is_claimed_once(with_stores: Any) -> None:
    async def use(stores: list[SqlStore]) -> None:
        new = NewWebhook("w", "w", "https://a", CREATED, 1)
        await stores[0].webhooks.create(new)
        # Every store knows at once of a webhook that another one made.
        await asyncio.gather(
            *(register(store, number * MODELS) for number, store in enumerate(stores))
        )
        claimed = await asyncio.gather(*(deliver(store) for store in stores))
        ids = [each for found in claimed for each in found]
        assert len(ids) == len(set(ids)) == len(stores) * MODELS
        log = (await stores[-1].webhooks.deliveries("w", 1000)).items
        assert {(each.state, each.attempts) for each in log} == {("DELIVERED", 1)}

    with_stores(use)


def test_changes_while_a_webhook_goes_are_all_made(with_stores: Any) -> None:
    async def use(stores: list[SqlStore]) -> None:
        async def come_and_go(store: SqlStore) -> None:
            for number in range(10):
                new = NewWebhook(f"w{number}", "w", "https://a", CREATED, 1)
                await store.webhooks.create(new)
                off = WebhookUpdate(f"w{number}", 2, status=WebhookStatus.DISABLED)
                await store.webhooks.update(off)
                await store.webhooks.delete(f"w{number}")

        first, second, third = stores
        await asyncio.gather(register(first, 0), register(second, MODELS), come_and_go(third))
        assert (await third.webhooks.deliveries(None, 10)).items == []
        await register(third, 2 * MODELS, 1)

    with_stores(use)
