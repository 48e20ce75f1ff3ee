"""Settings: what wins over what, what is refused, and what a swap for MLflow may rely on."""

import os
import posixpath
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagwan.config import (
    ClientSettings,
    Settings,
    load_client_settings,
    load_settings,
    user_name,
)
from sagwan.config.options import CLIENT_OPTIONS, MLFLOW_OPTIONS, OPTIONS, Kind, Option
from sagwan.config.settings import absolute, has_scheme, store_folder, without_password
from sagwan.errors import InvalidParameter


def load(environ: dict[str, str] | None = None, **given: object) -> Settings:
    return load_settings(given, environ or {})[0]


def notes(environ: dict[str, str] | None = None, **given: object) -> list[str]:
    return load_settings(given, environ or {})[1]


def refusal(environ: dict[str, str] | None = None, **given: object) -> str:
    with pytest.raises(InvalidParameter) as caught:
        load_settings(given, environ or {})
    return caught.value.message


def test_without_options_everything_is_at_its_default() -> None:
    settings, said = load_settings({}, {})
    assert settings == Settings()
    assert said == []
    assert settings.backend_store_uri == "./sagwan"
    assert settings.artifacts_destination == "./sagwan/artifacts"
    assert (settings.host, settings.port) == ("127.0.0.1", 5000)


def test_every_setting_is_declared_once() -> None:
    assert sorted(option.field for option in OPTIONS) == sorted(Settings.__dataclass_fields__)
    assert sorted(option.field for option in CLIENT_OPTIONS) == sorted(
        ClientSettings.__dataclass_fields__
    )
    everything = [*OPTIONS, *MLFLOW_OPTIONS, *CLIENT_OPTIONS]
    variables = [variable for option in everything for variable in option.variables]
    assert len(set(variables)) == len(variables)
    assert all(option.help.endswith(".") for option in everything)


VALUES = {Kind.TEXT: "text", Kind.INTEGER: "7", Kind.FLAG: "true", Kind.LIST: "a, b,,"}
KEY = "_-" + "k" * 41 + "="
SPECIAL = {
    "static_prefix": "/x",
    "x_frame_options": "deny",
    "serve_artifacts": "true",
    "webhook_allowed_schemes": "http, https,,",
    "webhook_secret_encryption_key": KEY,
}
READ = {"x_frame_options": "DENY", "workers": 1, "webhook_allowed_schemes": ("http", "https")}


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.field)
def test_each_setting_is_read_from_its_option_and_each_of_its_variables(option: Option) -> None:
    text = SPECIAL.get(option.field, VALUES[option.kind])
    plain = {Kind.INTEGER: 7, Kind.FLAG: True, Kind.LIST: ("a", "b")}.get(option.kind, text)
    expected = READ.get(option.field, plain)
    assert getattr(load(**{option.field: text}), option.field) == expected
    for variable in option.variables:
        assert getattr(load({variable: text}), option.field) == expected


@pytest.mark.parametrize(
    ("field", "variable"),
    [
        ("backend_store_uri", "MLFLOW_BACKEND_STORE_URI"),
        ("default_artifact_root", "MLFLOW_DEFAULT_ARTIFACT_ROOT"),
        ("artifacts_destination", "MLFLOW_ARTIFACTS_DESTINATION"),
        ("serve_artifacts", "MLFLOW_SERVE_ARTIFACTS"),
        ("artifacts_only", "MLFLOW_ARTIFACTS_ONLY"),
        ("host", "MLFLOW_HOST"),
        ("port", "MLFLOW_PORT"),
        ("workers", "MLFLOW_WORKERS"),
        ("static_prefix", "MLFLOW_STATIC_PREFIX"),
        ("allowed_hosts", "MLFLOW_SERVER_ALLOWED_HOSTS"),
        ("cors_allowed_origins", "MLFLOW_SERVER_CORS_ALLOWED_ORIGINS"),
        ("x_frame_options", "MLFLOW_SERVER_X_FRAME_OPTIONS"),
        ("disable_security_middleware", "MLFLOW_SERVER_DISABLE_SECURITY_MIDDLEWARE"),
        ("truncate_long_values", "MLFLOW_TRUNCATE_LONG_VALUES"),
        ("artifact_location_max_length", "MLFLOW_ARTIFACT_LOCATION_MAX_LENGTH"),
    ],
)
def test_the_variables_of_a_container_made_for_mlflow_are_known(field: str, variable: str) -> None:
    assert {option.field: option.mlflow for option in OPTIONS}[field] == variable


