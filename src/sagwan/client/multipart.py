"""Large files in parts: several at once, each sent again by itself where a connection breaks.

This is the protocol's multipart upload. The server names a URL for each part: of its own, or a
signed one of the store behind it.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import msgspec

from sagwan.client.http import Http
from sagwan.client.parallel import each
from sagwan.client.progress import Meter
from sagwan.client.reading import chunks_of
from sagwan.errors import SagwanError, Unavailable

MULTIPART = 500 * 1024 * 1024
"""Bytes from which on a file goes in parts, if the server takes them."""

PART = 16 * 1024 * 1024
"""Bytes of a part, unless that makes more than `_MOST_PARTS`."""

_MOST_PARTS = 1_000
_PARALLEL = 4
_ROUTE = "/api/2.0/mlflow-artifacts/mpu"

# Seconds for telling the server that nothing more will come.
_FAREWELL = 5.0

# Bytes a second at which a server makes one file of the parts, at least.
_SLOWEST = 10 * 1024 * 1024


class _Credential(msgspec.Struct):
    """Where a part goes."""

    url: str
    part_number: int
    headers: dict[str, str] = {}


class _Created(msgspec.Struct):
    """The answer to a request for an upload."""

    upload_id: str | None
    credentials: list[_Credential]


class _Part(msgspec.Struct):
    """A part that arrived."""

    part_number: int
    etag: str
    url: str


async def upload_in_parts(http: Http, place: str, source: Path, size: int, moved: Meter) -> None:
    """Store a local file of `size` bytes at `place` in the server's artifact store.

    Raises NotImplementedByStore where the store takes no parts, and what `Http.request` raises.
    """
    upload = await _Upload.begin(http, place, source, size, moved)
    try:
        await upload.send()
    except BaseException:
        await upload.abort()
        raise


class _Upload:
    def __init__(
        self, http: Http, place: str, source: Path, size: int, moved: Meter, part: int
    ) -> None:
        self._http = http
        folder, _, self._name = place.rpartition("/")
        self._folder = quote(folder, safe="/")
        self._source = source
        self._size = size
        self._moved = moved
        self._part = part
        self._created = _Created(None, [])

    @classmethod
    async def begin(
        cls, http: Http, place: str, source: Path, size: int, moved: Meter
    ) -> "_Upload":
        part = max(PART, -(-size // _MOST_PARTS))
        upload = cls(http, place, source, size, moved, part)
        count = -(-size // part)
        content = await http.persist(lambda: upload._ask("create", {"num_parts": count}))
        try:
            upload._created = msgspec.json.decode(content, type=_Created)
        except msgspec.MsgspecError as error:
            raise Unavailable(f"The server's answer to an upload can't be read: {error}") from None
        if sorted(c.part_number for c in upload._created.credentials) != [*range(1, count + 1)]:
            raise Unavailable("The server named other parts of an upload than it was asked for.")
        return upload

    async def _ask(self, what: str, more: dict[str, object], work: float = 0.0) -> bytes:
        return await self._http.request(
            "POST",
            f"{_ROUTE}/{what}/{self._folder}",
            body=msgspec.json.encode({"path": self._name, **more}),
            headers={"Content-Type": "application/json"},
            work=work,
        )

    async def send(self) -> None:
        """Send all parts and have one file made of them."""
        sent: list[_Part] = []

        async def send_one(credential: _Credential) -> None:
            sent.append(await self._http.persist(lambda: self._send(credential)))

        await each(self._created.credentials, send_one, _PARALLEL)
        sent.sort(key=lambda part: part.part_number)
        await self._ask(
            "complete",
            {"upload_id": self._created.upload_id, "parts": sent},
            work=self._size / _SLOWEST,
        )

    async def _send(self, credential: _Credential) -> _Part:
        start = (credential.part_number - 1) * self._part
        size = min(self._part, self._size - start)
        meter = Meter(self._moved)

        def body() -> AsyncGenerator[bytes, None]:
            meter.reset()
            return chunks_of(self._source, meter, start, size)

        headers = {**credential.headers, "Content-Length": str(size)}
        try:
            response = await self._put(credential.url, body, headers)
        except BaseException:
            meter.reset()
            raise
        # Azure gives none: there a part is known by its URL.
        return _Part(credential.part_number, response.headers.get("etag", ""), credential.url)

    async def _put(
        self, url: str, body: Callable[[], AsyncGenerator[bytes, None]], headers: dict[str, str]
    ) -> httpx.Response:
        target, own = urlsplit(url), urlsplit(self._http.url)
        if (target.scheme, target.netloc) != (own.scheme, own.netloc):
            return await self._http.put_signed(url, body, headers)
        async with self._http.stream("PUT", url, body=body, headers=headers) as response:
            return response

    async def abort(self) -> None:
        """Let the server forget the parts, if it can be told."""
        if self._created.upload_id is None:
            return
        with suppress(SagwanError, TimeoutError):
            async with asyncio.timeout(_FAREWELL):
                await self._ask("abort", {"upload_id": self._created.upload_id})
