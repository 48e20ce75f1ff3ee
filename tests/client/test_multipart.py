"""Large files in parts."""

import asyncio
import json
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
import pytest

from sagwan.client import artifacts, multipart
from sagwan.client.artifacts import open_files
from sagwan.client.errors import Broken
from sagwan.client.http import Http
from sagwan.client.transfer import Tally, Transfer
from sagwan.config import ClientSettings
from sagwan.errors import Unavailable
from tests.client.proxy import ROOT, Proxy

MPU = "/api/2.0/mlflow-artifacts/mpu/"
CONTENT = bytes(range(256)) * 40
SERVER = "http://tracking.test"


class InParts(Proxy):
    """Takes uploads in parts at URLs of `host`; refuses the first `failures` parts."""

    def __init__(self, host: str, failures: int = 0, can: bool = True) -> None:
        super().__init__()
        self.host, self.failures, self.can = host, failures, can
        self.parts: dict[int, bytes] = {}
        self.steps: list[str] = []
        self.logins: set[bool] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = urlsplit(str(request.url))
        if url.path == "/api/3.0/mlflow/server-info":
            self.steps.append("info")
            return httpx.Response(
                200, json={"store_type": "SqlStore", "multipart_uploads_enabled": True}
            )
        if url.path.startswith(MPU):
            what, _, folder = unquote(url.path).removeprefix(MPU).partition("/")
            body = json.loads(await request.aread())
            return self._step(what, f"{folder}/{body['path']}", body)
        if url.path == "/part":
            return await self._part(int(parse_qs(url.query)["n"][0]), request)
        return await super().handle_async_request(request)

    def _step(self, what: str, path: str, body: dict[str, object]) -> httpx.Response:
        self.steps.append(what)
        if not self.can:
            problem = {"error_code": "NOT_IMPLEMENTED", "message": "Multipart upload is not"}
            return httpx.Response(501, json=problem)
        if what == "create":
            count = body["num_parts"]
            assert isinstance(count, int)
            credentials = [
                {"url": f"{self.host}/part?n={n}", "part_number": n, "headers": {"x-n": str(n)}}
                for n in range(1, count + 1)
            ]
            return httpx.Response(200, json={"upload_id": "u", "credentials": credentials})
        assert body["upload_id"] == "u"
        if what == "complete":
            parts = body["parts"]
            assert isinstance(parts, list)
            assert [part["etag"] for part in parts] == [
                f'"{n}"' for n in range(1, len(self.parts) + 1)
            ]
            self.files[path] = b"".join(self.parts[part["part_number"]] for part in parts)
        return httpx.Response(200, json={})

    async def _part(self, number: int, request: httpx.Request) -> httpx.Response:
        content = await request.aread()
        assert request.headers["x-n"] == str(number)
        assert request.headers["content-length"] == str(len(content))
        self.logins.add("authorization" in request.headers)
        if self.failures:
            self.failures -= 1
            return httpx.Response(503, text="busy")
        self.parts[number] = content
        return httpx.Response(200, headers={"etag": f'"{number}"'})


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(artifacts, "MULTIPART", len(CONTENT))
    monkeypatch.setattr(multipart, "PART", 1000)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    file = tmp_path / "weights ü.bin"
    file.write_bytes(CONTENT)
    return file


def up(proxy: Proxy, *sources: Path) -> tuple[Tally, int]:
    moved: list[int] = []

    async def sleep(seconds: float) -> None:
        pass

    async def main() -> Tally:
        settings = ClientSettings(tracking_token="t", http_request_max_retries=3)
        async with Http(SERVER, settings, proxy, sleep) as http:
            files = open_files(ROOT, http)
            transfer = Transfer(files, begin=lambda count, size: moved.append)
            await transfer.upload(sources, "in here")
            return transfer.tally

    return asyncio.run(main()), sum(moved)


PLACE = "1/run/artifacts/in here/weights ü.bin"


@pytest.mark.parametrize("host", [SERVER, "https://store.test"])
def test_parts_become_the_file(source: Path, host: str) -> None:
    proxy = InParts(host)
    assert up(proxy, source) == (Tally(1, len(CONTENT), 1), len(CONTENT))
    assert proxy.files == {PLACE: CONTENT}
    assert [len(proxy.parts[n]) for n in range(1, 12)] == [1000] * 10 + [240]
    assert proxy.steps == ["info", "create", "complete"]
    # The login is for the server alone.
    assert proxy.logins == {host == SERVER}


def test_a_part_is_sent_again(source: Path) -> None:
    proxy = InParts("https://store.test", failures=3)
    assert up(proxy, source)[1] == len(CONTENT)
    assert proxy.files == {PLACE: CONTENT}


def test_what_fails_is_forgotten_by_the_server(source: Path) -> None:
    proxy = InParts("https://store.test", failures=1000)
    with pytest.raises(Broken, match=r"at https:..store.test refused the upload with status 503"):
        up(proxy, source)
    assert proxy.files == {}
    assert "abort" in proxy.steps
    assert "complete" not in proxy.steps


def test_a_server_that_can_not_after_all(source: Path, tmp_path: Path) -> None:
    proxy = InParts(SERVER, can=False)
    other = tmp_path / "other"
    other.write_bytes(CONTENT)
    up(proxy, source, other)
    assert proxy.files == {PLACE: CONTENT, "1/run/artifacts/in here/other": CONTENT}


def test_smaller_files_go_at_once(source: Path) -> None:
    source.write_bytes(CONTENT[1:])
    proxy = InParts(SERVER)
    up(proxy, source)
    assert proxy.files == {PLACE: CONTENT[1:]}
    assert proxy.steps == []


def test_there_are_never_too_many_parts(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multipart, "_MOST_PARTS", 3)
    proxy = InParts(SERVER)
    up(proxy, source)
    assert proxy.files == {PLACE: CONTENT}
    assert sorted(proxy.parts) == [1, 2, 3]


@pytest.mark.parametrize("answer", [{}, {"upload_id": "u", "credentials": []}])
def test_an_answer_that_is_none(source: Path, answer: dict[str, object]) -> None:
    class Odd(InParts):
        def _step(self, what: str, path: str, body: dict[str, object]) -> httpx.Response:
            return httpx.Response(200, json=answer)

    with pytest.raises(Unavailable):
        up(Odd(SERVER), source)
