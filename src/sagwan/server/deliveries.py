"""Telling webhooks, in the background of a server: what is pending in the store is sent.

An event is in the store as soon as the change that it tells of. Any process of any machine claims
what is due, sends it, and says what became of it; a claim ends by itself, so that what a process
took and could not settle, since it was killed, is sent by another one. Then a receiver may be told
twice, of one delivery id.
"""

import asyncio
import logging
from collections import Counter
from contextlib import suppress

from sagwan.domain.webhooks import is_success, signature, wait_after
from sagwan.errors import Overloaded, SagwanError, Unavailable
from sagwan.server.context import Context
from sagwan.server.outgoing import Answer, Undelivered, post
from sagwan.server.sealing import Unreadable
from sagwan.storage.webhooks import Claimed, Outcome

POLL = 10.0
"""Seconds between two looks for what other processes left."""

LEASE = 10
"""Seconds that a claim lasts beyond the time that a receiver has."""

EACH = 4
"""How many a process sends to one webhook at a time: one that hangs must not hold up all others."""

GRACE = 3.0
"""Seconds to finish what is under way when a server stops."""

PRUNE = 300.0
"""Seconds between two looks for what is too old."""

AGE = 30 * 24 * 3600 * 1000
"""Milliseconds that the log goes back."""

KEEP = 1000
"""Deliveries of each webhook that the log has."""

# Where deliveries are due and other processes have them.
_PAUSE = 1.0

_log = logging.getLogger(__name__)


class Deliverer:
    """Sends what the store has for webhooks."""

    def __init__(self, context: Context, poll: float = POLL) -> None:
        self._context = context
        self._poll = poll
        self._sending: dict[asyncio.Task[None], str] = {}
        self._task: asyncio.Task[None] | None = None
        self._pruned = float("-inf")

    def start(self) -> None:
        """Work in the background, in the running event loop."""
        self._task = asyncio.create_task(self._run(), name="sagwan-webhooks")

    async def close(self) -> None:
        """Finish what is under way, but not for long: the next process goes on."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        if self._sending:
            await asyncio.wait(self._sending, timeout=GRACE)
        left = list(self._sending)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def run_once(self) -> int | None:
        """Send what is due and wait for it; when the next is due, in Unix milliseconds."""
        due = await self._claim()
        while self._sending:
            await asyncio.wait(self._sending)
            due = await self._claim()
        return due

    async def _run(self) -> None:
        queued = self._context.store.webhooks.queued
        while True:
            queued.clear()
            pause = self._poll
            try:
                due = await self._claim()
                await self._prune()
                if due is not None:
                    pause = min(pause, max(0.0, (due - self._context.clock()) / 1000))
            except (Unavailable, Overloaded):
                pause = self._poll  # the store is gone for the moment
            except Exception:
                _log.exception("Webhooks could not be told and will be told later.")
            await self._wait(queued, pause)

    async def _wait(self, queued: asyncio.Event, pause: float) -> None:
        """Until there is something new, a sender is free, or it is time."""
        if pause == 0 and not self._sending:
            pause = _PAUSE
        told = asyncio.ensure_future(queued.wait())
        try:
            await asyncio.wait(
                [told, *self._sending],
                timeout=pause or None,
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            told.cancel()

    async def _claim(self) -> int | None:
        """Begin to send as much as can be; when the next is due."""
        settings, now = self._context.settings, self._context.clock()
        sending = Counter(self._sending.values())
        free = settings.webhook_delivery_max_workers - sending.total()
        if free <= 0:
            return now
        until = now + (settings.webhook_request_timeout + LEASE) * 1000
        busy = [webhook for webhook, count in sending.items() if count >= EACH]
        claims = await self._context.store.webhooks.claim(now, until, free, EACH, busy)
        for claimed in claims.deliveries:
            task = asyncio.create_task(self._deliver(claimed), name="sagwan-webhook")
            self._sending[task] = claimed.webhook_id
            task.add_done_callback(self._sending.pop)
        return claims.next_due

    async def _deliver(self, claimed: Claimed) -> None:
        try:
            outcome = await self._attempt(claimed)
        except asyncio.CancelledError:
            now = self._context.clock()
            outcome = Outcome(False, now, now, error="The server was stopped.")
        except Exception:
            _log.exception("A webhook could not be told, for an unforeseen reason.")
            outcome = self._failed(claimed, "An unforeseen error; the server's log has the reason.")
        with suppress(SagwanError):  # its claim ends, and it is tried again
            await self._context.store.webhooks.settle(
                claimed.delivery_id, claimed.attempts, outcome
            )

    async def _attempt(self, claimed: Claimed) -> Outcome:
        try:
            answer = await send(
                self._context, claimed.url, claimed.secret, claimed.delivery_id, claimed.body
            )
        except (Undelivered, Unreadable) as error:
            return self._failed(claimed, str(error))
        if is_success(answer.status):
            return Outcome(True, self._context.clock(), response_status=answer.status)
        return self._failed(claimed, refusal(answer), answer)

    def _failed(self, claimed: Claimed, why: str, answer: Answer | None = None) -> Outcome:
        now = self._context.clock()
        again = None
        if claimed.attempts <= self._context.settings.webhook_request_max_retries:
            asked = None if answer is None else answer.retry_after
            again = now + wait_after(claimed.attempts, asked) * 1000
        return Outcome(False, now, again, None if answer is None else answer.status, why)

    async def _prune(self) -> None:
        moment = asyncio.get_running_loop().time()
        if moment - self._pruned < PRUNE:
            return
        self._pruned = moment
        await self._context.store.webhooks.prune(self._context.clock() - AGE, KEEP)


async def send(
    context: Context, url: str, sealed: str | None, delivery_id: str, body: str
) -> Answer:
    """One attempt, with the headers by which receivers know it. Raises Undelivered, Unreadable."""
    settings = context.settings
    timestamp = str(context.clock() // 1000)
    headers = {
        "Content-Type": "application/json",
        "X-MLflow-Delivery-Id": delivery_id,
        "X-MLflow-Timestamp": timestamp,
    }
    if sealed:
        secret = context.sealer.open(sealed)
        headers["X-MLflow-Signature"] = signature(secret, delivery_id, timestamp, body)
    return await post(
        url,
        body.encode(),
        headers,
        resolve=context.resolve,
        allow_private=settings.webhook_allow_private_ips,
        timeout=settings.webhook_request_timeout,
    )


def refusal(answer: Answer) -> str:
    """What is said of an answer that is no success."""
    if 300 <= answer.status < 400:
        return f"The receiver answered {answer.status}; redirects are not followed."
    said = f": {answer.text}" if answer.text.strip() else "."
    return f"The receiver answered {answer.status}{said}"
