"""From options and the environment to settings."""

import getpass
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import TypeVar

from sagwan.config.options import CLIENT_OPTIONS, MLFLOW_OPTIONS, OPTIONS, Kind, Option
from sagwan.config.settings import (
    ARTIFACTS_FOLDER,
    DEFAULT_STORE,
    LONGEST_SIGNED,
    ClientSettings,
    Settings,
    store_folder,
    without_password,
)
from sagwan.errors import InvalidParameter

T = TypeVar("T")

_ON = frozenset({"true", "1", "t", "yes", "y", "on"})
_PLAIN_PATH = re.compile(r"(/(?!\.\.?(/|$))[A-Za-z0-9._~@:+-]+)+")
_FERNET_KEY = re.compile(r"[A-Za-z0-9_-]{43}=")
_AT_LEAST_ONE = (
    *("workers", "write_queue_size", "artifact_location_max_length"),
    *("webhook_request_timeout", "webhook_delivery_max_workers"),
)
_OFF = frozenset({"false", "0", "f", "no", "n", "off"})


def environment() -> Mapping[str, str]:
    """The variables of the process, for what has settings of its own, such as artifact stores."""
    return os.environ


def load_settings(
    given: Mapping[str, object], environ: Mapping[str, str] | None = None
) -> tuple[Settings, list[str]]:
    """The settings, and notes for the user on what was taken differently than asked.

    `given` holds options by field. They win over `SAGWAN_*` variables, and those over `MLFLOW_*`
    ones; None and empty text stand for what was not given. Raises
    InvalidParameter, which names the option or the variable.
    """
    environ = os.environ if environ is None else environ
    values, sources = _collect(OPTIONS, given, environ)
    folder = store_folder(str(values.get("backend_store_uri", DEFAULT_STORE)))
    if folder is not None:
        values.setdefault("artifacts_destination", os.path.join(folder, ARTIFACTS_FOLDER))
    if "x_frame_options" in values:
        values["x_frame_options"] = str(values["x_frame_options"]).upper()
    settings = _build(Settings, values)
    notes = _check(settings, sources)
    foreign, foreign_sources = _collect(MLFLOW_OPTIONS, given, environ)
    registry = foreign.get("registry_store_uri", settings.backend_store_uri)
    if registry != settings.backend_store_uri:
        raise InvalidParameter(
            f"{foreign_sources['registry_store_uri']} names another store than"
            f" --backend-store-uri ({without_password(settings.backend_store_uri)}), and Sagwan"
            " keeps everything in one. Leave it out."
        )
    for option in MLFLOW_OPTIONS:
        if option.judge is not None and option.field in foreign:
            notes.append(option.judge(foreign_sources[option.field], foreign[option.field]) or "")
    if settings.workers > 1 and _is_one_file(settings):
        notes.append(
            f"{sources['workers']} asks for {settings.workers} processes: one process serves a"
            " SQLite store, so one is started."
        )
        settings = _build(Settings, {**values, "workers": 1})
    return settings, [note for note in notes if note]


def load_client_settings(
    given: Mapping[str, object], environ: Mapping[str, str] | None = None
) -> ClientSettings:
    """The settings of commands that talk to a server or a store. Raises InvalidParameter."""
    environ = os.environ if environ is None else environ
    values, sources = _collect(CLIENT_OPTIONS, given, environ)
    settings = _build(ClientSettings, values)
    if settings.http_request_timeout <= 0:
        raise InvalidParameter(f"{sources['http_request_timeout']} must be more than 0 seconds.")
    if settings.http_request_max_retries < 0:
        raise InvalidParameter(f"{sources['http_request_max_retries']} must be 0 or more.")
    return settings