def test_an_option_wins_over_sagwans_variable_and_that_over_mlflows() -> None:
    environ = {"SAGWAN_PORT": "1", "MLFLOW_PORT": "2"}
    assert load(environ, port="3").port == 3
    assert load(environ).port == 1
    assert load({"MLFLOW_PORT": "2"}).port == 2


def test_an_empty_variable_counts_as_absent() -> None:
    assert load({"SAGWAN_PORT": "", "MLFLOW_PORT": "2"}).port == 2
    assert load({"SAGWAN_PORT": "", "MLFLOW_PORT": ""}).port == 5000


def test_a_flag_that_is_off_wins_over_a_variable_that_is_on() -> None:
    assert load({"SAGWAN_SERVE_ARTIFACTS": "true"}, serve_artifacts=False).serve_artifacts is False


def test_the_environment_is_read_where_none_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAGWAN_PORT", "81")
    monkeypatch.setenv("SAGWAN_TRACKING_URI", "http://somewhere")
    assert load_settings({})[0].port == 81
    assert load_client_settings({}).tracking_uri == "http://somewhere"


def test_artifacts_are_kept_beside_a_store_that_is_a_folder() -> None:
    assert load(backend_store_uri="/data/x").artifacts_destination == "/data/x/artifacts"
    assert load(backend_store_uri="file:///data/x").artifacts_destination == "/data/x/artifacts"
    assert (
        load(backend_store_uri="sqlite:////d/x.db").artifacts_destination
        == Settings().artifacts_destination
    )
    assert load(backend_store_uri="/data/x", artifacts_destination="/a").artifacts_destination == (
        "/a"
    )


def test_the_artifact_root_of_new_experiments() -> None:
    assert load().artifact_root == "mlflow-artifacts:/"
    assert load(default_artifact_root="s3://bucket/x").artifact_root == "s3://bucket/x"
    assert load(default_artifact_root="here").artifact_root == os.path.abspath("here")
    assert load(serve_artifacts=False).artifact_root == os.path.abspath("sagwan/artifacts")
    assert load(serve_artifacts="false", default_artifact_root="s3://b").artifact_root == "s3://b"


@pytest.mark.parametrize(
    ("given_settings", "message"),
    [
        ({"port": "abc"}, "--port must be a whole number, not 'abc'."),
        ({"port": "65536"}, "--port must be 0 to 65535, not 65536."),
        ({"port": "-1"}, "--port must be 0 to 65535, not -1."),
        ({"workers": "0"}, "--workers must be 1 or more."),
        ({"write_queue_size": "0"}, "--write-queue-size must be 1 or more."),
        ({"serve_artifacts": "maybe"}, "--serve-artifacts must be true or false, not 'maybe'."),
        (
            {"webhook_allowed_schemes": "https,ftp"},
            "--webhook-allowed-schemes may hold https and http, not 'ftp'.",
        ),
        ({"webhook_request_timeout": "0"}, "--webhook-request-timeout must be 1 or more."),
        ({"webhook_request_max_retries": "-1"}, "--webhook-request-max-retries must be 0 or more."),
        (
            {"webhook_secret_encryption_key": "k" * 44},
            "--webhook-secret-encryption-key is no key of Fernet: 32 random bytes in URL-safe"
            " Base64, 44 characters with the '=' at the end.",
        ),
        ({"static_prefix": "x"}, "--static-prefix must begin with '/': try '/x'."),
        ({"static_prefix": "/x/"}, "--static-prefix must not end with '/': try '/x'."),
        ({"static_prefix": "/"}, "--static-prefix must not end with '/': leave it out."),
        (
            {"static_prefix": "/{x}"},
            "--static-prefix must be a plain path such as /tracking, not '/{x}'.",
        ),
        (
            {"static_prefix": "/a/../b"},
            "--static-prefix must be a plain path such as /tracking, not '/a/../b'.",
        ),
        (
            {"x_frame_options": "all"},
            "--x-frame-options must be SAMEORIGIN, DENY or NONE, not 'ALL'.",
        ),
        (
            {"artifacts_only": True, "serve_artifacts": False},
            "--artifacts-only and --no-serve-artifacts together leave nothing to serve. Leave one"
            " out.",
        ),
    ],
)
def test_what_can_not_be_is_refused(given_settings: dict[str, object], message: str) -> None:
    assert refusal(**given_settings) == message


