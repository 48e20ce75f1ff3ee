"""Azure Blob Storage: containers of storage accounts, and of Azurite.

Paths are the names of block blobs. Files and parts of files become visible with a commit of their
blocks; blocks that are never committed are Azure's to remove, after a week.
"""

import time
from collections.abc import AsyncIterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from obstore.exceptions import GenericError, PermissionDeniedError
from obstore.store import AzureStore

from sagwan.artifacts.base import ArtifactStore, SignedUrl, UploadedPart, UploadsInParts
from sagwan.artifacts.objects.azure_account import (
    Account,
    find_account,
    obstore_config,
    parse_uri,
)
from sagwan.artifacts.objects.azure_blocks import BlockUploads
from sagwan.artifacts.objects.azure_sas import blob_url, sign_blob
from sagwan.artifacts.objects.store import CLIENT, RETRY, SigningArtifactStore
from sagwan.errors import NotImplementedByStore, PermissionDenied, SagwanError, Unavailable

if TYPE_CHECKING:
    from obstore.store import ClientConfig

_CLOCK_SKEW = 300.0
"""Seconds by which Azure's clock may differ from the server's."""


def open_store(uri: str, environ: Mapping[str, str]) -> ArtifactStore:
    """The store at a wasbs: or abfss: URI, with the login that `environ` gives.

    Connects to nothing. Raises InvalidParameter.
    """
    place = parse_uri(uri)
    account = find_account(place, environ)
    client: ClientConfig = {**CLIENT, "allow_http": account.endpoint.startswith("http:")}
    if (wait := environ.get("MLFLOW_ARTIFACT_UPLOAD_DOWNLOAD_TIMEOUT", "")).isdecimal():
        client["timeout"] = timedelta(seconds=int(wait))
    objects = AzureStore(
        place.container,
        config=obstore_config(account, environ),
        client_options=client,
        retry_config=RETRY,
    )
    return AzureArtifactStore(objects, place.root, uri, account, place.container)


class AzureArtifactStore(SigningArtifactStore, UploadsInParts):
    """The blobs of a container whose names begin with `root`."""

    def __init__(
        self, objects: AzureStore, root: str, name: str, account: Account, container: str
    ) -> None:
        super().__init__(objects, root, name)
        self._account = account
        self._container = container
        self._blocks = BlockUploads(self._url, name)

    async def write(self, path: str, chunks: AsyncIterable[bytes]) -> None:
        begun = time.time()
        try:
            await super().write(path, chunks)
        except Unavailable as error:
            # Of two uploads in blocks at once, the first to be committed makes Azure drop the
            # blocks of the other, which is then as if it had come first and had been replaced.
            if "InvalidBlockList" not in error.message or not await self._replaced(path, begun):
                raise

    async def _replaced(self, path: str, since: float) -> bool:
        try:
            return (await self.stat(path)).modified >= since - _CLOCK_SKEW
        except SagwanError:
            return False

    async def _delete_keys(self, keys: list[str]) -> None:
        try:
            await super()._delete_keys(keys)
        except GenericError as error:
            # Azure answers many deletions with 200, and each of them in the body.
            if "(code: 403)" in str(error):
                raise PermissionDeniedError("403") from None
            raise

    # Signed URLs.

    async def sign_upload(self, path: str, expires: int) -> SignedUrl:
        signed = await super().sign_upload(path, expires)
        return SignedUrl(signed.url, {"x-ms-blob-type": "BlockBlob"})

    async def _sign(self, method: Literal["GET", "PUT"], path: str, expires: int) -> SignedUrl:
        path = self._file(path)
        if self._account.sas:
            raise NotImplementedByStore(
                "The server has a shared access signature for this store, which signs no URLs."
            )
        return SignedUrl(await self._url(method, path, expires))

    async def _url(self, method: Literal["GET", "PUT"], path: str, expires: int) -> str:
        """A signed URL, which may only be handed out where it isn't the server's own SAS."""
        account, key = self._account, self.key(path)
        url = blob_url(account, self._container, key)
        if account.sas:
            return f"{url}?{account.sas}"
        if account.key:
            expiry = datetime.now(UTC) + timedelta(seconds=expires)
            permission: Literal["r", "w"] = "r" if method == "GET" else "w"
            return f"{url}?{sign_blob(account, self._container, key, permission, expiry)}"
        if quote(key) != key:
            raise NotImplementedByStore(
                "Without the account's key, the URL of a file of this name can't be signed."
            )
        try:
            return (await super()._sign(method, path, expires)).url
        except PermissionDenied:
            # To sign is a right of its own, which reading and writing don't need.
            raise NotImplementedByStore(
                "The server's login for this store may not sign URLs."
            ) from None

    # Uploads in parts.

    async def begin_upload(self, path: str) -> str:
        try:
            return await self._blocks.begin(self._file(path))
        except NotImplementedByStore as error:
            # The words by which the protocol's clients know that they must send the file whole.
            raise NotImplementedByStore(
                f"Multipart upload is not supported for the current artifact repository:"
                f" {error.message}"
            ) from None

    async def sign_part(self, path: str, upload_id: str, number: int, expires: int) -> SignedUrl:
        path = self._file(path)
        query = await self._blocks.query_of_part(path, upload_id, number)
        signed = await self._sign("PUT", path, expires)
        return SignedUrl(f"{signed.url}&{query}")

    async def write_part(
        self, path: str, upload_id: str, number: int, chunks: AsyncIterable[bytes]
    ) -> UploadedPart:
        return await self._blocks.write_part(self._file(path), upload_id, number, chunks)

    async def complete_upload(
        self, path: str, upload_id: str, parts: Sequence[UploadedPart]
    ) -> None:
        path = self._file(path)
        media_type = self.attributes(path).get("Content-Type", "application/octet-stream")
        await self._blocks.complete(path, upload_id, parts, str(media_type))

    async def abort_upload(self, path: str, upload_id: str) -> None:
        await self._blocks.abort(self._file(path), upload_id)

    async def close(self) -> None:
        await super().close()
        await self._blocks.close()
