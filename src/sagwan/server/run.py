"""Starting a server: stores opened, socket bound, uvicorn run."""

import asyncio
import contextlib
import gc
import logging
import signal
import socket
import sys
import threading
from collections.abc import AsyncIterator, Callable

import uvicorn

from sagwan.artifacts.open import open_artifacts
from sagwan.artifacts.roots import ArtifactRoots
from sagwan.config import Settings
from sagwan.server.app import App, create_app
from sagwan.server.context import Context, now_ms
from sagwan.server.deliveries import Deliverer
from sagwan.server.following import Hub
from sagwan.server.jobs import Jobs
from sagwan.server.protocol import Protocol
from sagwan.server.sealing import Sealer
from sagwan.server.streaming import keep_freed_memory
from sagwan.storage.base import Store
from sagwan.storage.memory import MemoryStore
from sagwan.storage.open import open_store

# Connections that the system keeps for us while the loop is busy.
BACKLOG = 2048


@contextlib.asynccontextmanager
async def open_app(settings: Settings) -> AsyncIterator[App]:
    """The application on the stores that `settings` name, closed at the end of the block.

    Raises InvalidParameter and Unavailable as `open_store` and `open_artifacts` do.
    """
    async with open_context(settings) as context:
        yield create_app(context)


@contextlib.asynccontextmanager
async def open_context(settings: Settings) -> AsyncIterator[Context]:
    """The stores that `settings` name, as `open_app` opens them."""
    sealer = Sealer(settings.webhook_secret_encryption_key)
    destination = settings.artifacts_destination
    artifacts = open_artifacts(destination)
    roots = ArtifactRoots(
        (settings.artifact_root, *settings.allowed_artifact_roots), {destination: artifacts}
    )
    store = await _open_store(settings)
    try:
        yield Context(settings, store, artifacts, roots, sealer=sealer)
    finally:
        await store.close()
        await roots.close()
        await artifacts.close()


@contextlib.asynccontextmanager
async def doing_jobs(context: Context) -> AsyncIterator[None]:
    """Within the block, the jobs of the context's store are done, and webhooks told."""
    if context.settings.artifacts_only:
        yield
        return
    jobs, deliverer = Jobs(context), Deliverer(context)
    jobs.start()
    deliverer.start()
    try:
        yield
    finally:
        await deliverer.close()
        await jobs.close()


async def _open_store(settings: Settings) -> Store:
    if settings.artifacts_only:
        return MemoryStore(settings.artifact_root)  # never asked, and no file is made for it
    return await open_store(
        settings.backend_store_uri,
        artifact_root=settings.artifact_root,
        now=now_ms(),
        queue_size=settings.write_queue_size,
        read_replica_uri=settings.read_replica_uri,
        clock=now_ms,
    )


class _Server(uvicorn.Server):
    """uvicorn, telling when it takes connections and stopping when it is told to."""

    def __init__(
        self,
        config: uvicorn.Config,
        on_ready: Callable[[], None],
        stopping: threading.Event,
        hub: Hub,
    ) -> None:
        super().__init__(config)
        self._hub = hub
        self._on_ready = on_ready
        self._stopping = stopping

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Called to finish what was accepted; pages that look on would never be finished."""
        self._hub.close()
        await super().shutdown(sockets)

    async def on_tick(self, counter: int) -> bool:
        """Called ten times a second; whether to stop."""
        return await super().on_tick(counter) or self._stopping.is_set()


def serve(
    settings: Settings,
    listener: socket.socket,
    on_ready: Callable[[], None] = lambda: None,
    stopping: threading.Event | None = None,
) -> None:
    """Serve on a bound socket until SIGINT, SIGTERM or `stopping`; what was accepted is finished.

    `on_ready` is called once connections are taken. Raises what `open_app` raises.
    """
    stop = stopping or threading.Event()
    # uvicorn stops on SIGTERM and raises it again, which would end the process before the stores
    # are closed. Before it runs, nobody else would stop.
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    logging.basicConfig(format="%(levelname)s: %(message)s", level=logging.WARNING)

    async def main() -> None:
        async with open_app(settings) as app, doing_jobs(app.context):
            if stop.is_set():
                return
            # Requests make many short-lived objects: collections that find nothing cost a fifth of
            # a search's time. What is there by now stays.
            gc.collect()
            gc.freeze()
            gc.set_threshold(50_000, 20, 100)
            keep_freed_memory()
            # The writer returns from the disk and wants the interpreter at once: everybody waits.
            sys.setswitchinterval(0.0005)
            config = uvicorn.Config(
                app,
                http=Protocol,
                ws="none",
                lifespan="off",
                access_log=False,
                log_config=None,
                server_header=False,
                date_header=False,
                backlog=BACKLOG,
                timeout_graceful_shutdown=10,
                timeout_keep_alive=75,
                proxy_headers=False,
            )
            await _Server(config, on_ready, stop, app.context.hub).serve(sockets=[listener])

    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(main())


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:  # there is none for Windows
        return None
    return uvloop.new_event_loop
