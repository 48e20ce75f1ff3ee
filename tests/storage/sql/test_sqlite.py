"""What SQLite does that no other database does."""

import contextlib
import sqlite3
from pathlib import Path

from sqlalchemy import make_url

from sagwan.storage.sql.database import Database
from sagwan.storage.sql.dialects.sqlite import SQLite


def database_in(folder: Path) -> Database:
    return Database(make_url(f"sqlite:///{folder / 'sagwan.db'}"), SQLite())


def test_a_new_database_gives_space_back(tmp_path: Path) -> None:
    database = database_in(tmp_path)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE t (x)")
        assert connection.exec_driver_sql("PRAGMA auto_vacuum").scalar() == 2
    database.close()


def test_connecting_writes_nothing(tmp_path: Path) -> None:
    """A connection for reads that writes would fail on a full disk and wait for writers."""
    database = database_in(tmp_path)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (x)")
    with contextlib.closing(sqlite3.connect(tmp_path / "sagwan.db")) as witness:
        (before,) = witness.execute("PRAGMA data_version").fetchone()
        with database.read_engine.connect(), database.engine.connect():
            (after,) = witness.execute("PRAGMA data_version").fetchone()
    assert after == before
    database.close()
