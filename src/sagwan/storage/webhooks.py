"""The port of webhooks. See `sagwan.storage.base` for what goes for all ports."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence

import msgspec

from sagwan.entities import Page
from sagwan.entities.webhooks import Event, Webhook, WebhookDelivery, WebhookStatus


class Stamp(msgspec.Struct):
    """When a change was made, and the id (a UUID) of the event that webhooks are told of."""

    event_id: str
    now: int


class NewWebhook(msgspec.Struct):
    """A webhook to create, with one event at least. `secret` is in the form that is kept."""

    webhook_id: str
    name: str
    url: str
    events: Sequence[Event]
    now: int
    description: str | None = None
    secret: str | None = None
    status: WebhookStatus = WebhookStatus.ACTIVE


class WebhookUpdate(msgspec.Struct):
    """Changes of a webhook; None leaves a field as it is, an empty secret takes it away."""

    webhook_id: str
    now: int
    name: str | None = None
    description: str | None = None
    url: str | None = None
    events: Sequence[Event] | None = None
    secret: str | None = None
    status: WebhookStatus | None = None


class Claimed(msgspec.Struct):
    """A delivery to attempt; `attempts` has this one counted in."""

    delivery_id: str
    webhook_id: str
    url: str
    secret: str | None
    body: str
    attempts: int


class Claims(msgspec.Struct):
    """What was claimed, and when the next delivery is due; None where none is pending."""

    deliveries: list[Claimed]
    next_due: int | None


class Outcome(msgspec.Struct):
    """What became of an attempt. Where it failed, `retry_at` is when the next one is due."""

    delivered: bool
    now: int
    retry_at: int | None = None
    response_status: int | None = None
    error: str | None = None


class WebhookStore(ABC):
    """Webhooks, and the events on their way to them. An unknown webhook raises NotFound.

    Changes of the registry that are stamped leave, in their own transaction, one pending delivery
    for each active webhook that listens. They are sent by whoever claims them.
    """

    queued: asyncio.Event
    """Set whenever this store left a delivery; whoever waits for that clears it."""

    @abstractmethod
    async def create(self, new: NewWebhook) -> Webhook:
        """Create a webhook."""

    @abstractmethod
    async def get(self, webhook_id: str) -> Webhook:
        """The webhook, its events in order."""

    @abstractmethod
    async def secret(self, webhook_id: str) -> str | None:
        """The webhook's secret, in the form that is kept."""

    @abstractmethod
    async def search(self, limit: int, page_token: str | None = None) -> Page[Webhook]:
        """A page of all webhooks, the newest first. Raises InvalidParameter on a bad token."""

    @abstractmethod
    async def update(self, update: WebhookUpdate) -> Webhook:
        """Change a webhook; what is pending for one that is disabled fails."""

    @abstractmethod
    async def delete(self, webhook_id: str) -> None:
        """Delete a webhook with all its deliveries, for good."""

    @abstractmethod
    async def claim(
        self, now: int, until: int, limit: int, each: int, busy: Collection[str] = ()
    ) -> Claims:
        """Claim deliveries that are due, the longest due first; nobody else gets them.

        At most `limit`, at most `each` of them of one webhook and none of the webhooks `busy`.
        Those that aren't settled are due again at `until`.
        """

    @abstractmethod
    async def settle(self, delivery_id: str, attempts: int, outcome: Outcome) -> None:
        """Keep what became of an attempt; nothing happens where it is not the last one."""

    @abstractmethod
    async def deliveries(
        self, webhook_id: str | None, limit: int, page_token: str | None = None
    ) -> Page[WebhookDelivery]:
        """A page of the deliveries of a webhook, or of all, the newest first.

        Raises InvalidParameter on a bad token.
        """

    @abstractmethod
    async def prune(self, before: int, keep: int) -> None:
        """Forget what became of the deliveries that are older than `before`.

        And, of each webhook, of all but the newest `keep`. What is pending stays.
        """
