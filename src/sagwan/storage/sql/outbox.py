"""What webhooks have to be told, written in the transaction of the change that it tells of."""

import asyncio

from sqlalchemy import BigInteger, ColumnElement, Connection, func, insert, select

from sagwan.domain import webhook_payloads as payloads
from sagwan.domain.webhooks import delivery_id
from sagwan.entities.webhooks import DeliveryState, WebhookStatus
from sagwan.storage.sql.webhook_tables import webhook_deliveries, webhook_events, webhooks
from sagwan.storage.webhooks import Stamp

_ACTIVE = webhooks.c.status == WebhookStatus.ACTIVE.value


def listener() -> ColumnElement[int | None]:
    """Some active webhook, to be selected beside something else: most stores have none.

    So a change that nobody is told of costs no statement more than without webhooks.
    """
    found = select(func.min(webhooks.c.id, type_=BigInteger)).where(_ACTIVE)
    return found.scalar_subquery().label("listener")


class Outbox:
    """Deliveries that are left for whoever sends them."""

    def __init__(self) -> None:
        self.queued = asyncio.Event()
        self._left = False

    def put(self, connection: Connection, stamp: Stamp | None, news: payloads.News | None) -> None:
        """Leave a delivery for each active webhook that listens; in the writer's thread."""
        if stamp is None or news is None:
            return
        event = news.event
        found = connection.execute(
            select(webhooks.c.id, webhooks.c.webhook_id)
            .join(webhook_events, webhook_events.c.webhook == webhooks.c.id)
            .where(
                webhook_events.c.entity == event.entity.value,
                webhook_events.c.action == event.action.value,
                _ACTIVE,
            )
            .order_by(webhooks.c.id)
            # Until the end none of them goes, and with it what it is to be told.
            .with_for_update(read=True, of=webhooks)
        ).all()
        if not found:
            return
        shared = {
            "entity": event.entity.value,
            "action": event.action.value,
            "body": payloads.body(news, stamp.now),
            "state": DeliveryState.PENDING.value,
            "created": stamp.now,
            "due": stamp.now,
            "attempts": 0,
        }
        rows = [
            {
                "webhook": each.id,
                "delivery_id": delivery_id(stamp.event_id, each.webhook_id),
                **shared,
            }
            for each in found
        ]
        connection.execute(insert(webhook_deliveries), rows)
        self._left = True

    def announce(self) -> None:
        """Tell who sends that there is something; in the loop's thread, after the commit."""
        if self._left:
            self._left = False
            self.queued.set()
