"""Webhooks on SQL. All is asked of the database itself, not of a replica."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, or_, select, update

from sagwan.domain.webhooks import DISABLED, webhook_not_found
from sagwan.entities import Page
from sagwan.entities.webhooks import (
    DeliveryState,
    Event,
    Webhook,
    WebhookAction,
    WebhookDelivery,
    WebhookEntity,
    WebhookEvent,
    WebhookStatus,
)
from sagwan.storage.sql.database import Database, new_id
from sagwan.storage.sql.outbox import Outbox
from sagwan.storage.sql.paging import decode_token, encode_token, query_digest
from sagwan.storage.sql.webhook_tables import webhook_deliveries, webhook_events, webhooks
from sagwan.storage.sql.writer import Writer
from sagwan.storage.webhooks import (
    Claimed,
    Claims,
    NewWebhook,
    Outcome,
    WebhookStore,
    WebhookUpdate,
)

_PENDING = webhook_deliveries.c.state == DeliveryState.PENDING.value


class SqlWebhooks(WebhookStore):
    """The port on SQL."""

    def __init__(self, database: Database, writer: Writer, outbox: Outbox) -> None:
        self._dialect = database.dialect
        self._writer = writer
        self.queued = outbox.queued

    async def create(self, new: NewWebhook) -> Webhook:
        def write(connection: Connection) -> Webhook:
            row = {
                "webhook_id": new.webhook_id,
                "name": new.name,
                "description": new.description,
                "url": new.url,
                "status": new.status.value,
                "secret": new.secret,
                "created": new.now,
                "updated": new.now,
            }
            number = new_id(connection.execute(insert(webhooks), row))
            _listen(connection, number, new.events)
            return _shown(connection, [_find(connection, new.webhook_id)])[0]

        return await self._writer.call(write)

    async def get(self, webhook_id: str) -> Webhook:
        return await self._writer.call(
            lambda connection: _shown(connection, [_find(connection, webhook_id)])[0]
        )

    async def secret(self, webhook_id: str) -> str | None:
        def read(connection: Connection) -> str | None:
            secret: str | None = _find(connection, webhook_id).secret
            return secret

        return await self._writer.call(read)

    async def search(self, limit: int, page_token: str | None = None) -> Page[Webhook]:
        digest = query_digest("webhooks")
        statement = select(webhooks).order_by(webhooks.c.id.desc()).limit(limit + 1)
        if page_token is not None:
            statement = statement.where(webhooks.c.id < _number(digest, page_token))

        def read(connection: Connection) -> Page[Webhook]:
            rows = connection.execute(statement).all()
            token = encode_token(digest, [rows[limit - 1].id]) if len(rows) > limit else None
            return Page(_shown(connection, rows[:limit]), token)

        return await self._writer.call(read)

    async def update(self, update_: WebhookUpdate) -> Webhook:
        given = {"name": update_.name, "description": update_.description, "url": update_.url}
        changes: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
        changes["updated"] = update_.now
        if update_.secret is not None:
            changes["secret"] = update_.secret or None
        if update_.status is not None:
            changes["status"] = update_.status.value

        def write(connection: Connection) -> Webhook:
            number = _find(connection, update_.webhook_id, lock=True).id
            connection.execute(update(webhooks).where(webhooks.c.id == number).values(changes))
            if update_.events is not None:
                connection.execute(delete(webhook_events).where(webhook_events.c.webhook == number))
                _listen(connection, number, update_.events)
            if update_.status is WebhookStatus.DISABLED:
                connection.execute(
                    update(webhook_deliveries)
                    .where(webhook_deliveries.c.webhook == number, _PENDING)
                    .values(state=DeliveryState.FAILED.value, error=DISABLED)
                )
            return _shown(connection, [_find(connection, update_.webhook_id)])[0]

        return await self._writer.call(write)

    async def delete(self, webhook_id: str) -> None:
        def write(connection: Connection) -> None:
            number = _find(connection, webhook_id, lock=True).id
            for table in (webhook_deliveries, webhook_events):
                connection.execute(delete(table).where(table.c.webhook == number))
            connection.execute(delete(webhooks).where(webhooks.c.id == number))

        await self._writer.call(write)

    async def claim(
        self, now: int, until: int, limit: int, each: int, busy: Collection[str] = ()
    ) -> Claims:
        def write(connection: Connection) -> Claims:
            rows = _due(connection, now, limit, busy)
            taken: Counter[int] = Counter()
            chosen = []
            for row in rows:
                taken[row.webhook] += 1
                if taken[row.webhook] <= each:
                    chosen.append(row)
            claimed = _claim(connection, chosen, until)
            due = select(func.min(webhook_deliveries.c.due)).where(_PENDING)
            return Claims(claimed, connection.execute(due).scalar())

        return await self._writer.call(write)

    async def settle(self, delivery_id: str, attempts: int, outcome: Outcome) -> None:
        table = webhook_deliveries
        state = DeliveryState.PENDING if outcome.retry_at is not None else DeliveryState.FAILED
        changes: dict[str, Any] = {
            "state": (DeliveryState.DELIVERED if outcome.delivered else state).value,
            "attempted": outcome.now,
            "response_status": outcome.response_status,
            "error": outcome.error,
        }
        if outcome.retry_at is not None:
            changes["due"] = outcome.retry_at
        statement = update(table).values(changes)
        statement = statement.where(
            table.c.delivery_id == delivery_id, _PENDING, table.c.attempts == attempts
        )
        await self._writer.call(lambda connection: _run(connection, statement))

    async def deliveries(
        self, webhook_id: str | None, limit: int, page_token: str | None = None
    ) -> Page[WebhookDelivery]:
        table = webhook_deliveries
        digest = query_digest("deliveries", webhook_id)
        statement = select(table, webhooks.c.webhook_id).join(webhooks)
        statement = statement.order_by(table.c.id.desc()).limit(limit + 1)
        if page_token is not None:
            statement = statement.where(table.c.id < _number(digest, page_token))

        def read(connection: Connection) -> Page[WebhookDelivery]:
            wanted = statement
            if webhook_id is not None:
                number = _find(connection, webhook_id).id
                wanted = statement.where(table.c.webhook == number)
            rows = connection.execute(wanted).all()
            token = encode_token(digest, [rows[limit - 1].id]) if len(rows) > limit else None
            return Page([_delivery(row) for row in rows[:limit]], token)

        return await self._writer.call(read)

    async def prune(self, before: int, keep: int) -> None:
        table = webhook_deliveries

        def write(connection: Connection) -> None:
            for number in connection.execute(select(webhooks.c.id)).scalars().all():
                oldest = connection.execute(
                    select(table.c.id)
                    .where(table.c.webhook == number)
                    .order_by(table.c.id.desc())
                    .limit(1)
                    .offset(keep - 1)
                ).scalar()
                old = table.c.created < before
                if oldest is not None:
                    old = or_(old, table.c.id < oldest)
                connection.execute(delete(table).where(table.c.webhook == number, ~_PENDING, old))

        await self._writer.call(write)


def _run(connection: Connection, statement: Any) -> None:
    connection.execute(statement)


def _find(connection: Connection, webhook_id: str, lock: bool = False) -> Row[Any]:
    statement = select(webhooks).where(webhooks.c.webhook_id == webhook_id)
    row = connection.execute(statement.with_for_update() if lock else statement).one_or_none()
    if row is None:
        raise webhook_not_found(webhook_id)
    return row


def _listen(connection: Connection, number: int, events: Iterable[Event]) -> None:
    connection.execute(
        insert(webhook_events),
        [
            {"webhook": number, "entity": event.entity.value, "action": event.action.value}
            for event in events
        ],
    )


def _due(connection: Connection, now: int, limit: int, busy: Collection[str]) -> Sequence[Row[Any]]:
    """Deliveries that nobody else attempts, locked until the end of the transaction."""
    table = webhook_deliveries
    statement = select(table).where(_PENDING, table.c.due <= now)
    if busy:
        numbers = select(webhooks.c.id).where(webhooks.c.webhook_id.in_(list(busy)))
        found = connection.execute(numbers).scalars().all()
        statement = statement.where(table.c.webhook.not_in(found))
    statement = statement.order_by(table.c.due, table.c.id).limit(limit)
    return connection.execute(statement.with_for_update(skip_locked=True)).all()


def _claim(connection: Connection, rows: Sequence[Row[Any]], until: int) -> list[Claimed]:
    if not rows:
        return []
    table = webhook_deliveries
    connection.execute(
        update(table)
        .where(table.c.id.in_([row.id for row in rows]))
        .values(due=until, attempts=table.c.attempts + 1)
    )
    asked = select(webhooks).where(webhooks.c.id.in_({row.webhook for row in rows}))
    of = {row.id: row for row in connection.execute(asked)}
    return [
        Claimed(
            row.delivery_id,
            of[row.webhook].webhook_id,
            of[row.webhook].url,
            of[row.webhook].secret,
            row.body,
            row.attempts + 1,
        )
        for row in rows
    ]


def _number(digest: str, token: str) -> int:
    (number,) = decode_token(digest, token)
    return int(number)


def _shown(connection: Connection, rows: Sequence[Row[Any]]) -> list[Webhook]:
    """The webhooks of these rows, in their order."""
    events: dict[int, list[WebhookEvent]] = defaultdict(list)
    table = webhook_events
    statement = select(table).where(table.c.webhook.in_([row.id for row in rows]))
    for row in connection.execute(statement.order_by(table.c.entity, table.c.action)):
        events[row.webhook].append(_event(row))
    return [
        Webhook(
            row.webhook_id,
            row.name,
            row.url,
            events[row.id],
            WebhookStatus(row.status).name,
            row.created,
            row.updated,
            row.description,
        )
        for row in rows
    ]


def _event(row: Row[Any]) -> WebhookEvent:
    return WebhookEvent(WebhookEntity(row.entity).name, WebhookAction(row.action).name)


def _delivery(row: Row[Any]) -> WebhookDelivery:
    pending = row.state == DeliveryState.PENDING
    return WebhookDelivery(
        row.delivery_id,
        row.webhook_id,
        _event(row),
        DeliveryState(row.state).name,
        row.created,
        row.attempts,
        row.body,
        row.attempted,
        row.due if pending else None,
        row.response_status,
        row.error,
    )
