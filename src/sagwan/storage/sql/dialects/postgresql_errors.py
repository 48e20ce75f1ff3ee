"""What PostgreSQL's errors mean."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

# SQLSTATE classes and codes, from PostgreSQL's list of error codes.
_REASONS = (
    ("08", "it can't be reached"),
    ("57P", "it is shutting down or starting"),
    ("25006", "it is read-only"),
    ("53100", "its disk is full"),
    ("53", "it is short of resources"),
    ("55P03", "a lock was not had in time"),
    ("58", "its machine reported an error"),
)
_CONFLICTS = ("40", "23505")


@contextmanager
def translated(connection: Connection) -> Iterator[None]:
    """Raise the driver's errors as those that SQLAlchemy would have made of them."""
    errors: Any = connection.dialect.dbapi
    try:
        yield
    except errors.Error as error:
        raise DBAPIError.instance(None, None, error, errors.Error) from error


def state(error: DBAPIError) -> str:
    """The error's SQLSTATE, or nothing where the connection itself failed."""
    # psycopg and psycopg2 name it differently.
    code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "pgcode", None)
    return code or ""


def unavailable(error: DBAPIError) -> str | None:
    """Why the database takes no writes at this moment, if that is what the error means."""
    for sign, reason in _REASONS:
        if state(error).startswith(sign):
            return reason
    operational = type(error.orig).__name__ in ("OperationalError", "InterfaceError")
    if error.connection_invalidated or (not state(error) and operational):
        return f"it can't be reached ({' '.join(str(error.orig).split())})"
    return None


def conflict(error: DBAPIError) -> bool:
    """Whether the transaction lost against another one."""
    return state(error).startswith(_CONFLICTS)
