"""Rules of webhooks, and of what they are told."""

import json
from collections.abc import Sequence

from sagwan.domain.lifecycle import invalid_page_token
from sagwan.domain.registry import PROMPT_TAG
from sagwan.domain.webhooks import ACTIONS, DISABLED, delivery_id
from sagwan.entities import Page, Tag
from sagwan.entities.webhooks import (
    Event,
    Webhook,
    WebhookAction,
    WebhookDelivery,
    WebhookEntity,
    WebhookEvent,
    WebhookStatus,
)
from sagwan.errors import AlreadyExists, InvalidParameter, NotFound
from sagwan.storage.registry import NewRegisteredModel, NewVersion
from sagwan.storage.webhooks import Claimed, Claims, NewWebhook, Outcome, Stamp, WebhookUpdate
from sagwan.testing.storage.lab import Lab

BAD_TOKEN = invalid_page_token().message
URL = "https://example.com/é?a=b"
UNKNOWN = "f" * 32
EVERYTHING = [Event(entity, action) for entity, actions in ACTIONS.items() for action in actions]
CREATED = Event(WebhookEntity.REGISTERED_MODEL, WebhookAction.CREATED)
LATER = 1000


def stamp(number: int, now: int = 1) -> Stamp:
    return Stamp(f"{number:032x}", now)


def hook(
    lab: Lab, name: str = "a", events: Sequence[Event] = (CREATED,), secret: str | None = None
) -> Webhook:
    return lab(lab.store.webhooks.create(NewWebhook(name, name, URL, events, 5, None, secret)))


def register(lab: Lab, number: int, now: int = 1) -> None:
    """A model that webhooks are told of."""
    new = NewRegisteredModel(f"m{number}", now)
    lab(lab.store.registry.create(new, stamp(number, now)))


def claim(lab: Lab, now: int, *busy: str, limit: int = 10, each: int = 10) -> Claims:
    return lab(lab.store.webhooks.claim(now, now + LATER, limit, each, busy))


def log(lab: Lab, webhook_id: str | None = None) -> list[WebhookDelivery]:
    return lab(lab.store.webhooks.deliveries(webhook_id, 100)).items


def settle(lab: Lab, claimed: Claimed, outcome: Outcome) -> None:
    lab(lab.store.webhooks.settle(claimed.delivery_id, claimed.attempts, outcome))


class WebhookRules:
    def test_a_webhook_is_made_changed_and_deleted(self, lab: Lab) -> None:
        port = lab.store.webhooks
        events = [Event(WebhookEntity.PROMPT, WebhookAction.CREATED), CREATED]
        made = lab(port.create(NewWebhook("w", "é", URL, events, 7, "text\n", "sealed")))
        shown = [WebhookEvent("REGISTERED_MODEL", "CREATED"), WebhookEvent("PROMPT", "CREATED")]
        assert made == Webhook("w", "é", URL, shown, "ACTIVE", 7, 7, "text\n")
        assert lab(port.get("w")) == made
        assert lab(port.secret("w")) == "sealed"
        changed = lab(port.update(WebhookUpdate("w", 8)))
        assert changed == Webhook("w", "é", URL, shown, "ACTIVE", 7, 8, "text\n")
        update = WebhookUpdate("w", 9, "b", "", "https://b", [CREATED], "", WebhookStatus.DISABLED)
        changed = lab(port.update(update))
        assert changed == Webhook("w", "b", "https://b", shown[:1], "DISABLED", 7, 9, "")
        assert lab(port.get("w")) == changed
        assert lab(port.secret("w")) is None
        lab(port.delete("w"))
        assert lab(port.search(10)) == Page([])

    def test_webhooks_are_listed_in_pages_the_newest_first(self, lab: Lab) -> None:
        port = lab.store.webhooks
        made = [hook(lab, name) for name in ("a", "b", "c")]
        first = lab(port.search(2))
        assert first.items == [made[2], made[1]]
        assert lab(port.search(2, first.next_page_token)) == Page([made[0]])
        assert lab(port.search(3)).next_page_token is None
        lab.refuses(InvalidParameter, BAD_TOKEN, port.search(2, "x"))

    def test_webhooks_that_are_not_there(self, lab: Lab) -> None:
        port = lab.store.webhooks
        for call in (
            port.get(UNKNOWN),
            port.secret(UNKNOWN),
            port.update(WebhookUpdate(UNKNOWN, 1)),
            port.delete(UNKNOWN),
            port.deliveries(UNKNOWN, 1),
        ):
            lab.refuses(NotFound, f"Webhook with ID {UNKNOWN} not found.", call)


