"""Amazon S3, and what speaks its protocol: Ceph, MinIO and others."""

import asyncio
import re
import tempfile
from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import md5, sha256
from typing import IO, TYPE_CHECKING, Any, cast
from xml.sax.saxutils import escape

from obstore.store import S3Store

from sagwan.artifacts.base import CHUNK, SignedUrl, UploadedPart, UploadsInParts
from sagwan.artifacts.errors import no_such_upload, other_parts
from sagwan.artifacts.objects.s3_http import S3Error, S3Requests
from sagwan.artifacts.objects.s3_keys import Boto3Keys, FixedKeys, Keys, keys_for
from sagwan.artifacts.objects.s3_settings import DEFAULT_REGION, S3Settings, s3_settings
from sagwan.artifacts.objects.sigv4 import UNSIGNED
from sagwan.artifacts.objects.store import CLIENT, RETRY, STALE, SigningArtifactStore
from sagwan.artifacts.sized import size_of
from sagwan.errors import InvalidParameter, NotFound, NotImplementedByStore, SagwanError

if TYPE_CHECKING:
    from obstore import Attributes
    from obstore.store import ClientConfig, S3Config

MAX_NUMBER = 10_000
"""The number of an upload's last part at most."""

_IN_MEMORY = 8 * CHUNK
_MD5 = re.compile(r"[0-9a-f]{32}")
_WRONG_PARTS = frozenset(["EntityTooSmall", "InvalidPart", "InvalidPartOrder", "MalformedXML"])


class S3ArtifactStore(SigningArtifactStore, UploadsInParts):
    """A bucket, or what is below a prefix of its keys."""

    def __init__(self, settings: S3Settings, keys: Keys) -> None:
        region = settings.region or keys.region or DEFAULT_REGION
        super().__init__(_obstore(settings, keys, region), settings.root, settings.name)
        self.requests = S3Requests(settings, region, keys.find)
        self._extra = settings.extra
        self.tags = settings.extra.tags

    def attributes(self, path: str) -> "Attributes":
        return {**super().attributes(path), **self._extra.attributes}

    def _headers(self, path: str) -> dict[str, str]:
        """What a request has to say that makes an object without obstore."""
        names = ("Content-Type",)
        known = {k: v for k, v in super().attributes(path).items() if k in names}
        return {**known, **self._extra.headers}

    async def sign_upload(self, path: str, expires: int) -> SignedUrl:
        path = self._file(path)
        headers = self._headers(path)
        try:
            url = await self.requests.sign("PUT", self.key(path), expires, headers=headers)
        except NotImplementedByStore:
            if self._extra.headers:
                raise
            return await super().sign_upload(path, expires)
        return SignedUrl(url, headers)

    # Uploads in parts.

    async def begin_upload(self, path: str) -> str:
        path = self._file(path)
        self._sweep_at_times()
        try:
            answer = await self.requests.send(
                "POST", self.key(path), {"uploads": ""}, headers=self._headers(path)
            )
        except S3Error as error:
            raise error.explained(path, self.name) from None
        return self.requests.tree(answer).findtext("UploadId", "")

    async def sign_part(self, path: str, upload_id: str, number: int, expires: int) -> SignedUrl:
        path = self._file(path)
        query = _part(path, upload_id, number)
        return SignedUrl(await self.requests.sign("PUT", self.key(path), expires, query))

    async def write_part(
        self, path: str, upload_id: str, number: int, chunks: AsyncIterable[bytes]
    ) -> UploadedPart:
        path = self._file(path)
        query = _part(path, upload_id, number)
        size = size_of(chunks)
        if size is not None:
            tag = await self._put_part(path, query, aiter(chunks), size, UNSIGNED)
            return UploadedPart(number, tag)
        # S3 wants to know a part's size first.
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
            digest = sha256()
            async for chunk in chunks:
                digest.update(chunk)
                await _written(file, chunk)
            size = file.tell()
            file.seek(0)
            tag = await self._put_part(path, query, _read(file), size, digest.hexdigest())
        return UploadedPart(number, tag)

    async def _put_part(
        self,
        path: str,
        query: Mapping[str, str],
        content: AsyncIterator[bytes],
        size: int,
        content_hash: str,
    ) -> str:
        try:
            answer = await self.requests.send(
                "PUT",
                self.key(path),
                query,
                headers={"Content-Length": str(size)},
                content=content,
                content_hash=content_hash,
            )
        except S3Error as error:
            raise self._explained(error, path) from None
        return str(answer.headers.get("ETag", ""))

    def _explained(self, error: S3Error, path: str) -> SagwanError:
        if error.word in ("NoSuchUpload", "NoSuchKey") or (error.status == 404 and not error.word):
            return no_such_upload(path)
        if error.word == "EntityTooLarge":
            return InvalidParameter(f"A part of '{path}' is larger than the store takes.")
        if error.word in _WRONG_PARTS:
            return other_parts(path)
        return error.explained(path, self.name)

    async def complete_upload(
        self, path: str, upload_id: str, parts: Sequence[UploadedPart]
    ) -> None:
        path = self._file(path)
        if not upload_id:
            raise no_such_upload(path)
        if not parts:
            raise InvalidParameter(f"The upload of '{path}' has no parts.")
        listed = "".join(
            f"<Part><PartNumber>{part.number}</PartNumber><ETag>{escape(part.etag)}</ETag></Part>"
            for part in sorted(parts, key=lambda part: part.number)
        )
        body = f"<CompleteMultipartUpload>{listed}</CompleteMultipartUpload>"
        try:
            await self._complete(path, upload_id, body)
        except NotFound:
            if not await self._is_made_of(path, parts):
                raise

    async def _complete(self, path: str, upload_id: str, body: str) -> None:
        try:
            await self.requests.send(
                "POST", self.key(path), {"uploadId": upload_id}, content=body.encode()
            )
        except S3Error as error:
            if error.status >= 500 and not await self._is_under_way(path, upload_id):
                # So says Ceph where there is no such upload.
                raise no_such_upload(path) from None
            raise self._explained(error, path) from None

    async def _is_made_of(self, path: str, parts: Sequence[UploadedPart]) -> bool:
        """Whether the object at a path is what these parts make, which its ETag says mostly."""
        tag = _tag_of(parts)
        try:
            return tag is not None and (await self.stat(path)).version == tag
        except (InvalidParameter, NotFound):
            return False

    async def _is_under_way(self, path: str, upload_id: str) -> bool:
        query = {"uploadId": upload_id, "max-parts": "1"}
        try:
            await self.requests.send("GET", self.key(path), query)
        except S3Error as error:
            return not isinstance(self._explained(error, path), NotFound)
        return True

    async def abort_upload(self, path: str, upload_id: str) -> None:
        path = self._file(path)
        if not upload_id:
            return
        try:
            await self.requests.send("DELETE", self.key(path), {"uploadId": upload_id})
        except S3Error as error:
            explained = self._explained(error, path)
            if not isinstance(explained, NotFound):
                raise explained from None

    async def sweep(self, age: float = STALE) -> None:
        """Abort uploads below the prefix that were begun more than `age` seconds ago.

        Nothing happens where the keys are such that only obstore knows them.
        """
        try:
            async for key, upload_id, begun in self.uploads():
                if datetime.now(UTC).timestamp() - begun >= age:
                    await self.requests.send("DELETE", key, {"uploadId": upload_id})
        except S3Error as error:
            raise error.explained("", self.name) from None
        except NotImplementedByStore:
            pass

    async def uploads(self) -> AsyncIterator[tuple[str, str, float]]:
        """Key, id and time of beginning, in Unix seconds, of all uploads below the prefix."""
        query = {"uploads": "", "prefix": f"{self.root}/" if self.root else ""}
        while True:
            tree = self.requests.tree(await self.requests.send("GET", "", query))
            for upload in tree.iterfind("Upload"):
                begun = upload.findtext("Initiated", "")
                yield (
                    upload.findtext("Key", ""),
                    upload.findtext("UploadId", ""),
                    datetime.fromisoformat(begun).timestamp(),
                )
            if tree.findtext("IsTruncated") != "true":
                return
            query["key-marker"] = tree.findtext("NextKeyMarker", "")
            query["upload-id-marker"] = tree.findtext("NextUploadIdMarker", "")

    async def close(self) -> None:
        await super().close()
        await self.requests.close()


