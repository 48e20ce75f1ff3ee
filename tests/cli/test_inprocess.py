"""An application called without a network."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest

from sagwan.cli.inprocess import WAITING, AppTransport

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


def start(status: int = 200) -> dict[str, Any]:
    headers = [(b"content-type", b"text/plain")]
    return {"type": "http.response.start", "status": status, "headers": headers}


def body(chunk: bytes, more: bool = False) -> dict[str, Any]:
    return {"type": "http.response.body", "body": chunk, "more_body": more}


async def echo(scope: Any, receive: Receive, send: Send) -> None:
    """Answers with what was asked."""
    sent = b""
    while True:
        message = await receive()
        sent += message["body"]
        if not message["more_body"]:
            break
    told = f"{scope['method']} {scope['path']} {scope['raw_path']!r} {scope['query_string']!r} "
    await send(start(201))
    await send(body(told.encode(), more=True))
    await send(body(sent))
    assert (await receive())["type"] == "http.disconnect"


def run(app: Any, talk: Callable[[httpx.AsyncClient], Awaitable[None]]) -> None:
    async def main() -> None:
        transport = AppTransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            await talk(client)

    asyncio.run(main())


def test_a_request_and_its_answer() -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield b"one "
        yield b"two"

    async def talk(client: httpx.AsyncClient) -> None:
        answer = await client.put("/a%20b/ü?q=1&r=%26", content=chunks())
        assert answer.status_code == 201
        assert answer.headers["content-type"] == "text/plain"
        assert answer.text == ("PUT /a b/ü b'/a%20b/%C3%BC' b'q=1&r=%26' one two")

    run(echo, talk)


def test_an_answer_of_any_size_takes_little_memory() -> None:
    sent = read = 0
    ahead = 0

    async def endless(scope: Any, receive: Receive, send: Send) -> None:
        nonlocal sent, ahead
        await send(start())
        for _ in range(100):
            await send(body(b"x" * 1000, more=True))
            sent += 1
            ahead = max(ahead, sent - read)
        await send(body(b""))

    async def talk(client: httpx.AsyncClient) -> None:
        nonlocal read
        async with client.stream("GET", "/") as answer:
            async for chunk in answer.aiter_raw():
                assert chunk == b"x" * 1000
                read += 1

    run(endless, talk)
    assert read == 100
    assert ahead <= WAITING + 2


def test_an_answer_may_be_left_before_its_end() -> None:
    ended: list[str] = []

    async def endless(scope: Any, receive: Receive, send: Send) -> None:
        await send(start())
        try:
            while True:
                await send(body(b"x", more=True))
        finally:
            ended.append("yes")

    async def talk(client: httpx.AsyncClient) -> None:
        async with client.stream("GET", "/") as answer:
            async for _ in answer.aiter_raw():
                break

    run(endless, talk)
    assert ended == ["yes"]


def test_an_error_before_the_answer_is_raised() -> None:
    async def broken(scope: Any, receive: Receive, send: Send) -> None:
        raise ZeroDivisionError

    async def talk(client: httpx.AsyncClient) -> None:
        with pytest.raises(ZeroDivisionError):
            await client.get("/")

    run(broken, talk)


def test_an_error_within_the_answer_is_raised() -> None:
    async def broken(scope: Any, receive: Receive, send: Send) -> None:
        await send(start())
        await send(body(b"half", more=True))
        raise ZeroDivisionError

    async def talk(client: httpx.AsyncClient) -> None:
        with pytest.raises(ZeroDivisionError):
            await client.get("/")

    run(broken, talk)


def test_an_answer_that_does_not_end_properly() -> None:
    async def short(scope: Any, receive: Receive, send: Send) -> None:
        await send(start())
        await send(body(b"half", more=True))

    async def talk(client: httpx.AsyncClient) -> None:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get("/")

    run(short, talk)


def test_no_answer_at_all() -> None:
    async def silent(scope: Any, receive: Receive, send: Send) -> None:
        return

    async def talk(client: httpx.AsyncClient) -> None:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get("/")

    run(silent, talk)