class OutboxRules:
    def test_every_event_is_told_to_who_listens(self, lab: Lab) -> None:
        hook(lab, "all", EVERYTHING)
        registry, prompt = lab.store.registry, Tag(PROMPT_TAG, "true")
        tags = [Tag("k", "v")]
        lab(registry.create(NewRegisteredModel("m", 1, "text", tags), stamp(1)))
        lab(registry.create(NewRegisteredModel("p", 1, None, [prompt, *tags]), stamp(2)))
        lab(registry.create_version(NewVersion("m", 1, "s3://a", "run", tags=tags), stamp(3)))
        text = Tag("mlflow.prompt.text", "Hi")
        new = NewVersion("p", 1, "dummy-source", description="d", tags=[prompt, text])
        lab(registry.create_version(new, stamp(4)))
        for number, name in ((10, "m"), (20, "p")):
            lab(registry.set_tag(name, Tag("a", "1"), stamp(number)))
            lab(registry.delete_tag(name, "a", stamp(number + 1)))
            lab(registry.set_version_tag(name, 1, Tag("a", "1"), stamp(number + 2)))
            lab(registry.delete_version_tag(name, 1, "a", stamp(number + 3)))
            lab(registry.set_alias(name, "best", 1, stamp(number + 4)))
            lab(registry.delete_alias(name, "best", stamp(number + 5)))
        found = [json.loads(each.body) for each in reversed(log(lab))]
        assert [(f"{one['entity']}.{one['action']}", one["data"]) for one in found] == [
            (
                "registered_model.created",
                {"name": "m", "tags": {"k": "v"}, "description": "text"},
            ),
            ("prompt.created", {"name": "p", "tags": {"k": "v"}, "description": ""}),
            (
                "model_version.created",
                {
                    "name": "m",
                    "version": "1",
                    "source": "s3://a",
                    "run_id": "run",
                    "tags": {"k": "v"},
                    "description": None,
                },
            ),
            (
                "prompt_version.created",
                {
                    "name": "p",
                    "version": "1",
                    "template": "Hi",
                    "tags": {},
                    "description": "d",
                },
            ),
            ("model_version_tag.set", {"name": "m", "version": "1", "key": "a", "value": "1"}),
            ("model_version_tag.deleted", {"name": "m", "version": "1", "key": "a"}),
            ("model_version_alias.created", {"name": "m", "alias": "best", "version": "1"}),
            ("model_version_alias.deleted", {"name": "m", "alias": "best"}),
            ("prompt_tag.set", {"name": "p", "key": "a", "value": "1"}),
            ("prompt_tag.deleted", {"name": "p", "key": "a"}),
            ("prompt_version_tag.set", {"name": "p", "version": "1", "key": "a", "value": "1"}),
            ("prompt_version_tag.deleted", {"name": "p", "version": "1", "key": "a"}),
            ("prompt_alias.created", {"name": "p", "alias": "best", "version": "1"}),
            ("prompt_alias.deleted", {"name": "p", "alias": "best"}),
        ]
        assert {one["timestamp"] for one in found} == {"1970-01-01T00:00:00.001000+00:00"}

    def test_only_active_webhooks_that_listen_are_told_of_stamped_changes(self, lab: Lab) -> None:
        port = lab.store.webhooks
        port.queued.clear()
        register(lab, 1)
        hook(lab, "a"), hook(lab, "b")
        hook(lab, "other", [Event(WebhookEntity.PROMPT, WebhookAction.CREATED)])
        hook(lab, "off")
        lab(port.update(WebhookUpdate("off", 6, status=WebhookStatus.DISABLED)))
        lab(lab.store.registry.create(NewRegisteredModel("unstamped", 1)))
        assert (log(lab), port.queued.is_set()) == ([], False)
        register(lab, 2, now=3)
        assert port.queued.is_set()
        body = (
            '{"entity": "registered_model", "action": "created", "timestamp":'
            ' "1970-01-01T00:00:00.003000+00:00", "data": {"name": "m2", "tags": {},'
            ' "description": ""}}'
        )
        event = WebhookEvent("REGISTERED_MODEL", "CREATED")
        ids = {name: delivery_id(stamp(2).event_id, name) for name in ("a", "b")}
        assert log(lab) == [
            WebhookDelivery(ids[name], name, event, "PENDING", 3, 0, body, next_attempt_time=3)
            for name in ("b", "a")
        ]

    def test_nobody_is_told_of_what_did_not_happen(self, lab: Lab) -> None:
        hook(lab)
        register(lab, 1)
        taken = "Registered Model (name=m1) already exists."
        call = lab.store.registry.create(NewRegisteredModel("m1", 1), stamp(2))
        lab.refuses(AlreadyExists, taken, call)
        assert len(log(lab)) == 1


