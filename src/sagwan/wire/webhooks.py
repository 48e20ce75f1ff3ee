"""Requests and responses about webhooks and what they were told."""

from sagwan.entities import Entity
from sagwan.entities.base import Int64
from sagwan.entities.webhooks import (
    Webhook,
    WebhookAction,
    WebhookDelivery,
    WebhookEntity,
    WebhookStatus,
)


class AskedEvent(Entity):
    """A kind of event; not every action is one of every entity."""

    entity: WebhookEntity
    action: WebhookAction


class CreateWebhook(Entity):
    """POST webhooks

    Names may be used again. The secret, which no answer ever shows, signs what is sent.
    """

    name: str
    url: str
    events: list[AskedEvent]
    description: str | None = None
    secret: str | None = None
    status: WebhookStatus | None = None


class WebhookResponse(Entity):
    """One webhook."""

    webhook: Webhook


class ListWebhooks(Entity):
    """GET webhooks

    The newest first; a page has at most 1,000.
    """

    max_results: Int64 = 100
    page_token: str | None = None


class ListWebhooksResponse(Entity):
    """A page of webhooks."""

    webhooks: list[Webhook] = []
    next_page_token: str | None = None


class WebhookRequest(Entity):
    """GET and DELETE webhooks/{webhook_id}"""

    webhook_id: str


class UpdateWebhook(Entity):
    """PATCH webhooks/{webhook_id}

    Change what is given. An empty secret takes it away: what is sent is not signed any more.
    """

    webhook_id: str
    name: str | None = None
    description: str | None = None
    url: str | None = None
    events: list[AskedEvent] | None = None
    secret: str | None = None
    status: WebhookStatus | None = None


class TestWebhook(Entity):
    """POST webhooks/{webhook_id}/test

    Send an example of an event, of the webhook's first where none is given, and wait for the
    answer. It is attempted once.
    """

    __test__ = False  # no test, whatever pytest thinks

    webhook_id: str
    event: AskedEvent | None = None


class WebhookTestResult(Entity):
    """What became of a test; the start of what the receiver answered."""

    success: bool
    response_status: int | None = None
    response_body: str | None = None
    error_message: str | None = None


class TestWebhookResponse(Entity):
    """The result of a test."""

    __test__ = False

    result: WebhookTestResult


class ListDeliveries(Entity):
    """GET webhook-deliveries

    What a webhook, or all of them, were told and are being told; the newest first. What is over
    is kept for 30 days, and of each webhook the newest 1,000.
    """

    webhook_id: str | None = None
    max_results: Int64 = 100
    page_token: str | None = None


class ListDeliveriesResponse(Entity):
    """A page of deliveries."""

    deliveries: list[WebhookDelivery]
    next_page_token: str | None = None
