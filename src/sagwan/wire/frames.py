"""Frames: answers of many numbers, as a JSON header and arrays in binary.

A frame is the bytes `SGW1`, the length of the header as a little-endian uint32, the header, zeros
up to a multiple of 8 bytes, and the arrays, each with zeros up to a multiple of 8 bytes. The header
says where an array is as [offset, type]. Offsets are in bytes from the end of the padded header;
types are `f8`, `f4` and `u4` as numpy names them, little-endian. Arrays of the same bytes are one:
runs that logged at the same steps share their x.
"""

import struct
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

MAGIC = b"SGW1"
MEDIA_TYPE = "application/x-sagwan-series"

_head = struct.Struct("<4sI")

_LARGEST = float(np.finfo(np.float32).max)

Place = tuple[int, str]


class FrameWriter:
    """Puts a frame together."""

    def __init__(self) -> None:
        self._places: dict[bytes, int] = {}
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, array: NDArray[Any], kind: str) -> Place:
        """Where in the frame the array is, as numbers of type `kind`.

        What single precision can't hold becomes its largest number.
        """
        if kind == "f4":
            array = np.minimum(np.maximum(array, -_LARGEST), _LARGEST)
        data = array.astype(f"<{kind}").tobytes()
        place = self._places.get(data)
        if place is None:
            place = self._places[data] = self._size
            data += bytes(-len(data) % 8)
            self._parts.append(data)
            self._size += len(data)
        return place, kind

    def frame(self, header: msgspec.Struct) -> bytes:
        """The frame with this header."""
        encoded = msgspec.json.encode(header)
        padding = bytes(-(_head.size + len(encoded)) % 8)
        return b"".join([_head.pack(MAGIC, len(encoded)), encoded, padding, *self._parts])


class FrameReader:
    """Takes a frame apart."""

    def __init__(self, frame: bytes) -> None:
        """Raises ValueError where these bytes are no frame."""
        if len(frame) < _head.size or frame[:4] != MAGIC:
            raise ValueError("These bytes are no frame.")
        _, length = _head.unpack_from(frame)
        self.header = frame[_head.size : _head.size + length]
        self._frame = frame
        self._start = -(-(_head.size + length) // 8) * 8

    def read(self, place: Place, length: int) -> NDArray[Any]:
        """The array at a place."""
        offset, kind = place
        array: NDArray[Any] = np.frombuffer(self._frame, f"<{kind}", length, self._start + offset)
        return array