class DeliveryRules:
    def test_a_delivery_is_claimed_once_and_settled(self, lab: Lab) -> None:
        hook(lab, secret="sealed")
        assert claim(lab, 1) == Claims([], None)
        register(lab, 1, now=3)
        assert claim(lab, 2) == Claims([], 3)
        claims = claim(lab, 3)
        (claimed,) = claims.deliveries
        assert claims.next_due == 3 + LATER
        assert (claimed.webhook_id, claimed.url, claimed.secret) == ("a", URL, "sealed")
        assert (claimed.attempts, claimed.body) == (1, log(lab)[0].body)
        assert claim(lab, 2 + LATER).deliveries == []
        settle(lab, claimed, Outcome(True, 9, response_status=204))
        (shown,) = log(lab)
        assert (shown.state, shown.attempts, shown.response_status) == ("DELIVERED", 1, 204)
        assert (shown.last_attempt_time, shown.next_attempt_time) == (9, None)
        assert claim(lab, 10 * LATER) == Claims([], None)
        # What is over stays so.
        settle(lab, claimed, Outcome(False, 10, error="no"))
        assert log(lab) == [shown]

    def test_an_attempt_that_failed_is_made_again_until_it_is_given_up(self, lab: Lab) -> None:
        hook(lab)
        register(lab, 1)
        (first,) = claim(lab, 1).deliveries
        settle(lab, first, Outcome(False, 2, 50, 500, "no"))
        (shown,) = log(lab)
        assert (shown.state, shown.next_attempt_time, shown.error) == ("PENDING", 50, "no")
        assert claim(lab, 49) == Claims([], 50)
        (second,) = claim(lab, 50).deliveries
        assert (second.delivery_id, second.attempts) == (first.delivery_id, 2)
        # Who was slow, and lost its claim, has nothing to say any more.
        settle(lab, first, Outcome(True, 51))
        assert log(lab)[0].state == "PENDING"
        settle(lab, second, Outcome(False, 52, error="never"))
        (shown,) = log(lab)
        assert (shown.state, shown.attempts, shown.error) == ("FAILED", 2, "never")
        assert (shown.response_status, shown.next_attempt_time) == (None, None)

    def test_a_claim_ends_by_itself(self, lab: Lab) -> None:
        hook(lab)
        register(lab, 1)
        claim(lab, 1)
        assert [each.attempts for each in claim(lab, 1 + LATER).deliveries] == [2]

    def test_no_webhook_holds_up_the_others(self, lab: Lab) -> None:
        for name in ("a", "b"):
            hook(lab, name)
        for number in range(3):
            register(lab, number, now=number + 1)
        taken = claim(lab, 9, limit=4, each=1).deliveries
        assert [each.webhook_id for each in taken] == ["a", "b"]
        assert [each.webhook_id for each in claim(lab, 9, "a").deliveries] == ["b", "b"]
        rest = claim(lab, 9).deliveries
        assert [json.loads(each.body)["data"]["name"] for each in rest] == ["m1", "m2"]

    def test_several_claim_at_once(self, lab: Lab) -> None:
        hook(lab)
        for number in range(6):
            register(lab, number)
        port = lab.store.webhooks
        results = lab.together(*(port.claim(1, LATER, 2, 2) for _ in range(4)))
        ids = [each.delivery_id for claims in results for each in claims.deliveries]
        assert len(ids) == len(set(ids)) == 6

    def test_what_is_disabled_or_deleted_is_told_nothing_more(self, lab: Lab) -> None:
        port = lab.store.webhooks
        for name in ("a", "b"):
            hook(lab, name)
        register(lab, 1)
        lab(port.update(WebhookUpdate("a", 6, status=WebhookStatus.DISABLED)))
        lab(port.delete("b"))
        (shown,) = log(lab)
        assert (shown.webhook_id, shown.state, shown.error) == ("a", "FAILED", DISABLED)
        assert claim(lab, 9) == Claims([], None)

    def test_the_log_is_read_in_pages(self, lab: Lab) -> None:
        port = lab.store.webhooks
        for name in ("a", "b"):
            hook(lab, name)
        for number in range(3):
            register(lab, number)
        whole = log(lab)
        first = lab(port.deliveries(None, 4))
        assert first.items == whole[:4]
        assert lab(port.deliveries(None, 4, first.next_page_token)) == Page(whole[4:])
        of_a = lab(port.deliveries("a", 2))
        assert of_a.items == [each for each in whole if each.webhook_id == "a"][:2]
        call = port.deliveries("b", 2, of_a.next_page_token)
        lab.refuses(InvalidParameter, BAD_TOKEN, call)

    def test_the_log_is_bounded(self, lab: Lab) -> None:
        port = lab.store.webhooks
        hook(lab)
        for number in range(1, 7):
            register(lab, number, now=number)
        for each in claim(lab, 4, limit=3).deliveries:
            settle(lab, each, Outcome(True, 9))
        (last,) = claim(lab, 9, limit=1).deliveries

        def left() -> list[int]:
            return [each.creation_time for each in log(lab)]

        lab(port.prune(0, 10))
        assert left() == [6, 5, 4, 3, 2, 1]
        lab(port.prune(2, 10))
        assert left() == [6, 5, 4, 3, 2]
        lab(port.prune(0, 4))
        assert left() == [6, 5, 4, 3]
        # What is pending stays, however old it is.
        lab(port.prune(9, 1))
        assert left() == [6, 5, 4]
        settle(lab, last, Outcome(True, 9))
        lab(port.prune(9, 1))
        assert left() == [6, 5]
