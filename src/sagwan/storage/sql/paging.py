"""Page tokens: opaque, versioned, valid only for the query that they were given out for."""

import base64
import hashlib
from typing import Any

import msgspec

from sagwan.domain.lifecycle import invalid_page_token

_VERSION = 1


def query_digest(*parts: object) -> str:
    """What identifies a query in its tokens."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=6).hexdigest()


def encode_token(digest: str, values: list[Any]) -> str:
    """The token of the page after the row with these sort values."""
    packed = msgspec.msgpack.encode([_VERSION, digest, values])
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def decode_token(digest: str, token: str) -> list[Any]:
    """The sort values in a token. Raises InvalidParameter for another query's."""
    try:
        packed = base64.urlsafe_b64decode(token.encode() + b"=" * (-len(token) % 4))
        version, given, values = msgspec.msgpack.decode(packed, type=tuple[int, str, list[Any]])
    except (ValueError, msgspec.DecodeError):
        raise invalid_page_token() from None
    if version != _VERSION or given != digest:
        raise invalid_page_token()
    return values
