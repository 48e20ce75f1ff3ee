"""The codec of metric segments: columns of key, step, timestamp and value as bytes.

Every segment names its encoding by a number; what a number means never changes.

- ROWS: 32 bytes a point. For a few points nothing else pays.
- MOMENT: points of one step and one timestamp, as a call of `log_metrics` makes them.
- SHUFFLED: the four columns, the bytes of all numbers sorted by their place, then zstd.
- SERIES, GROUP: what compaction writes, points of one key or of many. Each column is turned into
  small unsigned integers (see `_encode_integers`) that are stored byte place by byte place; values
  first become integers in the way that suits them best (see `_encode_values`).
"""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from struct import Struct
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from zstandard import ZstdCompressor, ZstdDecompressor

ROWS, MOMENT, SHUFFLED, SERIES, GROUP = 1, 2, 3, 4, 5

# Above, SHUFFLED is smaller for its time.
_ROWS_LIMIT = 4
_MOMENT_LIMIT = 64

_FRESH_LEVEL, _MERGED_LEVEL = 1, 3

# Which form suits a column is tried on this many points of it.
_SAMPLE = 4096

Integers = NDArray[np.int64]
Unsigned = NDArray[np.uint64]
Floats = NDArray[np.float64]


@dataclass(slots=True)
class Points:
    """Points as columns of equal length; timestamps in Unix milliseconds."""

    keys: Integers
    steps: Integers
    times: Integers
    values: Floats

    def __len__(self) -> int:
        return len(self.steps)

    def select(self, which: Any) -> "Points":
        """The points that a numpy index, slice or mask picks."""
        return Points(self.keys[which], self.steps[which], self.times[which], self.values[which])

    @staticmethod
    def join(parts: Sequence["Points"]) -> "Points":
        """The points of all parts, one after the other."""
        if len(parts) == 1:
            return parts[0]
        if not parts:
            empty = np.empty(0, np.int64)
            return Points(empty, empty, empty, np.empty(0, np.float64))
        return Points(
            np.concatenate([part.keys for part in parts]),
            np.concatenate([part.steps for part in parts]),
            np.concatenate([part.times for part in parts]),
            np.concatenate([part.values for part in parts]),
        )


class Segment(NamedTuple):
    """Encoded points with the bounds by which readers skip them; at least one point."""

    size: int
    first_step: int
    last_step: int
    first_time: int
    last_time: int
    encoding: int
    data: bytes


class _Local(threading.local):
    """zstd contexts: costly to make, and not to be shared by threads."""

    def __init__(self) -> None:
        self.fresh = ZstdCompressor(level=_FRESH_LEVEL)
        self.merged = ZstdCompressor(level=_MERGED_LEVEL)
        self.reader = ZstdDecompressor()


_local = _Local()


# Fresh segments ---------------------------------------------------------------------------------


@cache
def _numbers(count: int) -> tuple[Struct, Struct]:
    return Struct(f"<{count}q"), Struct(f"<{count}d")


@cache
def _moment(count: int) -> Struct:
    return Struct(f"<qq{count}I{count}d")


_row = Struct("<qqqd")
_row_dtype = np.dtype([("key", "<i8"), ("step", "<i8"), ("time", "<i8"), ("value", "<f8")])


def encode_fresh(
    keys: Sequence[int],
    steps: Sequence[int],
    timestamps: Sequence[int],
    values: Sequence[float],
) -> tuple[int, bytes]:
    """The points of one commit to one run as (encoding, data), in the order given.

    Integers are signed and of 64 bits. Raises struct.error where one is larger.
    """
    segment = fresh_segment(keys, steps, timestamps, values)
    return segment.encoding, segment.data


