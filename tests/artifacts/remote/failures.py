"""What must hold where a server, or a process of ours, is cut off in the middle."""

import asyncio
import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Protocol

import pytest

from sagwan.artifacts.base import CHUNK
from sagwan.artifacts.remote.store import STAGING, STALE, RemoteArtifactStore
from sagwan.errors import Unavailable
from sagwan.testing.artifacts.bench import Bench, read_all, stream
from sagwan.testing.artifacts.suite import pattern

_UPLOAD = """
import asyncio, json, sys
from sagwan.artifacts.open import open_artifacts

async def chunks():
    for _ in range(3):
        yield bytes(1 << 20)
    print("uploading", flush=True)
    await asyncio.sleep(600)

async def main():
    store = open_artifacts(sys.argv[1], json.loads(sys.argv[2]))
    await store.write("f/a", chunks())

asyncio.run(main())
"""


class Server(Protocol):
    """A server that a test may kill. Its files are in `data`."""

    data: Path

    def start(self) -> None: ...
    def kill(self) -> None: ...
    def kill_sessions(self) -> None: ...
    def signal(self, number: signal.Signals) -> None: ...
    def uri(self, folder: str = "") -> str: ...
    @property
    def environ(self) -> dict[str, str]: ...


Open = Callable[[str], RemoteArtifactStore]


class Failures:
    """Inherit, and give the fixtures `server` and `open_quick`.

    `open_quick` opens the store at a URI, with limits of time that are short.
    """

    SECRET = ""
    """What no message may hold, if the server has a password."""

    @pytest.fixture
    def server(self) -> Server:
        raise NotImplementedError

    @pytest.fixture
    def open_quick(self, server: Server) -> Open:
        raise NotImplementedError

    def explains(self, server: Server, message: str, uri: str) -> None:
        """A message names the store, and has no secret."""
        place = uri.rpartition("@")[2].rpartition("://")[2]
        assert message.startswith(f"The artifact store {uri.partition('://')[0]}://")
        assert f"{place} can't be used at the moment: " in message
        if self.SECRET:
            assert self.SECRET not in message

    def test_a_server_that_is_down_and_comes_back(
        self, server: Server, open_quick: Open, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        uri = server.uri()
        with asyncio.Runner() as runner:
            bench = Bench(lambda: open_quick(uri), runner)
            bench.put("a", b"x")
            server.kill()
            for call in (
                bench.store.list_folder(),
                bench.store.read("a"),
                bench.store.write("b", stream([b"x"])),
                bench.store.delete("a"),
            ):
                self.explains(server, bench.refuses(Unavailable, call), uri)
            server.start()
            assert bench.get("a") == b"x"
            bench.put("b", b"y")
            assert bench.names() == ["a", "b"]
            bench.close()
        if self.SECRET:
            assert self.SECRET not in caplog.text
            assert self.SECRET not in repr(vars(bench.store))

    def test_a_server_that_is_killed_during_an_upload(
        self, server: Server, open_quick: Open
    ) -> None:
        self._killed(server, open_quick, "killed", server.kill, server.start)

    def _killed(
        self,
        server: Server,
        open_quick: Open,
        name: str,
        kill: Callable[[], None],
        revive: Callable[[], None],
    ) -> None:
        async def killing() -> AsyncIterator[bytes]:
            for number in range(40):
                if number == 5:
                    kill()
                yield bytes(CHUNK)

        uri = server.uri(name)
        with asyncio.Runner() as runner:
            bench = Bench(lambda: open_quick(uri), runner)
            bench.put("old/a", b"old")
            for path in ("old/a", "new/b"):
                message = bench.refuses(Unavailable, bench.store.write(path, killing()))
                self.explains(server, message, uri)
                revive()
            assert bench.get("old/a") == b"old"
            assert bench.names("old") == ["a"]
            assert bench.names("new") == []
            bench.put("new/b", b"new")
            assert bench.get("new/b") == b"new"
            self._is_swept(bench, server, uri)
            bench.close()

    def _is_swept(self, bench: Bench, server: Server, uri: str) -> None:
        """What is left is kept for a day, and then removed."""
        assert isinstance(bench.store, RemoteArtifactStore)
        bench(_swept(bench.store))
        folder = server.data / uri.rpartition("/")[2] / STAGING
        left = sorted(folder.iterdir())
        for age, remaining in ((STALE - 3600, left), (STALE + 3600, [])):
            for path in left:
                os.utime(path, (time.time() - age,) * 2)
            bench(bench.store.sweep())
            assert sorted(folder.iterdir()) == remaining

    def test_a_server_that_is_killed_during_a_download(
        self, server: Server, open_quick: Open
    ) -> None:
        uri = server.uri()

        async def read_while_killed(bench: Bench) -> None:
            async with await bench.store.read("a") as reader:
                async for _ in reader.chunks():
                    server.kill()

        with asyncio.Runner() as runner:
            bench = Bench(lambda: open_quick(uri), runner)
            # More than what the buffers on the way may hold.
            bench.put("a", *[bytes(CHUNK)] * 48)
            bench.refuses(Unavailable, read_while_killed(bench))
            server.start()
            assert bench.get("a", 10, 20) == bytes(10)
            bench.close()

    def test_a_process_of_ours_that_is_killed_during_an_upload(
        self, server: Server, open_quick: Open
    ) -> None:
        uri = server.uri("ours")
        process = subprocess.Popen(
            [sys.executable, "-c", _UPLOAD, uri, json.dumps(server.environ)],
            stdout=subprocess.PIPE,
        )
        with process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"uploading\n"
            process.kill()
        with asyncio.Runner() as runner:
            bench = Bench(lambda: open_quick(uri), runner)
            assert bench.names() == []
            bench.put("f/a", b"x")
            assert bench.get("f/a") == b"x"
            assert list((server.data / "ours" / STAGING).iterdir())
            self._is_swept(bench, server, uri)
            bench.close()


async def _swept(store: RemoteArtifactStore) -> None:
    """Wait for the sweep in the background, which comes and goes with a file of its own."""
    if store._sweeping is not None:
        await store._sweeping


class SessionFailures(Failures):
    """For a server that has a process for each connection."""

    def test_a_connection_that_is_cut_during_an_upload(
        self, server: Server, open_quick: Open
    ) -> None:
        self._killed(server, open_quick, "cut", server.kill_sessions, lambda: None)


class Stalls:
    """A server that stops: `open_quick` has limits of a second or two."""

    def test_a_server_that_does_not_answer(self, server: Server, open_quick: Open) -> None:
        uri = server.uri()

        async def read(bench: Bench) -> None:
            async with await bench.store.read("a") as reader:
                server.signal(signal.SIGSTOP)
                await read_all(reader)

        async def chunks() -> AsyncIterator[bytes]:
            yield bytes(2 * CHUNK)
            server.signal(signal.SIGSTOP)
            for _ in range(40):
                yield bytes(CHUNK)

        with asyncio.Runner() as runner:
            bench = Bench(lambda: open_quick(uri), runner)
            bench.put("a", pattern(CHUNK))
            assert isinstance(bench.store, RemoteArtifactStore)
            bench(_swept(bench.store))
            for call in (lambda: read(bench), lambda: bench.store.write("b", chunks())):
                try:
                    message = bench.refuses(Unavailable, call())
                finally:
                    server.signal(signal.SIGCONT)
                assert message.endswith("can't be used at the moment: it does not answer")
                assert bench.get("a") == pattern(CHUNK)
                assert bench.names() == ["a"]
            bench.close()
