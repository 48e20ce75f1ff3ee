"""Rules of webhooks: what they may be, where they may lead, when an attempt is made again.

Source: MLflow's `webhooks/delivery.py` and `utils/validation.py`.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit
from uuid import UUID, uuid5

from sagwan.domain.limits import within
from sagwan.entities.webhooks import Event, WebhookAction, WebhookEntity
from sagwan.errors import InvalidParameter, NotFound

LONGEST_PAGE = 1000
NAME_LENGTH = 63
URL_LENGTH = 2048
DESCRIPTION_LENGTH = 1000
SECRET_LENGTH = 1000

ANSWER_LENGTH = 1000
"""The characters of a receiver's answer that are shown."""

WAITS = (5, 20, 80, 320, 1280, 3600)
"""Seconds before the second, the third, … attempt; the last of them before all others."""

DISABLED = "The webhook was disabled before this was delivered."

ACTIONS: dict[WebhookEntity, tuple[WebhookAction, ...]] = {
    WebhookEntity.REGISTERED_MODEL: (WebhookAction.CREATED,),
    WebhookEntity.MODEL_VERSION: (WebhookAction.CREATED,),
    WebhookEntity.MODEL_VERSION_TAG: (WebhookAction.DELETED, WebhookAction.SET),
    WebhookEntity.MODEL_VERSION_ALIAS: (WebhookAction.CREATED, WebhookAction.DELETED),
    WebhookEntity.PROMPT: (WebhookAction.CREATED,),
    WebhookEntity.PROMPT_VERSION: (WebhookAction.CREATED,),
    WebhookEntity.PROMPT_TAG: (WebhookAction.DELETED, WebhookAction.SET),
    WebhookEntity.PROMPT_VERSION_TAG: (WebhookAction.DELETED, WebhookAction.SET),
    WebhookEntity.PROMPT_ALIAS: (WebhookAction.CREATED, WebhookAction.DELETED),
    WebhookEntity.BUDGET_POLICY: (WebhookAction.EXCEEDED,),
}

_NAME = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?", re.IGNORECASE | re.ASCII)
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f]")
# Addresses of IPv4 for networks that have IPv6 alone.
_NAT64 = IPv6Network("64:ff9b::/96")


# --- What a webhook may be ------------------------------------------------------------------------


def check_webhook_name(name: str) -> str:
    """`name`, if a webhook may have it. Raises InvalidParameter."""
    if len(name) > NAME_LENGTH or not _NAME.fullmatch(name):
        raise InvalidParameter(
            f"Webhook name {name!r} is invalid. It must start and end with a letter or digit, be"
            f" at most {NAME_LENGTH} characters long, and contain only letters, digits, dots (.),"
            " underscores (_), and hyphens (-)."
        )
    return name


def check_webhook_url(url: str, schemes: Iterable[str]) -> str:
    """`url`, if a webhook may have it, wherever that leads. Raises InvalidParameter."""
    within("url", URL_LENGTH, url)
    if not url.strip():
        raise InvalidParameter(f"Webhook URL cannot be empty or just whitespace: {url!r}")
    try:
        parts = urlsplit(url)
        usable = parts.port != 0 and not _UNPRINTABLE.search(url)
        if parts.hostname and usable:
            parts.hostname.encode("idna")
    except ValueError as error:  # UnicodeError is one
        raise InvalidParameter(f"Invalid webhook URL {url!r}: {error}") from None
    if not usable:
        raise InvalidParameter(f"Invalid webhook URL {url!r}: it holds spaces, or port 0.")
    allowed = tuple(schemes)
    if parts.scheme not in allowed:
        raise InvalidParameter(
            f"Invalid webhook URL scheme: {parts.scheme!r}. Allowed schemes are:"
            f" {', '.join(allowed)}."
        )
    if not parts.hostname:
        raise InvalidParameter(f"Webhook URL must include a hostname: {url!r}")
    return url


def host_of(url: str) -> tuple[str, int]:
    """The host of a webhook's URL, as names are looked up, and the port."""
    parts = urlsplit(url)
    host = (parts.hostname or "").encode("idna").decode()
    return host, parts.port or default_port(parts)


def default_port(parts: SplitResult) -> int:
    """The port of a URL that names none."""
    return 443 if parts.scheme == "https" else 80


def check_events(given: Iterable[tuple[WebhookEntity, WebhookAction]]) -> list[Event]:
    """Kinds of events, each once, in order. Raises InvalidParameter."""
    found = set()
    for entity, action in given:
        valid = ACTIONS[entity]
        if action not in valid:
            raise InvalidParameter(
                f"Invalid action '{action.name.lower()}' for entity '{entity.name.lower()}'. Valid"
                f" actions are: {[each.name.lower() for each in valid]}"
            )
        found.add(Event(entity, action))
    return sorted(found)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the whole internet, also one within another's form."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    ip = _embedded(ip) or ip
    return ip.is_global and not ip.is_multicast


def _embedded(ip: IPv4Address | IPv6Address) -> IPv4Address | None:
    """The address of IPv4 that one of IPv6 stands for."""
    if isinstance(ip, IPv4Address):
        return None
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour


def not_public(host: str, address: str) -> InvalidParameter:
    """A webhook would lead into a network of its own."""
    return InvalidParameter(
        f"Webhook URL must not resolve to a non-public IP address. {host!r} resolves to {address}."
    )


def unresolved(host: str, why: object) -> InvalidParameter:
    """Nobody knows the host of a webhook."""
    return InvalidParameter(f"Cannot resolve Webhook URL hostname {host!r}: {why}")


def check_page_size(size: int) -> int:
    """`size`, if a page may have so many entries. Raises InvalidParameter."""
    if not 1 <= size <= LONGEST_PAGE:
        raise InvalidParameter(f"max_results must be between 1 and {LONGEST_PAGE}.")
    return size


def webhook_not_found(webhook_id: str) -> NotFound:
    """There is no such webhook."""
    return NotFound(f"Webhook with ID {webhook_id} not found.")


# --- Deliveries -----------------------------------------------------------------------------------


def delivery_id(event_id: str, webhook_id: str) -> str:
    """The id of what tells a webhook of an event: always the same for the two."""
    return str(uuid5(UUID(event_id), webhook_id))


def signature(secret: str, delivery: str, timestamp: str, body: str) -> str:
    """What a receiver compares with its own: an HMAC-SHA256 of id, time (Unix seconds) and body."""
    signed = f"{delivery}.{timestamp}.{body}".encode()
    return "v1," + base64.b64encode(hmac.digest(secret.encode(), signed, hashlib.sha256)).decode()


def is_success(status: int) -> bool:
    """Whether a receiver's answer says that it has got it. A redirect is not followed."""
    return 200 <= status < 300


def wait_after(attempts: int, asked: int | None) -> int:
    """Seconds until the next attempt after so many; `asked` is what the receiver asked for."""
    ours = WAITS[min(attempts, len(WAITS)) - 1]
    return max(ours, min(asked or 0, WAITS[-1]))