def fresh_segment(
    keys: Sequence[int],
    steps: Sequence[int],
    timestamps: Sequence[int],
    values: Sequence[float],
) -> Segment:
    """Like `encode_fresh`, with the bounds that the row of the segment holds."""
    count = len(keys)
    if count == 1:
        step, time = steps[0], timestamps[0]
        row = _row.pack(keys[0], step, time, values[0])
        return Segment(1, step, step, time, time, ROWS, row)
    if count <= _MOMENT_LIMIT:
        step, time = steps[0], timestamps[0]
        if steps.count(step) == count and timestamps.count(time) == count and max(keys) < 2**32:
            data = _moment(count).pack(step, time, *keys, *values)
            return Segment(count, step, step, time, time, MOMENT, data)
        bounds = (count, min(steps), max(steps), min(timestamps), max(timestamps))
        if count <= _ROWS_LIMIT:
            rows = zip(keys, steps, timestamps, values, strict=True)
            return Segment(*bounds, ROWS, b"".join([_row.pack(*row) for row in rows]))
    whole, real = _numbers(count)
    numbers = b"".join(
        (whole.pack(*keys), whole.pack(*steps), whole.pack(*timestamps), real.pack(*values))
    )
    data = _local.fresh.compress(np.frombuffer(numbers, np.uint8).reshape(-1, 8).T.tobytes())
    if count > _MOMENT_LIMIT:
        columns = np.frombuffer(numbers, "<i8").reshape(4, count)
        bounds = (count, *_bounds(columns[1]), *_bounds(columns[2]))
    return Segment(*bounds, SHUFFLED, data)


def _bounds(numbers: Integers) -> tuple[int, int]:
    return int(numbers.min()), int(numbers.max())


def _decode_rows(datas: Sequence[bytes]) -> Points:
    rows: NDArray[Any] = np.frombuffer(b"".join(datas), _row_dtype)
    return Points(rows["key"], rows["step"], rows["time"], rows["value"])


def _decode_moments(datas: Sequence[bytes]) -> Points:
    """Moments of equal length, decoded together: there may be thousands."""
    size = len(datas[0])
    count = (size - 16) // 12
    table = np.frombuffer(b"".join(datas), np.uint8).reshape(-1, size)
    heads = np.ascontiguousarray(table[:, :16]).view("<i8").repeat(count, axis=0)
    keys = np.ascontiguousarray(table[:, 16 : 16 + 4 * count]).view("<u4")
    values = np.ascontiguousarray(table[:, 16 + 4 * count :]).view("<f8")
    return Points(keys.ravel().astype(np.int64), heads[:, 0], heads[:, 1], values.ravel())


def _decode_shuffled(data: bytes) -> Points:
    planes = np.frombuffer(_local.reader.decompress(data), np.uint8).reshape(8, -1)
    columns = np.ascontiguousarray(planes.T).view("<i8").reshape(4, -1)
    return Points(columns[0], columns[1], columns[2], columns[3].view("<f8"))


# Merged segments --------------------------------------------------------------------------------

_PLAIN, _DELTA = 0, 1
_BITS64, _BITS32, _DECIMAL, _CHOICE = 0, 1, 2, 3

_count = Struct("<I")
_head = Struct("<BBQQ")
_values_head = Struct("<BB")

_WORD = {0: 1, 1: 1, 2: 2, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 8: 8}

# Decimals are looked for up to this many digits after the point; 10 ** 22 is the last exact one.
_DIGITS = 12


def encode_series(points: Points) -> Segment:
    """Points of one key, in the order given; the key itself is not stored."""
    return _merged_segment(points, SERIES)


def encode_group(points: Points) -> Segment:
    """Points of many keys, in the order given; smallest where they are sorted by key."""
    return _merged_segment(points, GROUP)


def _merged_segment(points: Points, encoding: int) -> Segment:
    parts = [_count.pack(len(points))]
    if encoding == GROUP:
        parts.append(_encode_integers(points.keys, _DELTA))
    parts.append(_encode_integers(points.steps, _DELTA))
    parts.append(_encode_integers(points.times, _DELTA))
    parts.append(_encode_values(points.values))
    return Segment(
        len(points), *_bounds(points.steps), *_bounds(points.times), encoding, b"".join(parts)
    )


def _encode_integers(numbers: Integers, form: int) -> bytes:
    """Integers as (form, width, first, least) and the planes of what is left of them.

    Left is, modulo 2**64, the number minus the least number or (form _DELTA) the difference to the
    number before minus the least difference. What is regular in a column leaves nothing.
    """
    bits = numbers.view(np.uint64)
    first = int(bits[0])
    left = bits[1:] - bits[:-1] if form == _DELTA else bits
    if not len(left):
        return _head.pack(form, 0, first, 0)
    least = left.view(np.int64).min().view(np.uint64)
    left = left - least
    width = (int(left.max()).bit_length() + 7) // 8
    return _head.pack(form, width, first, int(least)) + _encode_planes(left, width)


