"""The protocol's multipart upload."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from sagwan.artifacts.base import CHUNK, ArtifactStore, SignedUrl
from sagwan.artifacts.local import LocalArtifactStore
from sagwan.artifacts.remote.store import RemoteArtifactStore
from sagwan.testing.artifacts.suite import ESCAPES, NAMES, pattern
from tests.artifacts.site import PROXY, Answer, Site
from tests.support.artifacts.folder import FolderFiles

MPU = "/api/2.0/mlflow-artifacts/mpu"
JSON = {"content_type": "application/json"}
INVALID = (400, "INVALID_PARAMETER_VALUE")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with asyncio.Runner() as runner:
        site = Site(tmp_path / "artifacts", runner)
        yield site
        site.close()


def post(site: Site, what: str, folder: str, body: Any, **headers: str) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return site.call("POST", f"{MPU}/{what}/{folder}", content, **{**JSON, **headers})


def create(site: Site, folder: str, path: str, count: int, **headers: str) -> Any:
    answer = post(site, "create", folder, {"path": path, "num_parts": count}, **headers)
    assert answer.status == 200
    return answer.json


def put(site: Site, credential: Any, content: bytes) -> Any:
    """Send a part to where it is to go; what is told about it at the end."""
    url = urlsplit(credential["url"])
    assert (url.scheme, url.netloc) == ("http", "localhost")
    headers = {"content_length": str(len(content))}
    answer = site.call("PUT", f"{url.path}?{url.query}", content, **headers)
    assert (answer.status, answer.body) == (200, b"")
    etag = answer.headers["etag"]
    return {"part_number": credential["part_number"], "etag": etag, "url": credential["url"]}


def complete(site: Site, folder: str, path: str, upload_id: str, parts: list[Any]) -> Answer:
    body = {"path": path, "upload_id": upload_id, "parts": parts}
    return post(site, "complete", folder, body)


@pytest.mark.parametrize("twin", ["/api", "/ajax-api"])
def test_a_file_in_parts(site: Site, twin: str) -> None:
    contents = [pattern(size, size) for size in (2 * CHUNK, 2 * CHUNK, 5)]
    answer = site.call(
        "POST",
        f"{MPU.replace('/api', twin)}/create/1/r/artifacts",
        b'{"path": "/home/ann/model.bin", "num_parts": 3}',
        **JSON,
    )
    created = answer.json
    assert list(created) == ["credentials", "upload_id"]
    assert [c["part_number"] for c in created["credentials"]] == [1, 2, 3]
    sent = [put(site, created["credentials"][n], contents[n]) for n in (2, 0, 1)]
    assert site.call("GET", f"{PROXY}?path=1").body == b"{}"
    done = complete(site, "1/r/artifacts", "/home/ann/model.bin", created["upload_id"], sent)
    assert (done.status, done.body) == (200, b"{}")
    assert site.call("GET", f"{PROXY}/1/r/artifacts/model.bin").body == b"".join(contents)
    assert done.headers["content-type"] == "application/json"


@pytest.mark.parametrize("name", NAMES)
def test_names_come_back_as_they_went(site: Site, name: str) -> None:
    created = create(site, f"f/{quote(name)}", f"/tmp/{name}", 1)
    sent = put(site, created["credentials"][0], name.encode())
    assert complete(site, f"f/{quote(name)}", name, created["upload_id"], [sent]).status == 200
    assert site.call("GET", f"{PROXY}/f/{quote(name)}/{quote(name)}").body == name.encode()


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("model.bin", "model.bin"),
        ("/home/ann/model.bin", "model.bin"),
        ("../up/model.bin", "model.bin"),
        ("C:\\Users\\ann\\model.bin", "model.bin"),
        ("d:/ann/model.bin", "model.bin"),
        ("\\\\host\\share\\model.bin", "model.bin"),
    ],
)
@pytest.mark.parametrize("folder", ["", "f"])
def test_of_the_clients_file_the_name_counts(site: Site, folder: str, path: str, name: str) -> None:
    created = create(site, folder, path, 1)
    sent = put(site, created["credentials"][0], b"x")
    assert complete(site, folder, path, created["upload_id"], [sent]).status == 200
    assert (site.folder / folder / name).read_bytes() == b"x"


def test_aborting_forgets(site: Site) -> None:
    created = create(site, "f", "a", 1)
    sent = put(site, created["credentials"][0], b"x")
    for _ in range(2):
        answer = post(site, "abort", "f", {"path": "a", "upload_id": created["upload_id"]})
        assert (answer.status, answer.body) == (200, b"{}")
    assert complete(site, "f", "a", created["upload_id"], [sent]).error[0] == 404
    url = urlsplit(created["credentials"][0]["url"])
    late = site.call("PUT", f"{url.path}?{url.query}", b"x")
    assert late.error == (
        404,
        "RESOURCE_DOES_NOT_EXIST",
        "No upload of 'f/a' with this id is under way.",
    )
    assert site.call("GET", PROXY).body == b"{}"


# Addresses.


@pytest.mark.parametrize(
    ("prefix", "headers", "base"),
    [
        ("", {"host": "localhost:5000"}, "http://localhost:5000"),
        ("/tracking", {"host": "localhost"}, "http://localhost/tracking"),
        ("", {"x_forwarded_proto": "https"}, "https://localhost"),
        (
            "/t",
            {"x_forwarded_proto": "https,http", "x_forwarded_host": "ml.example.com, inner"},
            "https://ml.example.com/t",
        ),
        ("", {"x_forwarded_prefix": "/ml/", "x_forwarded_host": "h:8443"}, "http://h:8443/ml"),
        ("/t", {"x_forwarded_prefix": "/ml"}, "http://localhost/t"),
        ("", {"x_forwarded_proto": "javascript"}, "http://localhost"),
        ("", {"x_forwarded_host": "evil/../x"}, "http://localhost"),
        ("", {"x_forwarded_prefix": "//evil/?"}, "http://localhost"),
    ],
)
def test_parts_go_where_the_client_reaches_the_server(
    tmp_path: Path, prefix: str, headers: dict[str, str], base: str
) -> None:
    with asyncio.Runner() as runner:
        site = Site(tmp_path, runner, static_prefix=prefix)
        created = create(site, "f g", "a?", 2, **headers)
        urls = [credential["url"] for credential in created["credentials"]]
        query = f"upload_id={created['upload_id']}&part_number="
        assert urls == [f"{base}{MPU}/part/f%20g/a%3F?{query}{n}" for n in (1, 2)]
        url = urlsplit(urls[0])
        path = url.path if prefix else url.path.removeprefix("/ml")
        assert site.call("PUT", f"{path}?{url.query}", b"x").status == 200
        site.close()


def test_the_clients_login_goes_along(site: Site) -> None:
    """The protocol's client sends a part with these headers alone, and not with its login."""
    created = create(site, "f", "a", 1, authorization="Basic YW5uOnB3")
    assert created["credentials"][0]["headers"] == {"Authorization": "Basic YW5uOnB3"}
    assert "headers" not in create(site, "f", "a", 1)["credentials"][0]


