"""Webhooks are told: in the background, again where it failed, after a restart, by one of many."""

import asyncio
import json
import sqlite3
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from sagwan.config import Settings
from sagwan.domain.webhooks import WAITS, signature
from sagwan.entities.webhooks import Event, WebhookAction, WebhookDelivery, WebhookEntity
from sagwan.server import deliveries as module
from sagwan.server.context import Context
from sagwan.server.deliveries import Deliverer
from sagwan.server.run import open_context
from sagwan.server.sealing import Sealer
from sagwan.storage.registry import NewRegisteredModel
from sagwan.storage.webhooks import NewWebhook, Stamp
from tests.support.receiver import Receiver, receiving
from tests.support.server import free_port, running_server

SECRET = "비밀"
CREATED = Event(WebhookEntity.REGISTERED_MODEL, WebhookAction.CREATED)
OPTIONS = ("--webhook-allow-private-ips", "--webhook-allowed-schemes", "http")


@dataclass
class Bench:
    """A context whose clock stands still until it is moved."""

    context: Context
    now: int = 1_700_000_000_000

    async def hook(self, url: str, name: str = "w", secret: str | None = None) -> None:
        await self.context.store.webhooks.create(
            NewWebhook(name, name, url, [CREATED], self.now, None, secret)
        )

    async def register(self, number: int) -> None:
        new = NewRegisteredModel(f"m{number}", self.now)
        await self.context.store.registry.create(new, Stamp(f"{number:032x}", self.now))

    async def log(self) -> list[WebhookDelivery]:
        return (await self.context.store.webhooks.deliveries(None, 100)).items


