"""Checksums in headers."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagwan.errors import InvalidParameter
from sagwan.wire.digests import WANTED, format_digest, parse_digest, wants_digest

DIGEST = hashlib.sha256(b"hello").digest()
HEADER = "sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:"


def test_the_header_is_that_of_the_standard() -> None:
    assert format_digest(DIGEST) == HEADER
    assert parse_digest(HEADER) == DIGEST


@given(st.binary(min_size=32, max_size=32))
def test_every_digest_comes_back(digest: bytes) -> None:
    assert parse_digest(format_digest(digest)) == digest


@pytest.mark.parametrize(
    "header",
    [
        f"sha-512=:{base64.b64encode(bytes(64)).decode()}:, {HEADER}",
        f"{HEADER}, unixsum=:AAA=:",
        f"{HEADER};strength=1,md5=:AAAA:",
        f"  {HEADER}  ",
    ],
)
def test_it_is_found_among_others(header: str) -> None:
    assert parse_digest(header) == DIGEST


@pytest.mark.parametrize(
    "header", [None, "", "sha-512=:AAAA:", "sha-256", "nonsense", "xsha-256=:AAAA:"]
)
def test_without_one_there_is_none(header: str | None) -> None:
    assert parse_digest(header) is None


@pytest.mark.parametrize("value", ["", "AAAA", "%%%", "ü", "A" * 43])
def test_one_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(InvalidParameter, match="Repr-Digest"):
        parse_digest(f"sha-256=:{value}:")


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (WANTED, True),
        ("sha-512=3, sha-256=10, unixsum=0", True),
        ("sha-256=1", True),
        ("sha-256=0", False),
        ("sha-512=10", False),
        ("sha-256=yes", False),
        ("", False),
        (None, False),
    ],
)
def test_wishes(header: str | None, wanted: bool) -> None:
    assert wants_digest(header) is wanted
