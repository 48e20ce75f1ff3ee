"""Every encoding gives back, bit for bit, what went in."""

import random
from collections.abc import Callable, Sequence
from math import cos, exp, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagwan.domain.limits import INT64_MAX, INT64_MIN
from sagwan.storage import segments
from sagwan.storage.segments import (
    GROUP,
    MOMENT,
    ROWS,
    SERIES,
    SHUFFLED,
    Points,
    Segment,
    decode,
    decode_all,
    decode_key,
    encode_fresh,
    encode_group,
    encode_series,
    fresh_segment,
)

Row = tuple[int, int, int, float]

extremes = st.sampled_from([INT64_MIN, INT64_MIN + 1, -1, 0, 1, 2**32, INT64_MAX - 1, INT64_MAX])
integers = st.integers(INT64_MIN, INT64_MAX) | extremes | st.integers(-5, 5)
keys = st.integers(1, 5) | st.integers(1, INT64_MAX)
floats = (
    st.floats()
    | st.floats(width=32)
    | st.sampled_from([0.0, -0.0, 0.1, 0.25, nan])
    | st.integers(-10_000, 10_000).map(lambda number: number / 100)
)
rows = st.tuples(keys, integers, integers, floats)
few_rows = st.lists(rows, min_size=1, max_size=100)


def columns(logged: Sequence[Row]) -> tuple[list[int], list[int], list[int], list[float]]:
    return (
        [row[0] for row in logged],
        [row[1] for row in logged],
        [row[2] for row in logged],
        [row[3] for row in logged],
    )


def points_of(logged: Sequence[Row]) -> Points:
    key, step, time, value = columns(logged)
    return Points(
        np.array(key, np.int64),
        np.array(step, np.int64),
        np.array(time, np.int64),
        np.array(value, np.float64),
    )


def bits(points: Points) -> list[tuple[int, int, int, int]]:
    """Points in a form in which NaN equals itself and 0.0 is not -0.0."""
    numbers = np.ascontiguousarray(points.values).view(np.int64)
    return list(
        zip(
            points.keys.tolist(),
            points.steps.tolist(),
            points.times.tolist(),
            numbers.tolist(),
            strict=True,
        )
    )


def check_bounds(segment: Segment, logged: Sequence[Row]) -> None:
    steps, times = [row[1] for row in logged], [row[2] for row in logged]
    assert segment[:5] == (len(logged), min(steps), max(steps), min(times), max(times))


@given(few_rows)
def test_fresh_points_come_back(logged: list[Row]) -> None:
    segment = fresh_segment(*columns(logged))
    check_bounds(segment, logged)
    assert bits(decode(segment.encoding, segment.data)) == bits(points_of(logged))
    assert encode_fresh(*columns(logged)) == (segment.encoding, segment.data)


@given(few_rows, integers, integers)
def test_points_of_one_moment_come_back(logged: list[Row], step: int, time: int) -> None:
    logged = [(key, step, time, value) for key, _, _, value in logged]
    segment = fresh_segment(*columns(logged))
    check_bounds(segment, logged)
    assert bits(decode(segment.encoding, segment.data)) == bits(points_of(logged))


@pytest.mark.parametrize(
    ("count", "step", "key", "encoding"),
    [
        (1, 1, 1, ROWS),
        (2, 0, 1, MOMENT),
        (64, 0, 1, MOMENT),
        (65, 0, 1, SHUFFLED),
        (2, 0, 2**32, ROWS),
        (4, 1, 1, ROWS),
        (5, 1, 1, SHUFFLED),
        (1000, 1, 1, SHUFFLED),
    ],
)
def test_fresh_points_take_the_form_that_suits_them(
    count: int, step: int, key: int, encoding: int
) -> None:
    logged = [(key, index * step, 7, index / 3) for index in range(count)]
    segment = fresh_segment(*columns(logged))
    check_bounds(segment, logged)
    assert segment.encoding == encoding
    assert bits(decode(segment.encoding, segment.data)) == bits(points_of(logged))


