"""What a server's refusal becomes on this side."""

import json
import re
from http import HTTPStatus

import httpx

from sagwan import errors
from sagwan.errors import SagwanError

_KNOWN: dict[str, type[SagwanError]] = {
    kind.error_code: kind
    for kind in (
        errors.InvalidParameter,
        errors.BadRequest,
        errors.InvalidState,
        errors.AlreadyExists,
        errors.NotFound,
        errors.EndpointNotFound,
        errors.PermissionDenied,
        errors.FeatureDisabled,
        errors.NotImplementedByStore,
        errors.Overloaded,
        errors.Unavailable,
    )
}


class Unreachable(SagwanError):
    """Nobody answers at the server's address."""

    error_code = "TEMPORARILY_UNAVAILABLE"
    status = 503


class Broken(errors.Unavailable):
    """The connection broke, or something between us and the server gave up: a retry may help."""


class Refused(SagwanError):
    """The server refused for a reason that has no class of its own."""


def refusal(response: httpx.Response) -> SagwanError:
    """The error that a response, already read, with another status than 200 stands for."""
    try:
        told = json.loads(response.content)
        code, message = str(told["error_code"]), str(told["message"])
    except (ValueError, KeyError, TypeError):
        return _unspoken(response)
    kind = _KNOWN.get(code)
    return kind(message) if kind else Refused(f"{message} ({code})")


def patience(response: httpx.Response) -> float | None:
    """Seconds after which the server wants to be asked again; None where it doesn't say so."""
    if response.status_code not in (429, 503):
        return None
    try:
        return max(0.0, float(response.headers["retry-after"]))
    except (KeyError, ValueError):
        return None


def unsigned(response: httpx.Response, host: str) -> SagwanError:
    """The error of an answer to a signed URL, which is not shown; nor is what the store says."""
    status = response.status_code
    kind = Broken if status == 429 or status >= 500 else Refused
    return kind(f"The store at {host} refused the upload with status {status}.")


def _unspoken(response: httpx.Response) -> SagwanError:
    """The error of a response that is not of the protocol: of a proxy, or of another program."""
    request, status = response.request, response.status_code
    where = f"{request.url.scheme}://{request.url.netloc.decode()}"
    if response.headers.get("server", "").startswith("AirTunes"):
        return Refused(
            f"{where} is AirPlay of macOS, no tracking server. Start the server on another port"
            " (sagwan server --port 5001), or turn AirPlay Receiver off in the System Settings."
        )
    if 300 <= status < 400:
        return Refused(f"{where} sends to {response.headers.get('location')}: use that address.")
    if status == 401:
        return errors.PermissionDenied(
            f"{where} asks for a login: set MLFLOW_TRACKING_USERNAME and"
            " MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN."
        )
    if status in (404, 405):
        return errors.EndpointNotFound(
            f"{where} answers {status} to {request.method} {request.url.path}: is this the"
            " address of a tracking server, and is its path prefix right?"
        )
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "unknown status"
    kind = Broken if status in (502, 503, 504) else Refused
    return kind(f"{where} answers {status} ({phrase}){_detail(response)}")


def _detail(response: httpx.Response) -> str:
    """What the body says, where it is short text for people."""
    try:
        told = json.loads(response.content)
        text = str(told["detail"])
    except (ValueError, KeyError, TypeError):
        text = "" if "html" in response.headers.get("content-type", "") else response.text
    text = re.sub(r"\s+", " ", text).strip()[:300]
    return f": {text}" if text else "."
