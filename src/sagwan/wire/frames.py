"""Frames: answers of many numbers, as a JSON header and arrays in binary.

A frame is the bytes `SGW1`, the length of the header as a little-endian uint32, the header, zeros
up to a multiple of 8 bytes, and the arrays, each with zeros up to a multiple of 8 bytes. The header
says where an array is as [offset, type]. Offsets are in bytes from the end of the padded header;
types are `f8`, `f4` and `u4` as numpy names them, little-endian. Arrays of the same bytes are one:
runs that logged at the same steps share their x.

In planes, an array has the first bytes of all its numbers, then the second ones, and so on. Those
that say how large a number is are much alike, and so together they are compressed to little.
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
    """Puts a frame together; `planes` says whether its arrays are in planes."""

    def __init__(self, *, planes: bool = False) -> None:
        self._planes = planes
        self._places: dict[bytes, int] = {}
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, array: NDArray[Any], kind: str) -> Place:
        """Where in the frame the array is, as numbers of type `kind`.

        What single precision can't hold becomes its largest number.
        """
        if kind == "f4":
            array = np.minimum(np.maximum(array, -_LARGEST), _LARGEST)
        numbers = array.astype(f"<{kind}")
        if self._planes:
            numbers = numbers.view(np.uint8).reshape(len(numbers), numbers.itemsize).T
        data = numbers.tobytes()
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

    def __init__(self, frame: bytes, *, planes: bool = False) -> None:
        """Raises ValueError where these bytes are no frame."""
        self._planes = planes
        if len(frame) < _head.size or frame[:4] != MAGIC:
            raise ValueError("These bytes are no frame.")
        _, length = _head.unpack_from(frame)
        self.header = frame[_head.size : _head.size + length]
        self._frame = frame
        self._start = -(-(_head.size + length) // 8) * 8

    def read(self, place: Place, length: int) -> NDArray[Any]:
        """The array at a place."""
        offset, kind = place
        start = self._start + offset
        if self._planes:
            size = np.dtype(kind).itemsize
            planes = np.frombuffer(self._frame, np.uint8, length * size, start)
            return np.ascontiguousarray(planes.reshape(size, length).T).view(f"<{kind}").ravel()
        array: NDArray[Any] = np.frombuffer(self._frame, f"<{kind}", length, start)
        return array