@given(few_rows)
def test_groups_come_back(logged: list[Row]) -> None:
    points = points_of(logged)
    segment = encode_group(points)
    check_bounds(segment, logged)
    assert segment.encoding == GROUP
    assert bits(decode(GROUP, segment.data)) == bits(points)


@given(few_rows, keys)
def test_series_come_back(logged: list[Row], key: int) -> None:
    logged = [(key, step, time, value) for _, step, time, value in logged]
    points = points_of(logged)
    segment = encode_series(points)
    check_bounds(segment, logged)
    assert segment.encoding == SERIES
    assert bits(decode(SERIES, segment.data, key)) == bits(points)


@given(st.lists(few_rows, max_size=6), keys)
def test_segments_of_all_kinds_are_decoded_together(parts: list[list[Row]], key: int) -> None:
    stored, expected = [], []
    for number, logged in enumerate(parts):
        if number % 3 == 2:
            logged = [(key, step, time, value) for _, step, time, value in logged]
            segment = encode_series(points_of(logged))
        elif number % 3 == 1:
            segment = encode_group(points_of(logged))
        else:
            segment = fresh_segment(*columns(logged))
        stored.append((key, segment.encoding, segment.data))
        expected += bits(points_of(logged))
    assert sorted(bits(decode_all(stored))) == sorted(expected)
    assert sorted(bits(decode_key(stored, key))) == sorted(row for row in expected if row[0] == key)


def shapes() -> dict[str, Callable[[int], float]]:
    """Values as metrics have them, and the source that each is expected to take."""
    source = random.Random(7)
    return {
        "bits64": lambda _: source.random(),
        "bits32": lambda step: float(np.float32(2 + source.gauss(0, 0.1))),
        "decimal": lambda step: round(1800 + source.gauss(0, 20), 1),
        "choice": lambda step: source.choice([1 / 3, 2 / 3, 0.1 + 0.2]),
    }


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("bits64", segments._BITS64),
        ("bits32", segments._BITS32),
        ("decimal", segments._DECIMAL),
        ("choice", segments._CHOICE),
    ],
)
@pytest.mark.parametrize("count", [600, 20_000])
def test_values_take_the_way_that_suits_them(name: str, way: int, count: int) -> None:
    value = shapes()[name]
    values = np.array([value(step) for step in range(count)])
    encoded = segments._encode_values(values)
    assert encoded[0] == way
    decoded = segments._decode_values(segments._Input(encoded), count)
    assert np.array_equal(decoded.view(np.int64), values.view(np.int64))


def test_a_way_that_fails_outside_the_sample_is_not_taken() -> None:
    values = np.round(np.sin(np.arange(30_000)), 2)
    values[[0, -1]] = 0.1 + 0.2, nan
    decoded = segments._decode_values(segments._Input(segments._encode_values(values)), 30_000)
    assert np.array_equal(decoded.view(np.int64), values.view(np.int64))


@pytest.mark.parametrize(
    "values",
    [
        [1e308, 1.7976931348623157e308, -1.7976931348623157e308],
        [5e-324, -5e-324, 0.0, -0.0],
        [2.0**53, 2.0**53 + 2, -(2.0**53)],
        [123456789012.123, 0.000000000001],
        [nan, 1.0, nan],
    ],
)
def test_numbers_that_are_hard_to_pack_come_back(values: list[float]) -> None:
    logged = [(1, step, step, value) for step, value in enumerate(values)]
    segment = encode_series(points_of(logged))
    assert bits(decode(SERIES, segment.data, 1)) == bits(points_of(logged))


def test_a_batch_of_a_training_run_is_small_when_fresh() -> None:
    source = random.Random(1)
    logged = [
        (key, step, 1_700_000_000_000 + step * 200, float(np.float32(source.random())))
        for step in range(50)
        for key in range(1, 21)
    ]
    assert len(fresh_segment(*columns(logged)).data) / len(logged) < 6


