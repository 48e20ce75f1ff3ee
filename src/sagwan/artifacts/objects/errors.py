"""What errors of an object store mean to someone who asked for an artifact.

What obstore says of an error may hold URLs with signatures, so that none of it is passed on: only
HTTP's status, the store's own word for the error, and what is known to be harmless.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from obstore.exceptions import (
    BaseError,
    PermissionDeniedError,
    PreconditionError,
    UnauthenticatedError,
)

from sagwan.artifacts.errors import no_such_artifact, store_is_full
from sagwan.errors import InvalidParameter, PermissionDenied, SagwanError, Unavailable

_CODE = re.compile(r"<Code>\s*(\w{1,64})\s*</Code>")
_STATUS = re.compile(r"status code: (\d{3}) ([A-Za-z -]{1,40})")

_NO_CONTAINER = frozenset(["NoSuchBucket", "ContainerNotFound", "ContainerBeingDeleted"])
_WRONG_KEY = frozenset(
    "AccessKeyIdNotFound AuthenticationFailed ExpiredToken InvalidAccessKeyId"
    " InvalidAuthenticationInfo InvalidClientTokenId InvalidToken NoAuthenticationInformation"
    " RequestTimeTooSkewed SignatureDoesNotMatch TokenRefreshRequired".split()
)
_WRONG_REGION = frozenset(
    ["AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "PermanentRedirect"]
)
_FULL = frozenset(["QuotaExceeded", "EntityTooLarge", "StorageFull"])
_WRONG_NAME = frozenset(["KeyTooLongError", "InvalidURI", "InvalidObjectName", "OutOfRangeInput"])

# Where machines ask for the keys of their roles.
_KEYS = re.compile(r"://(169\.254\.|metadata\.google\.internal)")

# What obstore's account of an error holds, and what that means.
_SIGNS = {
    "ConnectionRefused": "the connection was refused",
    "dns error": "its host's name can't be resolved",
    "InvalidCertificate": "its TLS certificate is not trusted",
    "InvalidContentType": "it does not speak TLS",
    "TimedOut": "it does not answer in time",
    "kind: Timeout": "it does not answer in time",
    "BadScheme": "it may only be reached by https://",
    "kind: Connect": "no connection can be made",
    "kind: Interrupted": "the connection was cut",
    "IncompleteMessage": "the connection was cut",
    "EmptySegment": "it holds objects whose names have an empty part, as in 'a//b'",
    "BadSegment": "it holds objects whose names have control characters or a '..' part",
}


def word_for(text: str) -> str:
    """The store's own word for an error, such as NoSuchBucket, out of the text of its answer."""
    match = _CODE.search(text)
    return match[1] if match else ""


def reason(error: Exception) -> str:
    """What went wrong, as a clause without URLs, names or keys."""
    text = str(error)
    if match := _STATUS.search(text):
        return f"it answered {' '.join([*match.groups(), word_for(text)]).strip()}"
    for sign, meaning in _SIGNS.items():
        if sign in text:
            return meaning
    return "it gave no proper answer"


def unavailable(store: str, why: str) -> Unavailable:
    """The error for a store that can't be used; `why` is a clause."""
    return Unavailable(f"The artifact store {store} can't be used at the moment: {why}.")


def changed(path: str) -> Unavailable:
    """The error for a file that was replaced or deleted under its reader."""
    return Unavailable(f"The artifact changed while it was being read: '{path}'")


def refused(word: str, status: int, path: str, store: str) -> SagwanError | None:
    """The error for a `word` or a `status` of the store that has a meaning, None for others."""
    if word in _NO_CONTAINER:
        return unavailable(store, f"there is no such bucket or container ({word})")
    if word in _WRONG_REGION:
        return unavailable(store, f"the bucket is in another region ({word})")
    if word in _WRONG_KEY or status == 401:
        why = f" ({word})" if word else ""
        return PermissionDenied(
            f"The artifact store {store} does not accept the server's credentials{why}."
        )
    if word in _FULL or status == 507:
        return store_is_full(path)
    if word in _WRONG_NAME:
        return InvalidParameter(f"The artifact store can't hold a file of this name: '{path}'")
    if status == 403:
        return PermissionDenied(f"The artifact store {store} does not allow this for '{path}'.")
    return None


def explain(error: Exception, path: str, store: str) -> SagwanError:
    """The error to raise for `error`, which happened to the artifact `path` of `store`."""
    text = str(error)
    match = _STATUS.search(text)
    status = int(match[1]) if match else 0
    if _KEYS.search(text) or (isinstance(error, UnauthenticatedError) and not match):
        return PermissionDenied(f"The server has no keys for the artifact store {store}.")
    if isinstance(error, PermissionDeniedError):
        status = 403
    elif isinstance(error, UnauthenticatedError):
        status = 401
    known = refused(word_for(text), status, path, store)
    if known is not None:
        return known
    if isinstance(error, FileNotFoundError):
        return no_such_artifact(path)
    if isinstance(error, PreconditionError):
        return changed(path)
    if isinstance(error, ValueError):
        return InvalidParameter(f"The artifact store can't hold a file of this name: '{path}'")
    return unavailable(store, reason(error))


@contextmanager
def explained(path: str, store: str) -> Iterator[None]:
    """Turn errors of obstore into what they mean for the artifact `path` of `store`."""
    try:
        yield
    except (BaseError, OSError, ValueError) as error:
        # The cause would bring what obstore says into the log.
        raise explain(error, path, store) from None
