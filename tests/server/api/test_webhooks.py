"""Webhooks: webhooks, webhooks/{webhook_id}, webhooks/{webhook_id}/test and webhook-deliveries"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sagwan.config import Settings
from tests.server.api.answers import NOTHING, Said, missing, not_found, refused, said, too_long
from tests.server.support import START, Asker, asking

FIRST, SECOND = f"{1:032x}", f"{2:032x}"
LOG = "/api/sagwan/v1/webhook-deliveries"
EVENTS = [{"entity": "MODEL_VERSION", "action": "CREATED"}]
WEBHOOK = {"name": "ci", "url": "https://1.1.1.1/hook", "events": EVENTS}
NOWHERE = not_found("Webhook with ID nowhere not found.")


@pytest.fixture(scope="module")
def unhooked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    """An application for requests that it refuses."""
    with asking(tmp_path_factory.mktemp("unhooked")) as app:
        yield app
        assert app.get("webhooks").json == {}


@pytest.fixture
def lenient(tmp_path: Path) -> Iterator[Asker]:
    """An application that lets webhooks lead anywhere."""
    settings = Settings(webhook_allow_private_ips=True, webhook_allowed_schemes=("https", "http"))
    with asking(tmp_path, settings) as app:
        yield app


def shown(webhook_id: str = FIRST, created: int = 1, updated: int = 1, **fields: Any) -> str:
    webhook = {
        "webhook_id": webhook_id,
        "name": "ci",
        "url": "https://1.1.1.1/hook",
        "events": EVENTS,
        "status": "ACTIVE",
        "creation_timestamp": START + created,
        "last_updated_timestamp": START + updated,
        **fields,
    }
    return json.dumps(webhook, separators=(",", ":"), ensure_ascii=False)


def one(*args: Any, **fields: Any) -> Said:
    return 200, f'{{"webhook":{shown(*args, **fields)}}}'.encode()


def create(app: Asker, **fields: object) -> Said:
    return said(app.post("webhooks", {**WEBHOOK, **fields}))


def change(app: Asker, webhook_id: str = FIRST, **fields: object) -> Said:
    return said(app.post(f"webhooks/{webhook_id}", fields, "PATCH"))


def test_a_webhook_is_made_changed_and_deleted(app: Asker) -> None:
    both = [{"entity": "PROMPT_TAG", "action": "SET"}, *EVENTS]
    made = create(
        app, description="설명", secret="hush", events=[*both, *EVENTS], status="DISABLED"
    )
    fields = {"description": "설명", "events": both[::-1], "status": "DISABLED"}
    assert made == one(events=both[::-1], status="DISABLED", description="설명")
    assert said(app.get(f"webhooks/{FIRST}")) == made
    # What is empty is no change, but for the description and the secret.
    unchanged = change(app, name="", url="", events=[])
    assert unchanged == one(
        FIRST, 1, 2, **{k: fields[k] for k in ("events", "status")}, description="설명"
    )
    changed = change(
        app,
        name="b",
        url="https://8.8.8.8",
        events=[{"entity": 5, "action": 1}],
        description="",
        secret="",
        status=1,
    )
    assert changed == one(
        FIRST,
        1,
        3,
        name="b",
        url="https://8.8.8.8",
        events=[{"entity": "PROMPT", "action": "CREATED"}],
        description="",
    )
    assert b"hush" not in b"".join(answer[1] for answer in (made, unchanged, changed))
    assert said(app.ask("DELETE", f"webhooks/{FIRST}")) == NOTHING
    assert app.get(f"webhooks/{FIRST}").status == 404


def test_webhooks_are_listed_in_pages_the_newest_first(app: Asker) -> None:
    assert said(app.get("webhooks")) == NOTHING
    create(app), create(app)
    page = app.get("webhooks?max_results=1")
    token = page.json["next_page_token"]
    assert said(page) == (
        200,
        f'{{"webhooks":[{shown(SECOND, 2, 2)}],"next_page_token":"{token}"}}'.encode(),
    )
    last = f'{{"webhooks":[{shown()}]}}'.encode()
    assert said(app.get(f"webhooks?max_results=1&page_token={token}")) == (200, last)
    both = f'{{"webhooks":[{shown(SECOND, 2, 2)},{shown()}]}}'.encode()
    assert said(app.get("webhooks?max_results=0")) == (200, both)
    assert app.get("webhooks?page_token=x").status == 400


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({"name": ""}, missing("name")),
        ({"url": None}, missing("url")),
        ({"events": []}, missing("events")),
        ({"description": "d" * 1001}, too_long("description", 1000)),
        ({"secret": "s" * 1001}, too_long("secret", 1000)),
        ({"url": "https://1.1.1.1/" + "u" * 2048}, too_long("url", 2048)),
        (
            {"name": "-ci"},
            refused(
                "Webhook name '-ci' is invalid. It must start and end with a letter or digit, be"
                " at most 63 characters long, and contain only letters, digits, dots (.),"
                " underscores (_), and hyphens (-)."
            ),
        ),
        ({"url": "  "}, refused("Webhook URL cannot be empty or just whitespace: '  '")),
        (
            {"url": "http://1.1.1.1"},
            refused("Invalid webhook URL scheme: 'http'. Allowed schemes are: https."),
        ),
        ({"url": "https:///x"}, refused("Webhook URL must include a hostname: 'https:///x'")),
        (
            {"url": "https://1.1.1.1/a b"},
            refused("Invalid webhook URL 'https://1.1.1.1/a b': it holds spaces, or port 0."),
        ),
        (
            {"url": "https://1.1.1.1:x"},
            refused(
                "Invalid webhook URL 'https://1.1.1.1:x': Port could not be cast to integer value"
                " as 'x'"
            ),
        ),
        (
            {"url": "https://127.0.0.1"},
            refused(
                "Webhook URL must not resolve to a non-public IP address. '127.0.0.1' resolves to"
                " 127.0.0.1."
            ),
        ),
        (
            {"url": "https://[::ffff:10.0.0.1]"},
            refused(
                "Webhook URL must not resolve to a non-public IP address. '::ffff:10.0.0.1'"
                " resolves to ::ffff:10.0.0.1."
            ),
        ),
        (
            {"events": [{"entity": "PROMPT", "action": "SET"}]},
            refused("Invalid action 'set' for entity 'prompt'. Valid actions are: ['created']"),
        ),
        (
            {"events": [{"entity": "RUN", "action": "CREATED"}]},
            refused(
                "Invalid value \"RUN\" for parameter 'events[0].entity' supplied:  Hint: Value was"
                " of type 'str'. See the API docs for more information about request parameters."
            ),
        ),
        ({"events": [{"entity": "PROMPT"}]}, missing("events[0].action")),
    ],
)
def test_says_what_is_wrong(unhooked: Asker, fields: dict[str, object], answer: Said) -> None:
    assert create(unhooked, **fields) == answer


def test_a_change_is_checked_as_well(unhooked: Asker) -> None:
    assert change(unhooked, "nowhere", name="a") == NOWHERE
    assert change(unhooked, "nowhere", url="ftp://a")[0] == 400
    assert change(unhooked, "nowhere", name="a/b")[0] == 400
    assert said(unhooked.get("webhooks/nowhere")) == NOWHERE
    assert said(unhooked.ask("DELETE", "webhooks/nowhere")) == NOWHERE
    assert said(unhooked.post("webhooks/nowhere/test")) == NOWHERE
    assert said(unhooked.get(f"{LOG}?webhook_id=nowhere")) == NOWHERE
    for path in ("webhooks?max_results=1001", f"{LOG}?max_results=1001"):
        answer = refused("max_results must be between 1 and 1000.")
        assert said(unhooked.get(path)) == answer


def test_a_test_says_why_it_failed(lenient: Asker) -> None:
    create(lenient, url="http://127.0.0.1:1")
    answer = lenient.post(f"webhooks/{FIRST}/test", {"event": {"entity": 5, "action": 1}})
    result = answer.json["result"]
    assert answer.status == 200
    assert result["success"] is False
    assert result["error_message"].startswith("Failed to test webhook: The receiver can't be")
    wrong = {"event": {"entity": "PROMPT", "action": "SET"}}
    assert lenient.post(f"webhooks/{FIRST}/test", wrong).status == 400


def test_the_log_shows_what_is_told(lenient: Asker) -> None:
    assert said(lenient.get(LOG)) == (200, b'{"deliveries":[]}')
    create(lenient, url="http://127.0.0.1:1")
    lenient.post("registered-models/create", {"name": "net"})
    lenient.post("model-versions/create", {"name": "net", "source": "s3://bucket/m"})
    body = (
        '{"entity": "model_version", "action": "created", "timestamp":'
        ' "2023-11-14T22:13:20.003000+00:00", "data": {"name": "net", "version": "1", "source":'
        ' "s3://bucket/m", "run_id": null, "tags": {}, "description": null}}'
    )
    delivery = {
        "delivery_id": "PLACE",
        "webhook_id": FIRST,
        "event": EVENTS[0],
        "state": "PENDING",
        "creation_time": START + 3,
        "attempts": 0,
        "body": body,
        "next_attempt_time": START + 3,
    }
    answer = lenient.get(f"{LOG}?webhook_id={FIRST}")
    delivery["delivery_id"] = answer.json["deliveries"][0]["delivery_id"]
    expected = json.dumps({"deliveries": [delivery]}, separators=(",", ":"))
    assert said(answer) == (200, expected.encode())
    assert said(lenient.get(LOG)) == said(answer)