@pytest.mark.parametrize(
    ("value", "most"),
    [
        (lambda step, source: float(np.float32(exp(-step / 3000) + source.gauss(0, 0.05))), 4.0),
        (lambda step, source: 0.0005 * (1 + cos(step / 20_000)), 5.0),
        (lambda step, source: source.randrange(10_000) / 10_000, 2.9),
        (lambda step, source: 0.001, 0.8),
        (lambda step, source: source.random(), 7.6),
    ],
)
def test_series_are_small(value: Callable[[int, random.Random], float], most: float) -> None:
    source = random.Random(1)
    time = 1_700_000_000_000
    logged = []
    for step in range(10_000):
        time += 180 + source.randrange(40)
        logged.append((1, step, time, value(step, source)))
    segment = encode_series(points_of(logged))
    assert len(segment.data) / len(logged) < most


T = 1_700_000_000_000

# Data as databases hold it: what an encoding means can't change any more.
STORED: list[tuple[int, list[Row], str]] = [
    (
        ROWS,
        [(3, -2, T, 1.5)],
        "0300000000000000feffffffffffffff0068e5cf8b010000000000000000f83f",
    ),
    (
        MOMENT,
        [(3, 7, T, 2.0), (4, 7, T, 3.0)],
        "07000000000000000068e5cf8b010000030000000400000000000000000000400000000000000840",
    ),
    (
        SHUFFLED,
        [(9, step, T + step * step, step / 3) for step in range(5)],
        "28b52ffd20a065020074030909090909000102030400010409100055550055006868686868e5e5e5"
        "e5e5cfcfcfcfcf8b8b8b8b8b0101010101d5e5f0f5003f3f3f3f0800a02b1802e834e834e834e8f4"
        "cdae178009",
    ),
    (
        GROUP,
        [(3, 0, T, 0.5), (3, 1, T + 7, 0.25), (8, -5, T - 1, 1e300)],
        "0300000001010300000000000000000000000000000002000000000501010000000000000000faff"
        "ffffffffffff02000000070001010068e5cf8b010000f8ffffffffffffff020000000f0000000108"
        "000000000000e03f000000000000f0ff02000000009c020000000075020000000000020000000088"
        "02000000003c0200000000e402000000007702000000003e",
    ),
    (
        SERIES,
        [(6, step, T + 10 * step, step / 3) for step in range(4)],
        "0400000001000000000000000000010000000000000001000068e5cf8b0100000a00000000000000"
        "000001080000000000000000abaaaaaaaaaa0a0003000000aa550003000000aa550003000000aa55"
        "0003000000aa550003000000aa550003000000aa550003000000ca0500030000003f0000",
    ),
    (
        SERIES,
        [(6, step * step, T, float(np.float32(step / 3))) for step in range(4)],
        "040000000101000000000000000001000000000000000300000000020401000068e5cf8b01000000"
        "0000000000000001000104000000000000000055555500000000000300000056ab000300000055aa"
        "0003000000552a00030000003e0000",
    ),
    (
        SERIES,
        [(6, step, T + step * step, step / 10) for step in range(4)],
        "0400000001000000000000000000010000000000000001010068e5cf8b0100000100000000000000"
        "030000000002040201010000000000000000000100000000000000",
    ),
    (
        SERIES,
        [(6, step, T, (1 / 3, 2 / 3)[step % 2]) for step in range(12)],
        "0c00000001000000000000000000010000000000000001000068e5cf8b0100000000000000000000"
        "0300020000000100555555555555d53f000000000000100001010000000000000000ffffffffffff"
        "ffff0b0000000200020002000200020002",
    ),
]


@pytest.mark.parametrize(("encoding", "logged", "data"), STORED)
def test_what_databases_hold_is_read(encoding: int, logged: list[Row], data: str) -> None:
    key = logged[0][0]
    assert bits(decode(encoding, bytes.fromhex(data), key)) == bits(points_of(logged))


def test_an_encoding_of_a_later_version_is_refused() -> None:
    with pytest.raises(ValueError, match="encoding 99 can't be read by this version"):
        decode(99, b"")


def test_no_segments_hold_no_points() -> None:
    assert len(decode_all([])) == len(decode_key([], 1)) == len(Points.join([])) == 0
