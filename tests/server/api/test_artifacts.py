import asyncio
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from sagwan.artifacts.base import CHUNK
from sagwan.testing.artifacts.suite import ESCAPES, NAMES, pattern
from tests.artifacts.site import PROXY, Site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with asyncio.Runner() as runner:
        site = Site(tmp_path / "artifacts", runner)
        yield site
        site.close()


@pytest.fixture
def disabled(tmp_path: Path) -> Iterator[Site]:
    with asyncio.Runner() as runner:
        site = Site(tmp_path / "artifacts", runner, serve_artifacts=False)
        yield site
        site.close()


INVALID = (400, "INVALID_PARAMETER_VALUE", "Invalid path")


def encoded(text: str, times: int = 1) -> str:
    """`text` percent-encoded `times` times, every character of it but the slashes."""
    for _ in range(times):
        text = "".join("/" if b == 0x2F else f"%{b:02X}" for b in text.encode())
    return text


def test_put_get_list_delete(site: Site) -> None:
    put = site.call("PUT", f"{PROXY}/1/r/artifacts/d/f.txt", b"hello")
    assert (put.status, put.body) == (200, b"")
    assert put.headers["content-length"] == "0"
    assert (site.folder / "1/r/artifacts/d/f.txt").read_bytes() == b"hello"

    get = site.call("GET", f"{PROXY}/1/r/artifacts/d/f.txt")
    assert (get.status, get.body) == (200, b"hello")
    assert get.headers["content-type"] == "text/plain"
    assert get.headers["content-disposition"] == "attachment; filename=f.txt"

    site.call("PUT", f"{PROXY}/1/r/artifacts/e", b"")
    listed = site.call("GET", f"{PROXY}?path=1/r/artifacts")
    assert listed.status == 200
    assert listed.headers["content-type"] == "application/json"
    assert listed.body == (
        b'{"files":[{"path":"d","is_dir":true},{"path":"e","is_dir":false,"file_size":0}]}'
    )

    deleted = site.call("DELETE", f"{PROXY}/1/r/artifacts/d/f.txt")
    assert (deleted.status, deleted.body) == (200, b"{}")
    assert site.call("GET", f"{PROXY}/1/r/artifacts/d/f.txt").error == (
        404,
        "RESOURCE_DOES_NOT_EXIST",
        "No such artifact: '1/r/artifacts/d/f.txt'",
    )


def test_the_twin_for_browsers(site: Site) -> None:
    site.call("PUT", f"{PROXY.replace('/api', '/ajax-api')}/a", b"x")
    assert site.call("GET", f"{PROXY.replace('/api', '/ajax-api')}/a").body == b"x"
    assert site.call("GET", f"{PROXY.replace('/api', '/ajax-api')}?path=").json["files"]


def test_an_empty_list_is_an_empty_object(site: Site) -> None:
    site.call("PUT", f"{PROXY}/a/f", b"x")
    for target in ("?path=missing", "?path=a/f", "?path=a/f/g"):
        answer = site.call("GET", f"{PROXY}{target}")
        assert (answer.status, answer.body) == (200, b"{}")


@pytest.mark.parametrize("target", ["", "?path=", "?path=.", "?other=1"])
def test_without_a_path_the_root_is_listed(site: Site, target: str) -> None:
    site.call("PUT", f"{PROXY}/a/f", b"x")
    assert site.call("GET", f"{PROXY}{target}").json == {"files": [{"path": "a", "is_dir": True}]}


@pytest.mark.parametrize("size", [0, 1, CHUNK, 5 * CHUNK + 1])
@pytest.mark.parametrize("step", [1000, 65_536])
def test_bodies_of_every_size(site: Site, size: int, step: int) -> None:
    content = pattern(size)
    chunks = [content[at : at + step] for at in range(0, size, step)] or [b""]
    assert site.call("PUT", f"{PROXY}/a", chunks).status == 200
    get = site.call("GET", f"{PROXY}/a")
    assert get.body == content
    assert get.headers["content-length"] == str(size)


# Names.


@pytest.mark.parametrize("name", NAMES)
def test_names_come_back_as_they_went(site: Site, name: str) -> None:
    for target in (f"{PROXY}/f/{quote(name)}", f"{PROXY}/{encoded(name)}/f"):
        assert site.call("PUT", target, name.encode()).status == 200
        assert site.call("GET", target).body == name.encode()
    (info,) = site.call("GET", f"{PROXY}?path=f").json["files"]
    assert info["path"] == name
    (info,) = site.call("GET", f"{PROXY}?path={quote(name)}").json["files"]
    assert info["path"] == "f"
    assert site.call("DELETE", f"{PROXY}/f/{quote(name)}").status == 200
    assert site.call("GET", f"{PROXY}?path=f").body == b"{}"


