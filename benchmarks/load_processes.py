"""The load generator where wrk is missing: Python processes with a thread a connection."""

import multiprocessing
import os
import socket
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field


@dataclass
class Tally:
    """What one connection saw."""

    latencies: list[float] = field(default_factory=list)
    bad_status: int = 0
    socket_errors: int = 0
    timeouts: int = 0


def drive(
    port: int,
    path: str,
    bodies: Sequence[str],
    runs: Sequence[str],
    connections: int,
    seconds: int,
    first: int,
) -> list[Tally]:
    """A tally a connection; connection c writes to run c, and all requests differ."""
    count = max(1, min(connections, os.cpu_count() or 1))
    shares = [range(number, connections, count) for number in range(count)]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, mp_context=context) as pool:
        jobs = [
            pool.submit(_share, port, path, bodies, runs, share, connections, seconds, first)
            for share in shares
        ]
        return [tally for job in jobs for tally in job.result()]


def fill(body: str, run: str, sequence: int) -> str:
    """A template with its three placeholders filled in."""
    filled = body.replace("@r", run).replace("@q", str(sequence))
    return filled.replace("@z", f"{sequence:07d}")


def _share(
    port: int,
    path: str,
    bodies: Sequence[str],
    runs: Sequence[str],
    numbers: Sequence[int],
    connections: int,
    seconds: int,
    first: int,
) -> list[Tally]:
    tallies = [Tally() for _ in numbers]
    deadline = time.perf_counter() + seconds
    threads = []
    for number, tally in zip(numbers, tallies, strict=True):
        run = runs[number % len(runs)] if runs else ""
        # Connections that share a run (or have none) take every n-th sequence number.
        stride = max(1, connections // max(1, len(runs)))
        start = first + number // max(1, len(runs))
        arguments = (port, path, bodies, run, start, stride, deadline, tally)
        threads.append(threading.Thread(target=_connection, args=arguments))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tallies


def _connection(
    port: int,
    path: str,
    bodies: Sequence[str],
    run: str,
    start: int,
    stride: int,
    deadline: float,
    tally: Tally,
) -> None:
    turn = 0
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while time.perf_counter() < deadline:
            template = bodies[turn % len(bodies)]
            body = fill(template, run, start + turn // len(bodies) * stride).encode()
            head = (
                f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            begun = time.perf_counter()
            try:
                connection.sendall(head.encode() + body)
                status = _read_answer(connection)
            except TimeoutError:
                tally.timeouts += 1
                return
            except OSError:
                tally.socket_errors += 1
                return
            tally.latencies.append(time.perf_counter() - begun)
            tally.bad_status += status > 399
            turn += 1


def _read_answer(connection: socket.socket) -> int:
    """Read one answer with a Content-Length; return its status."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _receive(connection)
    head, _, rest = data.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    length = 0
    for line in lines[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            length = int(value)
    while len(rest) < length:
        rest += _receive(connection)
    return int(lines[0].split()[1])


def _receive(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    if not data:
        raise ConnectionError("the server closed the connection")
    return data
