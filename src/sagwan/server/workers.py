"""Several processes that serve one socket, and the one that looks after them.

The parent binds the socket, starts the workers and starts another one where one died. It answers no
request and opens no store. The first worker starts alone: it makes the schema, or says once why
the server can't start. A pipe joins each worker with the parent; the worker says on it that it is
ready, and stops when the parent's end closes, so that none outlives a parent that was killed.
"""

import contextlib
import logging
import multiprocessing
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from sagwan.config import Settings
from sagwan.errors import SagwanError

# Seconds until the next worker starts where one died, and where the next ones died soon, too.
PAUSES = (0.0, 1.0, 2.0, 5.0, 10.0)
SOON = 60.0

# Seconds for workers to finish what they accepted: what `serve` gives requests, and the stores.
GRACE = 30.0

_READY = ""

# Not forked: threads, and what libraries opened, would be copied in an unknown state.
_context = multiprocessing.get_context("spawn")
_log = logging.getLogger(__name__)


def serve_many(
    settings: Settings, listener: socket.socket, on_ready: Callable[[], None] = lambda: None
) -> None:
    """Serve on a bound socket with `settings.workers` processes until SIGINT or SIGTERM.

    `on_ready` is called once the first of them takes connections. What was accepted is finished
    first; a second SIGINT doesn't wait for that. Raises SagwanError where no worker can start.
    """
    logging.basicConfig(format="%(levelname)s: %(message)s", level=logging.WARNING)
    with _signals() as told:
        _Parent(settings, listener, told).run(on_ready)


@contextlib.contextmanager
def _signals() -> Iterator[Connection]:
    """What gets the number of each SIGINT and SIGTERM within the block."""
    told, tell = multiprocessing.Pipe(duplex=False)
    before = {
        number: signal.signal(number, lambda number, _: tell.send(number))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield told
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        told.close()
        tell.close()


@contextlib.contextmanager
def _held() -> Iterator[None]:
    """SIGINT within the block comes after it, and not to a process that was started in it.

    A terminal tells all its processes, also those that only just start; but the parent says when to
    stop.
    """
    if sys.platform == "win32":
        yield
        return
    # It would let signals through again when it starts its process.
    resource_tracker.ensure_running()
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])


@dataclass
class _Worker:
    """A process; `error` is its reason where it said that it can't serve."""

    process: SpawnProcess
    pipe: Connection
    started: float
    ready: bool = False
    error: str = ""

    def listen(self) -> None:
        """Take note of what it says, if it said something."""
        with contextlib.suppress(EOFError, OSError):
            while self.pipe.poll():
                said = self.pipe.recv()
                self.ready = self.ready or said == _READY
                self.error = said


@dataclass
class _Place:
    """One of the N: the worker in it, or when the next one starts."""

    worker: _Worker | None = None
    due: float = 0.0
    deaths: int = 0


@dataclass
class _Parent:
    settings: Settings
    listener: socket.socket
    told: Connection
    places: list[_Place] = field(default_factory=list)

    def run(self, on_ready: Callable[[], None]) -> None:
        """Serve until told to stop. Raises SagwanError where the first worker can't start."""
        try:
            if not self._start_first():
                return
            on_ready()
            self.places += [_Place() for _ in range(self.settings.workers - 1)]
            while not self._told_to_stop():
                self._fill()
        finally:
            self._stop()

    def _start_first(self) -> bool:
        """Start the first worker; false where told to stop meanwhile."""
        first = _Place(self._start())
        self.places.append(first)
        while first.worker is not None and not first.worker.ready:
            if self._told_to_stop():
                return False
            worker = first.worker
            if not worker.process.is_alive():
                worker.listen()
                raise SagwanError(worker.error or f"The server could not start: {_end(worker)}.")
        return True

    def _start(self) -> _Worker:
        mine, theirs = multiprocessing.Pipe()
        process = _context.Process(
            target=_work, args=(self.settings, self.listener, theirs), name="sagwan-worker"
        )
        with _held():
            process.start()
        theirs.close()
        return _Worker(process, mine, time.monotonic())

    def _told_to_stop(self) -> bool:
        """Wait until something happens; true where that is a signal to stop."""
        workers = [place.worker for place in self.places if place.worker is not None]
        soon = [place.due for place in self.places if place.worker is None]
        happened = wait(
            [
                self.told,
                *(worker.process.sentinel for worker in workers),
                *(worker.pipe for worker in workers if not worker.ready),
            ],
            max(0.0, min(soon) - time.monotonic()) if soon else None,
        )
        for worker in workers:
            worker.listen()
        return self.told in happened

    def _fill(self) -> None:
        """Put a worker in the places that have none, when it is time."""
        now = time.monotonic()
        for place in self.places:
            worker = place.worker
            if worker is not None and not worker.process.is_alive():
                worker.listen()
                if now - worker.started >= SOON:
                    place.deaths = 0
                pause = PAUSES[min(place.deaths, len(PAUSES) - 1)]
                _log.warning(
                    "%s; another one starts%s.",
                    _end(worker),
                    f" in {pause:g} s" if pause else "",
                )
                worker.pipe.close()
                place.worker = None
                place.due = now + pause
                place.deaths += 1
            if place.worker is None and place.due <= now:
                place.worker = self._start()

    def _stop(self) -> None:
        # Whoever comes from now on is to be refused at once, and not to wait in vain.
        self.listener.close()
        workers = [place.worker for place in self.places if place.worker is not None]
        if self.told.poll():
            self.told.recv()
        for worker in workers:
            worker.pipe.close()
        give_up = time.monotonic() + GRACE
        left = workers
        while left:
            patience = max(0.0, give_up - time.monotonic())
            happened = wait([self.told, *(one.process.sentinel for one in left)], patience)
            if not happened or (self.told in happened and self.told.recv() == signal.SIGINT):
                for worker in left:
                    worker.process.kill()
            left = [worker for worker in left if worker.process.is_alive()]


def _end(worker: _Worker) -> str:
    """What is said of a worker that ended."""
    process = worker.process
    process.join()
    reason = worker.error or f"it ended with exit code {process.exitcode}"
    return f"Worker process {process.pid} is gone: {reason.rstrip('.')}"


def _work(settings: Settings, listener: socket.socket, parent: Connection) -> None:
    """A worker's life."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    stopping = threading.Event()

    def watch() -> None:
        with contextlib.suppress(EOFError, OSError):
            parent.recv_bytes()
        stopping.set()

    threading.Thread(target=watch, name="sagwan-parent", daemon=True).start()
    # Only workers need the server's libraries.
    from sagwan.server.run import serve

    def tell(what: str) -> None:
        # A parent that is stopping listens no more.
        with contextlib.suppress(OSError):
            parent.send(what)

    try:
        serve(settings, listener, lambda: tell(_READY), stopping)
    except SagwanError as error:
        tell(error.message)
        sys.exit(1)
