"""What every store says of a path that is not what the request takes it for."""

from sagwan.errors import InvalidParameter, NotFound, Unavailable

_FULL_RETRY = 10


def no_such_artifact(path: str) -> NotFound:
    """The protocol's error for a path at which there is no file."""
    return NotFound(f"No such artifact: '{path}'")


def is_folder(path: str) -> InvalidParameter:
    """The protocol's error for a folder where a file is wanted."""
    return InvalidParameter(f"Artifact path refers to a directory, not a file: '{path}'")


def below_file(path: str) -> InvalidParameter:
    """The error for a path that would lead through a file."""
    return InvalidParameter(f"Part of the artifact path is a file, not a directory: '{path}'")


def root_stays() -> InvalidParameter:
    """The error for deleting a store's root."""
    return InvalidParameter("Invalid path: the root of the artifact store stays.")


def no_such_upload(path: str) -> NotFound:
    """The error for a part, or the end, of an upload that is not under way."""
    return NotFound(f"No upload of '{path}' with this id is under way.")


def being_completed(path: str) -> Unavailable:
    """The error for the end of an upload that another request is bringing about."""
    return Unavailable(f"The upload of '{path}' is being completed. Ask again for the outcome.")


def other_parts(path: str) -> InvalidParameter:
    """The error for an upload that can't be completed with these parts."""
    return InvalidParameter(f"Parts of '{path}' are missing, or were sent again since.")


def store_is_full(path: str) -> Unavailable:
    """The error for a write for which there is no room."""
    return Unavailable(f"The artifact store is full: '{path}' was not stored.", _FULL_RETRY)


def deleted_meanwhile(path: str) -> Unavailable:
    """The error for a file whose folder went while it was being written."""
    return Unavailable(f"'{path}' was deleted while it was being written.")