# What is refused.


def test_what_a_request_must_say(site: Site) -> None:
    for what, body in (
        ("create", {"num_parts": 1}),
        ("create", {"path": ""}),
        ("complete", {"upload_id": "x", "parts": [{"part_number": 1}]}),
        ("abort", {}),
    ):
        status, code, message = post(site, what, "f", body).error
        assert (status, code) == INVALID
        assert message.startswith("Missing value for required parameter 'path'.")
    for what in ("create", "complete", "abort"):
        answer = post(site, what, "f", {"path": "a"}, content_type="text/plain")
        assert answer.error[:2] == INVALID
        assert "Content-Type" in answer.error[2]
    assert not site.folder.exists()


@pytest.mark.parametrize("count", [0, -1, 10_001])
def test_numbers_of_parts_that_clients_answer_by_sending_the_file_whole(
    site: Site, count: int
) -> None:
    status, code, message = post(site, "create", "f", {"path": "a", "num_parts": count}).error
    assert (status, code) == (501, "NOT_IMPLEMENTED")
    assert message.startswith("Multipart upload is not supported for the current artifact")


@pytest.mark.parametrize("path", ESCAPES)
def test_paths_that_leave_the_root_are_refused(site: Site, path: str) -> None:
    encoded = quote(path, safe="")
    for what in ("create", "complete", "abort"):
        body = {"path": "a", "num_parts": 1, "upload_id": "x"}
        assert post(site, what, encoded, body).error[:2] == INVALID
    answer = site.call("PUT", f"{MPU}/part/{encoded}?upload_id=x&part_number=1", b"x")
    assert answer.error[:2] == INVALID
    assert not site.folder.exists()


@pytest.mark.parametrize("name", ["..", ".", "x/..", "/", "a/", "%2e%2e", "a#b", "a\nb"])
def test_names_that_are_none(site: Site, name: str) -> None:
    for what in ("create", "complete", "abort"):
        body = {"path": name, "num_parts": 1, "upload_id": "x"}
        assert post(site, what, "f", body).error[:2] == INVALID
    assert not site.folder.exists()


def test_parts_that_are_refused(site: Site) -> None:
    created = create(site, "f", "a", 1)
    upload_id = created["upload_id"]
    for query, status in (
        (f"upload_id={upload_id}", 400),
        (f"upload_id={upload_id}&part_number=x", 400),
        (f"upload_id={upload_id}&part_number=0", 400),
        (f"upload_id={upload_id}&part_number=99999", 400),
        ("part_number=1", 404),
        ("upload_id=../../x&part_number=1", 404),
        (f"upload_id={'0' * 32}&part_number=1", 404),
    ):
        assert site.call("PUT", f"{MPU}/part/f/a?{query}", b"x").status == status
    other = site.call("PUT", f"{MPU}/part/f/b?upload_id={upload_id}&part_number=1", b"x")
    assert other.status == 404
    assert site.call("PUT", f"{MPU}/part/%FF?upload_id={upload_id}&part_number=1").status == 400


