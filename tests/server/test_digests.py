"""Checksums of uploads and downloads."""

import asyncio
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from sagwan.artifacts.base import CHUNK
from sagwan.wire.digests import format_digest
from tests.artifacts.site import PROXY, Site

WANT = {"want-repr-digest": "sha-256=1"}
LARGE = bytes(range(256)) * (CHUNK // 128)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with asyncio.Runner() as runner:
        site = Site(tmp_path / "artifacts", runner)
        yield site
        site.close()


def digest(content: bytes) -> str:
    return format_digest(hashlib.sha256(content).digest())


@pytest.mark.parametrize("content", [b"", b"hello", LARGE])
def test_an_upload_is_compared(site: Site, content: bytes) -> None:
    put = site.call("PUT", f"{PROXY}/f", content, **{"repr-digest": digest(content)})
    assert (put.status, put.body) == (200, b"")
    assert put.headers["repr-digest"] == digest(content)
    assert (site.folder / "f").read_bytes() == content


@pytest.mark.parametrize("content", [b"hello", LARGE])
def test_nothing_wrong_is_stored(site: Site, content: bytes) -> None:
    site.call("PUT", f"{PROXY}/f", b"what was there")
    put = site.call("PUT", f"{PROXY}/f", content, **{"repr-digest": digest(b"other")})
    assert put.error[:2] == (400, "INVALID_PARAMETER_VALUE")
    assert "the checksums differ" in put.error[2]
    assert (site.folder / "f").read_bytes() == b"what was there"
    assert [path.name for path in site.folder.glob("[!.]*")] == ["f"]


def test_a_header_that_is_no_checksum_is_refused(site: Site) -> None:
    put = site.call("PUT", f"{PROXY}/f", b"x", **{"repr-digest": "sha-256=:AAAA:"})
    assert put.error[:2] == (400, "INVALID_PARAMETER_VALUE")
    assert not (site.folder / "f").exists()


def test_other_algorithms_are_ignored(site: Site) -> None:
    put = site.call("PUT", f"{PROXY}/f", b"x", **{"repr-digest": "sha-512=:AAAA:"})
    assert put.status == 200
    assert "repr-digest" not in put.headers


@pytest.mark.parametrize("content", [b"", b"hello", LARGE])
def test_a_checksum_is_told_on_request(site: Site, content: bytes) -> None:
    site.call("PUT", f"{PROXY}/f", content)
    head = site.call("HEAD", f"{PROXY}/f", **WANT)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["repr-digest"] == digest(content)
    assert head.headers["content-length"] == str(len(content))
    assert "repr-digest" not in site.call("HEAD", f"{PROXY}/f").headers
    assert "repr-digest" not in site.call("GET", f"{PROXY}/f").headers


def test_a_small_file_brings_its_checksum_along(site: Site) -> None:
    site.call("PUT", f"{PROXY}/f", b"hello")
    assert site.call("GET", f"{PROXY}/f", **WANT).headers["repr-digest"] == digest(b"hello")
    part = site.call("GET", f"{PROXY}/f", **WANT, range="bytes=1-2")
    assert (part.status, part.body) == (206, b"el")
    assert "repr-digest" not in part.headers


def test_what_is_not_there_has_none(site: Site) -> None:
    assert site.call("HEAD", f"{PROXY}/nothing", **WANT).status == 404
