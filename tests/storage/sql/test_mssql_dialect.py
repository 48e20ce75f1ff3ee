"""SQL Server's drivers, settings and errors."""

import json
import struct
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, Table, make_url
from sqlalchemy.dialects import mssql as mssql_types
from sqlalchemy.exc import DBAPIError

from sagwan.errors import InvalidParameter, Unavailable
from sagwan.storage.sql.dialects import dialect_for, mssql
from sagwan.storage.sql.dialects.mssql import MSSQL, _check, _encode_double
from sagwan.storage.sql.tables import SEGMENT, metric_segments
from tests.storage.sql.mssql_replay import Replay, driver


def installed(patch: pytest.MonkeyPatch, *names: str) -> None:
    """Make these the only drivers that can be imported."""
    for name in ("pyodbc", "pymssql"):
        patch.setitem(sys.modules, name, driver(Replay()) if name in names else None)
    patch.setattr(mssql, "find_spec", lambda name: name if name in names else None)


@pytest.mark.parametrize(
    ("given", "drivers", "completed"),
    [
        (
            "mssql://u:p@host/db",
            ("pyodbc", "pymssql"),
            "mssql+pyodbc://u:p@host/db?driver=ODBC+Driver+18+for+SQL+Server",
        ),
        ("mssql://u:p@host/db", ("pymssql",), "mssql+pymssql://u:p@host/db"),
        (
            "mssql+pyodbc://host/db?Encrypt=no",
            ("pyodbc",),
            "mssql+pyodbc://host/db?Encrypt=no&driver=ODBC+Driver+18+for+SQL+Server",
        ),
        ("mssql+pyodbc://h/d?driver=FreeTDS", ("pyodbc",), "mssql+pyodbc://h/d?driver=FreeTDS"),
        ("mssql+pyodbc://u:p@source", ("pyodbc",), "mssql+pyodbc://u:p@source"),
        (
            "mssql+pyodbc:///?odbc_connect=DSN%3Da",
            ("pyodbc",),
            "mssql+pyodbc:///?odbc_connect=DSN%3Da",
        ),
        ("mssql+pymssql://u:p@host/db", ("pymssql",), "mssql+pymssql://u:p@host/db"),
    ],
)
def test_a_uri_is_completed(
    given: str, drivers: tuple[str, ...], completed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(monkeypatch, *drivers)
    url = make_url(given)
    dialect = dialect_for(url)
    assert isinstance(dialect, MSSQL)
    assert dialect.complete(url).render_as_string(hide_password=False) == completed


@pytest.mark.parametrize("uri", ["mssql://h/d", "mssql+pyodbc://h/d", "mssql+nothing://h/d"])
def test_a_driver_that_is_missing_is_named(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch)
    with pytest.raises(InvalidParameter, match=r"pip install 'sagwan\[mssql\]'"):
        MSSQL().complete(make_url(uri))


def test_a_driver_that_does_not_load_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As pyodbc where there is no ODBC; one that loads is taken before it."""
    (tmp_path / "pyodbc.py").write_text("raise ImportError('libodbc.so.2: no such file')")
    installed(monkeypatch, "pymssql")
    monkeypatch.delitem(sys.modules, "pyodbc")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(InvalidParameter, match=r"does not load: libodbc\.so\.2"):
        MSSQL().complete(make_url("mssql+pyodbc://h/d"))
    assert MSSQL().complete(make_url("mssql://h/d")).drivername == "mssql+pymssql"
    installed(monkeypatch)
    monkeypatch.delitem(sys.modules, "pyodbc")
    monkeypatch.setattr(mssql, "find_spec", lambda name: name == "pyodbc")
    with pytest.raises(InvalidParameter, match=r"does not load: libodbc\.so\.2"):
        MSSQL().complete(make_url("mssql://h/d"))


def test_a_driver_for_asynchronous_use_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, "pyodbc")
    with pytest.raises(InvalidParameter, match="asynchronous use only"):
        MSSQL().complete(make_url("mssql+aioodbc://h/d"))


def test_a_database_that_will_not_do_is_refused_with_what_to_do() -> None:
    _check((130, 1, "a"))
    with pytest.raises(InvalidParameter) as caught:
        _check((160, 0, "a]b"))
    for option in ("ALLOW_SNAPSHOT_ISOLATION", "READ_COMMITTED_SNAPSHOT"):
        assert f"ALTER DATABASE [a]]b] SET {option} ON;" in caught.value.message
    with pytest.raises(InvalidParameter, match=r"\[a\] SET COMPATIBILITY_LEVEL = 130"):
        _check((120, 1, "a"))


@pytest.mark.parametrize(("taken", "refused"), [(0, False), (1, False), (-1, True), (-3, True)])
def test_a_lock_that_others_keep_is_given_up(taken: int, refused: bool) -> None:
    connection: Any = Connection()
    connection.taken = taken
    if refused:
        with pytest.raises(Unavailable, match="for itself"):
            MSSQL().only_one(connection)
    else:
        MSSQL().only_one(connection)
    begin, lock = (statement for statement, _ in connection.calls)
    assert begin == "IF @@TRANCOUNT = 0 BEGIN TRANSACTION"
    assert "@LockOwner = 'Transaction'" in lock


# --- Errors ---------------------------------------------------------------------------------------


def of_pyodbc(number: int, state: str = "42000") -> DBAPIError:
    text = (
        f"[{state}] [Microsoft][ODBC Driver 18 for SQL Server][SQL Server]Something (5) happened"
        f" in '(1205)'. ({number}) (SQLExecDirectW); [01000] [Microsoft][ODBC Driver 18 for SQL"
        " Server][SQL Server]The statement has been terminated. (3621)"
    )
    return DBAPIError("", (), Exception(state, text))


def of_pymssql(number: int, nested: bool = False) -> DBAPIError:
    arguments: tuple[Any, ...] = (number, b"Something (1205) happened.DB-Lib error message")
    return DBAPIError("", (), Exception(arguments) if nested else Exception(*arguments))


def all_forms(number: int) -> list[DBAPIError]:
    return [of_pyodbc(number), of_pymssql(number), of_pymssql(number, nested=True)]


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (10054, "it can't be reached"),
        (4060, "its database is not there, or not ready"),
        (6005, "it is starting, shutting down or failing over"),
        (40613, "it is starting, shutting down or failing over"),
        (10929, "it is short of resources"),
        (9002, "its disk is full"),
        (1105, "its disk is full"),
        (823, "its disk reported an error"),
        (3906, "it is read-only"),
        (1222, "a lock was not had in time"),
        (1205, None),
        (547, None),
        (102, None),
    ],
)
def test_errors_say_why_the_database_takes_nothing(number: int, reason: str | None) -> None:
    for error in all_forms(number):
        assert MSSQL().unavailable(error) == reason


@pytest.mark.parametrize("number", [1205, 3960, 3961, 2627, 2601, 6401])
def test_a_transaction_that_lost_may_be_tried_again(number: int) -> None:
    assert all(MSSQL().conflict(error) for error in all_forms(number))


@pytest.mark.parametrize("number", [547, 515, 1222, 102])
def test_a_transaction_that_was_wrong_is_not_tried_again(number: int) -> None:
    assert not any(MSSQL().conflict(error) for error in all_forms(number))


def test_errors_of_odbc_itself_count_by_their_state() -> None:
    message = "[{}] [unixODBC]Client unable to establish connection (0) (SQLDriverConnect)"
    for state in ("08001", "08S01", "HYT00"):
        error = DBAPIError("", (), Exception(state, message.format(state)))
        assert MSSQL().unavailable(error) == "it can't be reached"
    error = DBAPIError("", (), Exception("HY000", message.format("HY000")))
    assert MSSQL().unavailable(error) is None
    assert MSSQL().unavailable(DBAPIError("", (), Exception())) is None
    broken = DBAPIError("", (), Exception(), connection_invalidated=True)
    assert MSSQL().unavailable(broken) == "it can't be reached"


def test_a_driver_that_odbc_lacks_is_not_waited_for() -> None:
    message = "[01000] [unixODBC]Can't open lib 'ODBC Driver 18' : file not found (0) (SQLDriver"
    error = DBAPIError("", (), Exception("01000", message), connection_invalidated=True)
    assert MSSQL().unavailable(error) is None


# --- Rows -----------------------------------------------------------------------------------------


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_doubles_are_written_with_all_their_digits(value: float) -> None:
    written = _encode_double(value)
    assert struct.pack("d", float(written)) == struct.pack("d", value)
    assert len(written.split("e")[0].strip("-")) == 18


class Connection:
    """Takes note of what is run."""

    def __init__(self) -> None:
        from sqlalchemy.dialects.mssql import pyodbc

        self.dialect = pyodbc.dialect(paramstyle="qmark")  # type: ignore[no-untyped-call]
        self.calls: list[tuple[str, Any]] = []
        self.taken = 0

    def exec_driver_sql(self, statement: str, parameters: Any = None) -> "Connection":
        self.calls.append((statement, parameters))
        return self

    def scalar_one(self) -> int:
        return self.taken


def test_rows_go_as_one_text() -> None:
    bulk = MSSQL().bulk(metric_segments, SEGMENT)
    connection: Any = Connection()
    bulk.execute(connection, [])
    assert connection.calls == []
    bulk.execute(connection, ((1, 0, 0, 2, *[2**62] * 4, 3, b"\x00\xff") for _ in range(3)))
    ((_, (packed,)),) = connection.calls
    assert json.loads(packed) == [[1, 0, 0, 2, *[2**62] * 4, 3, "00ff"]] * 3


def test_rows_may_bring_their_ids() -> None:
    """As those of a backup do, whose tables are read from the database."""
    connection: Any = Connection()
    there = Table(
        "t",
        MetaData(),
        Column("id", mssql_types.BIGINT, primary_key=True),
        Column("value", mssql_types.DOUBLE_PRECISION),
        Column("data", mssql_types.VARBINARY("max")),
    )
    MSSQL().bulk(there, ["id", "value", "data"]).execute(connection, [(7, 0.5, b"\xff")])
    begun, (statement, (packed,)), ended = connection.calls
    assert begun[0] == "SET IDENTITY_INSERT [t] ON"
    assert ended[0] == "SET IDENTITY_INSERT [t] OFF"
    assert statement.startswith("INSERT INTO [t] ([id], [value], [data]) SELECT [id], [value], CON")
    assert json.loads(packed) == [[7, "5.0000000000000000e-01", "ff"]]


def test_lists_of_texts_are_packed_as_they_are() -> None:
    texts = ["사관 ✓ 🙂", 'a"\\', " \n"]
    packed = MSSQL().pack(texts)
    assert isinstance(packed, str)
    assert json.loads(packed) == texts
    assert "🙂" in packed
