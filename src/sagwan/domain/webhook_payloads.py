"""What webhooks are told: the events of the model registry, and their data.

Source: MLflow's `webhooks/types.py` and the handlers that send them.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec

from sagwan.domain.registry import PROMPT_TAG, is_prompt
from sagwan.entities import Tag
from sagwan.entities.webhooks import Event, WebhookAction, WebhookEntity

PROMPT_TYPE_TAG = "_mlflow_prompt_type"
PROMPT_TEXT_TAG = "mlflow.prompt.text"

_CREATED, _SET, _DELETED = WebhookAction.CREATED, WebhookAction.SET, WebhookAction.DELETED


class News(msgspec.Struct):
    """An event and its data."""

    event: Event
    data: dict[str, Any]


def body(news: News, now: int) -> str:
    """What a receiver is sent, as JSON; `now` is when it happened, in Unix milliseconds."""
    return json.dumps(
        {
            "entity": news.event.entity.name.lower(),
            "action": news.event.action.name.lower(),
            "timestamp": datetime.fromtimestamp(now / 1000, UTC).isoformat(),
            "data": news.data,
        }
    )


def model_created(name: str, tags: Iterable[Tag], description: str | None) -> News:
    """A registered model or a prompt is there."""
    shown = {tag.key: tag.value for tag in tags}
    entity = WebhookEntity.REGISTERED_MODEL
    if is_prompt(tags):
        entity = WebhookEntity.PROMPT
        shown = _without(shown, PROMPT_TAG, PROMPT_TYPE_TAG)
    data = {"name": name, "tags": shown, "description": description or ""}
    return News(Event(entity, _CREATED), data)


def version_created(
    name: str,
    version: int,
    source: str,
    run_id: str,
    tags: Iterable[Tag],
    description: str | None,
) -> News:
    """A version of a registered model or of a prompt is there."""
    shown = {tag.key: tag.value for tag in tags}
    data: dict[str, Any] = {"name": name, "version": str(version)}
    if is_prompt(tags):
        entity = WebhookEntity.PROMPT_VERSION
        data["template"] = shown.get(PROMPT_TEXT_TAG)
        shown = _without(shown, PROMPT_TAG, PROMPT_TYPE_TAG, PROMPT_TEXT_TAG)
    else:
        entity = WebhookEntity.MODEL_VERSION
        data |= {"source": source, "run_id": run_id or None}
    data |= {"tags": shown, "description": description or None}
    return News(Event(entity, _CREATED), data)


def model_tag_changed(name: str, key: str, value: str | None, prompt: bool) -> News | None:
    """A tag of a prompt was set or, where it has no value, deleted; of others nobody is told."""
    if not prompt:
        return None
    return _tag(WebhookEntity.PROMPT_TAG, {"name": name}, key, value)


def version_tag_changed(name: str, version: int, key: str, value: str | None, prompt: bool) -> News:
    """A tag of a version was set or, where it has no value, deleted."""
    entity = WebhookEntity.PROMPT_VERSION_TAG if prompt else WebhookEntity.MODEL_VERSION_TAG
    return _tag(entity, {"name": name, "version": str(version)}, key, value)


def alias_changed(name: str, alias: str, version: int | None, prompt: bool) -> News:
    """An alias stands for a version or, where there is none, for nothing any more."""
    entity = WebhookEntity.PROMPT_ALIAS if prompt else WebhookEntity.MODEL_VERSION_ALIAS
    data = {"name": name, "alias": alias}
    if version is None:
        return News(Event(entity, _DELETED), data)
    return News(Event(entity, _CREATED), {**data, "version": str(version)})


def _tag(entity: WebhookEntity, of: dict[str, Any], key: str, value: str | None) -> News:
    if value is None:
        return News(Event(entity, _DELETED), {**of, "key": key})
    return News(Event(entity, _SET), {**of, "key": key, "value": value})


def _without(tags: dict[str, str], *keys: str) -> dict[str, str]:
    return {key: value for key, value in tags.items() if key not in keys}


def example(event: Event) -> News:
    """What a webhook is told for a test."""
    entity = event.entity
    prompt = entity.name.startswith("PROMPT")
    thing = "prompt" if prompt else "model"
    name, value = f"example_{thing}", "example_value" if event.action is _SET else None
    marks = [Tag(PROMPT_TAG, "true"), Tag(PROMPT_TEXT_TAG, "Hello {{name}}!")] if prompt else []
    tags = [*marks[:1], Tag("example_key", "example_value")]
    match entity:
        case WebhookEntity.REGISTERED_MODEL | WebhookEntity.PROMPT:
            kind = "prompt" if prompt else "registered model"
            return model_created(name, tags, f"An example {kind}")
        case WebhookEntity.MODEL_VERSION | WebhookEntity.PROMPT_VERSION:
            text = f"An example {thing} version"
            tags = [*marks, *tags[-1:]]
            return version_created(name, 1, "models:/123", "abcd1234abcd5678", tags, text)
        case WebhookEntity.PROMPT_TAG:
            return _tag(entity, {"name": name}, "example_key", value)
        case WebhookEntity.MODEL_VERSION_TAG | WebhookEntity.PROMPT_VERSION_TAG:
            return version_tag_changed(name, 1, "example_key", value, prompt)
        case WebhookEntity.MODEL_VERSION_ALIAS | WebhookEntity.PROMPT_ALIAS:
            version = 1 if event.action is _CREATED else None
            return alias_changed(name, "example_alias", version, prompt)
        case WebhookEntity.BUDGET_POLICY:
            return News(event, dict(_BUDGET))


_BUDGET: dict[str, Any] = {
    "budget_policy_id": "bp-abc123",
    "budget_unit": "USD",
    "budget_amount": 100.0,
    "current_spend": 105.5,
    "duration_unit": "MONTHS",
    "duration_value": 1,
    "target_scope": "ENDPOINT",
    "workspace": "default",
    "target_value": "ep-abc123",
    "window_start": 1704067200000,
}
