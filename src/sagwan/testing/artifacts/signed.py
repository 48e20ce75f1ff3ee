"""The rules of stores that sign URLs."""

import asyncio
from typing import ClassVar

import httpx
import pytest

from sagwan.artifacts.base import CHUNK, SignedUrl, SignsUrls
from sagwan.errors import InvalidParameter
from sagwan.testing.artifacts.bench import Bench, http_client
from sagwan.testing.artifacts.suite import ESCAPES, NAMES, pattern

EXPIRES = 600


def signs(bench: Bench) -> SignsUrls:
    """The store, which signs URLs."""
    assert isinstance(bench.store, SignsUrls)
    return bench.store


async def send(
    method: str, signed: SignedUrl, content: bytes = b"", **headers: str
) -> httpx.Response:
    """What a client gets that uses a signed URL."""
    async with http_client() as client:
        return await client.request(
            method, signed.url, content=content or None, headers={**signed.headers, **headers}
        )


class SignedUrlConformance:
    """Inherit beside ArtifactStoreConformance, whose fixture `bench` this uses."""

    CHECKS_SIGNATURES: ClassVar[bool] = True
    """Whether what the tests run against checks signatures; some emulators don't."""

    def test_a_signed_download(self, bench: Bench) -> None:
        content = pattern(CHUNK + 1)
        bench.put("f/a", content)
        signed = bench(signs(bench).sign_download("f/a", EXPIRES))
        assert bench(send("GET", signed)).content == content
        ranged = bench(send("GET", signed, Range="bytes=10-19"))
        assert (ranged.status_code, ranged.content) == (206, content[10:20])

    def test_a_signed_upload(self, bench: Bench) -> None:
        content = pattern(CHUNK + 1)
        signed = bench(signs(bench).sign_upload("f/a", EXPIRES))
        assert bench.names() == []
        bench(send("PUT", signed, content)).raise_for_status()
        assert bench.get("f/a") == content
        bench(send("PUT", signed, b"again")).raise_for_status()
        assert bench.get("f/a") == b"again"

    def test_names_in_signed_urls(self, bench: Bench) -> None:
        for name in NAMES:
            signed = bench(signs(bench).sign_upload(f"f/{name}", EXPIRES))
            bench(send("PUT", signed, name.encode())).raise_for_status()
        assert bench.names("f") == sorted(NAMES)
        for name in NAMES:
            signed = bench(signs(bench).sign_download(f"f/{name}", EXPIRES))
            assert bench(send("GET", signed)).content == name.encode()

    def test_a_signed_url_of_a_missing_file(self, bench: Bench) -> None:
        signed = bench(signs(bench).sign_download("f/a", EXPIRES))
        assert bench(send("GET", signed)).status_code == 404

    def test_a_signed_url_is_for_one_file_and_one_purpose(self, bench: Bench) -> None:
        bench.put("a", b"mine")
        bench.put("b", b"secret")
        if not self.CHECKS_SIGNATURES:
            return
        download = bench(signs(bench).sign_download("a", EXPIRES))
        other = bench(signs(bench).sign_download("b", EXPIRES))
        path, query = download.url.split("?", 1)
        forged = SignedUrl(f"{other.url.split('?', 1)[0]}?{query}", download.headers)
        for method, signed, content in (
            ("GET", forged, b""),
            ("GET", SignedUrl(path), b""),
            ("PUT", download, b"overwritten"),
            ("DELETE", download, b""),
        ):
            assert bench(send(method, signed, content)).status_code in (400, 401, 403, 404)
        assert bench.get("a") == b"mine"
        assert bench.get("b") == b"secret"

    def test_a_signed_url_expires(self, bench: Bench) -> None:
        bench.put("a", b"x")
        signed = bench(signs(bench).sign_download("a", 1))
        if not self.CHECKS_SIGNATURES:
            return
        bench(asyncio.sleep(2.5))
        answer = bench(send("GET", signed))
        assert answer.status_code in (400, 401, 403)
        assert answer.content != b"x"

    @pytest.mark.parametrize("path", ["", *ESCAPES[:6], "a#b"])
    def test_only_fit_paths_are_signed(self, bench: Bench, path: str) -> None:
        bench.refuses(InvalidParameter, signs(bench).sign_download(path, EXPIRES))
        bench.refuses(InvalidParameter, signs(bench).sign_upload(path, EXPIRES))
