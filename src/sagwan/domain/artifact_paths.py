"""Where artifacts live and how they may be called.

An artifact's path is relative to the root of its store, run or model; its parts are separated by
"/". It is what HTTP's one percent-decoding leaves, so a file may be called `50%25.txt`; but the
protocol's clients and proxies decode more often than that, so a path is refused when any number
of further decodings would make it leave its root.
"""

import os
import posixpath
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlparse, urlsplit
from urllib.request import url2pathname

from sagwan.errors import InvalidParameter

TEMPORARY_PREFIX = ".artifact.uploading."
PROXY_SCHEME = "mlflow-artifacts"
PROXY_ROUTE = "/api/2.0/mlflow-artifacts/artifacts/"

# With these, the server would connect to a host that a client chose.
HOST_ADDRESSED_SCHEMES = frozenset(
    [PROXY_SCHEME, *"ftp ftps sftp hdfs viewfs webhdfs swebhdfs http https r2 b2 abfss".split()]
)

_DECODINGS = 10
_WINDOWS = sys.platform == "win32"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f#]")
_OUTSIDE = re.compile(r"[/\\]|[A-Za-z]:[/\\]|file:[/\\]", re.IGNORECASE)
_SEPARATORS = re.compile(r"[/\\]")

# Most paths: nothing in them is encoded, and no part begins with a dot.
_ORDINARY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_ .+=,@-]*(?:/[A-Za-z0-9_-][A-Za-z0-9_ .+=,@-]*)*")


def decodings(text: str) -> Iterable[str]:
    """`text` and what up to ten percent-decodings make of it. Raises InvalidParameter beyond."""
    yield text
    for _ in range(_DECODINGS):
        decoded = unquote(text)
        if decoded == text:
            return
        yield decoded
        text = decoded
    raise InvalidParameter("Invalid path")


def _normal(path: str) -> str:
    return "/".join(part for part in path.split("/") if part not in ("", "."))


def check_artifact_path(path: str) -> str:
    """`path` in its normal form: no empty or `.` parts, "" for the root.

    Raises InvalidParameter ("Invalid path", the protocol's text) where the path, or what
    percent-decoding makes of it, has a `..` part, is absolute in the sense of POSIX or Windows,
    holds "#" or a control character (clients strip them from URLs), or names a file that is still
    being uploaded.
    """
    return path if _ORDINARY.fullmatch(path) else check_any_path(path)


def check_any_path(path: str) -> str:
    """What `check_artifact_path` does, for paths of every kind alike."""
    # Clients name images `dog%step%5%timestamp%17…`: decoded, that holds a control character.
    if _FORBIDDEN.search(path):
        raise InvalidParameter("Invalid path")
    for text in decodings(path):
        if _OUTSIDE.match(text) or _OUTSIDE.match(_normal(text)):
            raise InvalidParameter("Invalid path")
        for part in _SEPARATORS.split(text):
            if part == "..":
                raise InvalidParameter("Invalid path")
            if part.startswith(TEMPORARY_PREFIX):
                raise InvalidParameter(
                    f"Invalid path: names that begin with '{TEMPORARY_PREFIX}' are reserved."
                )
    try:
        path.encode()
    except UnicodeEncodeError:
        raise InvalidParameter("Invalid path") from None
    return _normal(path)


def _split(uri: str) -> SplitResult:
    try:
        return urlsplit(uri)
    except ValueError as error:
        raise InvalidParameter(f"'{uri}' is no valid URI: {error}") from None


def join_path(*parts: str) -> str:
    """The non-empty parts, joined by "/"."""
    return "/".join(part for part in parts if part)


def append_to_uri(root: str, *parts: str) -> str:
    """`root` with `parts` appended to its path, before its query and fragment.

    A root without a scheme is a local path, in which "?" and "#" are ordinary characters.
    """
    path, rest = root, ""
    if _split(root).scheme and (cut := re.search(r"[?#]", root)):
        path, rest = root[: cut.start()], root[cut.start() :]
    for part in parts:
        part = part.lstrip("/") if path else part
        if part:
            path = posixpath.join(path, part)
    return path + rest


