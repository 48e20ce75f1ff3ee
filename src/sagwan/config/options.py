"""Every setting, declared once, as data.

The command line's options, their `SAGWAN_*` and `MLFLOW_*` variables and the reference in the
documentation all come from here.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from sagwan.config.settings import DEFAULT_STORE
from sagwan.errors import InvalidParameter

STORAGE = "Storage"
NETWORK = "Network"
SECURITY = "Security"
WEBHOOKS = "Webhooks"
LIMITS = "Limits"
MLFLOW = "Accepted for MLflow's sake"
CONNECTION = "Connection"


class Kind(Enum):
    """What an option holds; a LIST is written with commas."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    FLAG = "flag"
    LIST = "list"


@dataclass(frozen=True)
class Option:
    """One setting: its field, its name on the command line and in the environment, its help.

    `mlflow` is the variable that MLflow reads for it. `flag` is false where there is only a
    variable. `shown` is the default as people read it. `judge` looks at a value that MLflow's
    option may have and Sagwan has no use for: it returns a note, or raises InvalidParameter
    where to start without it would be unsafe.
    """

    field: str
    group: str
    help: str
    kind: Kind = Kind.TEXT
    metavar: str = ""
    shown: str = ""
    short: str = ""
    mlflow: str = ""
    negative: str = ""
    flag: bool = True
    judge: Callable[[str, object], str | None] | None = None

    @property
    def name(self) -> str:
        """The long option, `--port`."""
        return "--" + self.field.replace("_", "-")

    @property
    def variables(self) -> tuple[str, ...]:
        """The environment variables, the one that wins first."""
        own = () if self.group == MLFLOW else (f"SAGWAN_{self.field.upper()}",)
        return (*own, self.mlflow) if self.mlflow else own


def _no_tls(name: str, value: object) -> str | None:
    if re.search(r"--(ssl-)?(keyfile|certfile)\b", str(value)):
        raise InvalidParameter(
            f"{name} asks for TLS, and Sagwan speaks plain HTTP. Let a reverse proxy in front of"
            " it terminate TLS."
        )
    return f"{name} is ignored: '{value}' has no meaning for Sagwan's own server."


def _ignored(reason: str) -> Callable[[str, object], str | None]:
    return lambda name, value: f"{name} is ignored: {reason}" if value else None


def _refused(reason: str) -> Callable[[str, object], str | None]:
    def judge(name: str, value: object) -> None:
        if value:
            raise InvalidParameter(f"{name} is not supported: {reason}")

    return judge


