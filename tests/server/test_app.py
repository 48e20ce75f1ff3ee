"""The application as a whole: which paths answer, in which form, and to whom."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sagwan.config import Settings
from sagwan.server.app import create_app
from sagwan.server.static import StaticUi
from sagwan.wire.base import Endpoint
from sagwan.wire.endpoints import ENDPOINTS, FOLLOW_RUNS, SERVER_INFO, WRITE_DICTIONARY
from tests.server.support import JSON, Answer, Asker, asking

RUN = f"{1:032x}"
INFO = "/api/3.0/mlflow/server-info"
FIRST = "/api/2.0/mlflow/experiments/get?experiment_id=0"
UPLOAD = "/api/2.0/mlflow-artifacts/artifacts/a/b.txt"
INDEX = b'<!doctype html><html><head><base href="/" /></head></html>'


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    with asking(tmp_path_factory.mktemp("plain")) as asker:
        yield asker


@pytest.fixture(scope="module")
def prefixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    settings = Settings(static_prefix="/team/ml")
    with asking(tmp_path_factory.mktemp("prefixed"), settings) as asker:
        yield asker


@pytest.fixture(scope="module")
def only_artifacts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    settings = Settings(artifacts_only=True)
    with asking(tmp_path_factory.mktemp("only"), settings) as asker:
        yield asker


def concrete(path: str) -> str:
    return path.replace("{model_id}", "m-x").replace("{tag_key}", "t").replace("{slug}", "s")


def bare(asker: Asker, endpoint: Endpoint, path: str) -> Answer:
    """What a request without a field gets: an answer of the endpoint itself, if it is there."""
    if endpoint.method == "GET":
        return asker.get(concrete(path))
    # Without a field it would clear the dictionary, and each time that is another version.
    fields = {"version": 9} if endpoint is WRITE_DICTIONARY else {}
    return asker.post(concrete(path), fields, endpoint.method)


every_endpoint = pytest.mark.parametrize(
    "endpoint",
    [endpoint for endpoint in ENDPOINTS if endpoint is not FOLLOW_RUNS],
    ids=lambda endpoint: f"{endpoint.method} {endpoint.path}",
)


@every_endpoint
def test_twins_answer_alike(plain: Asker, endpoint: Endpoint) -> None:
    answers = [bare(plain, endpoint, path) for path in endpoint.paths()]
    for answer in answers:
        assert (answer.status, answer.body) == (answers[0].status, answers[0].body)
        known = {
            "content-type": "application/json",
            "content-length": str(len(answer.body)),
            "x-content-type-options": "nosniff",
            "x-frame-options": "SAMEORIGIN",
        }
        # Answers of Sagwan's own endpoints may be compressed.
        assert answer.headers in (known, {**known, "vary": "Accept-Encoding"})
        assert answer.json.get("error_code") != "ENDPOINT_NOT_FOUND"


@every_endpoint
def test_endpoints_answer_with_and_without_the_static_prefix(
    plain: Asker, prefixed: Asker, endpoint: Endpoint
) -> None:
    for path in endpoint.paths():
        expected = bare(plain, endpoint, path)
        assert bare(prefixed, endpoint, path) == expected
        assert bare(prefixed, endpoint, f"/team/ml{path}") == expected


@pytest.mark.parametrize("path", ["/health", "/version", INFO, FIRST])
def test_get_answers_with_and_without_the_static_prefix(
    plain: Asker, prefixed: Asker, path: str
) -> None:
    expected = plain.get(path)
    assert expected.status == 200
    assert prefixed.get(path) == expected
    assert prefixed.get(f"/team/ml{path}") == expected


@pytest.mark.parametrize("prefix", ["/team", "/team/mlx", "/team/ml/team/ml", "/other"])
def test_another_prefix_is_none(prefixed: Asker, prefix: str) -> None:
    assert prefixed.get(prefix + INFO).status == 404


def test_files_answer_with_and_without_the_static_prefix(prefixed: Asker) -> None:
    assert prefixed.ask("PUT", f"/team/ml{UPLOAD}", b"text").status == 200
    assert prefixed.get(UPLOAD).body == b"text"
    assert prefixed.get(UPLOAD.replace("/api/", "/team/ml/ajax-api/")).body == b"text"


def test_the_probes(plain: Asker) -> None:
    for path, text in (("/health", b"OK"), ("/version", b"3.17.2")):
        answer = plain.ask("GET", path, headers={"host": "anywhere.example"})
        assert (answer.status, answer.body) == (200, text)
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/health", "/version", INFO, FIRST])
def test_head_has_the_status_and_the_headers_of_get(plain: Asker, path: str) -> None:
    head, get = plain.ask("HEAD", path), plain.get(path)
    assert (head.status, head.headers) == (get.status, get.headers)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize(
    "path", ["/api/2.0/mlflow/nothing", "/api/2.0/mlflow/runs/get/", "/nothing", "/api/3.0/mlflow"]
)
def test_a_path_without_an_endpoint(plain: Asker, method: str, path: str) -> None:
    answer = plain.ask(method, path)
    assert (answer.status, answer.headers["content-type"]) == (404, "application/json")
    assert (
        answer.body
        == (
            '{"error_code":"ENDPOINT_NOT_FOUND",'
            f'"message":"There is no endpoint at {method} {path}."}}'
        ).encode()
    )


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("/api/3.0/mlflow/scorers/register", "scorers"),
        ("/ajax-api/3.0/mlflow/gateway/secrets/list", "gateway"),
        ("/gateway/openai/v1/chat/completions", "gateway"),
        ("/api/3.0/mlflow/prompt-optimization/jobs", "optimization of prompts"),
        ("/ajax-api/3.0/jobs", "jobs"),
    ],
)
def test_a_part_of_the_protocol_that_is_not_served_is_named(
    plain: Asker, path: str, what: str
) -> None:
    answer = plain.post(path, {})
    assert answer.status == 404
    assert answer.json == {
        "error_code": "ENDPOINT_NOT_FOUND",
        "message": f"Sagwan does not serve MLflow's {what}: there is no endpoint at POST {path}.",
    }


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/api/2.0/mlflow/runs/create", "POST"),
        ("HEAD", "/api/2.0/mlflow/runs/create", "POST"),
        ("OPTIONS", "/api/2.0/mlflow/runs/create", "POST"),
        ("POST", "/api/2.0/mlflow/runs/get", "GET"),
        ("DELETE", "/ajax-api/2.0/mlflow/experiments/search", "GET, POST"),
        ("PUT", "/api/2.0/mlflow/logged-models/m-x", "DELETE, GET, PATCH"),
        ("POST", "/health", "GET"),
        ("POST", UPLOAD, "DELETE, GET, PUT"),
    ],
)
def test_a_method_that_the_path_has_not(plain: Asker, method: str, path: str, allowed: str) -> None:
    answer = plain.ask(method, path)
    assert (answer.status, answer.headers["allow"]) == (405, allowed)
    assert (
        answer.body
        == (
            '{"error_code":"ENDPOINT_NOT_FOUND",'
            f'"message":"This endpoint answers {allowed}, not {method}."}}'
        ).encode()
    )


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({}, "Bad Request. Content-Type header is missing."),
        (
            {"content-type": "text/plain"},
            "Bad Request. Content-Type must be one of ['application/json'].",
        ),
    ],
)
def test_a_post_must_say_that_it_is_json(
    plain: Asker, headers: dict[str, str], message: str
) -> None:
    answer = plain.ask("POST", "runs/search", b"{}", headers)
    assert (answer.status, answer.json) == (
        400,
        {"error_code": "INVALID_PARAMETER_VALUE", "message": message},
    )


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_by_any_spelling(plain: Asker, kind: str) -> None:
    assert plain.ask("POST", "runs/search", b"{}", {"content-type": kind}).status == 200


def test_a_patch_or_a_delete_need_not_say_that_it_is_json(plain: Asker) -> None:
    for method, path in (("PATCH", "logged-models/m-x/tags"), ("DELETE", "logged-models/m-x")):
        assert plain.ask(method, path, b"{}").json["error_code"] == "RESOURCE_DOES_NOT_EXIST"


def test_a_preflight_request(plain: Asker) -> None:
    origin = {"origin": "http://localhost:3000", "access-control-request-method": "POST"}
    answer = plain.ask("OPTIONS", "runs/create", headers=origin)
    assert (answer.status, answer.headers) == (
        200,
        {
            "content-type": "application/json",
            "content-length": "2",
            "access-control-allow-origin": "http://localhost:3000",
            "access-control-allow-credentials": "true",
            "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE, OPTIONS",
            "access-control-allow-headers": "content-type",
            "access-control-max-age": "600",
            "vary": "Origin",
        },
    )


def test_a_preflight_request_from_elsewhere(plain: Asker) -> None:
    answer = plain.ask("OPTIONS", "runs/create", headers={"origin": "http://evil.example"})
    assert (answer.status, answer.body) == (403, b"Cross-origin request blocked")
    assert not any(name.startswith("access-control") for name in answer.headers)


def test_an_allowed_origin_may_read_answers_also_those_that_are_errors(plain: Asker) -> None:
    origin = {"origin": "http://localhost:3000"}
    for path in (FIRST, "/api/2.0/mlflow/experiments/get", "/api/nothing"):
        answer = plain.ask("GET", path, headers=origin)
        assert answer.headers["access-control-allow-origin"] == "http://localhost:3000"


def test_another_origin_may_neither_write_nor_read(plain: Asker) -> None:
    headers = {**JSON, "origin": "http://evil.example"}
    written = plain.ask("POST", "experiments/create", b'{"name": "evil"}', headers)
    assert (written.status, written.body) == (403, b"Cross-origin request blocked")
    assert plain.get("experiments/get-by-name?experiment_name=evil").status == 404
    assert "access-control-allow-origin" not in plain.ask("GET", FIRST, headers=headers).headers


def test_another_host_is_refused(plain: Asker) -> None:
    answer = plain.ask("GET", FIRST, headers={"host": "evil.example"})
    assert (answer.status, answer.body) == (
        403,
        b"Invalid Host header - possible DNS rebinding attack detected",
    )


def test_a_server_of_artifacts_only_serves_them(only_artifacts: Asker) -> None:
    assert only_artifacts.ask("PUT", UPLOAD, b"text").status == 200
    assert only_artifacts.get(UPLOAD).body == b"text"
    assert only_artifacts.get(UPLOAD.replace("/api/", "/ajax-api/")).body == b"text"
    assert only_artifacts.get("/health").body == b"OK"
    assert only_artifacts.get("/version").body == b"3.17.2"
    info = only_artifacts.get(INFO).json
    assert info["store_type"] is None
    assert info["multipart_uploads_enabled"]


@pytest.mark.parametrize(
    "path",
    ["/", "/experiments/0", FIRST, f"/get-artifact?run_id={RUN}&path=a", "/nothing"],
)
def test_a_server_of_artifacts_only_has_nothing_else(only_artifacts: Asker, path: str) -> None:
    for method in ("GET", "POST"):
        answer = only_artifacts.ask(method, path)
        assert (answer.status, answer.headers["content-type"]) == (
            503,
            "text/plain; charset=utf-8",
        )
        assert answer.body == (
            b"This server only serves artifacts: it was started with --artifacts-only."
        )


@every_endpoint
def test_a_server_of_artifacts_only_has_no_endpoint(
    only_artifacts: Asker, endpoint: Endpoint
) -> None:
    for path in endpoint.paths():
        expected = 200 if endpoint is SERVER_INFO else 503
        assert bare(only_artifacts, endpoint, path).status == expected


def with_ui(asker: Asker, folder: Path) -> Asker:
    (folder / "static-files").mkdir()
    (folder / "index.html").write_bytes(INDEX)
    (folder / "static-files" / "a.js").write_bytes(b"1")
    ui = StaticUi(folder, asker.app.context.settings.static_prefix)
    return Asker(create_app(asker.app.context, ui), asker.runner, asker.store)


def test_pages_and_assets(prefixed: Asker, tmp_path: Path) -> None:
    asker = with_ui(prefixed, tmp_path)
    for path, base in (("/", b"./"), ("/team/ml", b"ml/"), ("/team/ml/runs/x", b"../")):
        answer = asker.get(path)
        assert (answer.status, answer.body) == (
            200,
            INDEX.replace(b'href="/"', b'href="' + base + b'"'),
        )
    assert asker.get("/team/ml/static-files/a.js").body == b"1"
    assert asker.get("/static-files/b.js").status == 404
    assert asker.ask("HEAD", "/").body == b""
    assert asker.ask("POST", "/").status == 404


def test_pages_say_who_may_frame_them(plain: Asker, tmp_path: Path) -> None:
    answer = with_ui(plain, tmp_path).get("/")
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_two_applications_in_one_process_share_nothing(tmp_path: Path) -> None:
    folders = tmp_path / "one", tmp_path / "two"
    with (
        asking(folders[0]) as one,
        asking(folders[1], Settings(static_prefix="/p", truncate_long_values=False)) as two,
    ):
        for asker in (one, two):
            answer = asker.post("experiments/create", {"name": "same"})
            assert (answer.status, answer.json) == (200, {"experiment_id": "1"})
            run = asker.post("runs/create", {"experiment_id": "1"}).json["run"]
            assert run["info"]["run_id"] == RUN
        one.post("runs/log-metric", {"run_id": RUN, "key": "m", "value": 1, "timestamp": 1})
        one.ask("PUT", UPLOAD, b"text")
        assert "metrics" not in two.get(f"runs/get?run_id={RUN}").json["run"]["data"]
        assert two.get(UPLOAD).status == 404
        long = {"run_id": RUN, "key": "k", "value": "x" * 9000}
        assert one.post("runs/set-tag", long).status == 200
        assert two.post("runs/set-tag", long).status == 400
        assert two.get(f"/p{FIRST}").status == 200
        assert one.get(f"/p{FIRST}").status == 404
