"""What errors of a remote file system mean to someone who asked for an artifact."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from sagwan.artifacts.errors import (
    below_file,
    is_folder,
    no_such_artifact,
    store_is_full,
)
from sagwan.errors import InvalidParameter, PermissionDenied, SagwanError, Unavailable


def explain(error: OSError, path: str, store: str) -> SagwanError:
    """The error to raise for `error`, which happened to the artifact `path` of `store`."""
    if isinstance(error, FileNotFoundError):
        return no_such_artifact(path)
    if isinstance(error, IsADirectoryError):
        return is_folder(path)
    if isinstance(error, NotADirectoryError | FileExistsError):
        return below_file(path)
    if error.errno in (errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ):
        return InvalidParameter(f"The artifact store can't hold a file of this name: '{path}'")
    if isinstance(error, PermissionError):
        return PermissionDenied(f"The artifact store {store} does not allow this for '{path}'.")
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return store_is_full(path)
    return Unavailable(f"The artifact store {store} can't be used at the moment: {error}")


@contextmanager
def explained(path: str, store: str) -> Iterator[None]:
    """Turn errors of the file system into what they mean for the artifact `path` of `store`."""
    try:
        yield
    except OSError as error:
        raise explain(error, path, store) from error