OPTIONS: tuple[Option, ...] = (
    Option(
        "backend_store_uri",
        STORAGE,
        "Where experiments, runs, params, metrics and tags are kept: a folder (its database is"
        " the file sagwan.db) or a database, as in sqlite:///path/to/file.db,"
        " postgresql://user:password@host/name or mysql://user:password@host/name.",
        metavar="URI",
        shown=DEFAULT_STORE,
        mlflow="MLFLOW_BACKEND_STORE_URI",
    ),
    Option(
        "read_replica_uri",
        STORAGE,
        "A streaming replica of the backend store's database that reads go to. What was just"
        " written shows there when the replica has it.",
        metavar="URI",
        shown="none",
    ),
    Option(
        "auto_upgrade",
        STORAGE,
        "Whether the server brings the schema of an older database to its own at its start, as"
        " `sagwan db upgrade` does; otherwise it says what to run.",
        kind=Kind.FLAG,
        shown="off",
    ),
    Option(
        "artifacts_destination",
        STORAGE,
        "Where the server keeps the artifacts that clients send it.",
        metavar="URI",
        shown="artifacts/ in the backend store's folder, ./sagwan/artifacts with a database",
        mlflow="MLFLOW_ARTIFACTS_DESTINATION",
    ),
    Option(
        "default_artifact_root",
        STORAGE,
        "The root that new experiments get for their artifacts, if clients are to read and write"
        " them there by themselves. Experiments that exist keep theirs.",
        metavar="URI",
        shown="mlflow-artifacts:/, through the server; with --no-serve-artifacts the artifacts"
        " destination",
        mlflow="MLFLOW_DEFAULT_ARTIFACT_ROOT",
    ),
    Option(
        "serve_artifacts",
        STORAGE,
        "Whether artifacts go through the server. Without it, clients must reach the artifact"
        " root themselves.",
        kind=Kind.FLAG,
        shown="on",
        mlflow="MLFLOW_SERVE_ARTIFACTS",
        negative="--no-serve-artifacts",
    ),
    Option(
        "artifacts_only",
        STORAGE,
        "Serve artifacts and nothing else: no runs, no UI.",
        kind=Kind.FLAG,
        shown="off",
        mlflow="MLFLOW_ARTIFACTS_ONLY",
    ),
    Option(
        "allowed_artifact_roots",
        STORAGE,
        "Folders and stores besides the artifacts destination whose files the server may show to"
        " clients and in the UI, as in /data/mlruns,s3://bucket/old, separated by commas.",
        kind=Kind.LIST,
        metavar="URIS",
        shown="none",
    ),
    Option(
        "allow_presigned_urls",
        STORAGE,
        "Whether clients get signed URLs with which they read and write large files at the artifact"
        " store itself, where the store has them; otherwise all bytes go through the server.",
        kind=Kind.FLAG,
        shown="on",
        negative="--no-allow-presigned-urls",
    ),
    Option(
        "presigned_download_url_ttl_seconds",
        STORAGE,
        "Seconds that a signed URL for a download is good for, unless the client asks for another"
        " time.",
        kind=Kind.INTEGER,
        metavar="N",
        shown="300",
        mlflow="MLFLOW_PRESIGNED_DOWNLOAD_URL_TTL_SECONDS",
    ),
    Option(
        "host",
        NETWORK,
        "The address to listen on; 0.0.0.0 for all networks. Who may talk to the server is the"
        " matter of --allowed-hosts.",
        metavar="HOST",
        shown="127.0.0.1",
        short="-h",
        mlflow="MLFLOW_HOST",
    ),
    Option(
        "port",
        NETWORK,
        "The port to listen on; 0 takes one that is free.",
        kind=Kind.INTEGER,
        metavar="PORT",
        shown="5000",
        short="-p",
        mlflow="MLFLOW_PORT",
    ),
    Option(
        "workers",
        NETWORK,
        "Processes. One process serves a SQLite store: a higher number is accepted and noted.",
        kind=Kind.INTEGER,
        metavar="N",
        shown="1",
        short="-w",
        mlflow="MLFLOW_WORKERS",
    ),
    Option(
        "static_prefix",
        NETWORK,
        "A path before all others, as in /tracking: for a reverse proxy that serves Sagwan below"
        " it. Clients then use http://HOST:PORT/tracking.",
        metavar="PATH",
        shown="none",
        mlflow="MLFLOW_STATIC_PREFIX",
    ),
    Option(
        "allowed_hosts",
        SECURITY,
        "Host names under which clients may call the server, separated by commas; * is a"
        " wildcard, as in mlflow.example.com,10.0.*. Protects against DNS rebinding.",
        kind=Kind.LIST,
        metavar="HOSTS",
        shown="localhost and addresses of private networks",
        mlflow="MLFLOW_SERVER_ALLOWED_HOSTS",
    ),
    Option(
        "cors_allowed_origins",
        SECURITY,
        "Origins of web pages that may call the server from a browser, separated by commas, as"
        " in https://notebook.example.com.",
        kind=Kind.LIST,
        metavar="ORIGINS",
        shown="pages on localhost",
        mlflow="MLFLOW_SERVER_CORS_ALLOWED_ORIGINS",
    ),
    Option(
        "x_frame_options",
        SECURITY,
        "Who may show the UI in a frame: SAMEORIGIN, DENY (nobody) or NONE (everybody).",
        metavar="VALUE",
        shown="SAMEORIGIN",
        mlflow="MLFLOW_SERVER_X_FRAME_OPTIONS",
    ),
    Option(
        "disable_security_middleware",
        SECURITY,
        "Check neither hosts nor origins. For tests only.",
        kind=Kind.FLAG,
        shown="off",
        mlflow="MLFLOW_SERVER_DISABLE_SECURITY_MIDDLEWARE",
    ),
    Option(
        "allowed_host_addressed_artifact_schemes",
        SECURITY,
        "URI schemes that name a host (ftp, http, ...) which clients may give as an experiment's"
        " artifact location, separated by commas.",
        kind=Kind.LIST,
        metavar="SCHEMES",
        shown="none",
        mlflow="MLFLOW_ALLOWED_HOST_ADDRESSED_ARTIFACT_SCHEMES",
    ),
    Option(
        "model_version_source_pattern",
        SECURITY,
        "A regular expression that must be found in the source of every new version of a registered"
        " model; what else a source may be stays as it is.",
        metavar="REGEX",
        shown="none",
        mlflow="MLFLOW_CREATE_MODEL_VERSION_SOURCE_VALIDATION_REGEX",
    ),
    Option(
        "webhook_allow_private_ips",
        WEBHOOKS,
        "Let webhooks lead to addresses that are not public: this machine, private networks, the"
        " metadata of a cloud. Whoever may call the server can then make it send requests there.",
        kind=Kind.FLAG,
        shown="off",
        mlflow="MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS",
    ),
    Option(
        "webhook_allowed_schemes",
        WEBHOOKS,
        "URI schemes that webhooks may have, separated by commas: https, http.",
        kind=Kind.LIST,
        metavar="SCHEMES",
        shown="https",
        mlflow="MLFLOW_WEBHOOK_ALLOWED_SCHEMES",
    ),
    Option(
        "webhook_secret_encryption_key",
        WEBHOOKS,
        "The key, as Fernet makes them, with which the secrets of webhooks are encrypted in the"
        " store. Without one they are stored as they are. Needs pip install 'sagwan[webhooks]'.",
        shown="none",
        mlflow="MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY",
        flag=False,
    ),
    Option(
        "webhook_request_timeout",
        WEBHOOKS,
        "Seconds that a webhook's receiver has to answer, all in all.",
        kind=Kind.INTEGER,
        metavar="N",
        shown="30",
        mlflow="MLFLOW_WEBHOOK_REQUEST_TIMEOUT",
    ),
    Option(
        "webhook_request_max_retries",
        WEBHOOKS,
        "Attempts after the first, with growing waits, until an event is given up; 10 take five"
        " and a half hours.",
        kind=Kind.INTEGER,
        metavar="N",
        shown="10",
        mlflow="MLFLOW_WEBHOOK_REQUEST_MAX_RETRIES",
    ),
    Option(
        "webhook_delivery_max_workers",
        WEBHOOKS,
        "Events that a process sends at a time.",
        kind=Kind.INTEGER,
        metavar="N",
        shown="10",
        mlflow="MLFLOW_WEBHOOK_DELIVERY_MAX_WORKERS",
    ),
    Option(
        "truncate_long_values",
        LIMITS,
        "Whether params and tags that are too long are cut off; otherwise they are refused.",
        kind=Kind.FLAG,
        shown="on",
        mlflow="MLFLOW_TRUNCATE_LONG_VALUES",
        negative="--no-truncate-long-values",
    ),
    Option(
        "artifact_location_max_length",
        LIMITS,
        "The longest artifact location of an experiment, in characters.",
        kind=Kind.INTEGER,
        metavar="N",
        shown="2048",
        mlflow="MLFLOW_ARTIFACT_LOCATION_MAX_LENGTH",
    ),
    Option(
        "write_queue_size",
        LIMITS,
        "Writes that may wait for the database. Beyond it callers get 429, which MLflow's client"
        " retries.",
        kind=Kind.INTEGER,
        metavar="N",
        shown="10000",
    ),
)

