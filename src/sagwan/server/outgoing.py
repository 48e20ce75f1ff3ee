"""One POST to a webhook's receiver, and never to another machine than one that it may lead to.

The addresses of a host are looked up once, looked at, and connected to as they are: a name that
leads elsewhere a moment later leads nowhere. No proxy of the environment is asked, for the same
reason, and no redirect is followed.
"""

import asyncio
import base64
import functools
import os
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit

import httptools

from sagwan.domain.webhooks import (
    ANSWER_LENGTH,
    default_port,
    host_of,
    is_public,
    not_public,
    unresolved,
)
from sagwan.errors import InvalidParameter

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""The addresses of a host, for a port. Raises OSError where there are none."""

# The longest answer that is read, in bytes, and its longest part.
_LONGEST = 64 * 1024
_PART = 16 * 1024

# A name must not hold up whoever creates a webhook.
LOOK_UP = 5.0


class Undelivered(Exception):
    """An attempt failed before there was an answer; the text says why."""


@dataclass
class Answer:
    """A receiver's answer: its status, the start of its text, the seconds that it wants to wait."""

    status: int
    text: str
    retry_after: int | None = None


async def look_up(host: str, port: int) -> list[str]:
    """What the system's resolver says."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


async def checked_addresses(url: str, resolve: Resolve, allow_private: bool) -> list[str]:
    """The addresses of a webhook's host, if it may lead to all of them. Raises InvalidParameter."""
    host, port = host_of(url)
    try:
        async with asyncio.timeout(LOOK_UP):
            addresses = await resolve(host, port)
    except TimeoutError:
        raise unresolved(host, f"no answer for {LOOK_UP:g} seconds") from None
    except (OSError, UnicodeError) as error:
        raise unresolved(host, error) from None
    for address in addresses:
        if not (allow_private or is_public(address)):
            raise not_public(host, address)
    if not addresses:
        raise unresolved(host, "it has no address")
    return addresses


async def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    resolve: Resolve,
    allow_private: bool,
    timeout: float,
) -> Answer:
    """Send `body` to a webhook; `timeout` is for all of it, in seconds. Raises Undelivered."""
    try:
        async with asyncio.timeout(timeout):
            addresses = await checked_addresses(url, resolve, allow_private)
            async with _connected(url, addresses) as (reader, writer):
                writer.write(_request(url, body, headers))
                await writer.drain()
                return await _answer(reader)
    except InvalidParameter as error:
        raise Undelivered(error.message) from None
    except TimeoutError:
        raise Undelivered(f"No answer within {timeout:g} seconds.") from None
    except ssl.SSLCertVerificationError as error:
        raise Undelivered(
            f"The receiver's certificate is not valid: {error.verify_message.rstrip('.')}."
        ) from None
    except (OSError, EOFError) as error:
        raise Undelivered(f"The receiver can't be reached: {_said(error)}.") from None
    except (httptools.HttpParserError, httptools.HttpParserUpgrade):
        raise Undelivered("The receiver's answer is no HTTP.") from None


def _said(error: Exception) -> str:
    """An error in the system's words, without what a library adds of its own."""
    if isinstance(error, OSError) and error.errno and not isinstance(error, ssl.SSLError):
        return os.strerror(error.errno)
    return (str(error) or type(error).__name__).rstrip(".")


@functools.cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


@asynccontextmanager
async def _connected(
    url: str, addresses: list[str]
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to the first of the addresses that takes one."""
    host, port = host_of(url)
    secure = urlsplit(url).scheme == "https"
    taken = await _connect(addresses, port)
    try:
        reader, writer = await asyncio.open_connection(
            sock=taken, ssl=_tls() if secure else None, server_hostname=host if secure else None
        )
    except BaseException:
        taken.close()
        raise
    try:
        yield reader, writer
    finally:
        writer.transport.abort()
        with suppress(OSError):
            await writer.wait_closed()


async def _connect(addresses: list[str], port: int) -> socket.socket:
    loop = asyncio.get_running_loop()
    problem: OSError = OSError("no address")
    for address in addresses:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        made = socket.socket(family, socket.SOCK_STREAM)
        made.setblocking(False)
        try:
            # An address is no name any more: nothing is looked up here.
            await loop.sock_connect(made, (address, port))
        except OSError as error:
            made.close()
            problem = error
        except BaseException:
            made.close()
            raise
        else:
            return made
    raise problem


def _request(url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    parts = urlsplit(url)
    host, port = host_of(url)
    shown = f"[{host}]" if ":" in host else host
    if port != default_port(parts):
        shown = f"{shown}:{port}"
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    if parts.query:
        target += "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]")
    lines = {
        "Host": shown,
        "User-Agent": "sagwan",
        "Accept": "*/*",
        "Content-Length": str(len(body)),
        "Connection": "close",
        **headers,
    }
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
        lines["Authorization"] = "Basic " + base64.b64encode(pair).decode()
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {target} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + body


@dataclass
class _Parts:
    """What the parser tells of an answer."""

    body: bytearray = field(default_factory=bytearray)
    headers: dict[bytes, bytes] = field(default_factory=dict)
    headers_complete: bool = False
    complete: bool = False

    def on_message_begin(self) -> None:
        # There may be preliminary answers, such as 100 or 103.
        self.headers.clear()
        self.headers_complete = self.complete = False

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers[name.lower()] = value

    def on_headers_complete(self) -> None:
        self.headers_complete = True

    def on_body(self, data: bytes) -> None:
        self.body += data

    def on_message_complete(self) -> None:
        self.complete = True


async def _answer(reader: asyncio.StreamReader) -> Answer:
    """The answer, read no further than anybody looks."""
    parts = _Parts()
    parser = httptools.HttpResponseParser(parts)
    size = 0
    while size < _LONGEST:
        data = await reader.read(_PART)
        if not data:
            break
        size += len(data)
        parser.feed_data(data)
        if parts.complete and parser.get_status_code() >= 200:
            break
    if not parts.headers_complete or parser.get_status_code() < 200:
        raise EOFError("it closed the connection without an answer")
    text = bytes(parts.body[: 4 * ANSWER_LENGTH]).decode("utf-8", "replace")
    text = text.replace("\0", "\ufffd")[:ANSWER_LENGTH]
    after = parts.headers.get(b"retry-after", b"").decode("latin-1")
    wait = int(after) if after.isascii() and after.isdigit() and len(after) < 8 else None
    return Answer(parser.get_status_code(), text, wait)
