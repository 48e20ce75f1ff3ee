"""Pieces of a trace's spans as bytes: MessagePack, compressed with Zstandard."""

from collections.abc import Sequence

import msgspec
import zstandard

from sagwan.entities.traces import Span

LEVEL = 3


class _Packed(msgspec.Struct, array_like=True, gc=False):
    span_id: str
    root: bool
    start: int
    json: bytes


_encode = msgspec.msgpack.Encoder().encode
_decoder = msgspec.msgpack.Decoder(list[_Packed])


def pack(spans: Sequence[Span]) -> bytes:
    """Spans as a piece."""
    packed = [_Packed(span.span_id, span.root, span.start, span.json) for span in spans]
    return zstandard.ZstdCompressor(level=LEVEL).compress(_encode(packed))


def unpack(piece: bytes) -> list[Span]:
    """The spans of a piece, in the order in which they were packed."""
    packed = _decoder.decode(zstandard.ZstdDecompressor().decompress(piece))
    return [Span(one.span_id, one.root, one.start, one.json) for one in packed]
