"""Files as HTTP answers: conditions, ranges, and headers that keep a browser from running them.

Whoever can log an artifact can log an HTML page or an SVG image with a script in it. So every file
is an attachment, browsers may not guess its type, and one that is opened all the same is sandboxed
away from the user interface's origin.
"""

import asyncio
import ctypes
import logging
import mimetypes
import re
import sys
import unicodedata
from asyncio import ensure_future
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from email.utils import formatdate, parsedate_to_datetime
from pathlib import PurePosixPath
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sagwan.artifacts.base import ArtifactReader, ArtifactStat
from sagwan.errors import SagwanError
from sagwan.server.digests import digest_header, digest_header_of

logger = logging.getLogger("sagwan")

# What the protocol's clients and user interfaces show as text.
_TEXT = frozenset(
    "txt log err cfg conf cnf cf ini properties prop hocon toml yaml yml xml json js py py3 csv"
    " tsv md rst ipynb mlmodel mlproject".split()
)
_TYPES = mimetypes.MimeTypes()

# Browsers neither guess the type nor run what is in the file.
_HARMLESS = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox; default-src 'none'",
}

# What browsers show themselves, in a frame of the user interface. A page's scripts run, since a
# plot is nothing without them, but their origin is none, and there is nowhere to send anything.
SHOWN = {
    "html": "text/html; charset=utf-8",
    "htm": "text/html; charset=utf-8",
    "pdf": "application/pdf",
}
_PAGE = (
    "sandbox allow-scripts; default-src 'none';"
    " script-src 'unsafe-inline' 'unsafe-eval' data: blob:;"
    " style-src 'unsafe-inline' data:; img-src data: blob:; font-src data:; media-src data: blob:;"
    " worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
# A sandbox would keep the browser's own viewer from starting; PDF files reach no origin.
_PDF = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"

# From glibc's malloc.h.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_KEPT = 4 * 1024 * 1024

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_ATTRIBUTE_CHARACTERS = "!#$&+-.^_`|~"
_RANGE = re.compile(r"\s*bytes\s*=\s*(\d{0,19})\s*-\s*(\d{0,19})\s*", re.IGNORECASE | re.ASCII)
_ETAG = re.compile(r'(?:W/)?("[^"]*")')


def media_type(name: str) -> str:
    """The media type of a file, told by its name alone."""
    path = PurePosixPath(name)
    if (path.suffix.removeprefix(".") or path.name).lower() in _TEXT:
        return "text/plain"
    guess, _ = _TYPES.guess_type("file" + "".join(path.suffixes[-2:]))
    return guess or "application/octet-stream"


def content_disposition(name: str) -> str:
    """The header's value for an attachment called `name` (RFC 6266, RFC 5987)."""
    if _TOKEN.fullmatch(name):
        return f"attachment; filename={name}"
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = "".join(c for c in plain if c.isprintable()) or "download"
    escaped = plain.replace("\\", "\\\\").replace('"', '\\"')
    value = f'attachment; filename="{escaped}"'
    if plain == name:
        return value
    return f"{value}; filename*=UTF-8''{quote(name, safe=_ATTRIBUTE_CHARACTERS)}"


def keep_freed_memory() -> None:
    """Let the process keep a few MiB that it freed, instead of handing them back each time.

    Every chunk of a body is allocated and freed. glibc gives so large a piece back to the kernel at
    once and has it zeroed again for the next chunk, which took three quarters of an upload's CPU
    time. Where there is no glibc, nothing happens.
    """
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_TRIM_THRESHOLD, _KEPT)
        mallopt(_M_MMAP_THRESHOLD, _KEPT // 2)


class RangeBeyondEnd(Exception):
    """No byte of the file is in the range that was asked for."""


def parse_range(header: str | None, size: int) -> tuple[int, int] | None:
    """Start and stop (exclusive) of the one range in a `Range` header, for a file of `size` bytes.

    None where the whole file is to be sent: without a header, with a malformed one (RFC 9110 has
    it ignored), and for several ranges. Raises RangeBeyondEnd.
    """
    match = _RANGE.fullmatch(header) if header else None
    if match is None:
        return None
    first, last = match.groups()
    if not first:
        if not last:
            return None
        start, stop = max(size - int(last), 0), size
    else:
        start, stop = int(first), size
        if last:
            if int(last) < start:
                return None
            stop = min(int(last) + 1, size)
    if start >= stop:
        raise RangeBeyondEnd
    return start, stop


def _seconds(date: str) -> int | None:
    try:
        return int(parsedate_to_datetime(date).timestamp())
    except (ValueError, OverflowError):
        return None


def not_modified(request: Request, stat: ArtifactStat) -> bool:
    """Whether the client's copy of the file is this version."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        return tags.strip() == "*" or f'"{stat.version}"' in _ETAG.findall(tags)
    since = request.headers.get("if-modified-since")
    seconds = _seconds(since) if since else None
    return seconds is not None and int(stat.modified) <= seconds


def _wanted_range(request: Request, stat: ArtifactStat) -> tuple[int, int] | None:
    condition = request.headers.get("if-range", "").strip()
    if condition.startswith(('"', "W/")):
        if condition != f'"{stat.version}"':
            return None
    elif condition and _seconds(condition) != int(stat.modified):
        return None
    return parse_range(request.headers.get("range"), stat.size)


async def file_response(request: Request, reader: ArtifactReader, name: str) -> Response:
    """The answer to a GET or HEAD of an open file, which is closed once it is sent.

    200, 206, 304 or 416. What fails before the first byte is sent is raised as it is.
    """
    try:
        response = await _response(request, reader, name)
    except BaseException:
        await reader.close()
        raise
    if not isinstance(response, _Streamed):
        await reader.close()
    return response


async def shown_response(
    request: Request, reader: ArtifactReader, name: str, suffix: str
) -> Response:
    """The same for a file that a browser is to show: `suffix` is one of `SHOWN`."""
    response = await file_response(request, reader, name)
    response.headers["content-security-policy"] = _PDF if suffix == "pdf" else _PAGE
    if response.status_code in (200, 206):
        response.headers["content-type"] = SHOWN[suffix]
        response.headers["content-disposition"] = "inline"
    return response


async def _response(request: Request, reader: ArtifactReader, name: str) -> Response:
    stat = reader.stat
    headers = {
        "etag": f'"{stat.version}"',
        "last-modified": formatdate(stat.modified, usegmt=True),
        "cache-control": "no-cache",
        "accept-ranges": "bytes",
        **_HARMLESS,
    }
    if not_modified(request, stat):
        return Response(status_code=304, headers=headers)
    try:
        wanted = _wanted_range(request, stat) if request.method == "GET" else None
    except RangeBeyondEnd:
        headers["content-range"] = f"bytes */{stat.size}"
        return Response(status_code=416, headers=headers)
    status, (start, stop) = (206, wanted) if wanted else (200, (0, stat.size))
    if wanted:
        headers["content-range"] = f"bytes {start}-{stop - 1}/{stat.size}"
    headers["content-type"] = media_type(name)
    headers["content-disposition"] = content_disposition(name)
    headers["content-length"] = str(stop - start)
    if request.method == "HEAD":
        headers |= await digest_header_of(request, reader)
        return Response(status_code=status, headers=headers)
    chunks = reader.chunks(start, stop)
    first = await anext(chunks, b"")
    if len(first) == stop - start:
        if not wanted:
            headers |= digest_header(request, first)
        return Response(first, status, headers)
    return _Streamed(first, chunks, reader.close, status, headers)


async def archive_response(
    request: Request, archive: AsyncGenerator[bytes, None], name: str
) -> Response:
    """The answer to a GET or HEAD of a folder: `archive`, a zip file called `name`.

    What fails before the first byte is sent is raised as it is; later the connection breaks.
    """
    headers = {
        "cache-control": "no-store",
        "content-type": "application/zip",
        "content-disposition": content_disposition(name),
        **_HARMLESS,
    }
    try:
        first = await anext(archive, b"")
    except BaseException:
        await archive.aclose()
        raise
    if request.method == "HEAD":
        await archive.aclose()
        return _without_length(Response(status_code=200, headers=headers))
    return _without_length(_Streamed(first, archive, archive.aclose, 200, headers))


async def endless_response(
    first: bytes, rest: AsyncGenerator[bytes, None], media_type: str, only_head: bool
) -> Response:
    """The answer to a GET or HEAD of what goes on and on: nobody on the way may keep it back."""
    headers = {"cache-control": "no-store", "content-type": media_type, "x-accel-buffering": "no"}
    if only_head:
        await rest.aclose()
        return _without_length(Response(status_code=200, headers=headers))
    return _without_length(_Streamed(first, rest, rest.aclose, 200, headers))


def _without_length(response: Response) -> Response:
    # Starlette takes what has no body yet for empty.
    del response.headers["content-length"]
    return response


class _Streamed(Response):
    """An answer of several chunks, made as fast as the client takes them and no further."""

    def __init__(
        self,
        first: bytes,
        rest: AsyncIterator[bytes],
        close: Callable[[], Awaitable[None]],
        status: int,
        headers: dict[str, str],
    ) -> None:
        super().__init__(status_code=status, headers=headers)
        self._first = first
        self._rest = rest
        self._close = close

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sending = ensure_future(self._send(send))
        gone = ensure_future(_disconnected(receive))
        try:
            # Nobody would tell us that the client is gone, and we would read on to the end.
            await asyncio.wait((sending, gone), return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
        finally:
            sending.cancel()
            gone.cancel()
            await asyncio.gather(sending, gone, return_exceptions=True)
            await self._close()

    async def _send(self, send: Send) -> None:
        start = {"type": "http.response.start", "status": self.status_code}
        await send({**start, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self._first, "more_body": True})
        self._first = b""
        try:
            async for chunk in self._rest:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        except SagwanError as error:
            # The status is sent. The server closes a connection whose answer has no end, and the
            # client sees that it is not whole.
            logger.warning("An answer broke off: %s", error.message)
            return
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
