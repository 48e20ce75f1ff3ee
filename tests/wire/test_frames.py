"""Frames come apart as they were put together."""

import json
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagwan.wire.frames import FrameReader, FrameWriter


class Header(msgspec.Struct):
    names: list[str]


numbers = {
    "f8": st.floats(),
    "f4": st.floats(width=32),
    "u4": st.integers(0, 2**32 - 1),
}
arrays = st.sampled_from(sorted(numbers)).flatmap(
    lambda kind: st.tuples(st.just(kind), st.lists(numbers[kind], max_size=9))
)


def same(left: Any, right: Any) -> bool:
    return bool(np.array_equal(left, right, equal_nan=True))


@given(st.lists(arrays, max_size=8), st.lists(st.text(max_size=20), max_size=3), st.booleans())
def test_arrays_are_read_as_they_were_added(
    given_arrays: list[tuple[str, list[float]]], names: list[str], planes: bool
) -> None:
    writer = FrameWriter(planes=planes)
    finite = np.finfo(np.float32).max
    expected = []
    for kind, items in given_arrays:
        array = np.array(items, kind)
        expected.append(np.clip(array, -finite, finite) if kind == "f4" else array)
    places = [
        writer.add(np.array(items, kind.replace("f4", "f8")), kind) for kind, items in given_arrays
    ]
    frame = writer.frame(Header(names))
    reader = FrameReader(frame, planes=planes)
    assert json.loads(reader.header) == {"names": names}
    assert len(frame) % 8 == 0
    for place, array in zip(places, expected, strict=True):
        assert place[0] % 8 == 0
        assert same(reader.read(place, len(array)), array)


def test_the_form_of_a_frame() -> None:
    writer = FrameWriter()
    assert writer.add(np.array([1.0]), "f8") == (0, "f8")
    assert writer.add(np.array([2, 3, 4]), "u4") == (8, "u4")
    assert writer.add(np.array([0.5]), "f4") == (24, "f4")
    assert writer.frame(Header(["a"])) == (
        b'SGW1\x0f\0\0\0{"names":["a"]}\0'
        b"\0\0\0\0\0\0\xf0\x3f"
        b"\2\0\0\0\3\0\0\0\4\0\0\0\0\0\0\0"
        b"\0\0\0\x3f\0\0\0\0"
    )


def test_arrays_of_the_same_bytes_are_one() -> None:
    writer = FrameWriter()
    places = {writer.add(np.arange(1000), "f8") for _ in range(50)}
    assert places == {(0, "f8")}
    assert len(writer.frame(Header([]))) < 8100


def test_what_single_precision_cannot_hold_is_its_largest_number() -> None:
    writer = FrameWriter()
    place = writer.add(np.array([1e300, -1e300, np.nan]), "f4")
    largest = np.finfo(np.float32).max
    found = FrameReader(writer.frame(Header([]))).read(place, 3)
    assert same(found, np.array([largest, -largest, np.nan], np.float32))


@pytest.mark.parametrize("frame", [b"", b"SGW1", b'{"error_code":"x"}'])
def test_what_is_no_frame_is_refused(frame: bytes) -> None:
    with pytest.raises(ValueError, match="no frame"):
        FrameReader(frame)
