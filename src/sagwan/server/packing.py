"""Answers that are compressed where that pays and the client takes it."""

import asyncio
import zlib
from collections.abc import Mapping

from sagwan.server.static import accepted_encodings

# Smaller answers fit into a packet or two as they are.
_LEAST = 1400
# What can't be made smaller than this share is sent as it is: the client saves its time.
_PAYS = 0.9
# Compressing more than this would make others wait for the loop.
_MOST_INLINE = 32_768

VARY = (b"vary", b"Accept-Encoding")
GZIP = (b"content-encoding", b"gzip")


async def packed(body: bytes, headers: Mapping[bytes, bytes]) -> bytes | None:
    """The body as gzip; None where it is to be sent as it is. `headers` are the request's."""
    if len(body) < _LEAST or not _takes_gzip(headers):
        return None
    if len(body) <= _MOST_INLINE:
        small = compress(body)
    else:
        small = await asyncio.to_thread(compress, body)
    return small if len(small) < _PAYS * len(body) else None


def compress(data: bytes) -> bytes:
    """The bytes as gzip, fast rather than small."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return packer.compress(data) + packer.flush()


def _takes_gzip(headers: Mapping[bytes, bytes]) -> bool:
    return "gzip" in accepted_encodings(headers.get(b"accept-encoding", b"").decode("latin-1"))