def _encode_planes(left: Unsigned, width: int) -> bytes:
    """The byte planes, least significant first; noise stays as it is, the rest goes to zstd."""
    word = _WORD[width]
    table = left.astype(f"<u{word}").view(np.uint8).reshape(-1, word)
    parts = []
    for place in range(width):
        plane = table[:, place].tobytes()
        packed = _local.merged.compress(plane)
        if len(packed) >= len(plane):
            packed = plane
        parts += [_count.pack(len(packed)), packed]
    return b"".join(parts)


def _encode_values(values: Floats) -> bytes:
    """Floats as (source, digits) and integers: whichever source and form makes them smallest."""
    middle = max(0, (len(values) - _SAMPLE) // 2)
    tried = _try_all(values[middle : middle + _SAMPLE])
    if len(values) <= _SAMPLE:
        return tried[0][2]
    for source, form, _ in tried:
        integers = _as_integers(values, source)
        if integers is not None:
            return integers[0] + _encode_integers(integers[1], form)
    # No way that suits the sample can hold the others.
    return _values_head.pack(_BITS64, 0) + _encode_integers(values.view(np.int64), _PLAIN)


def _try_all(values: Floats) -> list[tuple[int, int, bytes]]:
    """All ways (source, form) that the values can go, with the result; the smallest comes first."""
    tried: list[tuple[int, int, bytes]] = []
    for source in (_BITS32, _BITS64, _DECIMAL, _CHOICE):
        if source == _BITS64 and tried:
            continue  # never smaller than 32 bits where those do
        integers = _as_integers(values, source)
        if integers is None:
            continue
        head, numbers = integers
        tried += [
            (source, form, head + _encode_integers(numbers, form)) for form in (_PLAIN, _DELTA)
        ]
    return sorted(tried, key=lambda way: len(way[2]))


def _as_integers(values: Floats, source: int) -> tuple[bytes, Integers] | None:
    """The values as integers and what is needed to get them back, or None if that can't be."""
    if source == _BITS64:
        return _values_head.pack(source, 0), values.view(np.int64)
    if source == _BITS32:
        with np.errstate(all="ignore"):
            singles = values.astype(np.float32)
        if not _same(singles.astype(np.float64), values):
            return None
        return _values_head.pack(source, 0), singles.view(np.int32).astype(np.int64)
    if source == _DECIMAL:
        digits = _digits(values)
        if digits is None:
            return None
        scaled = np.rint(values * 10.0**digits).astype(np.int64)
        return _values_head.pack(source, digits), scaled
    choices, indexes = np.unique(values.view(np.int64), return_inverse=True)
    if len(choices) * 4 > len(values):
        return None
    head = _values_head.pack(source, 0) + _count.pack(len(choices))
    return head + _encode_integers(choices, _DELTA), indexes.astype(np.int64)


def _digits(values: Floats) -> int | None:
    """With how many digits after the point all values are decimals, if they are.

    A few values tell how many it must be; all are looked at once.
    """
    few = values[:: len(values) // 32 + 1]
    if not bool(np.isfinite(few).all()):
        return None
    exponents = [Decimal(repr(value)).normalize().as_tuple().exponent for value in few.tolist()]
    digits = max(0, *(-int(exponent) for exponent in exponents))
    return digits if digits <= _DIGITS and _are_decimals(values, digits) else None


def _are_decimals(values: Floats, digits: int) -> bool:
    with np.errstate(all="ignore"):
        scaled = np.rint(values * 10.0**digits)
        # Comparing finds NaN and what overflowed, too.
        return bool((np.abs(scaled) < 2.0**53).all()) and _same(
            scaled.astype(np.int64) / 10.0**digits, values
        )


def _same(left: Floats, right: Floats) -> bool:
    return np.array_equal(left.view(np.int64), right.view(np.int64))


class _Input:
    """Bytes that are read from the front."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def read(self, form: Struct) -> tuple[Any, ...]:
        fields = form.unpack_from(self._data, self._at)
        self._at += form.size
        return fields

    def take(self, size: int) -> bytes:
        part = self._data[self._at : self._at + size]
        self._at += size
        return part


def _decode_merged(encoding: int, data: bytes, key: int) -> Points:
    source = _Input(data)
    (count,) = source.read(_count)
    keys = (
        _decode_integers(source, count)
        if encoding == GROUP
        else np.broadcast_to(np.int64(key), count)
    )
    steps = _decode_integers(source, count)
    times = _decode_integers(source, count)
    return Points(keys, steps, times, _decode_values(source, count))


def _decode_integers(source: _Input, count: int) -> Integers:
    form, width, first, least = source.read(_head)
    if form == _PLAIN:
        left = _decode_planes(source, count, width)
        left += np.uint64(least)
        return left.view(np.int64)
    bits = np.empty(count, np.uint64)
    bits[0] = first
    if count > 1:
        bits[1:] = _decode_planes(source, count - 1, width)
        bits[1:] += np.uint64(least)
        np.cumsum(bits, out=bits)
    return bits.view(np.int64)


def _decode_planes(source: _Input, count: int, width: int) -> Unsigned:
    if not width:
        return np.zeros(count, np.uint64)
    word = _WORD[width]
    table = np.zeros((count, word), np.uint8)
    for place in range(width):
        (size,) = source.read(_count)
        plane = source.take(size)
        if size < count:
            plane = _local.reader.decompress(plane)
        table[:, place] = np.frombuffer(plane, np.uint8)
    return table.view(f"<u{word}").reshape(count).astype(np.uint64)


def _decode_values(source: _Input, count: int) -> Floats:
    kind, digits = source.read(_values_head)
    if kind == _CHOICE:
        (size,) = source.read(_count)
        choices = _decode_integers(source, size).view(np.float64)
        return choices[_decode_integers(source, count)]
    numbers = _decode_integers(source, count)
    if kind == _BITS64:
        return numbers.view(np.float64)
    if kind == _BITS32:
        return numbers.astype(np.int32).view(np.float32).astype(np.float64)
    decimals: Floats = numbers / 10.0**digits
    return decimals


# Reading ----------------------------------------------------------------------------------------


Stored = tuple[int, int, bytes]  # key, encoding, data


def decode(encoding: int, data: bytes, key: int = 0) -> Points:
    """The points of a segment; `key` is the key of a SERIES, whose data does not hold it.

    Raises ValueError for an encoding that this version can't read.
    """
    return decode_all([(key, encoding, data)])


def decode_all(segments: Iterable[Stored]) -> Points:
    """The points of segments given as (key, encoding, data), in no particular order.

    Many small segments are decoded together. Raises ValueError like `decode`.
    """
    return Points.join(_decode_parts(segments))


def decode_key(segments: Iterable[Stored], key: int) -> Points:
    """The points of one key in such segments, in no particular order. Raises ValueError."""
    parts = []
    for part in _decode_parts(segments):
        mine = part.keys == key
        parts.append(part if mine.all() else part.select(mine))
    if len(parts) == 1:
        return parts[0]
    # All keys are the same: no memory for them.
    for part in parts:
        part.keys = part.keys[:0]
    points = Points.join(parts)
    points.keys = np.broadcast_to(np.int64(key), len(points))
    return points


def _decode_parts(segments: Iterable[Stored]) -> list[Points]:
    rows: list[bytes] = []
    moments: dict[int, list[bytes]] = {}
    parts: list[Points] = []
    for key, encoding, data in segments:
        if encoding == ROWS:
            rows.append(data)
        elif encoding == MOMENT:
            moments.setdefault(len(data), []).append(data)
        elif encoding == SHUFFLED:
            parts.append(_decode_shuffled(data))
        elif encoding in (SERIES, GROUP):
            parts.append(_decode_merged(encoding, data, key))
        else:
            raise ValueError(
                f"Metric segments of encoding {encoding} can't be read by this version."
            )
    if rows:
        parts.append(_decode_rows(rows))
    parts += [_decode_moments(datas) for datas in moments.values()]
    return parts