# Options of `mlflow server` that are no settings here: a start command written for MLflow is to
# work where that is safe, and to say what to do where it is not.
MLFLOW_OPTIONS: tuple[Option, ...] = (
    Option(
        "registry_store_uri",
        MLFLOW,
        "Accepted where it equals the backend store's URI: there is one store.",
        metavar="URI",
        mlflow="MLFLOW_REGISTRY_STORE_URI",
    ),
    Option(
        "read_replica_backend_store_uri",
        MLFLOW,
        "Ignored: all reads go to the backend store.",
        metavar="URI",
        mlflow="MLFLOW_READ_REPLICA_BACKEND_STORE_URI",
        judge=_ignored("all reads go to the backend store."),
    ),
    Option(
        "gunicorn_opts",
        MLFLOW,
        "Ignored, except that options for TLS are refused.",
        metavar="TEXT",
        mlflow="MLFLOW_GUNICORN_OPTS",
        judge=_no_tls,
    ),
    Option(
        "uvicorn_opts",
        MLFLOW,
        "Ignored, except that options for TLS are refused.",
        metavar="TEXT",
        mlflow="MLFLOW_UVICORN_OPTS",
        judge=_no_tls,
    ),
    Option("waitress_opts", MLFLOW, "Ignored.", metavar="TEXT", judge=_no_tls),
    Option(
        "dev",
        MLFLOW,
        "Ignored: there is no mode for development.",
        kind=Kind.FLAG,
        judge=_ignored("there is no mode for development."),
    ),
    Option(
        "expose_prometheus",
        MLFLOW,
        "Ignored: there is no /metrics yet.",
        metavar="PATH",
        mlflow="MLFLOW_EXPOSE_PROMETHEUS",
        judge=_ignored("there is no /metrics yet."),
    ),
    Option(
        "app_name",
        MLFLOW,
        "Refused: a server that was meant to have a login is not to start without one.",
        metavar="NAME",
        judge=_refused(
            "a server that was meant to have a login is not to start without one. Leave the"
            " option out, and put a reverse proxy that asks for the login in front of Sagwan."
        ),
    ),
    Option(
        "enable_workspaces",
        MLFLOW,
        "Refused: all experiments would be in one workspace.",
        kind=Kind.FLAG,
        mlflow="MLFLOW_ENABLE_WORKSPACES",
        negative="--disable-workspaces",
        judge=_refused(
            "all experiments would be in one workspace. Leave the option out, or run one server"
            " with a store of its own for each workspace."
        ),
    ),
    Option(
        "workspace_store_uri",
        MLFLOW,
        "Ignored: there are no workspaces.",
        metavar="URI",
        mlflow="MLFLOW_WORKSPACE_STORE_URI",
        judge=_ignored("there are no workspaces."),
    ),
    Option(
        "trace_archival_config",
        MLFLOW,
        "Ignored: nothing is archived.",
        metavar="PATH",
        mlflow="MLFLOW_TRACE_ARCHIVAL_CONFIG",
        judge=_ignored("nothing is archived."),
    ),
    Option(
        "secrets_cache_ttl",
        MLFLOW,
        "Ignored: there is no gateway, and so no secrets.",
        metavar="N",
        judge=_ignored("there is no gateway, and so no secrets."),
    ),
    Option(
        "secrets_cache_max_size",
        MLFLOW,
        "Ignored: there is no gateway, and so no secrets.",
        metavar="N",
        judge=_ignored("there is no gateway, and so no secrets."),
    ),
)

