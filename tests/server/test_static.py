import asyncio
import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagwan.server.static import StaticUi, accepted_encodings

SCRIPT = b"console.log('sagwan')" * 20
INDEX = (
    b'<!doctype html><html><head><base href="/" />'
    b'<script type="module" src="./static-files/index-abc.js"></script></head></html>'
)


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def ask(ui: StaticUi, path: str, method: str = "GET", **headers: str) -> Answer:
    """What `ui` answers, header names given with underscores."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "headers": [
            (name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()
        ],
    }
    asyncio.run(ui(scope, receive, send))
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    names = {key.decode(): value.decode() for key, value in sent[0]["headers"]}
    assert len(names) == len(sent[0]["headers"])
    return Answer(sent[0]["status"], names, sent[1]["body"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assets = tmp_path / "static" / "static-files"
    assets.mkdir(parents=True)
    (tmp_path / "static" / "index.html").write_bytes(INDEX)
    (assets / "index-abc.js").write_bytes(SCRIPT)
    (assets / "index-abc.js.gz").write_bytes(gzip.compress(SCRIPT, mtime=0))
    (assets / "index-abc.js.br").write_bytes(b"brotli bytes")
    (assets / "icon-1.svg").write_bytes(b"<svg/>")
    (tmp_path / "secret.txt").write_text("secret")
    return tmp_path / "static"


@pytest.mark.parametrize(
    ("path", "base"),
    [
        ("/", "./"),
        ("/experiments", "./"),
        ("/experiments/", "../"),
        ("/experiments/12", "../"),
        ("/experiments/12/", "../../"),
        ("/runs/0123456789abcdef0123456789abcdef", "../"),
        ("/e/12", "../"),
        ("/e/12/", "../../"),
        ("/e/12/runs", "../../"),
        ("/e/12/media", "../../"),
        ("/r/ab/files", "../../"),
        ("/r/ab/files/d/notes.txt", "../../../../"),
        ("/r/ab/media", "../../"),
        ("/e/12/traces", "../../"),
        ("/t/tr-1", "../"),
        ("/e/12/settings", "../../"),
        ("/compare", "./"),
        ("/models", "./"),
        ("/webhooks", "./"),
        ("/m/a%20b", "../"),
        ("/m/a%20b/compare", "../../"),
        ("/m/a%20b/v/3", "../../../"),
        ("/r/0123456789abcdef0123456789abcdef", "../"),
    ],
)
def test_a_page_points_at_the_root_it_was_asked_under(folder: Path, path: str, base: str) -> None:
    ui = StaticUi(folder)
    answer = ask(ui, path)
    assert ui.is_page(path)
    assert answer.status == 200
    assert f'<base href="{base}" />'.encode() in answer.body
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-length"] == str(len(answer.body))
    assert answer.headers["content-security-policy"].startswith("default-src 'self';")
    assert "unsafe" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("path", "base"),
    [("/p/q", "q/"), ("/p/q/", "./"), ("/p/q/runs/a", "../"), ("/runs/a", "../"), ("/", "./")],
)
def test_pages_answer_with_and_without_the_static_prefix(
    folder: Path, path: str, base: str
) -> None:
    ui = StaticUi(folder, "/p/q")
    assert ui.is_page(path)
    assert f'<base href="{base}" />'.encode() in ask(ui, path).body


@pytest.mark.parametrize(
    "path",
    [
        "/p",
        "/runs",
        "/runs/",
        "/e",
        "/e/12/nothing",
        "/r/ab/media/1",
        "/compare/12",
        "/m/a/b",
        "/m/a/v",
        "/r/",
        "/runs/a/b",
        "/api/2.0/mlflow/runs/get",
        "/index.html",
        "/favicon.ico",
    ],
)
def test_other_paths_are_no_pages(folder: Path, path: str) -> None:
    ui = StaticUi(folder)
    assert not ui.is_page(path)
    answer = ask(ui, path)
    assert answer.status == 404
    # The Python client takes a 404 that is not JSON for "no such endpoint".
    assert answer.headers["content-type"].startswith("text/plain")


def test_a_page_is_not_sent_again_to_who_has_it(folder: Path) -> None:
    ui = StaticUi(folder)
    tag = ask(ui, "/").headers["etag"]
    for known in (tag, f'"other", W/{tag}', "*"):
        again = ask(ui, "/", if_none_match=known)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == tag
        assert "content-length" not in again.headers
    assert ask(ui, "/", if_none_match='"other"').status == 200
    # A page elsewhere has another base, so another tag.
    assert ask(ui, "/runs/a", if_none_match=tag).status == 200


@pytest.mark.parametrize(
    ("accept", "encoding", "body"),
    [
        ("gzip, deflate, br", "br", b"brotli bytes"),
        ("gzip", "gzip", gzip.compress(SCRIPT, mtime=0)),
        ("br;q=0, gzip;q=0.5", "gzip", gzip.compress(SCRIPT, mtime=0)),
        ("*", "br", b"brotli bytes"),
        ("*;q=0", None, SCRIPT),
        ("identity", None, SCRIPT),
        ("", None, SCRIPT),
        ("br;q=x", None, SCRIPT),
    ],
)
def test_assets_go_out_packed_and_are_kept_for_ever(
    folder: Path, accept: str, encoding: str | None, body: bytes
) -> None:
    answer = ask(StaticUi(folder), "/static-files/index-abc.js", accept_encoding=accept)
    assert answer.status == 200
    assert answer.headers.get("content-encoding") == encoding
    if encoding == "gzip":
        assert gzip.decompress(answer.body) == SCRIPT
    else:
        assert answer.body == body
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["vary"] == "accept-encoding"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"


def test_each_encoding_of_an_asset_has_its_own_tag(folder: Path) -> None:
    ui = StaticUi(folder)
    path = "/static-files/index-abc.js"
    tags = {ask(ui, path, accept_encoding=name).headers["etag"] for name in ("br", "gzip", "")}
    assert len(tags) == 3
    packed = ask(ui, path, accept_encoding="br")
    assert ask(ui, path, accept_encoding="br", if_none_match=packed.headers["etag"]).status == 304
    assert ask(ui, path, accept_encoding="gzip", if_none_match=packed.headers["etag"]).status == 200


def test_an_asset_without_packed_variants_goes_out_plain(folder: Path) -> None:
    answer = ask(StaticUi(folder), "/static-files/icon-1.svg", accept_encoding="br, gzip")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "content-encoding" not in answer.headers
    assert answer.body == b"<svg/>"


def test_head_sends_the_headers_of_get(folder: Path) -> None:
    ui = StaticUi(folder)
    for path in ("/", "/static-files/index-abc.js", "/nothing"):
        get, head = ask(ui, path), ask(ui, path, "HEAD")
        assert head.body == b""
        assert (head.status, head.headers) == (get.status, get.headers)


@pytest.mark.parametrize("path", ["/", "/static-files/index-abc.js"])
def test_other_methods_are_refused(folder: Path, path: str) -> None:
    answer = ask(StaticUi(folder), path, "POST")
    assert answer.status == 405
    assert answer.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "path",
    [
        "/static-files/../index.html",
        "/static-files/../../secret.txt",
        "/static-files//etc/passwd",
        "/static-files/..\\..\\secret.txt",
        "/static-files/%2e%2e/%2e%2e/secret.txt",
        "/static-files/index-abc.js\x00.svg",
        "/static-files/",
        "/static-files/index-abc.js.br",
    ],
)
def test_only_files_of_the_build_are_served(folder: Path, path: str) -> None:
    assert ask(StaticUi(folder), path).status == 404


def test_a_checkout_without_a_build_says_how_to_build(tmp_path: Path) -> None:
    ui = StaticUi(tmp_path / "nothing")
    answer = ask(ui, "/")
    assert not ui.is_built
    assert answer.status == 503
    assert b"pip install ." in answer.body
    assert ask(ui, "/static-files/index-abc.js").status == 404


@given(st.text(alphabet="abr gzip*;q=,.01-x\t", max_size=40))
def test_any_accept_encoding_is_understood_or_ignored(header: str) -> None:
    assert accepted_encodings(header) <= {"br", "gzip"}
