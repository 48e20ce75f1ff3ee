"""Requests to S3 that obstore doesn't know: those of uploads in parts."""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from xml.etree import ElementTree

import httpx

from sagwan.artifacts.objects.errors import refused, unavailable, word_for
from sagwan.artifacts.objects.s3_settings import S3Settings
from sagwan.artifacts.objects.sigv4 import (
    Credentials,
    Request,
    authorized,
    presigned,
    url_of,
)
from sagwan.errors import NotImplementedByStore, SagwanError

_TIMEOUT = httpx.Timeout(60, connect=5)

Find = Callable[[], Awaitable[Credentials | None]]


class S3Error(Exception):
    """An answer of S3 that says no: HTTP's status, and S3's word for it."""

    def __init__(self, status: int, word: str) -> None:
        super().__init__(f"{status} {word}".strip())
        self.status = status
        self.word = word

    def explained(self, path: str, store: str) -> SagwanError:
        """What it means for the artifact `path` of `store`."""
        known = refused(self.word, self.status, path, store)
        return known or unavailable(store, f"it answered {self}")


class S3Requests:
    """Signs and sends requests to a bucket; `find` finds what to sign with."""

    def __init__(self, settings: S3Settings, region: str, find: Find) -> None:
        self._settings = settings
        self._region = region
        self._find = find
        self._base, self._folder = settings.base(region)
        self._opened = False

    @cached_property
    def _client(self) -> httpx.AsyncClient:
        # Certificates take long to load.
        verify: ssl.SSLContext | bool = self._settings.verify and self._base.startswith("https:")
        if verify and self._settings.authorities is not None:
            verify = ssl.create_default_context()
            verify.load_verify_locations(cadata=self._settings.authorities.decode())
        self._opened = True
        return httpx.AsyncClient(verify=verify, timeout=_TIMEOUT)

    def _request(
        self, method: str, key: str, query: Mapping[str, str], headers: Mapping[str, str]
    ) -> Request:
        return Request(method, self._base, f"{self._folder}{key}", query, headers)

    async def credentials(self) -> Credentials:
        """What signs; raises NotImplementedByStore where only obstore knows it."""
        credentials = await self._find()
        if credentials is None:
            raise NotImplementedByStore(
                f"The server has no keys to sign for {self._settings.name} with. Set"
                " AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or install boto3."
            )
        return credentials

    async def sign(
        self,
        method: str,
        key: str,
        expires: int,
        query: Mapping[str, str] = {},
        headers: Mapping[str, str] = {},
    ) -> str:
        """The URL for someone else's request, which must have these headers."""
        request = self._request(method, key, query, headers)
        now = datetime.now(UTC)
        return presigned(request, await self.credentials(), self._region, now, expires)

    async def send(
        self,
        method: str,
        key: str,
        query: Mapping[str, str],
        *,
        headers: Mapping[str, str] = {},
        content: bytes | AsyncIterator[bytes] = b"",
        content_hash: str = "",
    ) -> httpx.Response:
        """The answer to a request; `content_hash` is that of content that is streamed.

        Raises S3Error, and Unavailable where there is no answer. Signatures are in headers, because
        HTTP clients log URLs.
        """
        if isinstance(content, bytes):
            content_hash = sha256(content).hexdigest()
        request = self._request(method, key, query, headers)
        credentials = await self.credentials()
        signed = authorized(request, content_hash, credentials, self._region, datetime.now(UTC))
        try:
            answer = await self._client.request(
                method, url_of(request), headers=signed, content=content
            )
        except httpx.HTTPError as error:
            raise unavailable(self._settings.name, _reason(error)) from None
        word = word_for(answer.text) if answer.content[:1] == b"<" else ""
        # The end of an upload may fail after the status was sent.
        if answer.status_code >= 300 or b"<Error>" in answer.content[:1000]:
            raise S3Error(answer.status_code, word)
        return answer

    def tree(self, answer: httpx.Response) -> ElementTree.Element:
        """An answer's XML, without namespaces, which differ between makers."""
        try:
            root = ElementTree.fromstring(answer.content)
        except ElementTree.ParseError:
            raise unavailable(self._settings.name, "it gave no proper answer") from None
        for element in root.iter():
            element.tag = element.tag.rpartition("}")[2]
        return root

    async def close(self) -> None:
        """Let go of all connections."""
        if self._opened:
            await self._client.aclose()


def _reason(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "it does not answer in time"
    if isinstance(error, httpx.ConnectError):
        return "no connection can be made"
    return "the connection was cut"