def _part(path: str, upload_id: str, number: int) -> dict[str, str]:
    if not upload_id:
        # To S3 it would be a PUT of the file.
        raise no_such_upload(path)
    if not 1 <= number <= MAX_NUMBER:
        raise InvalidParameter(f"The number of a part is 1 to {MAX_NUMBER}, not {number}.")
    return {"partNumber": str(number), "uploadId": upload_id}


async def _written(file: IO[bytes], chunk: bytes) -> None:
    if file.tell() + len(chunk) > _IN_MEMORY:
        await asyncio.to_thread(file.write, chunk)
    else:
        file.write(chunk)


async def _read(file: IO[bytes]) -> AsyncIterator[bytes]:
    while chunk := await asyncio.to_thread(file.read, CHUNK):
        yield chunk


def _obstore(settings: S3Settings, keys: Keys, region: str) -> S3Store:
    """obstore's store. What it would else take from the process's variables is given to it."""
    base, folder = settings.base(region)
    endpoint = f"{base}{folder}".rstrip("/")
    if not settings.virtual:
        endpoint = endpoint.removesuffix(f"/{settings.bucket}")
    config: dict[str, Any] = {
        "aws_endpoint_url_s3": endpoint,
        "region": region,
        "virtual_hosted_style_request": settings.virtual,
        "skip_signature": settings.unsigned,
        **settings.extra.config,
    }
    if isinstance(keys, FixedKeys):
        config["access_key_id"] = keys.credentials.key_id
        config["secret_access_key"] = keys.credentials.secret
        if keys.credentials.token is not None:
            config["session_token"] = keys.credentials.token
    client: ClientConfig = {
        **CLIENT,
        "allow_http": endpoint.startswith("http:"),
        "allow_invalid_certificates": not settings.verify,
    }
    if settings.authorities is not None:
        client["root_certificate"] = settings.authorities
    return S3Store(
        settings.bucket,
        config=cast("S3Config", config),
        client_options=client,
        retry_config=RETRY,
        credential_provider=keys if isinstance(keys, Boto3Keys) else None,
    )


def open_store(uri: str, environ: Mapping[str, str]) -> S3ArtifactStore:
    """The store at `uri`, s3://bucket/prefix. Raises InvalidParameter."""
    settings = s3_settings(uri, environ)
    return S3ArtifactStore(settings, keys_for(settings))


def _tag_of(parts: Sequence[UploadedPart]) -> str | None:
    """The ETag of an object that is made of parts; None where their own are no MD5s."""
    tags = [part.etag.strip('"') for part in sorted(parts, key=lambda part: part.number)]
    if not all(_MD5.fullmatch(tag) for tag in tags):
        return None
    return f"{md5(bytes.fromhex(''.join(tags)), usedforsecurity=False).hexdigest()}-{len(tags)}"
