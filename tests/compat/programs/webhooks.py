"""Webhooks of the model registry: made, changed, refused; what a receiver gets, and how signed."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from mlflow import MlflowClient
from mlflow.entities.webhook import Webhook
from mlflow.webhooks.delivery import _generate_hmac_signature
from readback import api, attempt, emit, post, request

SECRET = "비밀 of receivers"
EVENTS = [
    *("registered_model.created", "model_version.created"),
    *("model_version_tag.set", "model_version_tag.deleted"),
    *("model_version_alias.created", "model_version_alias.deleted"),
    *("prompt.created", "prompt_version.created", "prompt_tag.set", "prompt_tag.deleted"),
    *("prompt_version_tag.set", "prompt_version_tag.deleted"),
    *("prompt_alias.created", "prompt_alias.deleted"),
]
client = MlflowClient()
got: list[dict[str, Any]] = []
came = threading.Condition()


class Receiver(BaseHTTPRequestHandler):
    """Checks the signature as receivers do, and keeps the rest."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        delivery = self.headers["X-MLflow-Delivery-Id"]
        moment = self.headers["X-MLflow-Timestamp"]
        told = json.loads(body)
        with came:
            got.append(
                {
                    "signed": self.headers.get("X-MLflow-Signature")
                    == _generate_hmac_signature(SECRET, delivery, moment, body),
                    "path": self.path,
                    "type": self.headers["Content-Type"],
                    "fields": sorted(told),
                    "fraction": "." in told["timestamp"] and told["timestamp"].endswith("+00:00"),
                    **{name: told[name] for name in ("entity", "action", "data")},
                }
            )
            came.notify_all()
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def shown(webhook: Webhook) -> dict[str, Any]:
    """All that a client sees of a webhook but what differs each time."""
    return {
        "name": webhook.name,
        "url": webhook.url.split("/", 3)[-1],
        "events": sorted(map(str, webhook.events)),
        "status": str(webhook.status),
        "description": webhook.description,
        "secret": webhook.secret,
        "touched": webhook.last_updated_timestamp > webhook.creation_timestamp,
    }


def managed(url: str) -> dict[str, Any]:
    """A webhook from its making to its end."""
    made = client.create_webhook("first", url, ["prompt.created"], "what for", SECRET)
    second = client.create_webhook("first", url, ["model_version_tag.set"], status="DISABLED")
    page = client.list_webhooks(max_results=1)
    rest = client.list_webhooks(max_results=1, page_token=page.token)
    changed = client.update_webhook(
        made.webhook_id, name="B", description="", events=EVENTS[:3], secret="", status="DISABLED"
    )
    documents = {
        "made": shown(made),
        "second": shown(second),
        "pages": [[shown(one) for one in each] for each in (page, rest)],
        "ends": rest.token,
        "changed": shown(changed),
        "read": shown(client.get_webhook(made.webhook_id)),
        "bare": shown(client.update_webhook(made.webhook_id)),
    }
    for one in (made, second):
        client.delete_webhook(one.webhook_id)
    documents["gone"] = [
        attempt(call, "nowhere")
        for call in (client.get_webhook, client.delete_webhook, client.test_webhook)
    ]
    documents["left"] = [shown(one) for one in client.list_webhooks()]
    return documents


def refused(url: str) -> list[Any]:
    """What no webhook may be."""
    whole = {"name": "a", "url": url, "events": [{"entity": "PROMPT", "action": "CREATED"}]}
    wrong: list[dict[str, Any]] = [
        {"name": ""},
        {"url": None},
        {"events": []},
        {"url": " "},
        {"url": "ftp://a"},
        {"url": "http:///a"},
        {"name": 5},
        {"url": ["a"]},
        {"events": "PROMPT"},
        {"events": [{"entity": "PROMPT", "action": "SET"}]},
        {"events": [{"entity": "MODEL_VERSION", "action": "EXCEEDED"}]},
        {"description": 5},
    ]
    answers = [post("webhooks", {**whole, **fields}) for fields in wrong]
    return [*answers, request("GET", api("webhooks"), params={"max_results": 1001})]


def tell() -> None:
    """Everything that a webhook is told of."""
    client.create_registered_model("hooked net", {"team": "blue"}, "a net")
    client.create_registered_model("hooked bare")
    client.create_model_version(
        "hooked net", "s3://bucket/net", tags={"a": "b"}, description="one", run_id=None
    )
    client.set_registered_model_tag("hooked net", "unheard", "of")
    client.delete_registered_model_tag("hooked net", "unheard")
    client.set_model_version_tag("hooked net", "1", "checked", "é")
    client.delete_model_version_tag("hooked net", "1", "checked")
    client.set_registered_model_alias("hooked net", "best", "1")
    client.delete_registered_model_alias("hooked net", "best")
    name = "hooked_prompt"
    client.register_prompt(name, "Hi {{name}}", commit_message="first", tags={"a": "b"})
    client.set_prompt_tag(name, "team", "green")
    client.delete_prompt_tag(name, "team")
    client.set_prompt_version_tag(name, 1, "checked", "é")
    client.delete_prompt_version_tag(name, 1, "checked")
    client.set_prompt_alias(name, "best", 1)
    client.delete_prompt_alias(name, "best")


def delivered(url: str) -> dict[str, Any]:
    """What a receiver was told of changes, and of a test."""
    hook = client.create_webhook("all", url, EVENTS, secret=SECRET)
    tests = {}
    for event in ("prompt_version.created", *EVENTS):
        result = client.test_webhook(hook.webhook_id, event)
        tests[event] = (result.success, result.response_status, result.response_body)
    examples = [dict(one) for one in got]
    # Of the first of its events, and servers differ in which one that is.
    default = client.test_webhook(hook.webhook_id)
    got.clear()
    tell()
    with came:
        there = came.wait_for(lambda: len(got) >= 16, timeout=60)
    client.delete_webhook(hook.webhook_id)
    return {
        "tests": tests,
        "default": default.success,
        "examples": sorted(examples, key=json.dumps),
        "all there": there,
        "told": sorted(got, key=json.dumps),
    }


with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as receiver:
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    place = f"http://127.0.0.1:{receiver.server_address[1]}/hook?a=b"
    try:
        emit({"managed": managed(place), "refused": refused(place), "delivered": delivered(place)})
    finally:
        receiver.shutdown()
