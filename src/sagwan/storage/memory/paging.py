"""Pages of a listing: a token says how far the pages before came, and in which query."""

from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar

from sagwan.domain.lifecycle import invalid_page_token
from sagwan.entities import Page

T = TypeVar("T")


def cut_page(items: Sequence[T], limit: int | None, token: str | None, *query: object) -> Page[T]:
    """The page of `items` after `token`; all that is left where `limit` is None.

    `query` is what a token belongs to. Raises InvalidParameter where it belongs to another.
    """
    name = sha256(repr(query).encode()).hexdigest()[:16]
    start = 0
    if token is not None:
        offset, _, of = token.partition("-")
        if of != name or not (offset.isascii() and offset.isdigit()):
            raise invalid_page_token()
        start = int(offset)
    end = len(items) if limit is None else start + limit
    return Page(list(items[start:end]), f"{end}-{name}" if end < len(items) else None)
