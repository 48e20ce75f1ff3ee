"""What the operating system's errors mean to someone who asked for an artifact."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from sagwan.artifacts.errors import below_file, is_folder, no_such_artifact, store_is_full
from sagwan.errors import InvalidParameter, PermissionDenied, SagwanError, Unavailable

_BAD_NAMES = frozenset([errno.EINVAL, errno.EILSEQ, errno.ELOOP])
_FORBIDDEN = frozenset([errno.EACCES, errno.EPERM, errno.EROFS])
_FULL = frozenset([errno.ENOSPC, errno.EDQUOT])


def explain(error: OSError, path: str) -> SagwanError:
    """The error to raise for `error`, which happened to the artifact `path`."""
    code = error.errno
    if code == errno.ENOENT:
        return no_such_artifact(path)
    if code == errno.EISDIR:
        return is_folder(path)
    if code in (errno.ENOTDIR, errno.EEXIST):
        return below_file(path)
    if code == errno.ENAMETOOLONG:
        return InvalidParameter(f"Artifact path is too long for the artifact store: '{path}'")
    if code == errno.EFBIG:
        return InvalidParameter(f"Artifact is too large for the artifact store: '{path}'")
    if code in _BAD_NAMES:
        return InvalidParameter(f"The artifact store can't hold a file of this name: '{path}'")
    if code in _FORBIDDEN:
        return PermissionDenied(
            f"The server's user may not do this in the artifact store: '{path}' ({error.strerror})"
        )
    if code in _FULL:
        return store_is_full(path)
    return Unavailable(f"The artifact store failed: '{path}' ({error.strerror})")


@contextmanager
def explained(path: str) -> Iterator[None]:
    """Turn errors of the operating system into what they mean for the artifact `path`."""
    try:
        yield
    except OSError as error:
        raise explain(error, path) from error