def local_path(uri: str) -> str | None:
    """The file system path that `uri` stands for, or None where it names no local file.

    Like the protocol's clients, this percent-decodes also paths without a scheme. Raises
    InvalidParameter for a `file:` URI of another host.
    """
    split = _split(uri)
    if not split.scheme:
        return url2pathname(uri)
    if split.scheme == "file":
        if (split.hostname or "localhost") not in ("localhost", "127.0.0.1", "."):
            raise InvalidParameter(
                f"'{uri}' names a file on another host. Mount it, and use the path of the mount."
            )
        return url2pathname(split.path)
    if _WINDOWS and len(split.scheme) == 1:
        return uri
    return None


def proxied_path(artifact_uri: str) -> str | None:
    """The path below the artifact proxy's root, "p" for `mlflow-artifacts:/p`.

    None where the URI isn't the proxy's. The path is decoded, but not checked.
    """
    split = _split(artifact_uri)
    if split.scheme == PROXY_SCHEME:
        return unquote(split.path).strip("/")
    if split.scheme in ("http", "https") and PROXY_ROUTE in split.path:
        return unquote(split.path.split(PROXY_ROUTE, 1)[1]).strip("/")
    return None


def _authority(split: SplitResult) -> tuple[str, str]:
    return split.scheme, split.netloc.rpartition("@")[2].lower()


def check_scheme(
    location: str,
    allowed_schemes: Iterable[str],
    trusted: Iterable[str],
    parameter: str = "artifact_location",
) -> None:
    """Raise InvalidParameter where the server would connect to a host that a client chose.

    See `resolve_artifact_location`; `parameter` is what the message names.
    """
    split = _split(location)
    if split.scheme not in HOST_ADDRESSED_SCHEMES or split.scheme in allowed_schemes:
        return
    if split.scheme == PROXY_SCHEME and not split.netloc:
        return
    known = {_authority(_split(uri)) for uri in trusted}
    # HTTP clients end the host's name at a backslash, urlsplit doesn't.
    if "\\" not in split.netloc and _authority(split) in known:
        return
    raise InvalidParameter(
        f"'{parameter}' cannot use the '{split.scheme}' scheme: it names a host that the"
        " server would connect to on behalf of a client. Allow the scheme when you start the"
        " server (SAGWAN_ALLOWED_HOST_ADDRESSED_ARTIFACT_SCHEMES)."
    )


def _check_length(location: str, max_length: int) -> None:
    if len(location) > max_length:
        raise InvalidParameter(
            "Invalid artifact path length. The length of the artifact path cannot be greater than"
            f" {max_length} characters."
        )


def resolve_artifact_location(
    location: str,
    *,
    max_length: int,
    allowed_schemes: Iterable[str] = (),
    trusted: Iterable[str] = (),
) -> str:
    """The location to store for an experiment that a client creates with `location`.

    A relative local path becomes absolute on the server; everything else stays as it is.
    `max_length` is in characters; `allowed_schemes` are those of HOST_ADDRESSED_SCHEMES that a
    client may use with any host; the hosts of the `trusted` URIs (the server's own stores) are
    always allowed. Raises InvalidParameter with the protocol's texts.
    """
    if _CONTROL.search(location):
        raise InvalidParameter("'artifact_location' can't include control characters.")
    try:
        parsed = urlparse(location)
    except ValueError as error:
        raise InvalidParameter(f"'artifact_location' is no valid URI: {error}") from None
    if parsed.fragment or parsed.params:
        raise InvalidParameter("'artifact_location' URL can't include fragments or params.")
    if any(".." in text for text in decodings(parsed.query)):
        raise InvalidParameter("Invalid query string")
    check_scheme(location, allowed_schemes, trusted)
    if parsed.scheme == "runs":
        raise InvalidParameter(f"Artifact location cannot be a runs:/ URI. Given: '{location}'")
    _check_length(location, max_length)
    path = local_path(location)
    if path is None or os.path.isabs(path):
        return location
    absolute = (Path.cwd() / path).as_posix()
    if parsed.scheme == "file":
        absolute = f"file://{absolute}" + (f"?{parsed.query}" if parsed.query else "")
    _check_length(absolute, max_length)
    return absolute
