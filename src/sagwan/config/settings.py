"""How a server runs, and how commands reach it."""

import os
import re
from dataclasses import dataclass, field
from urllib.request import url2pathname

DEFAULT_STORE = "./sagwan"
ARTIFACTS_FOLDER = "artifacts"
PROXY_ROOT = "mlflow-artifacts:/"

LONGEST_SIGNED = 7 * 24 * 3600
"""Seconds beyond which no store accepts a signed URL."""

# One letter is a drive of Windows; names of drivers may have a "_".
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|[A-Za-z][A-Za-z0-9+._-]+://")

# What stands between them may hold "/" and, by mistake, "@".
_PASSWORD = re.compile(r"(?<=://)([^/:@]*):.*@")
_SECRET_OPTION = re.compile(
    r"(?<=[?&])((?:[^=&]*(?:pass(?!file)|pwd|secret|token)[^=&]*|odbc_connect)=)[^&]*",
    re.IGNORECASE,
)


def has_scheme(uri: str) -> bool:
    """Whether `uri` begins with a scheme; a path of the file system does not."""
    return _SCHEME.match(uri) is not None


def absolute(uri: str) -> str:
    """A local path made absolute; a URI as it is."""
    return uri if has_scheme(uri) else os.path.abspath(uri)


def without_password(uri: str) -> str:
    """`uri` as it may be shown: its password, also one among its options, replaced by stars."""
    return _SECRET_OPTION.sub(r"\1***", _PASSWORD.sub(r"\1:***@", uri))


def store_folder(uri: str) -> str | None:
    """The folder that a backend store URI names, or None where it names a database."""
    if uri.startswith("file:"):
        return url2pathname(re.sub(r"^file:(//[^/]*)?", "", uri))
    return None if has_scheme(uri) else uri


@dataclass(frozen=True)
class Settings:
    """How a server runs. `load_settings` makes them from options and the environment.

    `backend_store_uri` is a folder (its database is `sagwan.db`) or a SQLAlchemy URI;
    `artifacts_destination` is where the artifact proxy keeps files; `write_queue_size` counts
    the writes that may wait before callers are told to come back.
    """

    backend_store_uri: str = DEFAULT_STORE
    read_replica_uri: str = ""
    auto_upgrade: bool = False
    artifacts_destination: str = f"{DEFAULT_STORE}/{ARTIFACTS_FOLDER}"
    default_artifact_root: str | None = None
    serve_artifacts: bool = True
    artifacts_only: bool = False
    host: str = "127.0.0.1"
    port: int = 5000
    workers: int = 1
    static_prefix: str = ""
    allowed_hosts: tuple[str, ...] = ()
    cors_allowed_origins: tuple[str, ...] = ()
    x_frame_options: str = "SAMEORIGIN"
    disable_security_middleware: bool = False
    truncate_long_values: bool = True
    artifact_location_max_length: int = 2048
    allowed_host_addressed_artifact_schemes: tuple[str, ...] = ()
    model_version_source_pattern: str = ""
    allowed_artifact_roots: tuple[str, ...] = ()
    allow_presigned_urls: bool = True
    presigned_download_url_ttl_seconds: int = 300
    webhook_allow_private_ips: bool = False
    webhook_allowed_schemes: tuple[str, ...] = ("https",)
    webhook_secret_encryption_key: str = field(default="", repr=False)
    webhook_request_timeout: int = 30
    webhook_request_max_retries: int = 10
    webhook_delivery_max_workers: int = 10
    write_queue_size: int = 10_000

    @property
    def artifact_root(self) -> str:
        """The URI below which new experiments keep their artifacts."""
        if self.default_artifact_root:
            return absolute(self.default_artifact_root)
        if self.serve_artifacts:
            return PROXY_ROOT
        return absolute(self.artifacts_destination)


@dataclass(frozen=True)
class ClientSettings:
    """How commands reach a server or a store.

    `timeout` is in seconds; `max_retries` counts the attempts after the first.
    """

    tracking_uri: str = ""
    tracking_username: str = ""
    tracking_password: str = ""
    tracking_token: str = ""
    tracking_insecure_tls: bool = False
    tracking_server_cert_path: str = ""
    tracking_client_cert_path: str = ""
    http_request_timeout: float = 120.0
    http_request_max_retries: int = 7
    experiment_id: str = ""
    experiment_name: str = ""
