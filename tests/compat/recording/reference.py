"""A real MLflow server for recordings, which is as new before each of them."""

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.compat.environments import Environment
from tests.compat.recording.naming import BEFORE_FIRST_EXPERIMENT
from tests.compat.servers import start_server

EARLIER = "an earlier experiment"
# Where a server's order is that of its ids, it is that of their making: here as when said again.
# They are without letters, whose case a program may change.
ASCENDING_IDS = """
import itertools, uuid
numbers = itertools.count(7 * 10**31)
uuid.uuid4 = lambda: uuid.UUID(str(next(numbers)))
"""


class Reference:
    """A running MLflow server on SQLite, and what was in its database at the beginning."""

    def __init__(self, url: str, database: Path) -> None:
        self.url = url
        self._database = database
        with closing(sqlite3.connect(database)) as connection:
            self._tables = [
                name
                for (name,) in connection.execute(
                    "SELECT name FROM sqlite_master WHERE type='table'"
                )
                if not name.startswith("sqlite_")
            ]
            self._rows = {
                table: connection.execute(f'SELECT * FROM "{table}"').fetchall()
                for table in self._tables
            }
            cursor = connection.execute("SELECT * FROM experiments")
            names = [column[0] for column in cursor.description]
        first = dict(zip(names, self._rows["experiments"][0], strict=True))
        changed = {"experiment_id": BEFORE_FIRST_EXPERIMENT, "name": EARLIER}
        earlier: dict[str, Any] = first | changed | {"lifecycle_stage": "deleted"}
        # So that experiments have numbers that are like no other number.
        self._rows["experiments"].append(tuple(earlier.values()))

    def begin(self) -> None:
        """Empty the database but for what was there at the beginning."""
        with closing(sqlite3.connect(self._database, timeout=60)) as connection, connection:
            for table in self._tables:
                connection.execute(f'DELETE FROM "{table}"')
            for table, rows in self._rows.items():
                for row in rows:
                    marks = ", ".join("?" * len(row))
                    connection.execute(f'INSERT INTO "{table}" VALUES ({marks})', row)


@contextlib.contextmanager
def reference(folder: Path, environment: Environment) -> Iterator[Reference]:
    """A server of `environment` with its data in `folder`, up for the block."""
    own = folder / "own modules"
    own.mkdir(parents=True)
    (own / "sitecustomize.py").write_text(ASCENDING_IDS)
    server = start_server(folder, environment, f"PYTHONPATH={own}")
    try:
        yield Reference(server.url, server.folder / "mlflow.db")
    finally:
        server.kill()
