"""The codec of metric segments: columns of key, step, timestamp and value as bytes.

Every segment names its encoding by a number; what a number means never changes.
"""

from array import array
from dataclasses import dataclass
from struct import Struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROW = 1
COLUMNS = 2

_row = Struct("<qqqd")
_row_dtype = np.dtype([("key", "<i8"), ("step", "<i8"), ("time", "<i8"), ("value", "<f8")])


@dataclass(slots=True)
class Points:
    """Points as columns of equal length; timestamps in Unix milliseconds."""

    keys: NDArray[np.int64]
    steps: NDArray[np.int64]
    times: NDArray[np.int64]
    values: NDArray[np.float64]


def encode_fresh(
    keys: list[int], steps: list[int], timestamps: list[int], values: list[float]
) -> tuple[int, bytes]:
    """The points of one commit to one run as (encoding, data), in the order given.

    Integers are signed, of 64 bits. Raises OverflowError or struct.error where one is larger.
    """
    if len(keys) == 1:
        return ROW, _row.pack(keys[0], steps[0], timestamps[0], values[0])
    return COLUMNS, b"".join(
        (
            array("q", keys).tobytes(),
            array("q", steps).tobytes(),
            array("q", timestamps).tobytes(),
            array("d", values).tobytes(),
        )
    )


def decode(encoding: int, data: bytes) -> Points:
    """The points of a segment. Raises ValueError for an encoding that this version can't read."""
    if encoding == ROW:
        rows: NDArray[Any] = np.frombuffer(data, _row_dtype)
        return Points(rows["key"], rows["step"], rows["time"], rows["value"])
    if encoding == COLUMNS:
        integers = np.frombuffer(data, "<i8").reshape(4, -1)
        return Points(integers[0], integers[1], integers[2], integers[3].view("<f8"))
    raise ValueError(f"Metric segments of encoding {encoding} can't be read by this version.")
