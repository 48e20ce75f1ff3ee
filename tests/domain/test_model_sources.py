"""What sources of versions name, and that none leads upwards."""

from contextlib import suppress
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagwan.domain.model_sources import (
    LocalSource,
    LoggedModelSource,
    ProxiedSource,
    RemoteSource,
    RunSource,
    Source,
    VersionSource,
    check_source,
    parse_source,
)
from sagwan.errors import InvalidParameter


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("models:/m-1", LoggedModelSource("m-1")),
        ("models:/m-1/2", VersionSource("m-1", version="2")),
        ("models:/m-1@a", VersionSource("m-1", alias="a")),
        ("models:/a b/2", VersionSource("a b", version="2")),
        ("models:/a@b/2", VersionSource("a@b", version="2")),
        ("models:/a?b#c/Staging", VersionSource("a?b#c", version="Staging")),
        ("models:/a@b@c", VersionSource("a@b", alias="c")),
        ("runs:/r1/a/b", RunSource("r1", "a/b")),
        ("runs:/r1", RunSource("r1", "")),
        ("mlflow-artifacts:/0/a%20b", ProxiedSource("0/a b")),
        ("http://h/api/2.0/mlflow-artifacts/artifacts/0/a", ProxiedSource("0/a")),
        ("/a/b", LocalSource("/a/b")),
        ("file:///a/b%20c", LocalSource("/a/b c")),
        ("m", LocalSource("m")),
        ("s3://b/m", RemoteSource("s3://b/m")),
        ("http://h/m", RemoteSource("http://h/m")),
    ],
)
def test_what_sources_name(text: str, expected: Source) -> None:
    assert parse_source(text) == expected


@pytest.mark.parametrize("end", ["", "a", "a/", "@a", "a/1/2"])
def test_what_names_nothing(end: str) -> None:
    with pytest.raises(InvalidParameter, match="Invalid model version source"):
        parse_source(f"models:/{end}")


starts = st.sampled_from(["", "/a/", "file:///a/", "s3://b/", "mlflow-artifacts:/0/", "runs:/r/"])
ends = st.sampled_from(["", "/", "/x", "\\x", "?y", "#y"])


@given(starts, st.integers(0, 8), st.sampled_from(["..", "%2e.", ".%2E"]), ends)
def test_none_leads_upwards_however_often_it_is_encoded(
    start: str, times: int, up: str, end: str
) -> None:
    for _ in range(times):
        up = quote(up, safe="")
    with pytest.raises(InvalidParameter, match="without relative path references"):
        check_source(f"{start}{up}{end}")


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(InvalidParameter):
        check_source(text)
