"""Signed URLs: of the proxy's store, and of the stores of runs and logged models."""

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from sagwan.artifacts.base import ArtifactStore, SignedUrl, SignsUrls
from sagwan.artifacts.local import LocalArtifactStore
from sagwan.errors import NotImplementedByStore, SagwanError, Unavailable
from sagwan.testing.artifacts.suite import ESCAPES
from tests.artifacts.site import MODEL, PROXY, RUN, Answer, Site

PRESIGNED = "/api/2.0/mlflow-artifacts/presigned"
UPLOAD = "/api/2.0/mlflow/artifacts/presigned-upload-url"
DOWNLOAD = "/api/2.0/mlflow/artifacts/presigned-download-url"
INVALID = (400, "INVALID_PARAMETER_VALUE")
UNKNOWN = "f" * 32


class SigningStore(LocalArtifactStore, SignsUrls):
    """Signs with addresses that tell what was signed, or raises `error`."""

    error: SagwanError | None = None

    def _signed(self, what: str, path: str, expires: int) -> SignedUrl:
        if self.error is not None:
            raise self.error
        return SignedUrl(f"https://store/{what}/{quote(path)}?for={expires}", {"x-a": "b"})

    async def sign_download(self, path: str, expires: int) -> SignedUrl:
        return self._signed("get", path, expires)

    async def sign_upload(self, path: str, expires: int) -> SignedUrl:
        return self._signed("put", path, expires)


OpenSite = Callable[..., Site]


@pytest.fixture
def open_site(tmp_path: Path) -> Iterator[OpenSite]:
    sites: list[Site] = []

    def open_store(uri: str) -> ArtifactStore:
        """A local folder, or a signing store in the folder that a test URI's path names."""
        return SigningStore(tmp_path / uri.removeprefix("s3://"))

    with asyncio.Runner() as runner:

        def open_site(signing: bool = True, **settings: Any) -> Site:
            opener = open_store if signing else LocalArtifactStore
            sites.append(Site(tmp_path / "artifacts", runner, opener, **settings))
            return sites[-1]

        yield open_site
        for site in sites:
            site.close()


def ask(site: Site, target: str, **body: Any) -> Answer:
    return site.call("POST", target, json.dumps(body).encode(), content_type="application/json")


def features(site: Site) -> tuple[bool, bool, bool, bool]:
    info = site.call("GET", "/api/3.0/mlflow/server-info").json
    return (
        info["multipart_uploads_enabled"],
        info["multipart_downloads_enabled"],
        info["presigned_upload_run_id_supported"],
        info["presigned_upload_model_id_supported"],
    )


# Behind the proxy.


@pytest.mark.parametrize("twin", ["/api", "/ajax-api"])
def test_a_download_from_the_proxys_store(open_site: OpenSite, twin: str) -> None:
    site = open_site()
    site.call("PUT", f"{PROXY}/1/r/d%20e/f%3F.txt", b"hello")
    target = PRESIGNED.replace("/api", twin)
    answer = site.call("GET", f"{target}/1/r/d%20e/f%3F.txt")
    assert answer.status == 200
    assert answer.json == {
        "url": "https://store/get/1/r/d%20e/f%3F.txt?for=300",
        "file_size": 5,
        "headers": {"x-a": "b"},
    }
    assert site.call("GET", f"{target}/1/r/d%20e/f?.txt").json == answer.json
    assert features(site) == (True, True, True, True)


def test_how_long_a_download_is_good_for_is_a_setting(open_site: OpenSite) -> None:
    site = open_site(presigned_download_url_ttl_seconds=7)
    site.call("PUT", f"{PROXY}/a", b"")
    answer = site.call("GET", f"{PRESIGNED}/a").json
    assert answer["url"].endswith("?for=7")
    assert answer["file_size"] == 0


def test_what_there_is_no_signed_url_for(open_site: OpenSite) -> None:
    site = open_site()
    site.call("PUT", f"{PROXY}/d/f", b"x")
    assert site.call("GET", f"{PRESIGNED}/g").error[:2] == (404, "RESOURCE_DOES_NOT_EXIST")
    assert site.call("GET", f"{PRESIGNED}/d").error[:2] == INVALID
    for path in ESCAPES:
        assert site.call("GET", f"{PRESIGNED}/{quote(path, safe='')}").error[:2] == INVALID


@pytest.mark.parametrize(
    ("signing", "allowed"), [(False, True), (True, False)], ids=["can not", "may not"]
)
def test_where_nothing_is_signed(open_site: OpenSite, signing: bool, allowed: bool) -> None:
    site = open_site(signing, allow_presigned_urls=allowed)
    site.call("PUT", f"{PROXY}/a", b"x")
    status, code, message = site.call("GET", f"{PRESIGNED}/a").error
    assert (status, code) == (501, "NOT_IMPLEMENTED")
    assert message.startswith("Multipart download is not supported for the current artifact")
    assert ("--no-allow-presigned-urls" in message) == signing
    assert features(site) == (True, False, True, True)


@pytest.mark.parametrize("error", [NotImplementedByStore("no key"), Unavailable("no keys yet")])
def test_a_store_whose_keys_can_not_sign_does_not_offer_it(
    open_site: OpenSite, monkeypatch: pytest.MonkeyPatch, error: SagwanError
) -> None:
    """The protocol's client fails where it is told that downloads are signed and they aren't."""
    site = open_site()
    site.call("PUT", f"{PROXY}/a", b"x")
    monkeypatch.setattr(SigningStore, "error", error)
    assert features(site)[1] is False
    assert site.call("GET", f"{PRESIGNED}/a").error == (
        error.status,
        error.error_code,
        error.message,
    )


