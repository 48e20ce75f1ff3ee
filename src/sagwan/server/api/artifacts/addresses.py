"""By which address a client reaches the server."""

import re

from starlette.requests import Request

# What can't end the host's name in a URL.
_HOST = re.compile(r"[A-Za-z0-9._~%!$&'()*+,;=:\[\]-]+")
_PREFIX = re.compile(r"(/[A-Za-z0-9._~@:+-]+)*/?")


def public_address(request: Request, static_prefix: str) -> str:
    """The URL before all paths, "https://host/prefix", by which this request came.

    A reverse proxy says so with X-Forwarded-Proto, X-Forwarded-Host and X-Forwarded-Prefix; what
    it doesn't say is as it came here. `static_prefix` is the server's own and wins.
    """
    scheme = _first(request, "x-forwarded-proto").lower()
    if scheme not in ("http", "https"):
        scheme = request.url.scheme
    host = _first(request, "x-forwarded-host")
    if not _HOST.fullmatch(host):
        host = request.headers.get("host", "")
    prefix = _first(request, "x-forwarded-prefix")
    if static_prefix or not _PREFIX.fullmatch(prefix):
        prefix = static_prefix
    return f"{scheme}://{host}{prefix.rstrip('/')}"


def _first(request: Request, header: str) -> str:
    """What the proxy nearest to the client said."""
    return request.headers.get(header, "").split(",")[0].strip()