def test_a_question_mark_that_a_client_does_not_encode_is_part_of_the_name(site: Site) -> None:
    for name in ("what?.txt", "what?.md", "what?a=b&c%20d?"):
        assert site.call("PUT", f"{PROXY}/f/{name}", name.encode()).status == 200
    listed = site.call("GET", f"{PROXY}?path=f").json["files"]
    assert [info["path"] for info in listed] == ["what?.md", "what?.txt", "what?a=b&c d?"]
    assert site.call("GET", f"{PROXY}/f/what?.txt").body == b"what?.txt"
    assert site.call("GET", f"{PROXY}/f/what%3F.txt").body == b"what?.txt"
    assert site.call("DELETE", f"{PROXY}/f/what?.txt").status == 200
    assert len(site.call("GET", f"{PROXY}?path=f").json["files"]) == 2


def test_a_query_that_is_no_part_of_a_name_is_passed_over_when_reading(site: Site) -> None:
    site.call("PUT", f"{PROXY}/f", b"x")
    assert site.call("GET", f"{PROXY}/f?download=1").body == b"x"
    assert site.call("GET", f"{PROXY}/g?download=1").error[2] == "No such artifact: 'g'"
    assert site.call("DELETE", f"{PROXY}/f?download=1").status == 200
    assert site.call("GET", f"{PROXY}/f").body == b"x"


def test_bytes_that_are_no_utf8_name_nothing(site: Site) -> None:
    for target in ("%FF", "a%C3", "a/%E2%28%A1/b", "a?%FF"):
        for method in ("PUT", "GET", "DELETE"):
            assert site.call(method, f"{PROXY}/{target}", b"x").error == INVALID
    name = quote("what\ufffdever")
    assert site.call("PUT", f"{PROXY}/{name}", b"x").status == 200
    assert site.call("GET", f"{PROXY}/{name}").body == b"x"


@pytest.mark.parametrize("path", ESCAPES)
@pytest.mark.parametrize("times", [1, 2, 3])
def test_paths_that_leave_the_root_are_refused(site: Site, path: str, times: int) -> None:
    site.call("PUT", f"{PROXY}/kept", b"x")
    targets = [f"{PROXY}/{encoded(path, times)}"]
    if "#" not in path and path.isprintable():
        targets.append(f"{PROXY}/{path}")
    for target in targets:
        for method in ("PUT", "GET", "HEAD", "DELETE"):
            answer = site.call(method, target, b"x")
            assert answer.error[:2] == INVALID[:2]
            assert answer.error[2].startswith("Invalid path")
    assert site.call("GET", f"{PROXY}?path={encoded(path, times)}").error[:2] == INVALID[:2]
    assert [str(p.relative_to(site.folder)) for p in site.folder.glob("[!.]*")] == ["kept"]