def test_ends_that_are_refused(site: Site) -> None:
    created = create(site, "f", "a", 2)
    upload_id = created["upload_id"]
    one, two = (put(site, credential, b"x" * 10) for credential in created["credentials"])
    for parts in (
        [],
        [one, {**two, "etag": one["etag"]}],
        [one, {**two, "part_number": 3}],
        [one, {**one}],
        [{**one, "etag": ""}],
    ):
        status, code, _ = complete(site, "f", "a", upload_id, parts).error
        assert (status, code) == INVALID
    assert complete(site, "f", "b", upload_id, [one, two]).status == 404
    assert complete(site, "f", "a", "", [one, two]).status == 404
    assert site.call("GET", PROXY).body == b"{}"
    assert complete(site, "f", "a", upload_id, [two, one]).status == 200
    assert site.call("GET", f"{PROXY}/f/a").body == b"x" * 20


def test_a_part_that_is_cut_off_is_none(site: Site) -> None:
    created = create(site, "f", "a", 1)
    url = urlsplit(created["credentials"][0]["url"])
    target = f"{url.path}?{url.query}"
    cut = site.call("PUT", target, [b"x" * CHUNK] * 2, cut=True, content_length=str(9 * CHUNK))
    assert cut.status == 499
    sent = put(site, created["credentials"][0], b"whole")
    assert complete(site, "f", "a", created["upload_id"], [sent]).status == 200
    assert site.call("GET", f"{PROXY}/f/a").body == b"whole"


def test_a_checksum_that_differs_is_no_part(site: Site) -> None:
    created = create(site, "f", "a", 1)
    url = urlsplit(created["credentials"][0]["url"])
    target = f"{url.path}?{url.query}"
    wrong = "sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:"
    assert site.call("PUT", target, b"x", repr_digest=wrong).error[:2] == INVALID
    assert complete(site, "f", "a", created["upload_id"], []).status == 400


# Stores.


def open_whole(uri: str) -> ArtifactStore:
    """A store that takes files whole, as those of FTP and SFTP."""
    return RemoteArtifactStore(FolderFiles(Path(uri)), "/root", "test://host/root")


def test_a_store_that_takes_no_parts(tmp_path: Path) -> None:
    with asyncio.Runner() as runner:
        site = Site(tmp_path, runner, open_whole)
        body = {"path": "a", "num_parts": 1, "upload_id": "x", "parts": [{"part_number": 1}]}
        target = f"{MPU}/part/f/a?upload_id=x&part_number=1"
        for answer in (
            *(post(site, what, "f", body) for what in ("create", "complete", "abort")),
            site.call("PUT", target, b"x"),
        ):
            assert answer.error == (
                501,
                "NOT_IMPLEMENTED",
                "Multipart upload is not supported for the current artifact repository",
            )
        info = site.call("GET", "/api/3.0/mlflow/server-info").json
        assert not info["multipart_uploads_enabled"]
        site.close()


class SigningStore(LocalArtifactStore):
    """Parts go to an address of its own."""

    fails_at = 0

    async def sign_part(self, path: str, upload_id: str, number: int, expires: int) -> SignedUrl:
        if number == self.fails_at:
            raise ConnectionError("no keys")
        return SignedUrl(f"https://store/{path}?id={upload_id}&n={number}", {"x-a": "b"})


def test_parts_go_to_the_store_where_it_signs_them(tmp_path: Path) -> None:
    with asyncio.Runner() as runner:
        site = Site(tmp_path, runner, SigningStore)
        created = create(site, "f", "a", 2, authorization="Basic x")
        assert created["credentials"] == [
            {
                "url": f"https://store/f/a?id={created['upload_id']}&n={n}",
                "part_number": n,
                "headers": {"x-a": "b"},
            }
            for n in (1, 2)
        ]
        site.close()


def test_parts_go_to_the_server_where_signed_urls_are_not_allowed(tmp_path: Path) -> None:
    with asyncio.Runner() as runner:
        site = Site(tmp_path, runner, SigningStore, allow_presigned_urls=False)
        created = create(site, "f", "a", 1)
        sent = put(site, created["credentials"][0], b"x")
        assert complete(site, "f", "a", created["upload_id"], [sent]).status == 200
        site.close()


def test_an_upload_whose_parts_can_not_be_signed_is_forgotten(tmp_path: Path) -> None:
    with asyncio.Runner() as runner:
        site = Site(tmp_path, runner, SigningStore)
        SigningStore.fails_at = 2
        try:
            answer = post(site, "create", "f", {"path": "a", "num_parts": 3})
        finally:
            SigningStore.fails_at = 0
        assert answer.status == 500
        assert "no keys" not in answer.body.decode()
        assert list((tmp_path / ".artifact.uploading.parts").iterdir()) == []
        site.close()
