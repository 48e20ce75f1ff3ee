import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from sagwan.testing.artifacts.suite import ESCAPES, NAMES
from tests.artifacts.site import MODEL, PROXY, RUN, Answer, Site

LIST = "/api/2.0/mlflow/artifacts/list"
UPLOAD = "/ajax-api/2.0/mlflow/upload-artifact"
MODEL_LIST = f"/api/2.0/mlflow/logged-models/{MODEL}/artifacts/directories"
MODEL_FILE = f"/ajax-api/2.0/mlflow/logged-models/{MODEL}/artifacts/files"
UNKNOWN = "f" * 32

OpenSite = Callable[..., Site]


@pytest.fixture
def open_site(tmp_path: Path) -> Iterator[OpenSite]:
    sites = []
    with asyncio.Runner() as runner:

        def open_site(**settings: Any) -> Site:
            sites.append(Site(tmp_path / "artifacts", runner, **settings))
            return sites[-1]

        yield open_site
        for site in sites:
            site.close()


def put(site: Site, path: str, content: bytes = b"x") -> None:
    assert site.call("PUT", f"{PROXY}/{quote(path)}", content).status == 200


def write(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(path.encode())


def file_of_run(site: Site, path: str, **headers: str) -> Answer:
    return site.call("GET", f"/get-artifact?run_id={RUN}&path={quote(path)}", **headers)


def test_a_runs_artifacts_behind_the_proxy(open_site: OpenSite) -> None:
    site = open_site()
    uri = site.run()
    root = uri.removeprefix("mlflow-artifacts:/")
    for path in ("d/f.txt", "d/e/g", "z", "a b"):
        put(site, f"{root}/{path}", path.encode())
    listed = site.call("GET", f"{LIST}?run_id={RUN}")
    assert listed.json == {
        "root_uri": uri,
        "files": [
            {"path": "a b", "is_dir": False, "file_size": 3},
            {"path": "d", "is_dir": True},
            {"path": "z", "is_dir": False, "file_size": 1},
        ],
    }
    assert site.call("GET", f"{LIST}?run_uuid={RUN}&path=d/").json == {
        "root_uri": uri,
        "files": [
            {"path": "d/e", "is_dir": True},
            {"path": "d/f.txt", "is_dir": False, "file_size": 7},
        ],
    }
    for path in ("z", "missing", "z/below"):
        assert site.call("GET", f"{LIST}?run_id={RUN}&path={path}").json == {"root_uri": uri}
    file = file_of_run(site, "d/f.txt")
    assert (file.status, file.body) == (200, b"d/f.txt")
    assert file.headers["content-disposition"] == "attachment; filename=f.txt"
    assert site.call("GET", f"/get-artifact?run_uuid={RUN}&path=z").body == b"z"
    assert file_of_run(site, "d/f.txt", range="bytes=2-").body == b"f.txt"
    etag = file.headers["etag"]
    assert file_of_run(site, "d/f.txt", if_none_match=etag).status == 304


@pytest.mark.parametrize("name", NAMES)
def test_names_in_queries(open_site: OpenSite, name: str) -> None:
    site = open_site()
    root = site.run().removeprefix("mlflow-artifacts:/")
    put(site, f"{root}/{name}/{name}", b"content")
    listed = site.call("GET", f"{LIST}?run_id={RUN}&path={quote(name)}").json["files"]
    assert listed == [{"path": f"{name}/{name}", "is_dir": False, "file_size": 7}]
    assert file_of_run(site, f"{name}/{name}").body == b"content"


@pytest.mark.parametrize("path", ESCAPES)
def test_paths_that_leave_the_run_are_refused(open_site: OpenSite, path: str) -> None:
    site = open_site()
    root = site.run().removeprefix("mlflow-artifacts:/")
    put(site, f"{root}/a")
    put(site, "secret")
    once = quote(path, safe="")
    for encoded in (once, quote(once, safe="")):
        for answer in (
            site.call("GET", f"{LIST}?run_id={RUN}&path={encoded}"),
            site.call("GET", f"/get-artifact?run_id={RUN}&path={encoded}"),
            site.call("POST", f"{UPLOAD}?run_uuid={RUN}&path={encoded}", b"x"),
            site.call("GET", f"{MODEL_LIST}?artifact_directory_path={encoded}"),
            site.call("GET", f"{MODEL_FILE}?artifact_file_path={encoded}"),
        ):
            status, code, message = answer.error
            assert (status, code) == (400, "INVALID_PARAMETER_VALUE")
            # Decoders of JSON endpoints refuse NUL in any text.
            assert message.startswith(
                ("Invalid path", "Invalid value") if "\0" in path else "Invalid path"
            )


def test_what_a_request_for_a_file_must_say(open_site: OpenSite) -> None:
    site = open_site()
    root = site.run().removeprefix("mlflow-artifacts:/")
    put(site, f"{root}/d/f")
    hint = "See the API docs for more information about request parameters."
    for target, error in (
        ("?path=f", f"Missing value for required parameter 'run_id'. {hint}"),
        (f"?run_id={RUN}", f"Missing value for required parameter 'path'. {hint}"),
        (f"?run_id={RUN}&path=", f"Missing value for required parameter 'path'. {hint}"),
    ):
        assert site.call("GET", f"/get-artifact{target}").error == (
            400,
            "INVALID_PARAMETER_VALUE",
            error,
        )
    status, code, message = file_of_run(site, "d").error
    assert (status, code) == (400, "INVALID_PARAMETER_VALUE")
    assert message.startswith("Artifact path refers to a directory, not a file")
    assert file_of_run(site, "d/missing").error[:2] == (404, "RESOURCE_DOES_NOT_EXIST")
    for target in (f"{LIST}?run_id={UNKNOWN}", f"/get-artifact?run_id={UNKNOWN}&path=f"):
        assert site.call("GET", target).error == (
            404,
            "RESOURCE_DOES_NOT_EXIST",
            f"Run with id={UNKNOWN} not found",
        )


# Uploads by a user interface.


def test_an_upload_to_a_run(open_site: OpenSite) -> None:
    site = open_site()
    site.run()
    answer = site.call("POST", f"{UPLOAD}?run_uuid={RUN}&path=d/f%20g.txt", [b"he", b"llo"])
    assert (answer.status, answer.body) == (200, b"{}")
    assert file_of_run(site, "d/f g.txt").body == b"hello"


@pytest.mark.parametrize(
    ("query", "body", "message"),
    [
        ("path=f", b"x", "Request must specify run_uuid."),
        (f"run_uuid={RUN}", b"x", "Request must specify path."),
        (f"run_uuid={RUN}&path=f", b"", "Request must specify data."),
        (
            f"run_uuid={RUN}&path=f",
            bytes(10 * 1024 * 1024 + 1),
            "Artifact size is too large. Max size is 10MB.",
        ),
    ],
)
def test_uploads_that_are_refused(
    open_site: OpenSite, query: str, body: bytes, message: str
) -> None:
    site = open_site()
    site.run()
    answer = site.call("POST", f"{UPLOAD}?{query}", body)
    assert answer.error == (400, "INVALID_PARAMETER_VALUE", message)
    assert file_of_run(site, "f").status == 404


def test_an_upload_of_the_largest_size(open_site: OpenSite) -> None:
    site = open_site()
    site.run()
    body = bytes(10 * 1024 * 1024)
    assert site.call("POST", f"{UPLOAD}?run_uuid={RUN}&path=f", body).status == 200
    assert file_of_run(site, "f").body == body


def test_an_upload_that_is_cut_off_or_for_no_run(open_site: OpenSite) -> None:
    site = open_site()
    site.run()
    assert site.call("POST", f"{UPLOAD}?run_uuid={RUN}&path=f", b"x", cut=True).status == 499
    assert file_of_run(site, "f").status == 404
    assert site.call("POST", f"{UPLOAD}?run_uuid={UNKNOWN}&path=f", b"x").status == 404


# Logged models.


def test_a_models_artifacts(open_site: OpenSite) -> None:
    site = open_site()
    root = site.run().removeprefix("mlflow-artifacts:/").split("/")[0]
    put(site, f"{root}/models/{MODEL}/artifacts/d/MLmodel", b"flavors")
    uri = f"mlflow-artifacts:/{root}/models/{MODEL}/artifacts"
    assert site.call("GET", MODEL_LIST).json == {
        "root_uri": uri,
        "files": [{"path": "d", "is_dir": True}],
    }
    assert site.call("GET", f"{MODEL_LIST}?artifact_directory_path=d").json == {
        "root_uri": uri,
        "files": [{"path": "d/MLmodel", "is_dir": False, "file_size": 7}],
    }
    file = site.call("GET", f"{MODEL_FILE}?artifact_file_path=d/MLmodel")
    assert (file.status, file.body) == (200, b"flavors")
    assert file.headers["content-type"] == "text/plain"


def test_what_a_request_for_a_models_file_must_say(open_site: OpenSite) -> None:
    site = open_site()
    site.run()
    assert site.call("GET", MODEL_FILE).error == (
        400,
        "BAD_REQUEST",
        'Request must include the "artifact_file_path" query parameter.',
    )
    for target in (MODEL_LIST, f"{MODEL_FILE}?artifact_file_path=f"):
        answer = site.call("GET", target.replace(MODEL, "m-missing"))
        assert answer.error[:2] == (404, "RESOURCE_DOES_NOT_EXIST")


# Where the server reads its own disk.


@pytest.mark.parametrize("form", ["{}", "file://{}", "file://localhost{}"])
def test_local_folders_that_the_server_was_started_with(
    open_site: OpenSite, tmp_path: Path, form: str
) -> None:
    """The proxy's destination, the default root, and the roots that are allowed besides."""
    folders = [tmp_path / name for name in ("artifacts", "default", "allowed one")]
    for folder in folders:
        site = open_site(
            default_artifact_root=form.format(folders[1]),
            allowed_artifact_roots=(form.format(folders[2]).replace(" ", "%20"),),
        )
        uri = site.run(form.format(folder / "exp").replace(" ", "%20"))
        root = folder / "exp" / RUN / "artifacts"
        write(root, "a", "d/f")
        assert site.call("GET", f"{LIST}?run_id={RUN}").json == {
            "root_uri": uri,
            "files": [
                {"path": "a", "is_dir": False, "file_size": 1},
                {"path": "d", "is_dir": True},
            ],
        }
        assert file_of_run(site, "d/f").body == b"d/f"
        assert site.call("POST", f"{UPLOAD}?run_uuid={RUN}&path=u", b"up").status == 200
        assert (root / "u").read_bytes() == b"up"
        write(folder / "exp" / "models" / MODEL / "artifacts", "m")
        assert site.call("GET", MODEL_LIST).json["files"][0]["path"] == "m"
        assert site.call("GET", f"{MODEL_FILE}?artifact_file_path=m").body == b"m"


def refused(site: Site) -> list[str]:
    """The messages with which every way to the artifacts of a run or a model is refused."""
    messages = []
    for answer in (
        site.call("GET", f"{LIST}?run_id={RUN}"),
        file_of_run(site, "passwd"),
        site.call("POST", f"{UPLOAD}?run_uuid={RUN}&path=u", b"up"),
        site.call("GET", MODEL_LIST),
        site.call("GET", f"{MODEL_FILE}?artifact_file_path=passwd"),
    ):
        status, code, message = answer.error
        assert (status, code) == (400, "INVALID_PARAMETER_VALUE")
        messages.append(message)
    return messages


@pytest.mark.parametrize(
    "location",
    [
        "{}/secrets",
        "file://{}/secrets",
        "{}/artifacts/../secrets",
        "file://{}/artifacts/%2e%2e/secrets",
        "{}/allowed/link",
        "{}/artifacts-not",
        "/etc",
        "/",
        "file:///",
        "secrets",
    ],
)
def test_a_client_can_not_make_the_server_read_its_disk(
    open_site: OpenSite, tmp_path: Path, location: str
) -> None:
    (tmp_path / "allowed").mkdir()
    (tmp_path / "allowed" / "link").symlink_to(tmp_path / "secrets")
    site = open_site(
        default_artifact_root=str(tmp_path / "default"),
        allowed_artifact_roots=(str(tmp_path / "allowed"),),
    )
    site.run(location.format(tmp_path))
    for folder in ("secrets", "artifacts-not"):
        write(tmp_path / folder / RUN / "artifacts", "passwd")
        write(tmp_path / folder / "models" / MODEL / "artifacts", "passwd")
    for message in refused(site):
        assert "This server does not read these artifacts" in message
        assert str(tmp_path) not in message
    assert not list(tmp_path.rglob("u"))


@pytest.mark.parametrize("location", ["s3://key:secret@bucket/x", "sftp://host/x", "dbfs:/x"])
def test_stores_that_the_server_was_not_started_with(open_site: OpenSite, location: str) -> None:
    site = open_site()
    site.run(location)
    for message in refused(site):
        assert f"a store of the scheme '{location.split(':')[0]}'" in message
        assert "secret" not in message


@pytest.mark.parametrize("location", ["mlflow-artifacts:/../x", "mlflow-artifacts:/a/%2e%2e/.."])
def test_a_location_that_leaves_the_proxys_root(open_site: OpenSite, location: str) -> None:
    site = open_site()
    site.run(location)
    assert set(refused(site)) == {"Invalid path"}


def test_artifacts_behind_a_proxy_that_does_not_run(open_site: OpenSite) -> None:
    site = open_site(serve_artifacts=False)
    site.run("mlflow-artifacts:/x")
    for message in refused(site):
        assert "--no-serve-artifacts" in message


def test_links_in_a_runs_folder_do_not_lead_out(open_site: OpenSite, tmp_path: Path) -> None:
    site = open_site(default_artifact_root=str(tmp_path / "default"))
    folder = Path(site.run())
    write(folder, "a")
    write(tmp_path / "secrets", "passwd")
    (folder / "link").symlink_to(tmp_path / "secrets")
    (folder / "file").symlink_to(tmp_path / "secrets" / "passwd")
    assert [f["path"] for f in site.call("GET", f"{LIST}?run_id={RUN}").json["files"]] == ["a"]
    for path in ("link/passwd", "file"):
        assert file_of_run(site, path).error[:2] == (400, "INVALID_PARAMETER_VALUE")
