"""Uploads that end at any moment, because the server is killed or the client goes: whole or not.

`KILLS` says how often the server is killed; each time, all uploads are under way.
"""

import http.client
import json
import os
import random
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from sagwan.testing.artifacts.suite import pattern
from tests.artifacts.site import PROXY
from tests.support.server import Server, running_server

MPU = "/api/2.0/mlflow-artifacts/mpu"
KILLS = int(os.environ.get("KILLS", "3"))
UPLOADS = 34
PARTS = 3
# Large enough that a part of a file is on the disk before the rest has come.
PART = 1_200_000
# Small enough to be written together with others.
SMALL = 5_000
TIMEOUT = 60

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")


def request(server: Server, method: str, target: str, body: bytes = b"") -> tuple[int, Any, bytes]:
    """Status, headers and body of an answer."""
    with connected(server) as connection:
        send_head(connection, method, target, len(body))
        connection.sendall(body)
        answer = http.client.HTTPResponse(connection, method=method)
        answer.begin()
        return answer.status, answer.headers, answer.read()


@contextmanager
def connected(server: Server) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", server.port), timeout=TIMEOUT) as connection:
        yield connection


def send_head(connection: socket.socket, method: str, target: str, size: int) -> None:
    head = f"{method} {target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n"
    connection.sendall(f"{head}Content-Type: application/json\r\n\r\n".encode())


def ask(server: Server, what: str, **body: Any) -> Any:
    status, _, content = request(server, "POST", f"{MPU}/{what}/f", json.dumps(body).encode())
    assert status == 200, content
    return json.loads(content)


@dataclass
class Upload:
    """An upload to `f/<name>` that stops at a moment of its own, with all before it done.

    In parts, the moment counts the parts; its fraction is how much of the next one is sent. What
    comes after the last part, or the last byte of a whole file, is sent and its answer not read.
    """

    server: Server
    name: str
    content: bytes
    in_parts: bool
    moment: float
    open: list[socket.socket] = field(default_factory=list)

    def run(self) -> None:
        if self.in_parts:
            self._send_parts()
        else:
            self._leave("PUT", f"{PROXY}/f/{self.name}", self.content, self.moment)

    def _leave(self, method: str, target: str, body: bytes, fraction: float) -> None:
        """Send a part of a request and leave it at that."""
        connection = socket.create_connection(("127.0.0.1", self.server.port), timeout=TIMEOUT)
        self.open.append(connection)
        send_head(connection, method, target, len(body))
        connection.sendall(body[: int(len(body) * fraction)])

    def _send_parts(self) -> None:
        created = ask(self.server, "create", path=self.name, num_parts=PARTS)
        sent = []
        for number, credential in enumerate(created["credentials"]):
            url = urlsplit(credential["url"])
            target = f"{url.path}?{url.query}"
            part = self.content[number * PART : (number + 1) * PART]
            if self.moment < number + 1:
                self._leave("PUT", target, part, self.moment - number)
                return
            status, headers, _ = request(self.server, "PUT", target, part)
            assert status == 200
            sent.append({"part_number": number + 1, "etag": headers["etag"]})
        body = {"path": self.name, "upload_id": created["upload_id"], "parts": sent}
        self._leave("POST", f"{MPU}/complete/f", json.dumps(body).encode(), 1.0)

    def close(self) -> None:
        """Go, as a client does that is killed."""
        for connection in self.open:
            connection.close()


def uploads(
    server: Server, chance: random.Random, contents: dict[str, list[bytes]]
) -> list[Upload]:
    """Uploads to names of which some are there already, and some come twice."""
    begun = []
    for number in range(UPLOADS):
        in_parts = number % 2 == 0
        size = SMALL if number % 4 == 1 else PARTS * PART
        content = pattern(size, chance.getrandbits(24))
        name = f"{chance.randrange(UPLOADS // 2)}"
        contents.setdefault(name, []).append(content)
        # A third of them have sent everything, so that the end comes while they are finished.
        last = PARTS if in_parts else 1.0
        moment = last if number % 3 == 0 else chance.uniform(0, last)
        begun.append(Upload(server, name, content, in_parts, moment))
    return begun


def check(server: Server, folder: Path, contents: dict[str, list[bytes]]) -> None:
    """All that can be seen is a whole file that somebody sent."""
    status, _, body = request(server, "GET", f"{PROXY}?path=f")
    assert status == 200
    listed = {info["path"]: info["file_size"] for info in json.loads(body).get("files", [])}
    for name, versions in contents.items():
        status, _, content = request(server, "GET", f"{PROXY}/f/{name}")
        # What had been sent to its end may have been finished since the list was made.
        if status == 200:
            assert content in versions
            assert listed.get(name, len(content)) == len(content)
        else:
            assert status == 404
            assert name not in listed
    root = folder / "sagwan" / "artifacts"
    seen = {p.relative_to(root).parts[0] for p in root.rglob("*")}
    assert {name for name in seen if not name.startswith(".")} <= {"f"}
    assert set(listed) <= set(contents)


def all_at_once(begun: list[Upload]) -> None:
    with ThreadPoolExecutor(len(begun)) as pool:
        for future in [pool.submit(upload.run) for upload in begun]:
            future.result()


def test_uploads_under_way_when_the_server_is_killed(tmp_path: Path) -> None:
    chance = random.Random(1)
    contents: dict[str, list[bytes]] = {}
    with running_server(tmp_path) as server:
        assert request(server, "PUT", f"{PROXY}/f/0", b"old")[0] == 200
        contents["0"] = [b"old"]
        for _ in range(KILLS):
            begun = uploads(server, chance, contents)
            all_at_once(begun)
            server.kill()
            for upload in begun:
                upload.close()
            server.start()
            check(server, tmp_path, contents)
            # A later upload to each path works, in both ways.
            for name in contents:
                in_parts = chance.random() < 0.5
                content = pattern(PARTS * PART, chance.getrandbits(24))
                contents[name] = [content]
                if not in_parts:
                    assert request(server, "PUT", f"{PROXY}/f/{name}", content)[0] == 200
                else:
                    again(server, name, content)
            check(server, tmp_path, contents)


def again(server: Server, name: str, content: bytes) -> None:
    created = ask(server, "create", path=name, num_parts=1)
    url = urlsplit(created["credentials"][0]["url"])
    _, headers, _ = request(server, "PUT", f"{url.path}?{url.query}", content)
    parts = [{"part_number": 1, "etag": headers["etag"]}]
    ask(server, "complete", path=name, upload_id=created["upload_id"], parts=parts)


def test_uploads_whose_clients_go_away(tmp_path: Path) -> None:
    chance = random.Random(2)
    contents: dict[str, list[bytes]] = {}
    with running_server(tmp_path) as server:
        begun = uploads(server, chance, contents)
        all_at_once(begun)
        check(server, tmp_path, contents)
        for upload in begun:
            upload.close()
        check(server, tmp_path, contents)
        for name in contents:
            contents[name] = [pattern(1000, 7)]
            assert request(server, "PUT", f"{PROXY}/f/{name}", contents[name][0])[0] == 200
        # What had been sent to its end may still be finished, before or after the uploads above.
        assert server.stop() == 0
        whole = list((tmp_path / "sagwan/artifacts/f").iterdir())
        assert {path.name for path in whole} == set(contents)
