"""What SQL Server's errors mean, by their numbers, whichever driver reports them."""

import re

from sqlalchemy.exc import DBAPIError

_UNREACHABLE = "it can't be reached"
_STARTING = "it is starting, shutting down or failing over"
_CLOSED = "its database is not there, or not ready"
_BUSY = "it is short of resources"
_LOCK_TIMEOUT = 1222
_FULL = "its disk is full"
_BROKEN = "its disk reported an error"
_READ_ONLY = "it is read-only"
_LOCKED = "a lock was not had in time"

_REASONS: dict[int, str] = {
    # Of the network: SQL Server's, Windows's and FreeTDS's.
    **dict.fromkeys((53, 64, 121, 233, 258, 10053, 10054, 10060, 10061, 11001), _UNREACHABLE),
    **dict.fromkeys((20002, 20003, 20004, 20006, 20009, 20047), _UNREACHABLE),
    # Of databases that come and go: recovery, failover, pausing and scaling on Azure.
    **dict.fromkeys((921, 922, 924, 927, 942, 945, 952, 976, 978, 979, 983, 988), _STARTING),
    **dict.fromkeys((6005, 6006, 17142, 17147, 17148, 18401, 18451), _STARTING),
    4060: _CLOSED,
    **dict.fromkeys((40143, 40197, 40540, 40613, 42108, 42109), _STARTING),
    **dict.fromkeys((701, 802, 8645, 8651, 10928, 10929, 17809, 17889), _BUSY),
    **dict.fromkeys((40501, 49918, 49919, 49920), _BUSY),
    **dict.fromkeys((1101, 1105, 9002, 40544), _FULL),
    **dict.fromkeys((605, 823, 824, 825, 9001), _BROKEN),
    **dict.fromkeys((3906, 3908), _READ_ONLY),
    **dict.fromkeys((1204, 1222), _LOCKED),
}

# SQLSTATE classes, where ODBC itself is the one that reports.
_STATES = (("08", _UNREACHABLE), ("HYT", _UNREACHABLE))

# That ODBC has no such driver or data source: no waiting helps.
_NO_ODBC = ("IM", "01000")

# Deadlock; conflict of a snapshot with another's change, of rows or of the schema; duplicate keys.
# And what the rollback to a savepoint meets where one of them has ended the whole transaction.
_CONFLICTS = frozenset({1205, 3960, 3961, 2601, 2627, 3903, 3930, 6401})

_ODBC_NUMBER = re.compile(r"\((\d+)\)(?= \(SQL|;)")


def reason(error: DBAPIError) -> str | None:
    """Why the database takes no writes at this moment, if that is what the error means."""
    for number in _numbers(error):
        if number in _REASONS:
            return _REASONS[number]
    state = _state(error)
    if state.startswith(_NO_ODBC):
        return None
    for sign, found in _STATES:
        if state.startswith(sign):
            return found
    return _UNREACHABLE if error.connection_invalidated else None


def is_conflict(error: DBAPIError) -> bool:
    """Whether the transaction lost against another one and may be tried again as it is."""
    return any(number in _CONFLICTS for number in _numbers(error))


def is_lock_timeout(error: DBAPIError) -> bool:
    """Whether a lock was waited for too long."""
    return _LOCK_TIMEOUT in _numbers(error)


def _numbers(error: DBAPIError) -> list[int]:
    # pymssql: (1205, b"…"), in older versions within a tuple. pyodbc: ("40001", "[40001] … (1205)
    # (SQLExecDirectW)"), several of them where there are several messages.
    arguments: tuple[object, ...] = getattr(error.orig, "args", ())
    if len(arguments) == 1 and isinstance(arguments[0], tuple):
        arguments = arguments[0]
    if arguments and isinstance(arguments[0], int):
        return [arguments[0]]
    if len(arguments) > 1 and isinstance(arguments[1], str):
        return [int(number) for number in _ODBC_NUMBER.findall(arguments[1])]
    return []


def _state(error: DBAPIError) -> str:
    arguments: tuple[object, ...] = getattr(error.orig, "args", ())
    return arguments[0] if arguments and isinstance(arguments[0], str) else ""
