import asyncio
import ctypes
import re
import sys
from collections.abc import AsyncIterator
from email.utils import formatdate
from types import SimpleNamespace
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.types import Message

from sagwan.artifacts.base import ArtifactReader, ArtifactStat
from sagwan.errors import Unavailable
from sagwan.server.streaming import (
    RangeBeyondEnd,
    content_disposition,
    file_response,
    keep_freed_memory,
    media_type,
    parse_range,
)

STAT = ArtifactStat(size=10, modified=1_000_000_000.5, version="v1")


class FakeReader(ArtifactReader):
    """Gives `0123456789`, `step` bytes at once; fails before the byte `fails_at`."""

    def __init__(self, step: int = 100, fails_at: int = 100) -> None:
        self.stat = STAT
        self.closed = 0
        self.given = 0
        self._step, self._fails_at = step, fails_at

    async def chunks(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        stop = self.stat.size if stop is None else stop
        while start < stop:
            if start >= self._fails_at:
                raise Unavailable("gone")
            end = min(start + self._step, stop)
            yield b"0123456789"[start:end]
            self.given += end - start
            start = end

    async def close(self) -> None:
        self.closed += 1


class Answer:
    def __init__(self, messages: list[Message]) -> None:
        self.messages = messages
        self.status: int = messages[0]["status"]
        self.headers = {k.decode(): v.decode() for k, v in messages[0]["headers"]}
        self.body = b"".join(message["body"] for message in messages[1:])
        self.ended = not messages[-1].get("more_body")


def respond(reader: FakeReader, method: str = "GET", name: str = "a.txt", **headers: str) -> Answer:
    """What `file_response` sends; `if_range` is the header If-Range."""
    raw = [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()]
    scope = {"type": "http", "method": method, "headers": raw}
    messages: list[Message] = []

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        messages.append(message)

    async def run() -> None:
        response = await file_response(Request(scope), reader, name)
        await response(scope, receive, send)

    asyncio.run(run())
    return Answer(messages)


@pytest.mark.parametrize("step", [1, 3, 10, 100])
def test_a_file_is_sent_whole_and_closed(step: int) -> None:
    reader = FakeReader(step)
    answer = respond(reader)
    assert (answer.status, answer.body) == (200, b"0123456789")
    assert answer.headers == {
        "etag": '"v1"',
        "last-modified": "Sun, 09 Sep 2001 01:46:40 GMT",
        "cache-control": "no-cache",
        "accept-ranges": "bytes",
        "x-content-type-options": "nosniff",
        "content-security-policy": "sandbox; default-src 'none'",
        "content-type": "text/plain",
        "content-disposition": "attachment; filename=a.txt",
        "content-length": "10",
    }
    assert reader.closed == 1


def test_head_has_the_headers_and_reads_nothing() -> None:
    reader = FakeReader()
    head, get = respond(reader, "HEAD", range="bytes=1-2"), respond(FakeReader())
    assert (head.status, head.headers, head.body) == (200, get.headers, b"")
    assert (reader.given, reader.closed) == (0, 1)


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ('"v1"', 304),
        ('W/"v1"', 304),
        ('"v0", W/"v1"', 304),
        ("*", 304),
        ('"v2"', 200),
        ("v1", 200),
        ("", 200),
    ],
)
def test_if_none_match(value: str, status: int) -> None:
    reader = FakeReader()
    answer = respond(reader, if_none_match=value, if_modified_since=formatdate(0, usegmt=True))
    assert answer.status == status
    assert answer.headers["etag"] == '"v1"'
    assert answer.body == (b"" if status == 304 else b"0123456789")
    assert "content-type" in answer.headers or status == 304
    assert reader.closed == 1


@pytest.mark.parametrize(
    ("value", "status"),
    [
        (formatdate(1_000_000_000, usegmt=True), 304),
        (formatdate(1_000_000_001, usegmt=True), 304),
        (formatdate(999_999_999, usegmt=True), 200),
        ("yesterday", 200),
        ("Sun, 09 Sep 99999 01:46:40 GMT", 200),
    ],
)
def test_if_modified_since(value: str, status: int) -> None:
    assert respond(FakeReader(), if_modified_since=value).status == status


@pytest.mark.parametrize("step", [1, 100])
def test_a_range(step: int) -> None:
    reader = FakeReader(step)
    answer = respond(reader, range="bytes=2-4")
    assert (answer.status, answer.body) == (206, b"234")
    assert answer.headers["content-range"] == "bytes 2-4/10"
    assert answer.headers["content-length"] == "3"
    assert reader.closed == 1


def test_a_range_beyond_the_end() -> None:
    reader = FakeReader()
    answer = respond(reader, range="bytes=10-")
    assert (answer.status, answer.body) == (416, b"")
    assert answer.headers["content-range"] == "bytes */10"
    assert reader.closed == 1


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ('"v1"', 206),
        ('"v2"', 200),
        ('W/"v1"', 200),
        (formatdate(1_000_000_000, usegmt=True), 206),
        (formatdate(1_000_000_001, usegmt=True), 200),
        ("rubbish", 200),
    ],
)
def test_a_range_only_of_the_version_that_the_client_has(value: str, status: int) -> None:
    assert respond(FakeReader(), range="bytes=0-1", if_range=value).status == status


