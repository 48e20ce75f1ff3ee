"""Checksums in HTTP headers (RFC 9530). SHA-256 is the one that is spoken here.

`Repr-Digest` is that of a whole file, whatever part of it a message carries. Sent with a file, it
says what must arrive; asked for by `Want-Repr-Digest`, it comes back with the answer.
"""

import base64
import re

from sagwan.errors import InvalidParameter

REPR_DIGEST = "repr-digest"
WANT_REPR_DIGEST = "want-repr-digest"

WANTED = "sha-256=10"
"""The value of `Want-Repr-Digest` that asks for SHA-256."""

_SIZE = 32
_GIVEN = re.compile(r"(?:^|,)\s*sha-256\s*=\s*:([^:]*):\s*(?:;[^,]*)?(?=,|$)")
_ASKED = re.compile(r"(?:^|,)\s*sha-256\s*=\s*(\d{1,2})\s*(?=,|$)")


def format_digest(digest: bytes) -> str:
    """The value of `Repr-Digest` for a SHA-256."""
    return f"sha-256=:{base64.b64encode(digest).decode()}:"


def parse_digest(header: str | None) -> bytes | None:
    """The SHA-256 in a `Repr-Digest`; None where there is none, as other algorithms are ignored.

    Raises InvalidParameter where it can't be one.
    """
    match = _GIVEN.search(header) if header else None
    if match is None:
        return None
    try:
        digest = base64.b64decode(match[1], validate=True)
    except ValueError:  # also what the module calls its own errors
        digest = b""
    if len(digest) != _SIZE:
        raise InvalidParameter("The Repr-Digest header's sha-256 is no SHA-256 in base64.")
    return digest


def wants_digest(header: str | None) -> bool:
    """Whether a `Want-Repr-Digest` asks for SHA-256."""
    match = _ASKED.search(header) if header else None
    return match is not None and int(match[1]) > 0
