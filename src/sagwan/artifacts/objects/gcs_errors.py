"""What errors of Google Cloud Storage mean to someone who asked for an artifact.

Google's texts hold URLs, some of which are as good as a key, so that none of them is passed on.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from google.api_core.exceptions import GoogleAPICallError, RetryError
from google.auth.exceptions import (
    DefaultCredentialsError,
    GoogleAuthError,
    InvalidOperation,
    RefreshError,
)
from google.cloud.storage.exceptions import DataCorruption, InvalidResponse
from requests.exceptions import RequestException

from sagwan.artifacts.errors import no_such_artifact
from sagwan.errors import InvalidParameter, PermissionDenied, SagwanError, Unavailable

_NO_LOGIN = (DefaultCredentialsError, InvalidOperation, RefreshError)

# What the network says, by what is in the text of an error.
_NETWORK = {
    "connection refused": "the connection was refused",
    "name or service not known": "its host's name can't be resolved",
    "failed to resolve": "its host's name can't be resolved",
    "certificate": "its TLS certificate is not trusted",
    "timed out": "it does not answer in time",
    "connection reset": "the connection was cut",
    "remotedisconnected": "the connection was cut",
    "connection aborted": "the connection was cut",
}


class BucketMissing(Exception):
    """The bucket itself is not there."""


def changed(path: str) -> Unavailable:
    """The error for a file that was replaced or deleted under its reader."""
    return Unavailable(f"The artifact changed while it was being read: '{path}'")


def status_of(error: BaseException | None) -> int:
    """HTTP's status in an error of Google's library, 0 where there is none."""
    if isinstance(error, RetryError):
        return status_of(error.cause)
    if isinstance(error, InvalidResponse):
        status: int = error.response.status_code
        return status
    return int(error.code or 0) if isinstance(error, GoogleAPICallError) else 0


def _word(error: BaseException | None) -> str:
    """Google's own word for an error, such as notFound."""
    if not isinstance(error, GoogleAPICallError):
        return ""
    for item in error.errors:
        if isinstance(item, dict) and re.fullmatch(r"\w{1,64}", str(item.get("reason", ""))):
            return f" ({item['reason']})"
    return ""


def _reason(error: BaseException | None) -> str:
    """What went wrong, without URLs, names or keys."""
    if isinstance(error, RetryError):
        return _reason(error.cause)
    if status := status_of(error):
        return f"it answered {status}{_word(error)}"
    if isinstance(error, DataCorruption):
        return "what it has stored is not what was sent"
    text = str(error).lower()
    for sign, meaning in _NETWORK.items():
        if sign in text:
            return meaning
    return "it gave no proper answer"


def explain(error: Exception, path: str, store: str) -> SagwanError:
    """The error to raise for `error`, which happened to the artifact `path` of `store`."""
    status = status_of(error)
    if isinstance(error, _NO_LOGIN) or status == 401:
        return PermissionDenied(
            f"The artifact store {store} does not accept the server's credentials."
        )
    if status == 403:
        return PermissionDenied(f"The artifact store {store} does not allow this for '{path}'.")
    if status == 404:
        return no_such_artifact(path)
    if status == 412:
        return changed(path)
    if isinstance(error, ValueError):
        return InvalidParameter(f"The artifact store can't hold a file of this name: '{path}'")
    why = "there is no such bucket" if isinstance(error, BucketMissing) else _reason(error)
    return Unavailable(f"The artifact store {store} can't be used at the moment: {why}.")


@contextmanager
def explained(path: str, store: str) -> Iterator[None]:
    """Turn errors of Google's library into what they mean for the artifact `path` of `store`."""
    try:
        yield
    except (
        BucketMissing,
        DataCorruption,
        GoogleAPICallError,
        GoogleAuthError,
        InvalidResponse,
        OSError,
        RequestException,
        RetryError,
        ValueError,
    ) as error:
        # The cause would bring Google's text into the log.
        raise explain(error, path, store) from None