def test_a_failure_before_the_first_byte_is_an_error_and_after_it_a_broken_answer(
    caplog: pytest.LogCaptureFixture,
) -> None:
    reader = FakeReader(step=3, fails_at=0)
    with pytest.raises(Unavailable, match="gone"):
        respond(reader)
    assert reader.closed == 1
    reader = FakeReader(step=3, fails_at=3)
    broken = respond(reader)
    assert broken.status == 200
    assert not broken.ended
    assert len(broken.body) < int(broken.headers["content-length"])
    assert reader.closed == 1
    (record,) = caplog.records
    assert record.getMessage() == "An answer broke off: gone"
    assert record.exc_info is None


def test_a_client_that_goes_away_stops_the_reading() -> None:
    reader = FakeReader(step=1)
    scope = {"type": "http", "method": "GET", "headers": []}
    sent = asyncio.Event()
    messages: list[Message] = []

    async def receive() -> Message:
        await sent.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        messages.append(message)
        if len(messages) == 4:
            sent.set()
            await asyncio.Event().wait()

    async def run() -> None:
        response = await file_response(Request(scope), reader, "a")
        await response(scope, receive, send)

    asyncio.run(run())
    assert len(messages) == 4
    assert reader.given < 10
    assert reader.closed == 1


# Ranges.


@pytest.mark.parametrize(
    ("header", "size", "expected"),
    [
        ("bytes=0-0", 10, (0, 1)),
        ("bytes=0-", 10, (0, 10)),
        ("bytes=3-100", 10, (3, 10)),
        ("bytes=-3", 10, (7, 10)),
        ("bytes=-100", 10, (0, 10)),
        ("Bytes = 1 - 2 ", 10, (1, 3)),
        (None, 10, None),
        ("", 10, None),
        ("bytes=-", 10, None),
        ("bytes=2-1", 10, None),
        ("bytes=0-1,3-4", 10, None),
        ("lines=0-1", 10, None),
        ("bytes=a-b", 10, None),
        ("bytes=-1-2", 10, None),
        ("bytes=1e3-", 10, None),
        ("bytes=٣-", 10, None),
        (f"bytes={'9' * 5000}-", 10, None),
    ],
)
def test_parse_range(header: str | None, size: int, expected: tuple[int, int] | None) -> None:
    assert parse_range(header, size) == expected


@pytest.mark.parametrize(
    ("header", "size"),
    [("bytes=10-", 10), ("bytes=10-20", 10), ("bytes=-0", 10), ("bytes=0-", 0), ("bytes=-1", 0)],
)
def test_ranges_without_a_byte(header: str, size: int) -> None:
    with pytest.raises(RangeBeyondEnd):
        parse_range(header, size)


@given(st.text(st.sampled_from("bytes=-0123456789, \t")) | st.text(), st.integers(0, 100))
def test_whatever_the_header_a_range_lies_within_the_file(header: str, size: int) -> None:
    try:
        found = parse_range(header, size)
    except RangeBeyondEnd:
        return
    assert found is None or 0 <= found[0] < found[1] <= size


# Names.


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.txt", "text/plain"),
        ("A.LOG", "text/plain"),
        ("MLmodel", "text/plain"),
        ("conda.yaml", "text/plain"),
        ("model.json", "text/plain"),
        ("page.js", "text/plain"),
        ("data.xml", "text/plain"),
        ("page.html", "text/html"),
        ("image.svg", "image/svg+xml"),
        ("image.png", "image/png"),
        ("model.pkl", "application/octet-stream"),
        ("noextension", "application/octet-stream"),
        ("what?.png", "image/png"),
        ("data:text/html,x", "application/octet-stream"),
    ],
)
def test_media_type(name: str, expected: str) -> None:
    assert media_type(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.txt", "attachment; filename=a.txt"),
        ("a b.txt", 'attachment; filename="a b.txt"'),
        ('q"\\.txt', 'attachment; filename="q\\"\\\\.txt"'),
        ("é.txt", "attachment; filename=\"e.txt\"; filename*=UTF-8''%C3%A9.txt"),
        (
            "日本語",
            "attachment; filename=\"download\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC%E8%AA%9E",
        ),
        ("a\r\nb", "attachment; filename=\"ab\"; filename*=UTF-8''a%0D%0Ab"),
    ],
)
def test_content_disposition(name: str, expected: str) -> None:
    assert content_disposition(name) == expected


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_no_name_breaks_out_of_the_header(name: str) -> None:
    value = content_disposition(name)
    assert value.isascii()
    assert value.isprintable()
    pattern = (
        r"attachment; filename=(?:[^\s\";]+|\"(?:[^\"\\]|\\.)*\"(?:; filename\*=UTF-8''(\S+))?)"
    )
    match = re.fullmatch(pattern, value)
    assert match is not None
    if match[1]:
        assert unquote(match[1]) == name


# Memory.


@pytest.mark.skipif(sys.platform != "linux", reason="glibc only")
@pytest.mark.parametrize("is_glibc", [True, False])
def test_the_allocator_is_told_to_keep_what_a_transfer_frees(
    monkeypatch: pytest.MonkeyPatch, is_glibc: bool
) -> None:
    told: dict[int, int] = {}
    library = SimpleNamespace(mallopt=told.__setitem__) if is_glibc else SimpleNamespace()
    monkeypatch.setattr(ctypes, "CDLL", lambda name: library)
    keep_freed_memory()
    # M_TRIM_THRESHOLD and M_MMAP_THRESHOLD; a chunk that is read has 1 MiB.
    assert told == ({-1: 4 * 1024 * 1024, -3: 2 * 1024 * 1024} if is_glibc else {})