def on_bench(settings: Settings, use: Callable[[Bench], Awaitable[None]]) -> None:
    async def main() -> None:
        async with open_context(settings) as context:
            bench = Bench(context)
            bench.context = replace(context, clock=lambda: bench.now)
            await use(bench)

    asyncio.run(main())


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        str(tmp_path / "store"),
        artifacts_destination=str(tmp_path / "artifacts"),
        webhook_allow_private_ips=True,
        webhook_allowed_schemes=("http",),
        webhook_request_timeout=5,
        webhook_request_max_retries=2,
    )


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def test_a_webhook_is_told_as_receivers_expect_it(settings: Settings, receiver: Receiver) -> None:
    async def use(bench: Bench) -> None:
        await bench.hook(receiver.url, "signed", bench.context.sealer.seal(SECRET))
        await bench.hook(receiver.url, "unsigned")
        await bench.register(1)
        assert await Deliverer(bench.context).run_once() is None
        log = {each.delivery_id: each for each in await bench.log()}
        assert {each.state for each in log.values()} == {"DELIVERED"}
        for got in receiver.got:
            delivery = log[got.headers["x-mlflow-delivery-id"]]
            assert (got.path, got.body) == ("/hook?a=b", delivery.body)
            assert got.headers["x-mlflow-timestamp"] == str(bench.now // 1000)
            assert got.headers["content-type"] == "application/json"
            made = signature(SECRET, delivery.delivery_id, str(bench.now // 1000), got.body)
            expected = made if delivery.webhook_id == "signed" else None
            assert got.headers.get("x-mlflow-signature") == expected
        assert len(receiver.got) == 2

    on_bench(settings, use)


def test_what_failed_is_sent_again_later_until_it_is_given_up(
    settings: Settings, receiver: Receiver
) -> None:
    receiver.answers = [(500, {}, b"broken"), (429, {"Retry-After": "300"}, b"")]
    receiver.usual = (302, {"Location": "http://169.254.169.254/"}, b"")

    async def use(bench: Bench) -> None:
        await bench.hook(receiver.url)
        await bench.register(1)
        deliverer = Deliverer(bench.context)
        start, seen = bench.now, []
        for wait in (0, WAITS[0] * 1000, 300_000):
            bench.now += wait
            due = await deliverer.run_once()
            (shown,) = await bench.log()
            seen.append((due, shown.state, shown.response_status, shown.error))
        second = start + WAITS[0] * 1000
        assert seen == [
            (second, "PENDING", 500, "The receiver answered 500: broken"),
            (second + 300_000, "PENDING", 429, "The receiver answered 429."),
            (None, "FAILED", 302, "The receiver answered 302; redirects are not followed."),
        ]
        assert len({got.headers["x-mlflow-delivery-id"] for got in receiver.got}) == 1
        assert len(receiver.got) == 3

    on_bench(settings, use)


def test_a_receiver_that_was_down_is_told_when_it_is_up(settings: Settings) -> None:
    receiver = Receiver(free_port())

    async def use(bench: Bench) -> None:
        await bench.hook(receiver.url)
        await bench.register(1)
        deliverer = Deliverer(bench.context)
        await deliverer.run_once()
        (shown,) = await bench.log()
        assert (shown.state, shown.response_status) == ("PENDING", None)
        assert (shown.error or "").startswith("The receiver can't be reached: ")
        with receiving(receiver):
            bench.now += WAITS[0] * 1000
            await deliverer.run_once()
        (shown,) = await bench.log()
        assert (shown.state, shown.attempts, shown.error) == ("DELIVERED", 2, None)

    on_bench(settings, use)


def test_nothing_is_sent_to_where_a_webhook_may_not_lead(
    settings: Settings, receiver: Receiver
) -> None:
    """Also where it was allowed when the webhook was made."""

    async def use(bench: Bench) -> None:
        await bench.hook(receiver.url)
        await bench.register(1)
        await Deliverer(bench.context).run_once()
        (shown,) = await bench.log()
        assert "must not resolve to a non-public IP address" in (shown.error or "")
        assert receiver.got == []

    on_bench(replace(settings, webhook_allow_private_ips=False), use)


def test_a_secret_that_can_not_be_read_is_told_and_nothing_sent(
    settings: Settings, receiver: Receiver
) -> None:
    key = "0" * 43 + "="
    other = "1" * 43 + "="

    async def use(bench: Bench) -> None:
        await bench.hook(receiver.url, "a", Sealer(other).seal(SECRET))
        await bench.hook(receiver.url, "b", Sealer(key).seal(SECRET))
        await bench.hook(receiver.url, "c", Sealer().seal(SECRET))
        await bench.register(1)
        await Deliverer(bench.context).run_once()
        states = {each.webhook_id: each for each in await bench.log()}
        assert "encrypted with another key" in (states["a"].error or "")
        assert (states["b"].state, states["c"].state) == ("DELIVERED", "DELIVERED")
        bench.context = replace(bench.context, sealer=Sealer())
        await bench.register(2)
        await Deliverer(bench.context).run_once()
        error = next(each.error for each in await bench.log() if each.webhook_id == "b")
        assert "started without the key" in (error or "")

    on_bench(replace(settings, webhook_secret_encryption_key=key), use)


def test_many_senders_send_each_delivery_once(settings: Settings, receiver: Receiver) -> None:
    async def use(bench: Bench) -> None:
        await bench.hook(receiver.url)
        for number in range(12):
            await bench.register(number)
        await asyncio.gather(*(Deliverer(bench.context).run_once() for _ in range(3)))
        ids = [got.headers["x-mlflow-delivery-id"] for got in receiver.got]
        assert len(ids) == len(set(ids)) == 12

    on_bench(settings, use)


def test_it_is_told_at_once_in_the_background(settings: Settings, receiver: Receiver) -> None:
    async def use(bench: Bench) -> None:
        deliverer = Deliverer(bench.context, poll=3600)
        deliverer.start()
        try:
            await bench.hook(receiver.url)
            await bench.register(1)
            await asyncio.to_thread(receiver.wait, 1)
        finally:
            await deliverer.close()
        assert [each.state for each in await bench.log()] == ["DELIVERED"]

    on_bench(settings, use)


def test_what_a_server_could_not_finish_is_due_for_the_next(
    settings: Settings, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "GRACE", 0.0)
    receiver.answers = [None]

    async def use(bench: Bench) -> None:
        deliverer = Deliverer(bench.context)
        deliverer.start()
        await bench.hook(receiver.url)
        await bench.register(1)
        await asyncio.to_thread(receiver.wait, 1)
        await deliverer.close()
        (shown,) = await bench.log()
        assert (shown.state, shown.error) == ("PENDING", "The server was stopped.")
        await Deliverer(bench.context).run_once()
        assert [each.state for each in await bench.log()] == ["DELIVERED"]

    on_bench(settings, use)


def test_a_server_that_was_killed_has_lost_nothing(tmp_path: Path, receiver: Receiver) -> None:
    """Neither what it was just sending, nor what it had not come to."""
    receiver.usual = None
    with running_server(tmp_path, *OPTIONS, "--webhook-delivery-max-workers", "1") as server:
        post(server.url, "webhooks", {"name": "w", "url": receiver.url, "events": [event()]})
        for name in ("a", "b"):
            post(server.url, "registered-models/create", {"name": name})
        receiver.wait(1)
        server.kill()
        receiver.usual = (204, {}, b"")
        # The claim of the dead lasts for as long as its receiver had to answer, and a little.
        store = tmp_path / "sagwan" / "sagwan.db"
        end_claims(store)
        server.start()
        receiver.wait_until(lambda: {name_in(got.body) for got in receiver.got[1:]} == {"a", "b"})


def event() -> dict[str, str]:
    return {"entity": "REGISTERED_MODEL", "action": "CREATED"}


def name_in(body: str) -> str:
    name: str = json.loads(body)["data"]["name"]
    return name


def post(url: str, path: str, fields: dict[str, Any]) -> None:
    request = urllib.request.Request(
        f"{url}/api/2.0/mlflow/{path}",
        json.dumps(fields).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 200


def end_claims(store: Path) -> None:
    """Let claims end now, as they do by themselves."""
    with closing(sqlite3.connect(store)) as database, database:
        changed = database.execute("UPDATE webhook_deliveries SET due = created WHERE state = 0")
        assert changed.rowcount == 2
