"""The part of the state machine that tells webhooks."""

from collections.abc import Callable, Coroutine
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from sagwan.entities.webhooks import Event, WebhookAction, WebhookEntity, WebhookStatus
from sagwan.storage.base import Store
from sagwan.storage.webhooks import Claims, NewWebhook, Outcome, Stamp, WebhookUpdate

EVENTS = (
    Event(WebhookEntity.REGISTERED_MODEL, WebhookAction.CREATED),
    Event(WebhookEntity.MODEL_VERSION, WebhookAction.CREATED),
    Event(WebhookEntity.MODEL_VERSION_TAG, WebhookAction.SET),
    Event(WebhookEntity.MODEL_VERSION_ALIAS, WebhookAction.DELETED),
    Event(WebhookEntity.PROMPT, WebhookAction.CREATED),
    Event(WebhookEntity.PROMPT_TAG, WebhookAction.SET),
)
webhooks = st.sampled_from(["w0", "w1", "none"])
events = st.lists(st.sampled_from(EVENTS), min_size=1, max_size=6, unique=True)
moments = st.integers(1, 5)


class WebhookSteps:
    """Rules to inherit along with those of the machine that compares."""

    _both: Callable[[Callable[[Store], Coroutine[Any, Any, Any]]], None]
    _both_in_pages: Callable[[Callable[[Store, str | None], Any]], None]

    def __init__(self) -> None:
        super().__init__()
        self._told = 0
        self._hooks = 0

    def _stamp(self, now: int) -> Stamp:
        """The stamp of the next change."""
        self._told += 1
        return Stamp(f"{self._told:032x}", now)

    @rule(events=events, now=moments, secret=st.sampled_from([None, "s"]))
    def create_webhook(self, events: list[Event], now: int, secret: str | None) -> None:
        if self._hooks < 2:
            new = NewWebhook(f"w{self._hooks}", "é", "https://a", events, now, None, secret)
            self._hooks += 1
            self._both(lambda store: store.webhooks.create(new))

    @rule(
        webhook=webhooks,
        events=st.none() | events,
        now=moments,
        secret=st.sampled_from([None, "", "t"]),
        status=st.none() | st.sampled_from(WebhookStatus),
    )
    def change_webhook(
        self,
        webhook: str,
        events: list[Event] | None,
        now: int,
        secret: str | None,
        status: WebhookStatus | None,
    ) -> None:
        update = WebhookUpdate(webhook, now, None, "", None, events, secret, status)
        self._both(lambda store: store.webhooks.update(update))

    @rule(webhook=webhooks)
    def delete_webhook(self, webhook: str) -> None:
        self._both(lambda store: store.webhooks.delete(webhook))

    @rule(
        now=st.integers(1, 9),
        limit=st.integers(1, 3),
        each=st.integers(1, 2),
        busy=st.lists(webhooks, max_size=1),
        settled=st.booleans(),
        delivered=st.booleans(),
        retry_at=st.none() | moments,
    )
    def tell_webhooks(
        self,
        now: int,
        limit: int,
        each: int,
        busy: list[str],
        settled: bool,
        delivered: bool,
        retry_at: int | None,
    ) -> None:
        outcome = Outcome(delivered, now, None if delivered else retry_at, 200, "é")

        async def tell(store: Store) -> Claims:
            claims = await store.webhooks.claim(now, now + 3, limit, each, busy)
            for claimed in claims.deliveries if settled else ():
                await store.webhooks.settle(claimed.delivery_id, claimed.attempts, outcome)
            return claims

        self._both(tell)

    @rule(webhook=st.none() | webhooks, limit=st.integers(1, 3), before=moments, keep=moments)
    def read_webhooks(self, webhook: str | None, limit: int, before: int, keep: int) -> None:
        self._both(lambda store: store.webhooks.prune(before, keep))
        self._both_in_pages(lambda store, token: store.webhooks.search(limit, token))
        self._both_in_pages(lambda store, token: store.webhooks.deliveries(None, limit, token))
        if webhook is not None:
            self._both(lambda store: store.webhooks.get(webhook))
            self._both(lambda store: store.webhooks.secret(webhook))
            self._both(lambda store: _deliveries(store, webhook))


async def _deliveries(store: Store, webhook: str) -> list[Any]:
    return (await store.webhooks.deliveries(webhook, 100)).items
