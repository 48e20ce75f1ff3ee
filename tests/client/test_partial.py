"""Downloads on their way."""

import hashlib
import os
from pathlib import Path

import pytest

from sagwan.client.partial import RESUMABLE, Partial

SIZE = RESUMABLE
CONTENT = bytes(range(256)) * (SIZE // 256)
ETAG = '"version/1"'


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "file.bin"


def names(target: Path) -> list[str]:
    return sorted(os.listdir(target.parent))


def left(target: Path, count: int, etag: str = ETAG) -> None:
    """What a download leaves that was cut off after `count` bytes."""
    partial = Partial(target, SIZE)
    partial.begin(0, etag)
    partial.write(CONTENT[:count])
    partial.close()


def test_a_file_appears_whole(target: Path) -> None:
    partial = Partial(target, SIZE)
    assert (partial.start, partial.etag) == (0, None)
    partial.begin(0, ETAG)
    for start in range(0, SIZE, 1_000_000):
        partial.write(CONTENT[start : start + 1_000_000])
        assert not target.exists()
    assert partial.digest() == hashlib.sha256(CONTENT).digest()
    partial.finish()
    partial.close()
    assert names(target) == ["file.bin"]
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize("count", [0, 1, 1_500_000, SIZE - 1, SIZE])
def test_what_was_cut_off_is_continued(target: Path, count: int) -> None:
    left(target, count)
    partial = Partial(target, SIZE)
    assert (partial.start, partial.etag) == (min(count, SIZE - 1), ETAG)
    partial.begin(partial.start, ETAG)
    while partial.reread():
        pass
    partial.write(CONTENT[partial.start :])
    assert partial.digest() == hashlib.sha256(CONTENT).digest()
    partial.finish()
    assert names(target) == ["file.bin"]
    assert target.read_bytes() == CONTENT


def test_another_version_begins_anew(target: Path) -> None:
    left(target, 1000)
    partial = Partial(target, SIZE)
    partial.begin(0, '"2"')
    partial.write(b"new")
    assert partial.digest() == hashlib.sha256(b"new").digest()
    partial.close()
    again = Partial(target, SIZE)
    assert (again.start, again.etag) == (3, '"2"')
    again.discard()
    assert names(target) == []


@pytest.mark.parametrize(
    ("size", "etag"),
    [(SIZE - 1, ETAG), (SIZE, None), (SIZE, 'W/"weak"'), (SIZE, '"' + "x" * 300 + '"')],
)
def test_what_can_not_be_continued_leaves_nothing(
    target: Path, size: int, etag: str | None
) -> None:
    partial = Partial(target, size)
    partial.begin(0, etag)
    partial.write(b"x")
    assert len(names(target)) == 1
    partial.close()
    assert names(target) == []


def test_two_downloads_to_one_place(target: Path) -> None:
    left(target, 1000)
    first = Partial(target, SIZE)
    second = Partial(target, SIZE)
    assert (first.start, second.start) == (1000, 0)
    second.begin(0, ETAG)
    first.begin(1000, ETAG)
    assert not first.reread()
    second.write(b"second")
    first.write(CONTENT[1000:])
    first.finish()
    assert target.read_bytes() == CONTENT
    second.finish()
    assert target.read_bytes() == b"second"
    assert names(target) == ["file.bin"]


def test_what_older_versions_left_is_removed_in_the_end(target: Path) -> None:
    left(target, 1000)
    holder = Partial(target, SIZE)
    left(target, 2000, '"2"')
    holder.close()
    assert len(names(target)) == 2
    partial = Partial(target, SIZE)
    partial.begin(0, '"3"')
    partial.write(b"x")
    partial.finish()
    assert names(target) == ["file.bin"]


def test_a_file_that_was_cut_off_under_us(target: Path) -> None:
    left(target, 1000)
    partial = Partial(target, SIZE)
    partial.begin(1000, ETAG)
    (target.parent / names(target)[0]).write_bytes(b"")
    with pytest.raises(OSError, match="cut off"):
        partial.reread()
    partial.close()


def test_names_of_any_length(tmp_path: Path) -> None:
    target = tmp_path / ("ü" * 127)
    left(target, 10)
    partial = Partial(target, SIZE)
    assert partial.start == 10
    partial.close()