def test_links_that_lead_out_are_refused(site: Site, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    site.call("PUT", f"{PROXY}/a", b"x")
    (site.folder / "up").symlink_to("..")
    for method in ("PUT", "GET", "DELETE"):
        answer = site.call(method, f"{PROXY}/up/secret", b"x")
        assert answer.error == (*INVALID[:2], "Invalid path: it leads out of the artifact store.")
    assert site.call("GET", f"{PROXY}?path=up").error[:2] == INVALID[:2]
    assert (tmp_path / "secret").read_bytes() == b"secret"


@pytest.mark.parametrize("target", ["/", "/a/", "/a/b//"])
def test_a_file_needs_a_name(site: Site, target: str) -> None:
    assert site.call("PUT", f"{PROXY}{target}", b"x").error == (
        *INVALID[:2],
        "Artifact path must include a filename (cannot end with '/').",
    )


def test_a_folder_can_not_be_downloaded(site: Site) -> None:
    site.call("PUT", f"{PROXY}/a/f", b"x")
    for target, name in (("/a", "a"), ("/a/", "a"), ("/", "")):
        assert site.call("GET", f"{PROXY}{target}").error == (
            *INVALID[:2],
            f"Artifact path refers to a directory, not a file: '{name}'",
        )


def test_delete(site: Site) -> None:
    for path in ("a/f", "a/g/h", "b"):
        site.call("PUT", f"{PROXY}/{path}", b"x")
    for target in ("/a/", "/a", "/missing", "/b/below/a/file"):
        answer = site.call("DELETE", f"{PROXY}{target}")
        assert (answer.status, answer.body) == (200, b"{}")
    assert site.call("GET", PROXY).json["files"] == [{"path": "b", "is_dir": False, "file_size": 1}]
    assert site.call("DELETE", f"{PROXY}/").error[:2] == INVALID[:2]
    assert site.call("GET", f"{PROXY}/b").body == b"x"


# HTTP.


def test_ranges_versions_and_head(site: Site) -> None:
    content = pattern(3 * CHUNK)
    site.call("PUT", f"{PROXY}/f.bin", content)
    whole = site.call("GET", f"{PROXY}/f.bin")
    head = site.call("HEAD", f"{PROXY}/f.bin")
    assert (head.status, head.headers, head.body) == (200, whole.headers, b"")
    part = site.call("GET", f"{PROXY}/f.bin", range=f"bytes={CHUNK - 5}-{2 * CHUNK + 4}")
    assert part.status == 206
    assert part.body == content[CHUNK - 5 : 2 * CHUNK + 5]
    assert part.headers["content-range"] == f"bytes {CHUNK - 5}-{2 * CHUNK + 4}/{3 * CHUNK}"
    assert site.call("GET", f"{PROXY}/f.bin", range="bytes=99999999-").status == 416
    etag = whole.headers["etag"]
    assert site.call("GET", f"{PROXY}/f.bin", if_none_match=etag).status == 304
    site.call("PUT", f"{PROXY}/f.bin", content[::-1])
    changed = site.call("GET", f"{PROXY}/f.bin", if_none_match=etag)
    assert (changed.status, changed.body) == (200, content[::-1])
    resumed = site.call("GET", f"{PROXY}/f.bin", range="bytes=5-", if_range=etag)
    assert (resumed.status, resumed.body) == (200, content[::-1])


@pytest.mark.parametrize("name", ["page.html", "image.svg", "page.xhtml", "a.js"])
def test_a_browser_runs_nothing_that_a_run_has_logged(site: Site, name: str) -> None:
    site.call("PUT", f"{PROXY}/{name}", b"<script>alert(1)</script>")
    headers = site.call("GET", f"{PROXY}/{name}").headers
    assert headers["content-disposition"].startswith("attachment; ")
    assert headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("size", [0, 10, 3 * CHUNK])
def test_an_upload_that_is_cut_off_leaves_what_was_there(site: Site, size: int) -> None:
    site.call("PUT", f"{PROXY}/old", b"old")
    for name in ("old", "new/a"):
        assert site.call("PUT", f"{PROXY}/{name}", bytes(size), cut=True).status == 499
    assert site.call("GET", f"{PROXY}/old").body == b"old"
    assert [info["path"] for info in site.call("GET", PROXY).json["files"]] == ["old"]
    assert site.call("PUT", f"{PROXY}/new/a", bytes(size)).status == 200
    assert site.call("GET", f"{PROXY}/new/a").body == bytes(size)


def test_a_full_disk_is_said_so(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    site.call("PUT", f"{PROXY}/a", b"old")
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        answer = site.call("PUT", f"{PROXY}/a", b"new")
    assert answer.error == (
        503,
        "TEMPORARILY_UNAVAILABLE",
        "The artifact store is full: 'a' was not stored.",
    )
    assert answer.headers["retry-after"] == "10"
    assert site.call("GET", f"{PROXY}/a").body == b"old"


# What this store can't do, and a server without artifacts.

REQUESTS = [
    ("GET", PROXY),
    ("GET", f"{PROXY}/a"),
    ("PUT", f"{PROXY}/a"),
    ("DELETE", f"{PROXY}/a"),
    ("POST", "/api/2.0/mlflow-artifacts/mpu/create/a"),
    ("PUT", "/api/2.0/mlflow-artifacts/mpu/part/a"),
    ("POST", "/api/2.0/mlflow-artifacts/mpu/complete/a"),
    ("POST", "/api/2.0/mlflow-artifacts/mpu/abort/a/b"),
    ("GET", "/api/2.0/mlflow-artifacts/presigned/a/b"),
]


@pytest.mark.parametrize(("method", "target"), REQUESTS)
def test_without_the_proxy_its_endpoints_say_so(disabled: Site, method: str, target: str) -> None:
    answer = disabled.call(method, target, b"x" if method == "PUT" else b"")
    assert answer.status == 503
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.body.decode() == (
        f"Endpoint: {target} disabled due to the server running with `--no-serve-artifacts`."
        " To enable artifacts server functionality, run `sagwan server` with `--serve-artifacts`"
    )
    assert not disabled.folder.exists()
