"""Frames as HTTP answers."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from sagwan.server.context import Context
from sagwan.server.frames import FrameHandler, FrameRoute
from sagwan.wire.endpoints import READ_SERIES

HEADERS = {b"content-type": b"application/json"}
BODY = b'{"run_ids": ["r"], "keys": ["m"]}'
CONTEXT = cast(Context, SimpleNamespace())


async def answer(handler: FrameHandler, goes: asyncio.Event | None = None) -> list[Any]:
    """What is sent to a client that goes away when `goes` is set, or stays."""
    sent: list[Any] = []
    left = [{"type": "http.request", "body": BODY, "more_body": False}]

    async def receive() -> Any:
        if left:
            return left.pop()
        await (goes or asyncio.Event()).wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await FrameRoute(READ_SERIES, handler).handle(CONTEXT, {}, receive, send, HEADERS, [])
    return sent


def test_a_frame_is_sent_as_it_is() -> None:
    async def handler(context: Context, request: Any) -> bytes:
        await asyncio.sleep(0)
        return request.run_ids[0].encode()

    start, body = asyncio.run(answer(handler))
    assert (start["status"], body["body"]) == (200, b"r")


def test_nothing_goes_on_for_a_client_that_went_away() -> None:
    async def use() -> list[str]:
        goes = asyncio.Event()
        seen = []

        async def handler(context: Context, request: Any) -> bytes:
            goes.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                seen.append("cancelled")
                raise
            return b""

        assert await answer(handler, goes) == []
        return seen

    assert asyncio.run(use()) == ["cancelled"]


def test_an_error_that_nobody_foresaw_is_answered(caplog: pytest.LogCaptureFixture) -> None:
    async def handler(context: Context, request: Any) -> bytes:
        raise RuntimeError("no such luck")

    start, body = asyncio.run(answer(handler))
    assert start["status"] == 500
    assert b"INTERNAL_ERROR" in body["body"]
    assert b"luck" not in body["body"]
    assert "unforeseen" in caplog.text
