"""Uploads in parts to Azure Blob Storage, which knows blobs and blocks, but no uploads.

A blob has committed blocks, which are its content, and others, which wait for a commit by their
ids. The ids here say which upload and part a block belongs to. A part that a client puts to a
signed URL is one block; one that comes through the server is several, so that none has to be held
in memory as a whole. A block of its own marks an upload that is under way.

Committing an upload makes Azure drop all other blocks of the blob that wait. So where several
uploads to one path are under way, completing the first ends the others.

All ids of a blob must have one length, here the length of those that obstore uses.
"""

import asyncio
import base64
import re
import secrets
from collections.abc import AsyncIterable, Sequence
from typing import Literal, NamedTuple, Protocol
from urllib.parse import quote
from xml.etree import ElementTree

import httpx

from sagwan.artifacts.base import UploadedPart
from sagwan.artifacts.errors import no_such_upload, other_parts
from sagwan.artifacts.objects.azure_sas import VERSION
from sagwan.artifacts.objects.errors import reason, refused, unavailable
from sagwan.errors import InvalidParameter, NotFound, SagwanError, Unavailable

BLOCK = 4 * 1024 * 1024
"""Bytes of a block of a part that comes through the server."""

MOST_PARTS = 49_999
"""Azure takes 50,000 blocks, one of which may be a part of its own."""

_EXPIRES = 3600
_ATTEMPTS = 4
FIRST_WAIT = 0.1
_KNOWN = 10_000
_DIRECT = "0" * 6

_UPLOAD_ID = re.compile(r"[0-9a-f]{16}")
_BLOCK_ID = re.compile(r"([0-9a-f]{16})([0-9]{5})([0-9a-f]{6})([0-9]{5})")
_ETAG = re.compile(r'"([0-9a-f]{6})-([0-9]{1,5})"')


class SignUrl(Protocol):
    """Gives a URL for a GET or PUT of the blob at a path, good for some seconds."""

    async def __call__(self, method: Literal["GET", "PUT"], path: str, expires: int) -> str: ...


class _Block(NamedTuple):
    """What an id says: the upload, the part (0: the mark), the try, and the place in the part."""

    upload_id: str
    number: int
    attempt: str = _DIRECT
    place: int = 0

    @property
    def id(self) -> str:
        """As Azure wants it, in base64."""
        text = f"{self.upload_id}{self.number:05d}{self.attempt}{self.place:05d}"
        return base64.b64encode(text.encode()).decode()

    @property
    def query(self) -> str:
        """What a URL needs for a PUT of the block."""
        return f"comp=block&blockid={quote(self.id, safe='')}"


