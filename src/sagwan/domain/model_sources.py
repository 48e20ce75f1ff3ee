"""Where a version of a registered model may be said to come from.

A server that takes any source would read any file for whoever registers it (CVE-2023-1177 and those
after it). So a local path or a path of the artifact proxy must lie in the artifacts of the run or
the logged model that the request names, no source leads upwards however often it is decoded, and
none names a host that the server wasn't told of.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from sagwan.domain.artifact_paths import decodings, local_path, proxied_path
from sagwan.domain.limits import MODEL_SOURCE_LENGTH, within
from sagwan.errors import InvalidParameter

PLACEHOLDERS = ("dummy-source", "prompt-template")
"""What clients send as the source of a prompt, which has none."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SEPARATORS = re.compile(r"[/\\?#&=;]")
_MODELS = "models:/"
_RUNS = "runs:/"
_MODEL_ID = re.compile(r"m-[^/@]+")


@dataclass(frozen=True, slots=True)
class LocalSource:
    """A path of the server's file system."""

    path: str


@dataclass(frozen=True, slots=True)
class ProxiedSource:
    """A path of the artifact proxy."""

    path: str


@dataclass(frozen=True, slots=True)
class RunSource:
    """`runs:/<run id>/<path>`"""

    run_id: str
    path: str


@dataclass(frozen=True, slots=True)
class LoggedModelSource:
    """`models:/m-<id>`"""

    model_id: str


@dataclass(frozen=True, slots=True)
class VersionSource:
    """`models:/<name>/<version, stage or latest>` or `models:/<name>@<alias>`: a copy.

    Of version and alias one is None.
    """

    name: str
    version: str | None = None
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class RemoteSource:
    """A URI of another store."""

    uri: str


Source = LocalSource | ProxiedSource | RunSource | LoggedModelSource | VersionSource | RemoteSource


def check_prompt_source(source: str) -> str:
    """`source`, if a prompt may have it. Raises InvalidParameter."""
    if source not in PLACEHOLDERS:
        raise InvalidParameter(
            f"Invalid prompt source: '{source}'. Prompt sources must use an MLflow placeholder"
            f" ({' or '.join(PLACEHOLDERS)})."
        )
    return source


def check_pattern(source: str, pattern: str) -> None:
    """Raise InvalidParameter where the server's pattern, if it has one, is not in the source."""
    if pattern and re.search(pattern, source) is None:
        raise InvalidParameter(
            f"Invalid model version source: '{source}'. This server takes only sources that its"
            " setting model_version_source_pattern matches."
        )


def check_source(source: str) -> Source:
    """What `source` names. Raises InvalidParameter where no version may have it."""
    if _CONTROL.search(source):
        raise InvalidParameter("'source' can't include control characters.")
    for text in decodings(source):
        if ".." in _SEPARATORS.split(text):
            raise relative_source(source)
    found = parse_source(source)
    if isinstance(found, RemoteSource):
        split = urlsplit(source)
        if not split.path.startswith("/"):
            raise relative_source(source)
    return found


def parse_source(source: str) -> Source:
    """What `source` names. Raises InvalidParameter where it is nothing that can be read."""
    if source.startswith(_MODELS):
        return _parse_models(source)
    if source.startswith(_RUNS):
        run_id, _, path = source.removeprefix(_RUNS).strip("/").partition("/")
        return RunSource(run_id, path)
    try:
        local = local_path(source)
        proxied = None if local is not None else proxied_path(source)
    except ValueError as error:
        raise InvalidParameter(f"'source' is no valid URI: {error}") from None
    if local is not None:
        return LocalSource(local)
    return RemoteSource(source) if proxied is None else ProxiedSource(proxied)


def _parse_models(source: str) -> LoggedModelSource | VersionSource:
    rest = source.removeprefix(_MODELS)
    if _MODEL_ID.fullmatch(rest):
        return LoggedModelSource(rest)
    name, slash, version = rest.partition("/")
    if slash:
        if name and version and "/" not in version:
            return VersionSource(name, version=version)
    else:
        name, _, alias = rest.rpartition("@")
        if name and alias:
            return VersionSource(name, alias=alias)
    raise InvalidParameter(
        f"Invalid model version source: '{source}'. Write models:/<name>/<version>,"
        " models:/<name>/<stage>, models:/<name>@<alias> or models:/<logged model's id>."
    )


def check_length(source: str) -> None:
    """Raise InvalidParameter where the source is too long."""
    within("source", MODEL_SOURCE_LENGTH, source)


# --- Errors ---------------------------------------------------------------------------------------


def relative_source(source: str) -> InvalidParameter:
    """A source leads upwards, or is not absolute."""
    return InvalidParameter(
        f"Invalid model version source: '{source}'. If supplying a source as an http, https, local"
        " file path, ftp, objectstore, or mlflow-artifacts uri, an absolute path must be provided"
        " without relative path references present. Please provide an absolute path."
    )


def local_source_outside(source: str) -> InvalidParameter:
    """A local path is not in the artifacts of the run or the model that the request names."""
    return InvalidParameter(
        f"Invalid model version source: '{source}'. To use a local path as a model version source,"
        " the run_id request parameter has to be specified and the local path has to be contained"
        " within the artifact directory of the run specified by the run_id."
    )


def unnamed_owner(source: str, parameter: str) -> InvalidParameter:
    """The request does not name the run or the model that the source is of."""
    return InvalidParameter(
        f"Invalid model version source: '{source}'. The {parameter} request parameter must identify"
        " the resource that contains the source."
    )


def other_lineage(source: str) -> InvalidParameter:
    """The request names another run or model than the version that it copies."""
    return InvalidParameter(
        f"Invalid model version source: '{source}'. The run_id and model_id request parameters must"
        " match the referenced model version."
    )
