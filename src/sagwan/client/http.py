"""Requests to one server: its address, the login, patience, and errors that say what to do."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager, nullcontext
from types import TracebackType
from typing import Self, TypeVar

import httpx

from sagwan import __version__
from sagwan.client.errors import Broken, Refused, Unreachable, patience, refusal, unsigned
from sagwan.config import ClientSettings
from sagwan.errors import InvalidParameter

T = TypeVar("T")

Query = Mapping[str, str | Sequence[str]]
Body = bytes | Callable[[], AsyncGenerator[bytes, None]]

# What a server may ask for at most, in seconds: beyond it the user should decide.
LONGEST_WAIT = 60.0

# Seconds before a broken connection is tried anew; each further wait is twice as long.
_FIRST_PAUSE = 0.5

_DONE = (200, 206)


class Http:
    """Requests to one server; close it, or use it in `async with`.

    `url` may have a path, which is put before every path that is asked for. Without `transport`
    the network is used; `sleep` is what waiting is done with. Raises InvalidParameter for a URL
    or for certificates that can't be used.
    """

    def __init__(
        self,
        url: str,
        settings: ClientSettings,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.url = url.rstrip("/")
        self.retries = settings.http_request_max_retries
        self._timeout = settings.http_request_timeout
        self._transport = transport
        self._sleep = sleep
        headers = {"User-Agent": f"sagwan/{__version__}"}
        auth = None
        if settings.tracking_username:
            auth = httpx.BasicAuth(settings.tracking_username, settings.tracking_password)
        elif settings.tracking_token:
            headers["Authorization"] = f"Bearer {settings.tracking_token}"
        self._client = httpx.AsyncClient(
            base_url=_checked(self.url),
            transport=transport,
            headers=headers,
            auth=auth,
            timeout=self._timeout,
            verify=_trust(settings),
        )
        self._stranger: httpx.AsyncClient | None = None

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        body: Body | None = None,
        headers: Mapping[str, str] | None = None,
        work: float = 0.0,
    ) -> bytes:
        """The body of the answer. Raises what `stream` raises."""
        async with self.stream(
            method, path, query=query, body=body, headers=headers, work=work
        ) as response:
            with _explained(self.url):
                return await response.aread()

    @asynccontextmanager
    async def stream(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        body: Body | None = None,
        headers: Mapping[str, str] | None = None,
        work: float = 0.0,
    ) -> AsyncIterator[httpx.Response]:
        """An answer with status 200 or 206, its body unread; each attempt calls `body` anew.

        `work` is how many seconds more than usual the server may be busy before it answers. A 429
        or 503 with Retry-After is waited for and tried again. Raises the error of `sagwan.errors`
        that the server names, Unreachable where there is no server, and Broken where the
        connection breaks.
        """
        attempt = 0
        while True:
            content = body() if callable(body) else body
            async with _closed(content):
                request = self._client.build_request(
                    method,
                    path,
                    params=dict(query) if query else None,
                    content=content,
                    headers=headers,
                    timeout=httpx.Timeout(self._timeout, read=self._timeout + work),
                )
                with _explained(self.url):
                    response = await self._client.send(request, stream=True)
                if response.status_code in _DONE:
                    try:
                        yield response
                    finally:
                        await response.aclose()
                    return
                with _explained(self.url):
                    await response.aread()
            wait = patience(response)
            if wait is None or wait > LONGEST_WAIT or attempt >= self.retries:
                raise refusal(response)
            # A server that keeps refusing is asked less and less often.
            await self._sleep(min(max(wait, 0.1) * 1.5**attempt, LONGEST_WAIT))
            attempt += 1

    async def chunks(self, response: httpx.Response, size: int) -> AsyncIterator[bytes]:
        """The body of a streamed answer. Raises Broken where the connection breaks."""
        with _explained(self.url):
            async for chunk in response.aiter_bytes(size):
                yield chunk

    async def put_signed(
        self, url: str, body: Callable[[], AsyncGenerator[bytes, None]], headers: Mapping[str, str]
    ) -> httpx.Response:
        """The answer to a PUT to a URL that is its own permission: no login is sent along.

        Raises Broken, and Refused where the answer is no success; neither shows the URL.
        """
        if self._stranger is None:
            self._stranger = httpx.AsyncClient(transport=self._transport, timeout=self._timeout)
        try:
            target = _checked(url)
        except InvalidParameter:
            raise Refused("The server named a place for an upload that is no URL.") from None
        host = f"{target.scheme}://{target.netloc.rpartition(b'@')[2].decode()}"
        content = body()
        async with _closed(content):
            with _explained(host):
                response = await self._stranger.put(target, content=content, headers=headers)
        if response.is_success:
            return response
        raise unsigned(response, host)

    async def persist(
        self, work: Callable[[], Awaitable[T]], progress: Callable[[], int] = lambda: 0
    ) -> T:
        """Do `work` again while the connection breaks: as often as the settings allow in a row.

        The pauses grow, and start over when `progress` has grown.
        """
        failures = 0
        while True:
            before = progress()
            try:
                return await work()
            except (Broken, Unreachable):
                failures = 1 if progress() > before else failures + 1
                if failures > self.retries:
                    raise
            await self._sleep(min(_FIRST_PAUSE * 2 ** (failures - 1), LONGEST_WAIT))

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()
        if self._stranger is not None:
            await self._stranger.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()


class _explained:
    """Turns the HTTP library's errors into ones that say what to do."""

    def __init__(self, url: str) -> None:
        self._url = url

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        match error:
            case httpx.ConnectError() | httpx.ConnectTimeout() | httpx.ProxyError():
                raise Unreachable(
                    f"No server answers at {self._url} ({str(error) or type(error).__name__})."
                ) from None
            case httpx.TimeoutException():
                raise Broken(f"{self._url} did not answer in time.") from None
            case httpx.HTTPError():
                raise Broken(
                    f"The connection to {self._url} broke: {str(error) or type(error).__name__}."
                ) from None
            case _:
                pass


def _closed(
    content: bytes | AsyncGenerator[bytes, None] | None,
) -> AbstractAsyncContextManager[object]:
    """A block at whose end a body lets go of its file, also where it was not sent to its end."""
    return aclosing(content) if isinstance(content, AsyncGenerator) else nullcontext()


def _checked(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise InvalidParameter(f"'{url}' is no valid URL: {error}") from None
    # The library lets through what can't be a name of a host, percent-encoded.
    if parsed.scheme not in ("http", "https") or not parsed.host or "%" in parsed.host:
        raise InvalidParameter(f"'{url}' is no valid URL of a server: try http://127.0.0.1:5000")
    return parsed


def _trust(settings: ClientSettings) -> ssl.SSLContext | bool:
    """Which certificates are accepted, and the one that is shown. Raises InvalidParameter."""
    authorities = settings.tracking_server_cert_path
    own = settings.tracking_client_cert_path
    if settings.tracking_insecure_tls and authorities:
        raise InvalidParameter(
            "MLFLOW_TRACKING_INSECURE_TLS and MLFLOW_TRACKING_SERVER_CERT_PATH contradict each"
            " other. Set one of them."
        )
    if not authorities and not own:
        return not settings.tracking_insecure_tls
    try:
        context = ssl.create_default_context(cafile=authorities or None)
        if settings.tracking_insecure_tls:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        if own:
            context.load_cert_chain(own)
    except OSError as error:
        raise InvalidParameter(f"The TLS certificates can't be used: {error}") from None
    return context
