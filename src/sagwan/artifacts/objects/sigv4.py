"""Signatures of requests to S3, version 4: in headers, or in the URL for someone else to use.

obstore signs plain GETs and PUTs; uploads in parts need more of the URL signed. The rules are
Amazon's "Authenticating Requests (AWS Signature Version 4)". Pure functions of the time too.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote, urlsplit

UNSIGNED = "UNSIGNED-PAYLOAD"

_ALGORITHM = "AWS4-HMAC-SHA256"
_SERVICE = "s3"


@dataclass(frozen=True)
class Credentials:
    """What signs; only the key's id may be shown."""

    key_id: str
    secret: str = field(repr=False)
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Request:
    """A request to sign.

    `base` is scheme and host, with the port if it isn't the scheme's; `path` begins with "/"; it
    and `query` are not encoded. `headers` are signed too, beside the host's name.
    """

    method: str
    base: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def _encoded(text: str, safe: str = "") -> str:
    return quote(text, safe=safe + "-_.~")


def _query(parameters: Mapping[str, str]) -> str:
    pairs = sorted((_encoded(name), _encoded(value)) for name, value in parameters.items())
    return "&".join(f"{name}={value}" for name, value in pairs)


def url_of(request: Request) -> str:
    """The URL, encoded as it is signed."""
    query = _query(request.query)
    return f"{request.base}{_encoded(request.path, '/')}" + (f"?{query}" if query else "")


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")


def _scope(region: str, now: datetime) -> str:
    return f"{now:%Y%m%d}/{region}/{_SERVICE}/aws4_request"


def _signed_headers(request: Request) -> dict[str, str]:
    headers = {name.lower(): " ".join(value.split()) for name, value in request.headers.items()}
    headers["host"] = urlsplit(request.base).netloc
    return dict(sorted(headers.items()))


def _signature(
    request: Request, content_hash: str, credentials: Credentials, region: str, now: datetime
) -> str:
    headers = _signed_headers(request)
    canonical = "\n".join(
        [
            request.method,
            _encoded(request.path, "/"),
            _query(request.query),
            *(f"{name}:{value}" for name, value in headers.items()),
            "",
            ";".join(headers),
            content_hash,
        ]
    )
    text = "\n".join(
        [
            _ALGORITHM,
            f"{now:%Y%m%dT%H%M%SZ}",
            _scope(region, now),
            hashlib.sha256(canonical.encode()).hexdigest(),
        ]
    )
    key = f"AWS4{credentials.secret}".encode()
    for part in _scope(region, now).split("/"):
        key = _hmac(key, part)
    return _hmac(key, text).hex()


def presigned(
    request: Request, credentials: Credentials, region: str, now: datetime, expires: int
) -> str:
    """The URL with which anyone may send the request for `expires` seconds after `now` (UTC)."""
    query = {
        **request.query,
        "X-Amz-Algorithm": _ALGORITHM,
        "X-Amz-Credential": f"{credentials.key_id}/{_scope(region, now)}",
        "X-Amz-Date": f"{now:%Y%m%dT%H%M%SZ}",
        "X-Amz-Expires": str(expires),
        "X-Amz-SignedHeaders": ";".join(_signed_headers(request)),
    }
    if credentials.token is not None:
        query["X-Amz-Security-Token"] = credentials.token
    request = Request(request.method, request.base, request.path, query, request.headers)
    signature = _signature(request, UNSIGNED, credentials, region, now)
    return f"{url_of(request)}&X-Amz-Signature={signature}"


def authorized(
    request: Request, content_hash: str, credentials: Credentials, region: str, now: datetime
) -> dict[str, str]:
    """The headers with which to send the request; `content_hash` is its body's SHA-256, in hex."""
    headers = {
        **request.headers,
        "x-amz-content-sha256": content_hash,
        "x-amz-date": f"{now:%Y%m%dT%H%M%SZ}",
    }
    if credentials.token is not None:
        headers["x-amz-security-token"] = credentials.token
    request = Request(request.method, request.base, request.path, request.query, headers)
    signature = _signature(request, content_hash, credentials, region, now)
    signed = ";".join(_signed_headers(request))
    scope = _scope(region, now)
    headers["authorization"] = (
        f"{_ALGORITHM} Credential={credentials.key_id}/{scope}, SignedHeaders={signed},"
        f" Signature={signature}"
    )
    return headers
