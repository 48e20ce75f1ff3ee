"""Requests: patience, logins and what errors say."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any, TypeVar

import httpx
import pytest

from sagwan.client.errors import Broken, Refused, Unreachable
from sagwan.client.http import Http
from sagwan.config import ClientSettings
from sagwan.errors import (
    AlreadyExists,
    EndpointNotFound,
    InvalidParameter,
    NotFound,
    Overloaded,
    PermissionDenied,
    SagwanError,
    Unavailable,
)

T = TypeVar("T")
URL = "http://tracking.test/prefix"

Handler = Callable[[httpx.Request], httpx.Response]


class Conversation:
    """What was asked and how long was waited, of a client on a server that is a function."""

    def __init__(self, handler: Handler, **settings: Any) -> None:
        self.asked: list[httpx.Request] = []
        self.waited: list[float] = []
        self._handler = handler
        self._settings = ClientSettings(**settings)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self._handler(request)

    async def _sleep(self, seconds: float) -> None:
        self.waited.append(seconds)

    def run(self, talk: Callable[[Http], Coroutine[Any, Any, T]]) -> T:
        async def main() -> T:
            transport = httpx.MockTransport(self._answer)
            async with Http(URL, self._settings, transport, self._sleep) as client:
                return await talk(client)

        return asyncio.run(main())

    def get(self, path: str = "/x") -> bytes:
        return self.run(lambda http: http.request("GET", path))


def refusal(response: httpx.Response, kind: type[SagwanError]) -> str:
    with pytest.raises(SagwanError) as caught:
        Conversation(lambda request: response).get()
    assert type(caught.value) is kind
    return caught.value.message


def problem(status: int, code: str, message: str = "why", **headers: str) -> httpx.Response:
    return httpx.Response(status, json={"error_code": code, "message": message}, headers=headers)


def test_a_path_comes_after_the_path_of_the_url() -> None:
    talk = Conversation(lambda request: httpx.Response(200, content=b"yes"))
    assert talk.get("/api/2.0/mlflow/a%20b%23") == b"yes"
    assert talk.asked[0].url.raw_path == b"/prefix/api/2.0/mlflow/a%20b%23"
    assert talk.asked[0].headers["user-agent"].startswith("sagwan/")
    assert "authorization" not in talk.asked[0].headers


def test_a_query_may_hold_lists() -> None:
    talk = Conversation(lambda request: httpx.Response(200))
    talk.run(lambda http: http.request("GET", "/x", query={"a": ["1", "2"], "b": "ü&"}))
    assert talk.asked[0].url.query == b"a=1&a=2&b=%C3%BC%26"


@pytest.mark.parametrize(
    ("settings", "sent"),
    [
        ({"tracking_username": "u", "tracking_password": "p"}, "Basic dTpw"),
        ({"tracking_token": "t"}, "Bearer t"),
        ({"tracking_username": "u", "tracking_password": "p", "tracking_token": "t"}, "Basic dTpw"),
    ],
)
def test_logins(settings: dict[str, str], sent: str) -> None:
    talk = Conversation(lambda request: httpx.Response(200), **settings)
    talk.get()
    assert talk.asked[0].headers["authorization"] == sent


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "INVALID_PARAMETER_VALUE", InvalidParameter),
        (400, "RESOURCE_ALREADY_EXISTS", AlreadyExists),
        (404, "RESOURCE_DOES_NOT_EXIST", NotFound),
        (404, "ENDPOINT_NOT_FOUND", EndpointNotFound),
        (403, "PERMISSION_DENIED", PermissionDenied),
        (503, "TEMPORARILY_UNAVAILABLE", Unavailable),
    ],
)
def test_the_servers_message_is_what_is_said(
    status: int, code: str, kind: type[SagwanError]
) -> None:
    assert refusal(problem(status, code, "the server's words"), kind) == "the server's words"


def test_a_code_that_is_not_known_is_told() -> None:
    assert refusal(problem(500, "DATA_LOSS", "bad"), Refused) == "bad (DATA_LOSS)"


@pytest.mark.parametrize(
    ("response", "kind", "words"),
    [
        (httpx.Response(404, html="<p>no</p>"), EndpointNotFound, "is this the address"),
        (httpx.Response(405, text="no"), EndpointNotFound, "GET /prefix/x"),
        (httpx.Response(401, text="no"), PermissionDenied, "MLFLOW_TRACKING_USERNAME"),
        (httpx.Response(302, headers={"location": "https://there"}), Refused, "https://there"),
        (httpx.Response(403, headers={"server": "AirTunes/1"}), Refused, "AirPlay"),
        (
            httpx.Response(403, text="Invalid Host\nheader"),
            Refused,
            "403 (Forbidden): Invalid Host h",
        ),
        (httpx.Response(400, json={"detail": "a folder"}), Refused, "a folder"),
        (httpx.Response(500, html="<p>Traceback</p>"), Refused, "500 (Internal Server Error)."),
        (httpx.Response(599, json=[1]), Refused, "599 (unknown status): [1]"),
        (httpx.Response(204), Refused, "204"),
    ],
)
def test_what_is_not_of_the_protocol_is_explained(
    response: httpx.Response, kind: type[SagwanError], words: str
) -> None:
    message = refusal(response, kind)
    assert words in message
    assert message.startswith("http://tracking.test ")
    assert "<p>" not in message


def test_a_server_that_asks_for_patience_is_asked_again() -> None:
    answers = iter(
        [
            problem(429, "REQUEST_LIMIT_EXCEEDED", **{"retry-after": "2"}),
            httpx.Response(503, text="restarting", headers={"retry-after": "0"}),
            httpx.Response(200, content=b"done"),
        ]
    )
    talk = Conversation(lambda request: next(answers))
    assert talk.get() == b"done"
    assert len(talk.asked) == 3
    assert talk.waited[0] == 2.0
    assert 0 < talk.waited[1] < 1


def test_patience_ends() -> None:
    talk = Conversation(
        lambda request: problem(429, "REQUEST_LIMIT_EXCEEDED", "full", **{"retry-after": "1"}),
        http_request_max_retries=3,
    )
    with pytest.raises(Overloaded, match="full"):
        talk.get()
    assert len(talk.asked) == 4
    assert talk.waited == sorted(talk.waited)


@pytest.mark.parametrize("wait", [None, "3600", "Fri, 31 Dec 1999 23:59:59 GMT"])
def test_a_server_that_names_no_wait_or_a_long_one_is_not_asked_again(wait: str | None) -> None:
    headers = {} if wait is None else {"retry-after": wait}
    talk = Conversation(lambda request: httpx.Response(503, text="off", headers=headers))
    with pytest.raises(Broken, match="off"):
        talk.get()
    assert len(talk.asked) == 1


def test_a_body_is_made_anew_for_each_attempt() -> None:
    seen: list[bytes] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.content)
        if len(seen) == 1:
            return problem(503, "TEMPORARILY_UNAVAILABLE", **{"retry-after": "0"})
        return httpx.Response(200)

    async def body() -> AsyncIterator[bytes]:
        yield b"one "
        yield b"two"

    async def talk(http: Http) -> bytes:
        return await http.request("PUT", "/x", body=body)

    class Reading(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await request.aread()
            return handler(request)

    async def main() -> None:
        async with Http(URL, ClientSettings(), Reading(), lambda seconds: asyncio.sleep(0)) as http:
            await talk(http)

    asyncio.run(main())
    assert seen == [b"one two", b"one two"]


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (httpx.ConnectError("refused"), Unreachable, f"No server answers at {URL} (refused)."),
        (httpx.ConnectTimeout(""), Unreachable, "ConnectTimeout"),
        (httpx.ReadTimeout("slow"), Unavailable, f"{URL} did not answer in time."),
        (httpx.RemoteProtocolError("gone"), Unavailable, "broke: gone."),
    ],
)
def test_broken_connections_are_explained(
    error: httpx.HTTPError, kind: type[SagwanError], words: str
) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise error

    with pytest.raises(kind) as caught:
        Conversation(handler).get()
    assert words in caught.value.message


def test_a_connection_that_breaks_within_a_body_is_explained() -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"half"
        raise httpx.ReadError("reset")

    async def talk(http: Http) -> list[bytes]:
        async with http.stream("GET", "/x") as response:
            return [chunk async for chunk in http.chunks(response, 1024)]

    with pytest.raises(Unavailable, match="reset"):
        Conversation(lambda request: httpx.Response(200, content=broken())).run(talk)


@pytest.mark.parametrize(
    "url", ["http://[", "http://a:port", "http:///x", "http://a b", "ftp://x", ""]
)
def test_a_url_that_is_none_is_refused(url: str) -> None:
    async def main() -> None:
        async with Http(url, ClientSettings()) as http:
            await http.request("GET", "/x")

    with pytest.raises(InvalidParameter, match="no valid URL"):
        asyncio.run(main())


@pytest.mark.parametrize(
    "settings",
    [
        {"tracking_server_cert_path": "/no/such/file"},
        {"tracking_client_cert_path": "/no/such/file"},
        {"tracking_server_cert_path": "/no/such/file", "tracking_insecure_tls": True},
    ],
)
def test_certificates_that_can_not_be_used(settings: dict[str, Any]) -> None:
    with pytest.raises(InvalidParameter):
        Http("https://x", ClientSettings(**settings))


def test_a_broken_connection_is_tried_again_ever_less_often() -> None:
    talk = Conversation(lambda request: httpx.Response(502), http_request_max_retries=3)
    with pytest.raises(Broken):
        talk.run(lambda http: http.persist(lambda: http.request("GET", "/x")))
    assert len(talk.asked) == 4
    assert talk.waited == [0.5, 1.0, 2.0]


def test_progress_gives_new_patience() -> None:
    talk = Conversation(lambda request: httpx.Response(502), http_request_max_retries=2)
    moved = iter([0, 1, 1, 2, 2, 2, 2, 2])
    with pytest.raises(Broken):
        talk.run(lambda http: http.persist(lambda: http.request("GET", "/x"), lambda: next(moved)))
    assert talk.waited == [0.5, 0.5, 1.0]


def test_what_a_retry_can_not_mend_is_raised_at_once() -> None:
    talk = Conversation(lambda request: problem(404, "RESOURCE_DOES_NOT_EXIST", "none"))
    with pytest.raises(NotFound):
        talk.run(lambda http: http.persist(lambda: http.request("GET", "/x")))
    assert (len(talk.asked), talk.waited) == (1, [])


async def _body() -> AsyncIterator[bytes]:
    yield b"part"


SIGNED = "https://store.test/bucket/part?X-Signature=secret"


def test_a_signed_url_gets_no_login() -> None:
    talk = Conversation(
        lambda request: httpx.Response(200, headers={"etag": '"1"'}),
        tracking_username="u",
        tracking_password="p",
    )
    answer = talk.run(lambda http: http.put_signed(SIGNED, _body, {"x-a": "b"}))
    assert answer.headers["etag"] == '"1"'
    assert str(talk.asked[0].url) == SIGNED
    assert "authorization" not in talk.asked[0].headers
    assert talk.asked[0].headers["x-a"] == "b"


@pytest.mark.parametrize(("status", "kind"), [(403, Refused), (500, Broken), (429, Broken)])
def test_a_signed_url_is_not_shown(status: int, kind: type[SagwanError]) -> None:
    talk = Conversation(lambda request: httpx.Response(status, text=SIGNED))
    with pytest.raises(kind) as caught:
        talk.run(lambda http: http.put_signed(SIGNED, _body, {}))
    assert "https://store.test" in caught.value.message
    assert "secret" not in caught.value.message


def test_a_place_that_is_no_url() -> None:
    talk = Conversation(lambda request: httpx.Response(200))
    with pytest.raises(Refused, match="no URL"):
        talk.run(lambda http: http.put_signed("secret", _body, {}))


def test_a_part_of_a_file_is_an_answer() -> None:
    assert Conversation(lambda request: httpx.Response(206, content=b"art")).get() == b"art"