def test_without_the_proxy_it_offers_nothing(open_site: OpenSite) -> None:
    site = open_site(serve_artifacts=False)
    assert site.call("GET", f"{PRESIGNED}/a").status == 503
    assert features(site) == (False, False, True, True)


# Of runs and logged models.


def direct(open_site: OpenSite, **settings: Any) -> Site:
    """A site whose runs lie in a store that signs."""
    site = open_site(default_artifact_root="s3://bucket/root", **settings)
    assert site.run() == f"s3://bucket/root/{1}/{RUN}/artifacts"
    return site


def test_uploads_to_runs_and_models(open_site: OpenSite) -> None:
    site = direct(open_site)
    folder = f"https://store/put/1/{RUN}/artifacts"
    assert ask(site, UPLOAD, run_id=RUN, path="d e/f").json == {
        "presigned_url": f"{folder}/d%20e/f?for=900",
        "headers": {"x-a": "b"},
    }
    short = ask(site, UPLOAD, run_id=RUN, path="f", expiration=60)
    assert short.json["presigned_url"] == f"{folder}/f?for=60"
    model = ask(site, UPLOAD, model_id=MODEL, path="f").json["presigned_url"]
    assert model == f"https://store/put/1/models/{MODEL}/artifacts/f?for=900"


def test_downloads_of_runs(open_site: OpenSite, tmp_path: Path) -> None:
    site = direct(open_site, presigned_download_url_ttl_seconds=20)
    file = tmp_path / "bucket/root/1" / RUN / "artifacts/d/f"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"hello")
    url = f"https://store/get/1/{RUN}/artifacts/d/f"
    assert ask(site, DOWNLOAD, run_id=RUN, path="d/f").json == {
        "presigned_url": f"{url}?for=20",
        "headers": {"x-a": "b"},
        "file_size": 5,
    }
    asked = ask(site, DOWNLOAD, run_id=RUN, path="d/f", expiration="604800").json
    assert asked["presigned_url"] == f"{url}?for=604800"
    assert ask(site, DOWNLOAD, run_id=RUN, path="d/g").error[:2] == (
        404,
        "RESOURCE_DOES_NOT_EXIST",
    )


@pytest.mark.parametrize("target", [UPLOAD, DOWNLOAD])
def test_what_is_refused(open_site: OpenSite, target: str) -> None:
    site = direct(open_site)
    hint = " See the API docs for more information about request parameters."
    missing_path = f"Missing value for required parameter 'path'.{hint}"
    assert ask(site, target, run_id=RUN).error == (*INVALID, missing_path)
    for expiration in (0, -1, 604_801):
        assert ask(site, target, run_id=RUN, path="f", expiration=expiration).error == (
            *INVALID,
            f"expiration must be between 1 and 604800 seconds (got {expiration}).",
        )
    assert ask(site, target, run_id=UNKNOWN, path="f").status == 404
    for path in ESCAPES:
        assert ask(site, target, run_id=RUN, path=path).error[:2] == INVALID


def test_an_upload_is_for_a_run_or_a_model(open_site: OpenSite) -> None:
    site = direct(open_site)
    for given in ({}, {"run_id": RUN, "model_id": MODEL}):
        assert ask(site, UPLOAD, path="f", **given).error == (
            *INVALID,
            "Exactly one of run_id and model_id must be provided.",
        )
    assert ask(site, UPLOAD, model_id="m-no", path="f").status == 404


@pytest.mark.parametrize(
    "location", ["mlflow-artifacts:/x", "http://other/api/2.0/mlflow-artifacts/artifacts/x"]
)
def test_proxied_artifacts(open_site: OpenSite, location: str) -> None:
    site = open_site()
    site.run(location)
    for target, what in ((UPLOAD, "upload"), (DOWNLOAD, "download")):
        status, code, message = ask(site, target, run_id=RUN, path="f").error
        assert (status, code) == INVALID
        scheme = location.split(":")[0]
        assert message.startswith(f"Presigned {what} is not supported for")
        assert f"(artifact URI scheme: {scheme})" in message


def test_stores_that_the_server_was_not_started_with(open_site: OpenSite) -> None:
    site = open_site()
    site.run("s3://key:secret@bucket/x")
    for target in (UPLOAD, DOWNLOAD):
        status, code, message = ask(site, target, run_id=RUN, path="f").error
        assert (status, code) == INVALID
        assert "does not read these artifacts" in message
        assert "secret" not in message


def test_local_runs_and_servers_that_may_not_sign(open_site: OpenSite, tmp_path: Path) -> None:
    local = open_site(False, default_artifact_root=str(tmp_path / "root"))
    local.run()
    refusing = direct(open_site, allow_presigned_urls=False)
    for site in (local, refusing):
        for target, what in ((UPLOAD, "upload"), (DOWNLOAD, "download")):
            status, code, message = ask(site, target, run_id=RUN, path="f").error
            assert (status, code) == (501, "NOT_IMPLEMENTED")
            assert message.startswith(f"Presigned {what} is not supported for the current")