def test_a_refusal_names_the_variable_that_is_wrong() -> None:
    assert refusal({"MLFLOW_PORT": "x"}) == "MLFLOW_PORT must be a whole number, not 'x'."
    assert refusal({"SAGWAN_PORT": "70000"}) == "SAGWAN_PORT must be 0 to 65535, not 70000."


def attempt(**given: object) -> Settings | str:
    """The settings, or what was said against them."""
    try:
        return load(**given)
    except InvalidParameter as error:
        return error.message


@given(st.text(alphabet="/.ab{}?#% \\\0ü", max_size=12))
def test_any_prefix_is_either_usable_in_a_url_or_refused(prefix: str) -> None:
    taken = attempt(static_prefix=prefix)
    if isinstance(taken, str):
        assert taken.startswith("--static-prefix must ")
    else:
        assert urlsplit("http://host" + taken.static_prefix).path == taken.static_prefix
        assert posixpath.normpath(taken.static_prefix or "/x") == (taken.static_prefix or "/x")
        assert quote(taken.static_prefix) == taken.static_prefix


@given(st.sampled_from(OPTIONS), st.text(max_size=8))
def test_any_value_is_either_taken_or_refused_with_its_name(option: Option, text: str) -> None:
    taken = attempt(**{option.field: text})
    assert isinstance(taken, Settings) or option.name in taken


def test_an_empty_option_counts_as_absent() -> None:
    assert load({"SAGWAN_HOST": "10.0.0.1"}, host="", backend_store_uri="").host == "10.0.0.1"
    assert load(host="", backend_store_uri="", port="") == Settings()


def test_more_processes_than_one_are_noted() -> None:
    settings, said = load_settings({}, {"MLFLOW_WORKERS": "4"})
    assert settings.workers == 1
    assert said == [
        "MLFLOW_WORKERS asks for 4 processes: one process serves a SQLite store, so one is started."
    ]


@pytest.mark.parametrize("uri", ["./x", "file:///x", "sqlite:///x.db", "sqlite+pysqlite:///x.db"])
def test_one_process_serves_a_file(uri: str) -> None:
    settings, said = load_settings({"workers": "4", "backend_store_uri": uri}, {})
    assert settings.workers == 1
    assert len(said) == 1


@pytest.mark.parametrize(
    "given_settings",
    [
        {"backend_store_uri": "postgresql://h/sqlite"},
        {"backend_store_uri": "mysql+pymysql://h/d"},
        {"artifacts_only": True},
    ],
)
def test_what_several_processes_can_share_they_serve(given_settings: dict[str, object]) -> None:
    settings, said = load_settings({"workers": "4", **given_settings}, {})
    assert (settings.workers, said) == (4, [])


def test_openness_is_noted() -> None:
    assert "rebinding" in notes(allowed_hosts="*")[0]
    assert "any web page" in notes(cors_allowed_origins="*")[0]
    assert "any web page" in notes(disable_security_middleware=True)[0]


@pytest.mark.parametrize(
    "field",
    [
        "gunicorn_opts",
        "uvicorn_opts",
        "waitress_opts",
        "dev",
        "expose_prometheus",
        "workspace_store_uri",
        "trace_archival_config",
        "read_replica_backend_store_uri",
        "secrets_cache_ttl",
        "secrets_cache_max_size",
    ],
)
def test_options_of_mlflow_that_change_nothing_are_accepted_with_a_note(field: str) -> None:
    settings, said = load_settings({field: "true"}, {})
    assert settings == Settings()
    assert len(said) == 1
    assert said[0].startswith("--" + field.replace("_", "-"))


@pytest.mark.parametrize("field", ["gunicorn_opts", "uvicorn_opts", "waitress_opts"])
@pytest.mark.parametrize("tls", ["--certfile c --keyfile=k", "--log-level info --ssl-keyfile k"])
def test_tls_is_not_dropped_silently(field: str, tls: str) -> None:
    assert "reverse proxy" in refusal(**{field: tls})


