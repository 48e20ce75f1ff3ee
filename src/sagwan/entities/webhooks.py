"""Webhooks: who is told of which events of the model registry, and what became of that.

Source: MLflow's `webhooks.proto`.
"""

from enum import IntEnum

import msgspec

from sagwan.entities.base import Entity


class WebhookEntity(IntEnum):
    """What an event is about. Nothing here ever exceeds a budget: there is no gateway."""

    REGISTERED_MODEL = 1
    MODEL_VERSION = 2
    MODEL_VERSION_TAG = 3
    MODEL_VERSION_ALIAS = 4
    PROMPT = 5
    PROMPT_VERSION = 6
    PROMPT_TAG = 7
    PROMPT_VERSION_TAG = 8
    PROMPT_ALIAS = 9
    BUDGET_POLICY = 10


class WebhookAction(IntEnum):
    """What happened to it."""

    CREATED = 1
    UPDATED = 2
    DELETED = 3
    SET = 4
    EXCEEDED = 5


class WebhookStatus(IntEnum):
    """Whether a webhook is told of anything."""

    ACTIVE = 1
    DISABLED = 2


class DeliveryState(IntEnum):
    """Whether an event still has to reach a webhook's receiver."""

    PENDING = 0
    DELIVERED = 1
    FAILED = 2


class Event(msgspec.Struct, frozen=True, order=True):
    """A kind of event."""

    entity: WebhookEntity
    action: WebhookAction


class WebhookEvent(Entity):
    """A kind of event by the names of its parts, `MODEL_VERSION` and `CREATED`."""

    entity: str
    action: str


class Webhook(Entity):
    """A webhook; its secret is never shown. Times are Unix milliseconds.

    `status` is `ACTIVE` or `DISABLED`.
    """

    webhook_id: str
    name: str
    url: str
    events: list[WebhookEvent]
    status: str
    creation_timestamp: int
    last_updated_timestamp: int
    description: str | None = None


class WebhookDelivery(Entity):
    """An event on its way to a webhook, or what became of it. Times are Unix milliseconds.

    `state` is `PENDING`, `DELIVERED` or `FAILED`; `delivery_id` is what the receiver sees in the
    header `X-MLflow-Delivery-Id`, the same at every attempt. `response_status` and
    `error` are of the last attempt; `next_attempt_time` is there while there will be one.
    """

    delivery_id: str
    webhook_id: str
    event: WebhookEvent
    state: str
    creation_time: int
    attempts: int
    body: str
    last_attempt_time: int | None = None
    next_attempt_time: int | None = None
    response_status: int | None = None
    error: str | None = None
