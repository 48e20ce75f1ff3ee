"""Requests to the receivers of webhooks, and where they never go."""

import asyncio
import base64
import errno
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing

import pytest

from sagwan.server import outgoing
from sagwan.server.outgoing import Answer, Undelivered, look_up, post
from tests.support.receiver import Receiver, receiving
from tests.support.server import free_port


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def sent(
    url: str,
    resolve: Callable[[str, int], Awaitable[list[str]]] = look_up,
    allow: bool = True,
    timeout: float = 30,
) -> Answer:
    call = post(url, b"body", {"X-A": "b"}, resolve=resolve, allow_private=allow, timeout=timeout)
    return asyncio.run(call)


def refusal(url: str, *args: object, **options: object) -> str:
    with pytest.raises(Undelivered) as caught:
        sent(url, *args, **options)  # type: ignore[arg-type]
    return str(caught.value)


def answering(*addresses: str) -> Callable[[str, int], Awaitable[list[str]]]:
    async def resolve(host: str, port: int) -> list[str]:
        return list(addresses)

    return resolve


def raw(content: bytes, then: Callable[[str], None]) -> None:
    """Call `then` with the URL of a receiver that answers these bytes."""

    async def main() -> None:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"body")
            writer.write(content)
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            await asyncio.to_thread(then, f"http://127.0.0.1:{port}")

    asyncio.run(main())


def test_a_request_is_sent_as_it_is_and_answered(receiver: Receiver) -> None:
    receiver.answers = [(503, {"Retry-After": "7"}, "나중에".encode() + b"\xff")]
    url = f"http://us%40er:p%3Aw@127.0.0.1:{receiver.port}/길 %2F".replace(" ", "%20") + "?q=é"
    assert sent(url) == Answer(503, "나중에\ufffd", 7)
    (got,) = receiver.got
    assert (got.path, got.body) == ("/%EA%B8%B8%20%2F?q=%C3%A9", "body")
    basic = base64.b64encode(b"us@er:p:w").decode()
    assert got.headers["authorization"] == f"Basic {basic}"
    assert got.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert got.headers["x-a"] == "b"


def test_nothing_is_sent_where_a_webhook_may_not_lead(receiver: Receiver) -> None:
    said = "Webhook URL must not resolve to a non-public IP address. {!r} resolves to {}."
    assert refusal(receiver.url, allow=False) == said.format("127.0.0.1", "127.0.0.1")
    named = f"http://localhost:{receiver.port}"
    assert "'localhost' resolves to" in refusal(named, allow=False)
    # One address that leads elsewhere is enough.
    mixed = answering("1.1.1.1", "10.0.0.1")
    assert refusal("http://a.example", mixed, False) == said.format("a.example", "10.0.0.1")
    assert receiver.got == []


def test_what_was_looked_at_is_what_is_connected_to(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that leads elsewhere at every look: the one look is the one that counts."""
    asked = []

    async def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["1.1.1.1"] if len(asked) == 1 else ["127.0.0.1"]

    tried = []

    async def connect(addresses: list[str], port: int) -> object:
        tried.append((addresses, port))
        raise OSError("not from here")

    monkeypatch.setattr(outgoing, "_connect", connect)
    said = refusal(f"http://a.example:{receiver.port}", rebinding, False)
    assert said == "The receiver can't be reached: not from here."
    assert (asked, tried) == (["a.example"], [(["1.1.1.1"], receiver.port)])


def test_the_next_address_is_tried_where_one_takes_no_connection(receiver: Receiver) -> None:
    resolve = answering("127.0.0.2", "127.0.0.1")
    assert sent(f"http://a.example:{receiver.port}", resolve).status == 204
    assert receiver.got[0].headers["host"] == f"a.example:{receiver.port}"


def test_redirects_are_not_followed(receiver: Receiver) -> None:
    receiver.answers = [(307, {"Location": receiver.url}, b"")]
    assert sent(receiver.url).status == 307
    assert len(receiver.got) == 1


def test_a_receiver_that_says_nothing_is_given_up(receiver: Receiver) -> None:
    receiver.answers = [None]
    assert refusal(receiver.url, timeout=0.2) == "No answer within 0.2 seconds."


def test_a_name_without_an_answer() -> None:
    async def unknown(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    said = "Cannot resolve Webhook URL hostname 'a.example': "
    assert refusal("http://a.example", unknown) == said + "no such name"
    assert refusal("http://a.example", answering()) == said + "it has no address"


def test_nobody_listens() -> None:
    said = refusal(f"http://127.0.0.1:{free_port()}")
    assert said == f"The receiver can't be reached: {os.strerror(errno.ECONNREFUSED)}."


def test_a_receiver_that_speaks_no_tls(receiver: Receiver) -> None:
    said = refusal(f"https://127.0.0.1:{receiver.port}")
    assert said.startswith("The receiver can't be reached: ")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\nuntil the end", Answer(200, "until the end")),
        (b"HTTP/1.1 103 Early\r\nA: b\r\n\r\nHTTP/1.1 204 No\r\n\r\n", Answer(204, "")),
        (b"HTTP/1.1 500 No\r\nRetry-After: soon\r\n\r\n" + b"x" * 99_999, Answer(500, "x" * 1000)),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n",
            Answer(200, "ab"),
        ),
        (b"SSH-2.0-x\r\n\r\n", "The receiver's answer is no HTTP."),
        (b"HTTP/1.1 101 Other\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "no HTTP"),
        (b"HTTP/1.1 200 OK\r\nA: b", "it closed the connection without an answer"),
        (b"", "it closed the connection without an answer"),
    ],
)
def test_answers_of_all_kinds(content: bytes, expected: Answer | str) -> None:
    def then(url: str) -> None:
        if isinstance(expected, Answer):
            assert sent(url) == expected
        else:
            assert expected in refusal(url)

    raw(content, then)


def test_addresses_are_those_of_the_system() -> None:
    with closing(asyncio.new_event_loop()) as loop:
        assert loop.run_until_complete(look_up("127.0.0.1", 80)) == ["127.0.0.1"]
