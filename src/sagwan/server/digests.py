"""Checksums of files that pass through: compared on the way in, told on the way out.

The headers are those of RFC 9530, of which the protocol's clients know nothing: what doesn't send
them gets the same answers as ever.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator

from starlette.requests import Request

from sagwan.artifacts.base import ArtifactReader
from sagwan.errors import InvalidParameter, Unavailable
from sagwan.wire.digests import (
    REPR_DIGEST,
    WANT_REPR_DIGEST,
    format_digest,
    parse_digest,
    wants_digest,
)


def checked_body(request: Request) -> tuple[AsyncIterator[bytes], dict[str, str]]:
    """The body of an upload, and headers that tell what was compared once it was stored.

    The body raises InvalidParameter at its end where it isn't what `Repr-Digest` says, so that it
    is not stored. Raises InvalidParameter for a header that is none.
    """
    digest = parse_digest(request.headers.get(REPR_DIGEST))
    if digest is None:
        return request.stream(), {}
    return _compared(request.stream(), digest), {REPR_DIGEST: format_digest(digest)}


async def _compared(chunks: AsyncIterator[bytes], digest: bytes) -> AsyncIterator[bytes]:
    sha256 = hashlib.sha256()
    async for chunk in chunks:
        sha256.update(chunk)
        yield chunk
    if sha256.digest() != digest:
        raise InvalidParameter(
            "What arrived is not what the Repr-Digest header says: the checksums differ. Nothing"
            " was stored."
        )


def digest_header(request: Request, content: bytes) -> dict[str, str]:
    """The header that tells the checksum of a file's bytes, where the request asks for it."""
    if not wants_digest(request.headers.get(WANT_REPR_DIGEST)):
        return {}
    return {REPR_DIGEST: format_digest(hashlib.sha256(content).digest())}


async def digest_header_of(request: Request, reader: ArtifactReader) -> dict[str, str]:
    """The same for an open file, which is read for it. Raises Unavailable."""
    if not wants_digest(request.headers.get(WANT_REPR_DIGEST)):
        return {}
    sha256 = hashlib.sha256()
    async for chunk in reader.chunks():
        await asyncio.to_thread(sha256.update, chunk)
        if await request.is_disconnected():
            raise Unavailable("The client did not wait for the checksum.")
    return {REPR_DIGEST: format_digest(sha256.digest())}
