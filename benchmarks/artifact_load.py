"""Files through a server's artifact proxy, over raw sockets, so that the server is measured.

Uploads leave by sendfile, downloads are received into one buffer: the generator's share of the CPU
is small. Many small files are sent by a thread a connection.
"""

import hashlib
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.load import LoadError

ROUTE = "/api/2.0/mlflow-artifacts/artifacts"
TIMEOUT = 600.0

_HEAD_END = b"\r\n\r\n"
_BUFFER = 4 * 1024 * 1024


class Connection:
    """One kept-alive connection to a server on 127.0.0.1."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = bytearray(_BUFFER)

    def close(self) -> None:
        """Close it."""
        self.socket.close()

    def put(self, path: str, content: bytes) -> None:
        """Store a small file. Raises LoadError unless the answer is 200."""
        self.socket.sendall(_head("PUT", f"{ROUTE}/{path}", len(content)) + content)
        self.receive()

    def put_file(self, path: str, source: Path) -> None:
        """Store a local file. Raises LoadError unless the answer is 200."""
        with source.open("rb") as file:
            self.socket.sendall(_head("PUT", f"{ROUTE}/{path}", os.fstat(file.fileno()).st_size))
            self.socket.sendfile(file)
        self.receive()

    def get(self, target: str, seen: Callable[[memoryview], object] = len) -> int:
        """Ask for a target and return the size of the body, which `seen` gets piece by piece.

        Raises LoadError unless the answer is 200.
        """
        self.socket.sendall(_head("GET", target))
        return self.receive(seen)

    def delete(self, path: str) -> None:
        """Delete a file or a folder."""
        self.socket.sendall(_head("DELETE", f"{ROUTE}/{path}"))
        self.receive()

    def receive(self, seen: Callable[[memoryview], object] = len) -> int:
        """The size of an answer's body. Raises LoadError unless its status is 200."""
        view, filled, end = memoryview(self._buffer), 0, -1
        while end < 0:
            filled += self._some(view[filled:])
            end = self._buffer.find(_HEAD_END, 0, filled)
        head = bytes(view[:end]).lower()
        body = filled - end - len(_HEAD_END)
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            raise LoadError(f"a server answered {bytes(view[:filled])[:300]!r}")
        seen(view[filled - body : filled])
        size = _content_length(head)
        while body < size:
            count = self._some(view[: min(_BUFFER, size - body)])
            seen(view[:count])
            body += count
        return size

    def _some(self, view: memoryview) -> int:
        count = self.socket.recv_into(view)
        if not count:
            raise LoadError("a server closed the connection in the middle of an answer")
        return count


def _head(method: str, target: str, size: int | None = None) -> bytes:
    lines = [f"{method} {target} HTTP/1.1", "Host: localhost"]
    if size is not None:
        lines += ["Content-Type: application/octet-stream", f"Content-Length: {size}"]
    return "\r\n".join([*lines, "", ""]).encode()


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name == b"content-length":
            return int(value)
    raise LoadError("an answer has no length")


@contextmanager
def connected(port: int) -> Iterator[Connection]:
    """A connection for the block."""
    connection = Connection(port)
    try:
        yield connection
    finally:
        connection.close()


def digest_at(port: int, path: str) -> str:
    """The SHA-256 of a file that a server has."""
    sha256 = hashlib.sha256()
    with connected(port) as connection:
        connection.get(f"{ROUTE}/{path}", sha256.update)
    return sha256.hexdigest()


def put_all(port: int, files: Sequence[tuple[str, Path]]) -> float:
    """Store local files, all at once over a connection each; the seconds until all are stored."""
    return _together(
        [
            lambda connection, path=path, source=source: connection.put_file(path, source)
            for path, source in files
        ],
        port,
    )


def put_many(port: int, paths: Sequence[str], content: bytes, connections: int) -> float:
    """Store one content at many paths, over some connections; the seconds that took."""

    def share(number: int) -> Callable[[Connection], None]:
        def work(connection: Connection) -> None:
            for path in paths[number::connections]:
                connection.put(path, content)

        return work

    return _together([share(number) for number in range(connections)], port)


def get_many(port: int, paths: Sequence[str], size: int, connections: int) -> float:
    """Fetch many files of `size` bytes, over some connections; the seconds that took."""

    def share(number: int) -> Callable[[Connection], None]:
        def work(connection: Connection) -> None:
            for path in paths[number::connections]:
                if connection.get(f"{ROUTE}/{path}") != size:
                    raise LoadError(f"{path} has not the size that was stored")

        return work

    return _together([share(number) for number in range(connections)], port)


def _together(work: Sequence[Callable[[Connection], None]], port: int) -> float:
    """Do all at once, each in a thread with a connection of its own; the seconds that took."""
    errors: list[Exception] = []
    open_connections = [Connection(port) for _ in work]

    def run(task: Callable[[Connection], None], connection: Connection) -> None:
        try:
            task(connection)
        except (LoadError, OSError) as error:
            errors.append(error)

    threads = [
        threading.Thread(target=run, args=pair) for pair in zip(work, open_connections, strict=True)
    ]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begun
    for connection in open_connections:
        connection.close()
    if errors:
        raise errors[0]
    return seconds