class BlockUploads:
    """The uploads in parts of a store called `name`. Paths are checked."""

    def __init__(self, sign: SignUrl, name: str) -> None:
        self._sign = sign
        self._name = name
        # Without the client around it, which would log URLs, and signatures with them.
        self._http: httpx.AsyncHTTPTransport | None = None
        self._under_way: dict[tuple[str, str], None] = {}

    async def begin(self, path: str) -> str:
        """Mark a new upload; its id."""
        upload_id = secrets.token_hex(8)
        await self._put_block(path, _Block(upload_id, 0), b"1")
        self._remember(path, upload_id)
        return upload_id

    def _remember(self, path: str, upload_id: str) -> None:
        self._under_way[path, upload_id] = None
        while len(self._under_way) > _KNOWN:
            del self._under_way[next(iter(self._under_way))]

    async def _check(self, path: str, upload_id: str, number: int) -> None:
        if (path, upload_id) not in self._under_way:
            await self._waiting_blocks(path, upload_id)
            self._remember(path, upload_id)
        if not 1 <= number <= MOST_PARTS:
            raise InvalidParameter(
                f"Part numbers are 1 to {MOST_PARTS} in this store, and not {number}."
            )

    async def query_of_part(self, path: str, upload_id: str, number: int) -> str:
        """What a signed URL needs to take a part."""
        await self._check(path, upload_id, number)
        return _Block(upload_id, number).query

    async def write_part(
        self, path: str, upload_id: str, number: int, chunks: AsyncIterable[bytes]
    ) -> UploadedPart:
        """Write a part as blocks. Its ETag says which, so that those of another try don't count."""
        await self._check(path, upload_id, number)
        attempt = _DIRECT
        while attempt == _DIRECT:
            attempt = secrets.token_hex(3)
        place = 0
        waiting = bytearray()
        async for chunk in chunks:
            waiting += chunk
            del chunk
            while len(waiting) >= BLOCK:
                block = bytes(memoryview(waiting)[:BLOCK])
                del waiting[:BLOCK]
                await self._put_block(path, _Block(upload_id, number, attempt, place), block)
                place += 1
        if waiting:
            await self._put_block(path, _Block(upload_id, number, attempt, place), bytes(waiting))
            place += 1
        return UploadedPart(number, f'"{attempt}-{place}"')

    async def complete(
        self, path: str, upload_id: str, parts: Sequence[UploadedPart], media_type: str
    ) -> None:
        """Commit the blocks of `parts`."""
        waiting = await self._waiting_blocks(path, upload_id)
        ids = [
            block.id
            for part in sorted(parts, key=lambda part: part.number)
            for block in _blocks_of(path, upload_id, part, waiting)
        ]
        if not parts or len({part.number for part in parts}) < len(parts):
            raise InvalidParameter("An upload is completed with one or more parts, each once.")
        body = "".join(f"<Uncommitted>{block_id}</Uncommitted>" for block_id in ids)
        # Not tried again: what was committed can't be committed twice.
        answer = await self._send(
            "PUT",
            path,
            "comp=blocklist",
            f'<?xml version="1.0" encoding="utf-8"?><BlockList>{body}</BlockList>'.encode(),
            {"x-ms-blob-content-type": media_type},
            attempts=1,
        )
        self._under_way.pop((path, upload_id), None)
        if _word(answer) == "InvalidBlockList":
            raise no_such_upload(path)
        self._check_answer(answer, path)

    async def abort(self, path: str, upload_id: str) -> None:
        """Mark an upload as aborted; nothing happens where there is none."""
        self._under_way.pop((path, upload_id), None)
        try:
            await self._waiting_blocks(path, upload_id)
        except NotFound:
            return
        await self._put_block(path, _Block(upload_id, 0), b"no")

    async def close(self) -> None:
        """Let go of all connections."""
        http, self._http = self._http, None
        if http is not None:
            await http.aclose()

    # Requests.

    async def _waiting_blocks(self, path: str, upload_id: str) -> dict[_Block, int]:
        """The sizes of an upload's blocks. Raises NotFound where none is under way."""
        if not _UPLOAD_ID.fullmatch(upload_id):
            raise no_such_upload(path)
        answer = await self._send("GET", path, "comp=blocklist&blocklisttype=uncommitted")
        if answer.status_code == 404 and _word(answer) != "ContainerNotFound":
            raise no_such_upload(path)
        self._check_answer(answer, path)
        found = {}
        for element in ElementTree.fromstring(answer.content).iter("Block"):
            text = base64.b64decode(element.findtext("Name", "")).decode("latin-1")
            match = _BLOCK_ID.fullmatch(text)
            if match is not None and match[1] == upload_id:
                block = _Block(upload_id, int(match[2]), match[3], int(match[4]))
                found[block] = int(element.findtext("Size", "0"))
        if found.pop(_Block(upload_id, 0), 0) != 1:
            raise no_such_upload(path)
        return found

    async def _put_block(self, path: str, block: _Block, content: bytes) -> None:
        self._check_answer(await self._send("PUT", path, block.query, content), path)

    def _check_answer(self, answer: httpx.Response, path: str) -> None:
        if answer.is_success:
            return
        word, status = _word(answer), answer.status_code
        known = refused(word, status, path, self._name)
        raise known or unavailable(self._name, f"it answered {status} {word}".rstrip())

    async def _send(
        self,
        method: Literal["GET", "PUT"],
        path: str,
        query: str,
        content: bytes = b"",
        headers: dict[str, str] | None = None,
        attempts: int = _ATTEMPTS,
    ) -> httpx.Response:
        if self._http is None:
            self._http = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_connections=100))
        url = f"{await self._sign(method, path, _EXPIRES)}&{query}"
        timeout = httpx.Timeout(300.0, connect=5.0).as_dict()
        error: SagwanError = Unavailable("")
        for attempt in range(attempts):
            if attempt:
                await asyncio.sleep(FIRST_WAIT * 2**attempt)
            request = httpx.Request(
                method,
                url,
                content=content if method == "PUT" else None,
                headers={"x-ms-version": VERSION, **(headers or {})},
                extensions={"timeout": timeout},
            )
            try:
                answer = await self._http.handle_async_request(request)
                await answer.aread()
                await answer.aclose()
            except httpx.TransportError as failure:
                error = unavailable(self._name, reason(failure))
                continue
            if answer.status_code < 500 or attempt == attempts - 1:
                return answer
        raise error


def _blocks_of(
    path: str, upload_id: str, part: UploadedPart, waiting: dict[_Block, int]
) -> list[_Block]:
    """The blocks that a part is made of, in order. Raises InvalidParameter where one is missing."""
    match = _ETAG.fullmatch(part.etag)
    if match is None:
        # Azure gives no ETag for a block that a client puts, so there is none to compare.
        blocks = [_Block(upload_id, part.number)]
    else:
        blocks = [_Block(upload_id, part.number, match[1], place) for place in range(int(match[2]))]
    if any(block not in waiting for block in blocks):
        raise other_parts(path)
    return blocks


def _word(answer: httpx.Response) -> str:
    """Azure's own word for an error."""
    word: str = answer.headers.get("x-ms-error-code", "")
    return word if re.fullmatch(r"\w{1,64}", word) else ""