def test_a_server_that_was_to_have_a_login_does_not_start_without() -> None:
    assert "login" in refusal(app_name="basic-auth")


def test_workspaces_are_not_dropped_silently() -> None:
    assert "workspace" in refusal(enable_workspaces=True)
    assert "MLFLOW_ENABLE_WORKSPACES" in refusal({"MLFLOW_ENABLE_WORKSPACES": "true"})
    assert notes({"MLFLOW_ENABLE_WORKSPACES": "false"}) == []


def test_another_store_for_models_is_refused_and_the_same_is_fine() -> None:
    environ = {
        "MLFLOW_BACKEND_STORE_URI": "sqlite:///a.db",
        "MLFLOW_REGISTRY_STORE_URI": "sqlite:///a.db",
    }
    assert notes(environ) == []
    message = refusal({**environ, "MLFLOW_REGISTRY_STORE_URI": "sqlite:///b.db"})
    assert message.startswith("MLFLOW_REGISTRY_STORE_URI names another store than")


def test_client_settings() -> None:
    settings = load_client_settings(
        {"tracking_uri": "http://a"},
        {
            "MLFLOW_TRACKING_URI": "http://b",
            "MLFLOW_TRACKING_USERNAME": "u",
            "MLFLOW_HTTP_REQUEST_TIMEOUT": "2.5",
            "MLFLOW_TRACKING_INSECURE_TLS": "true",
        },
    )
    assert settings == ClientSettings(
        tracking_uri="http://a",
        tracking_username="u",
        http_request_timeout=2.5,
        tracking_insecure_tls=True,
    )


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("MLFLOW_HTTP_REQUEST_TIMEOUT", "0"),
        ("MLFLOW_HTTP_REQUEST_TIMEOUT", "soon"),
        ("SAGWAN_HTTP_REQUEST_MAX_RETRIES", "-1"),
    ],
)
def test_client_settings_that_can_not_be(variable: str, value: str) -> None:
    with pytest.raises(InvalidParameter, match=variable):
        load_client_settings({}, {variable: value})


def test_uris_and_paths() -> None:
    assert has_scheme("s3://x")
    assert has_scheme("mlflow-artifacts:/x")
    assert not has_scheme("C:/x")
    assert not has_scheme("./a:b")
    assert absolute("sqlite:///x.db") == "sqlite:///x.db"
    assert store_folder("./x") == "./x"
    assert store_folder("file:///a%20b/c") == "/a b/c"
    assert store_folder("file:/a") == "/a"
    assert store_folder("sqlite:///x.db") is None


def test_a_password_is_not_shown() -> None:
    for password in ("geheim", "ge/heim", "ge@heim", "ge:heim", "g/e:h@eim", "geheim@"):
        uri = f"postgresql://u:{password}@h:1/db"
        assert without_password(uri) == "postgresql://u:***@h:1/db"
    assert without_password("mysql://h/db?ssl=1&passwd=geheim&x=1") == (
        "mysql://h/db?ssl=1&passwd=***&x=1"
    )
    assert without_password("mssql:///?odbc_connect=UID%3Du;PWD%3Dgeheim") == (
        "mssql:///?odbc_connect=***"
    )
    assert without_password("postgresql:///?passfile=/p") == "postgresql:///?passfile=/p"
    assert without_password("http://h:5000/p") == "http://h:5000/p"
    assert without_password("sqlite:////data/a@b:c.db") == "sqlite:////data/a@b:c.db"
    assert without_password("/data/x") == "/data/x"


def test_nobody_has_a_name_where_the_system_can_not_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    assert user_name()

    def unknown() -> str:
        raise OSError("No username set in the environment")

    monkeypatch.setattr("getpass.getuser", unknown)
    assert user_name() == ""


@pytest.mark.parametrize("seconds", [0, -1, 604_801])
def test_a_signed_url_is_good_for_a_second_to_a_week(seconds: int) -> None:
    variable = "MLFLOW_PRESIGNED_DOWNLOAD_URL_TTL_SECONDS"
    said = refusal({variable: str(seconds)})
    assert said == f"{variable} must be 1 to 604800 seconds: no store signs for longer."
    assert load({variable: "604800"}).presigned_download_url_ttl_seconds == 604_800
