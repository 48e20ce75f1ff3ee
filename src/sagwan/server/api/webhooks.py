"""Handlers of webhooks."""

from collections.abc import Sequence

from sagwan.domain import webhooks as rules
from sagwan.domain.limits import within
from sagwan.domain.webhook_payloads import body, example
from sagwan.entities.webhooks import Event, WebhookAction, WebhookEntity, WebhookStatus
from sagwan.server.context import Context
from sagwan.server.deliveries import refusal, send
from sagwan.server.outgoing import Undelivered, checked_addresses
from sagwan.server.sealing import Unreadable
from sagwan.storage.webhooks import NewWebhook, WebhookUpdate
from sagwan.wire import endpoints
from sagwan.wire import webhooks as wire


async def create(context: Context, request: wire.CreateWebhook) -> wire.WebhookResponse:
    new = NewWebhook(
        webhook_id=context.ids.webhook(),
        name=rules.check_webhook_name(request.name),
        url=await _checked_url(context, request.url),
        events=_events(request.events),
        now=context.clock(),
        description=_description(request.description) or None,
        secret=_sealed(context, request.secret) or None,
        status=request.status or WebhookStatus.ACTIVE,
    )
    return wire.WebhookResponse(await context.store.webhooks.create(new))


async def listing(context: Context, request: wire.ListWebhooks) -> wire.ListWebhooksResponse:
    limit = rules.check_page_size(request.max_results or 100)
    page = await context.store.webhooks.search(limit, request.page_token or None)
    return wire.ListWebhooksResponse(page.items, page.next_page_token)


async def get(context: Context, request: wire.WebhookRequest) -> wire.WebhookResponse:
    return wire.WebhookResponse(await context.store.webhooks.get(request.webhook_id))


async def update(context: Context, request: wire.UpdateWebhook) -> wire.WebhookResponse:
    changes = WebhookUpdate(
        webhook_id=request.webhook_id,
        now=context.clock(),
        name=rules.check_webhook_name(request.name) if request.name else None,
        description=_description(request.description),
        url=await _checked_url(context, request.url) if request.url else None,
        events=_events(request.events) if request.events else None,
        secret=_sealed(context, request.secret),
        status=request.status,
    )
    return wire.WebhookResponse(await context.store.webhooks.update(changes))


async def delete(context: Context, request: wire.WebhookRequest) -> None:
    await context.store.webhooks.delete(request.webhook_id)


async def test(context: Context, request: wire.TestWebhook) -> wire.TestWebhookResponse:
    webhook = await context.store.webhooks.get(request.webhook_id)
    secret = await context.store.webhooks.secret(request.webhook_id)
    first = webhook.events[0]
    event = Event(WebhookEntity[first.entity], WebhookAction[first.action])
    if request.event is not None:
        event = _events([request.event])[0]
    told = body(example(event), context.clock())
    delivery = rules.delivery_id(context.ids.event(), webhook.webhook_id)
    try:
        answer = await send(context, webhook.url, secret, delivery, told)
    except (Undelivered, Unreadable) as error:
        failed = f"Failed to test webhook: {error}"
        return wire.TestWebhookResponse(wire.WebhookTestResult(False, error_message=failed))
    success = rules.is_success(answer.status)
    result = wire.WebhookTestResult(success, answer.status, answer.text or None)
    if not success:
        result.error_message = refusal(answer)
    return wire.TestWebhookResponse(result)


async def deliveries(context: Context, request: wire.ListDeliveries) -> wire.ListDeliveriesResponse:
    page = await context.store.webhooks.deliveries(
        request.webhook_id or None,
        rules.check_page_size(request.max_results),
        request.page_token or None,
    )
    return wire.ListDeliveriesResponse(page.items, page.next_page_token)


async def _checked_url(context: Context, url: str) -> str:
    settings = context.settings
    rules.check_webhook_url(url, settings.webhook_allowed_schemes)
    if not settings.webhook_allow_private_ips:
        await checked_addresses(url, context.resolve, allow_private=False)
    return url


def _events(given: Sequence[wire.AskedEvent]) -> list[Event]:
    return rules.check_events((event.entity, event.action) for event in given)


def _description(description: str | None) -> str | None:
    if description is None:
        return None
    return within("description", rules.DESCRIPTION_LENGTH, description)


def _sealed(context: Context, secret: str | None) -> str | None:
    """The form in which a secret is stored; an empty one stays empty."""
    if not secret:
        return secret
    return context.sealer.seal(within("secret", rules.SECRET_LENGTH, secret))


HANDLERS = {
    endpoints.CREATE_WEBHOOK: create,
    endpoints.LIST_WEBHOOKS: listing,
    endpoints.GET_WEBHOOK: get,
    endpoints.UPDATE_WEBHOOK: update,
    endpoints.DELETE_WEBHOOK: delete,
    endpoints.TEST_WEBHOOK: test,
    endpoints.LIST_DELIVERIES: deliveries,
}