def user_name() -> str:
    """Who runs this program, for the runs that it creates; empty where the system can't tell."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def _build(kind: type[T], values: Mapping[str, object]) -> T:
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: value for name, value in values.items() if name in known})


def _collect(
    options: Iterable[Option], given: Mapping[str, object], environ: Mapping[str, str]
) -> tuple[dict[str, object], dict[str, str]]:
    """The values that were given, and where each came from."""
    values: dict[str, object] = {}
    sources: dict[str, str] = {}
    for option in options:
        sources[option.field] = option.name
        if given.get(option.field) not in (None, ""):
            values[option.field] = _read(option.kind, given[option.field], option.name)
            continue
        for variable in option.variables:
            if environ.get(variable, "") != "":
                values[option.field] = _read(option.kind, environ[variable], variable)
                sources[option.field] = variable
                break
    return values, sources


def _read(kind: Kind, value: object, source: str) -> object:
    """A value in its type. Raises InvalidParameter."""
    text = str(value).strip()
    match kind:
        case Kind.INTEGER | Kind.NUMBER:
            try:
                return int(text) if kind is Kind.INTEGER else float(text)
            except ValueError:
                what = "whole number" if kind is Kind.INTEGER else "number"
                raise InvalidParameter(f"{source} must be a {what}, not '{text}'.") from None
        case Kind.FLAG:
            if text.lower() not in _ON | _OFF:
                raise InvalidParameter(f"{source} must be true or false, not '{text}'.")
            return text.lower() in _ON
        case Kind.LIST:
            return tuple(part.strip() for part in text.split(",") if part.strip())
        case Kind.TEXT:
            return text


def _check(settings: Settings, sources: Mapping[str, str]) -> list[str]:
    """Notes on settings that are legal and deserve one. Raises InvalidParameter."""
    if not 0 <= settings.port <= 65535:
        raise InvalidParameter(f"{sources['port']} must be 0 to 65535, not {settings.port}.")
    for field in _AT_LEAST_ONE:
        if getattr(settings, field) < 1:
            raise InvalidParameter(f"{sources[field]} must be 1 or more.")
    _check_webhooks(settings, sources)
    if not 1 <= settings.presigned_download_url_ttl_seconds <= LONGEST_SIGNED:
        raise InvalidParameter(
            f"{sources['presigned_download_url_ttl_seconds']} must be 1 to {LONGEST_SIGNED}"
            " seconds: no store signs for longer."
        )
    _check_prefix(settings.static_prefix, sources["static_prefix"])
    _check_pattern(settings.model_version_source_pattern, sources["model_version_source_pattern"])
    if settings.x_frame_options not in ("SAMEORIGIN", "DENY", "NONE"):
        raise InvalidParameter(
            f"{sources['x_frame_options']} must be SAMEORIGIN, DENY or NONE, not"
            f" '{settings.x_frame_options}'."
        )
    if settings.artifacts_only and not settings.serve_artifacts:
        raise InvalidParameter(
            f"{sources['artifacts_only']} and --no-serve-artifacts together leave nothing to"
            " serve. Leave one out."
        )
    if settings.disable_security_middleware:
        return [
            f"{sources['disable_security_middleware']}: any web page that a user opens can read"
            " and change the data."
        ]
    notes = []
    if "*" in settings.allowed_hosts:
        notes.append(f"{sources['allowed_hosts']} is *: nothing protects from DNS rebinding.")
    if "*" in settings.cors_allowed_origins:
        notes.append(
            f"{sources['cors_allowed_origins']} is *: any web page that a user opens can read and"
            " change the data."
        )
    return notes


def _check_webhooks(settings: Settings, sources: Mapping[str, str]) -> None:
    if settings.webhook_request_max_retries < 0:
        raise InvalidParameter(f"{sources['webhook_request_max_retries']} must be 0 or more.")
    for scheme in settings.webhook_allowed_schemes:
        if scheme not in ("https", "http"):
            raise InvalidParameter(
                f"{sources['webhook_allowed_schemes']} may hold https and http, not '{scheme}'."
            )
    key = settings.webhook_secret_encryption_key
    if key and not _FERNET_KEY.fullmatch(key):
        # Not shown: it is a secret, however wrong.
        raise InvalidParameter(
            f"{sources['webhook_secret_encryption_key']} is no key of Fernet: 32 random bytes in"
            " URL-safe Base64, 44 characters with the '=' at the end."
        )


def _is_one_file(settings: Settings) -> bool:
    """Whether the store is SQLite's, which takes one writer at a time."""
    uri = settings.backend_store_uri
    is_sqlite = store_folder(uri) is not None or re.match(r"sqlite[+:]", uri) is not None
    return is_sqlite and not settings.artifacts_only


def _check_prefix(prefix: str, source: str) -> None:
    if not prefix:
        return
    if not prefix.startswith("/"):
        raise InvalidParameter(f"{source} must begin with '/': try '/{prefix.rstrip('/')}'.")
    if prefix.endswith("/"):
        advice = f"try '{prefix.rstrip('/')}'" if prefix.strip("/") else "leave it out"
        raise InvalidParameter(f"{source} must not end with '/': {advice}.")
    if not _PLAIN_PATH.fullmatch(prefix):
        raise InvalidParameter(f"{source} must be a plain path such as /tracking, not '{prefix}'.")


def _check_pattern(pattern: str, source: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise InvalidParameter(f"{source} is no regular expression: {error}.") from None
