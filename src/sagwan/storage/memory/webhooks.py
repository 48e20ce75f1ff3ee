"""Webhooks in memory."""

import asyncio
from collections import Counter
from collections.abc import Collection, Sequence

from msgspec.structs import replace

from sagwan.domain import webhook_payloads as payloads
from sagwan.domain.webhooks import DISABLED, delivery_id, webhook_not_found
from sagwan.entities import Page
from sagwan.entities.webhooks import (
    DeliveryState,
    Event,
    Webhook,
    WebhookDelivery,
    WebhookEvent,
    WebhookStatus,
)
from sagwan.storage.memory.paging import cut_page
from sagwan.storage.webhooks import (
    Claimed,
    Claims,
    NewWebhook,
    Outcome,
    Stamp,
    WebhookStore,
    WebhookUpdate,
)

_PENDING = DeliveryState.PENDING.name


class MemoryWebhooks(WebhookStore):
    """Webhooks and deliveries, in the order in which they came."""

    def __init__(self) -> None:
        self.queued = asyncio.Event()
        self._webhooks: dict[str, Webhook] = {}
        self._secrets: dict[str, str | None] = {}
        self._deliveries: list[WebhookDelivery] = []

    def put(self, stamp: Stamp | None, news: payloads.News | None) -> None:
        """Leave a delivery for each active webhook that listens."""
        if stamp is None or news is None:
            return
        event = _events([news.event])[0]
        for webhook in self._webhooks.values():
            if webhook.status == WebhookStatus.ACTIVE.name and event in webhook.events:
                identity = delivery_id(stamp.event_id, webhook.webhook_id)
                told = payloads.body(news, stamp.now)
                self._deliveries.append(
                    WebhookDelivery(
                        identity,
                        webhook.webhook_id,
                        event,
                        _PENDING,
                        stamp.now,
                        0,
                        told,
                        next_attempt_time=stamp.now,
                    )
                )
                self.queued.set()

    async def create(self, new: NewWebhook) -> Webhook:
        self._webhooks[new.webhook_id] = Webhook(
            new.webhook_id,
            new.name,
            new.url,
            _events(new.events),
            new.status.name,
            new.now,
            new.now,
            new.description,
        )
        self._secrets[new.webhook_id] = new.secret
        return await self.get(new.webhook_id)

    async def get(self, webhook_id: str) -> Webhook:
        if webhook_id not in self._webhooks:
            raise webhook_not_found(webhook_id)
        return replace(self._webhooks[webhook_id])

    async def secret(self, webhook_id: str) -> str | None:
        await self.get(webhook_id)
        return self._secrets[webhook_id]

    async def search(self, limit: int, page_token: str | None = None) -> Page[Webhook]:
        found = [replace(webhook) for webhook in reversed(self._webhooks.values())]
        return cut_page(found, limit, page_token, "webhooks")

    async def update(self, update: WebhookUpdate) -> Webhook:
        webhook = await self.get(update.webhook_id)
        for field in ("name", "description", "url"):
            if getattr(update, field) is not None:
                setattr(webhook, field, getattr(update, field))
        if update.events is not None:
            webhook.events = _events(update.events)
        if update.secret is not None:
            self._secrets[update.webhook_id] = update.secret or None
        if update.status is not None:
            webhook.status = update.status.name
        if update.status is WebhookStatus.DISABLED:
            for delivery in self._of(update.webhook_id):
                if delivery.state == _PENDING:
                    delivery.state, delivery.error = DeliveryState.FAILED.name, DISABLED
                    delivery.next_attempt_time = None
        webhook.last_updated_timestamp = update.now
        self._webhooks[update.webhook_id] = webhook
        return replace(webhook)

    async def delete(self, webhook_id: str) -> None:
        await self.get(webhook_id)
        del self._webhooks[webhook_id], self._secrets[webhook_id]
        self._deliveries = [each for each in self._deliveries if each.webhook_id != webhook_id]

    async def claim(
        self, now: int, until: int, limit: int, each: int, busy: Collection[str] = ()
    ) -> Claims:
        due = [
            delivery
            for delivery in self._deliveries
            if _due(delivery) is not None
            and (_due(delivery) or 0) <= now
            and delivery.webhook_id not in busy
        ]
        taken: Counter[str] = Counter()
        claimed = []
        for delivery in sorted(due, key=lambda delivery: _due(delivery) or 0)[:limit]:
            webhook = self._webhooks[delivery.webhook_id]
            taken[webhook.webhook_id] += 1
            if taken[webhook.webhook_id] > each:
                continue
            delivery.attempts += 1
            delivery.next_attempt_time = until
            claimed.append(
                Claimed(
                    delivery.delivery_id,
                    webhook.webhook_id,
                    webhook.url,
                    self._secrets[webhook.webhook_id],
                    delivery.body,
                    delivery.attempts,
                )
            )
        pending = [moment for one in self._deliveries if (moment := _due(one)) is not None]
        return Claims(claimed, min(pending, default=None))

    async def settle(self, delivery_id: str, attempts: int, outcome: Outcome) -> None:
        for delivery in self._deliveries:
            if delivery.delivery_id != delivery_id or _due(delivery) is None:
                continue
            if delivery.attempts != attempts:
                continue
            state = _PENDING if outcome.retry_at is not None else DeliveryState.FAILED.name
            delivery.state = DeliveryState.DELIVERED.name if outcome.delivered else state
            delivery.last_attempt_time = outcome.now
            delivery.next_attempt_time = outcome.retry_at
            delivery.response_status, delivery.error = outcome.response_status, outcome.error

    async def deliveries(
        self, webhook_id: str | None, limit: int, page_token: str | None = None
    ) -> Page[WebhookDelivery]:
        if webhook_id is not None:
            await self.get(webhook_id)
        found = self._deliveries if webhook_id is None else self._of(webhook_id)
        shown = [replace(delivery) for delivery in reversed(found)]
        return cut_page(shown, limit, page_token, "deliveries", webhook_id)

    async def prune(self, before: int, keep: int) -> None:
        kept = []
        for webhook_id in self._webhooks:
            newest = self._of(webhook_id)[-keep:]
            kept += [
                delivery.delivery_id
                for delivery in self._of(webhook_id)
                if delivery.state == _PENDING
                or (delivery in newest and delivery.creation_time >= before)
            ]
        self._deliveries = [each for each in self._deliveries if each.delivery_id in kept]

    def _of(self, webhook_id: str) -> list[WebhookDelivery]:
        return [each for each in self._deliveries if each.webhook_id == webhook_id]


def _due(delivery: WebhookDelivery) -> int | None:
    """When a pending delivery is due."""
    return delivery.next_attempt_time if delivery.state == _PENDING else None


def _events(events: Sequence[Event]) -> list[WebhookEvent]:
    return [WebhookEvent(event.entity.name, event.action.name) for event in sorted(set(events))]