CLIENT_OPTIONS: tuple[Option, ...] = (
    Option(
        "tracking_uri",
        CONNECTION,
        "The server (http://127.0.0.1:5000) or the store (./sagwan, sqlite:///path/to/file.db)"
        " to work on.",
        metavar="URI",
        shown="the backend store of `sagwan server` in this folder",
        mlflow="MLFLOW_TRACKING_URI",
    ),
    Option(
        "tracking_username",
        CONNECTION,
        "User name for a server behind a login.",
        mlflow="MLFLOW_TRACKING_USERNAME",
        flag=False,
    ),
    Option(
        "tracking_password",
        CONNECTION,
        "Password for a server behind a login.",
        mlflow="MLFLOW_TRACKING_PASSWORD",
        flag=False,
    ),
    Option(
        "tracking_token",
        CONNECTION,
        "Bearer token for a server behind a login; a user name wins.",
        mlflow="MLFLOW_TRACKING_TOKEN",
        flag=False,
    ),
    Option(
        "tracking_insecure_tls",
        CONNECTION,
        "Whether any TLS certificate of the server is accepted.",
        kind=Kind.FLAG,
        shown="off",
        mlflow="MLFLOW_TRACKING_INSECURE_TLS",
        flag=False,
    ),
    Option(
        "tracking_server_cert_path",
        CONNECTION,
        "File with the certificates of authorities to trust.",
        mlflow="MLFLOW_TRACKING_SERVER_CERT_PATH",
        flag=False,
    ),
    Option(
        "tracking_client_cert_path",
        CONNECTION,
        "File with the client's own certificate and key (PEM).",
        mlflow="MLFLOW_TRACKING_CLIENT_CERT_PATH",
        flag=False,
    ),
    Option(
        "http_request_timeout",
        CONNECTION,
        "Seconds to wait for an answer.",
        kind=Kind.NUMBER,
        shown="120",
        mlflow="MLFLOW_HTTP_REQUEST_TIMEOUT",
        flag=False,
    ),
    Option(
        "http_request_max_retries",
        CONNECTION,
        "Attempts after the first, where the server asks for patience (429, 503).",
        kind=Kind.INTEGER,
        shown="7",
        mlflow="MLFLOW_HTTP_REQUEST_MAX_RETRIES",
        flag=False,
    ),
    Option(
        "experiment_id",
        CONNECTION,
        "The experiment for commands that need one.",
        mlflow="MLFLOW_EXPERIMENT_ID",
        flag=False,
    ),
    Option(
        "experiment_name",
        CONNECTION,
        "The experiment for commands that need one, by name.",
        mlflow="MLFLOW_EXPERIMENT_NAME",
        flag=False,
    ),
)
