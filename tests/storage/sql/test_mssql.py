"""SQL Server: statements compiled, parsed and compared with golden files. None of them is run.

Run with UPDATE_GOLDEN=1 to write the golden files anew.
"""

import ast
import asyncio
import os
import re
import sys
from collections import deque
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select
from sqlalchemy.dialects.mssql import pyodbc

from sagwan.storage.sql import merging
from sagwan.storage.sql import store as store_module
from sagwan.storage.sql.backfill import Backfill
from sagwan.storage.sql.chain import Chain, as_sql
from sagwan.storage.sql.compaction import CompactionSettings, Compactor
from sagwan.storage.sql.dialects.mssql import MSSQL
from sagwan.storage.sql.store import SqlStore
from sagwan.storage.sql.tables import runs
from tests.storage.sql.mssql_replay import SQL_FOLDER, Call, RecordedSQLite, Replay, driver
from tests.storage.sql.mssql_scenario import scenario

# One recording, in one process.
pytestmark = pytest.mark.xdist_group("mssql")

GOLDEN = Path(__file__).parent / "golden" / "mssql"
CONNECTIONS = "connections"
AREAS = (
    "schema experiments runs batches run_search metrics workspace bulk models model_search"
    " views dictionary traces trash registry webhooks workspace_keys".split()
)

# The modules whose statements the scenario has to reach, every one.
MODULES = (
    "batch bulk compaction dictionary experiments inputs jobs keys merging metrics models outbox"
    " registry registry_reads registry_search run_pages runs series store trace_search traces trash"
    " trash_usage views webhooks workspace workspace_facets workspace_groups workspace_keys".split()
)


class Recording:
    """The calls that a store made, by area, and what it answered."""

    def __init__(self) -> None:
        self.calls: dict[str, list[Call]] = {}
        self.answers: dict[str, list[Any]] = {}


async def _record(uri: str, replay: Replay) -> Recording:
    found = Recording()
    store = await SqlStore.open(uri, artifact_root="mlflow-artifacts:/é", now=0)
    await store.compactor.stop()
    found.calls["schema"], replay.calls = replay.calls, []
    async for area, answers in scenario(store):
        found.answers[area] = answers
        found.calls[area], replay.calls = replay.calls, []
    await store.close()
    return found


class Recordings(NamedTuple):
    """The scenario on SQLite, and as SQL Server would have got it through each driver."""

    real: Recording
    pyodbc: Recording
    pymssql: Recording


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Recordings:
    replay = Replay()
    with pytest.MonkeyPatch.context() as patch:
        # So that few points make many segments.
        for name in ("GROUP_POINTS", "SERIES_POINTS", "FULL_SERIES", "FULL_GROUP"):
            patch.setattr(merging, name, 8)
        settings = CompactionSettings(segments=8, idle=0)
        # What tidies up a SQLite file has no counterpart.
        patch.setattr(
            store_module, "Compactor", lambda *ports, **_: Compactor(*ports, settings=settings)
        )
        patch.setattr(store_module, "dialect_for", lambda _: RecordedSQLite(replay))
        folder = tmp_path_factory.mktemp("recorded")
        real = asyncio.run(_record(str(folder), replay))
        patch.setattr(store_module, "dialect_for", lambda _: MSSQL())
        answers = list(replay.answers)
        found = {}
        for name, paramstyle in (("pyodbc", "qmark"), ("pymssql", "pyformat")):
            replay.answers = deque(answers)
            patch.setitem(sys.modules, name, driver(replay, paramstyle))
            found[name] = asyncio.run(_record(f"mssql+{name}://u:p@host/sagwan", replay))
            assert not replay.answers
    return Recordings(real, found["pyodbc"], found["pymssql"])


def test_the_store_reads_what_sql_server_would_answer(recordings: Recordings) -> None:
    assert list(recordings.real.answers) == AREAS[1:]
    assert repr(recordings.pyodbc.answers) == repr(recordings.real.answers)
    assert repr(recordings.pymssql.answers) == repr(recordings.real.answers)


@pytest.mark.parametrize("area", AREAS)
def test_both_drivers_get_the_same(area: str, recordings: Recordings) -> None:
    one, other = (
        [(call.statement, call.parameters) for call in recording.calls[area] if call.is_ours]
        for recording in (recordings.pyodbc, recordings.pymssql)
    )
    assert one == other


@cache
def _sites(module: str) -> list[tuple[int, int]]:
    """The lines of a module on which it has statements run."""
    runs = ("execute", "execute_many", "rows")
    tree = ast.parse((SQL_FOLDER / f"{module}.py").read_text())
    return [
        (node.lineno, node.end_lineno or node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in runs
        and not isinstance(node.func.value, ast.Call)
    ]


@pytest.mark.parametrize("module", MODULES)
def test_every_place_that_runs_a_statement_is_reached(module: str, recordings: Recordings) -> None:
    calls = [call for calls in recordings.pyodbc.calls.values() for call in calls]
    reached = {call.place[1] for call in calls if call.place and call.place[0] == f"{module}.py"}
    missed = [
        first
        for first, last in _sites(module)
        if not any(first <= line <= last for line in reached)
    ]
    assert _sites(module)
    assert missed == []


def test_parameters_are_as_many_as_the_statement_has(
    recordings: Recordings,
) -> None:
    for calls in recordings.pyodbc.calls.values():
        for call in calls:
            counts = {len(row) for row in call.parameters}
            assert counts == {call.statement.count("?")}, call.statement
            assert max(counts) <= 2100


def test_texts_are_sent_as_unicode(recordings: Recordings) -> None:
    """Where a driver is told a type, it must not be that of texts in a code page."""
    told = 0
    for calls in recordings.pyodbc.calls.values():
        for call in calls:
            for row in call.parameters:
                for value, kind in zip(row, call.types, strict=False):
                    if isinstance(value, str) and not value.isascii():
                        told += 1
                        assert isinstance(kind, tuple) or kind == "SQL_WVARCHAR", call.statement
                        assert "SQL_VARCHAR" not in kind, call.statement
    assert told > 50


# --- The text of statements -----------------------------------------------------------------------


def _numbered(statement: str) -> str:
    """A statement with the names that SQL Server gives to parameters."""
    parts = statement.strip().split("?")
    numbered = "".join(f"@P{number}{part}" for number, part in enumerate(parts) if number)
    return re.sub(r"[ \t]+$", "", parts[0] + numbered, flags=re.MULTILINE)


def _statements(recording: Recording, area: str) -> list[str]:
    """What SQL Server gets in an area, each statement once.

    Which thread connects when is left to chance: what connections begin with is an area of its own.
    """
    if area == CONNECTIONS:
        calls = [call for calls in recording.calls.values() for call in calls if call.is_setup]
    else:
        calls = [
            call for call in recording.calls[area] if not call.is_setup and not call.is_inspection
        ]
    found = dict.fromkeys(_numbered(call.statement) for call in calls)
    return sorted(found) if area == CONNECTIONS else list(found)


def _golden(name: str, text: str) -> str:
    """What a golden file holds; it is written first if that is asked for."""
    file = GOLDEN / f"{name}.sql"
    if os.environ.get("UPDATE_GOLDEN"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return file.read_text()


@pytest.mark.parametrize("area", [CONNECTIONS, *AREAS])
def test_statements_are_the_golden_ones(area: str, recordings: Recordings) -> None:
    text = "".join(f"{each}\nGO\n" for each in _statements(recordings.pyodbc, area))
    assert text == _golden(area, text)


@pytest.mark.parametrize("area", [CONNECTIONS, *AREAS])
def test_statements_are_t_sql(area: str, recordings: Recordings) -> None:
    found = {
        statement: wrong
        for statement in _statements(recordings.pyodbc, area)
        if (wrong := _syntax_errors(statement))
    }
    assert found == {}


@pytest.mark.parametrize("down", [False, True])
def test_the_chain_of_revisions_is_t_sql(down: bool) -> None:
    chain = Chain()
    dialect = pyodbc.dialect()  # type: ignore[no-untyped-call]
    text = as_sql(dialect, chain.revisions[::-1] if down else chain.revisions, down=down)
    text = re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)
    assert text == _golden("downgrades" if down else "upgrades", text)
    assert _syntax_errors(text) == ()


def test_backfills_are_t_sql() -> None:
    """Of the chain to come: what changes a table beside running servers."""
    backfill = Backfill("runs", {"name": "user_id"}, "name IS NULL")
    asked: list[str] = []

    class Connection:
        def execute(self, statement: Any) -> Any:
            dialect = pyodbc.dialect(paramstyle="qmark")  # type: ignore[no-untyped-call]
            options = {"render_postcompile": True}
            asked.append(str(statement.compile(dialect=dialect, compile_kwargs=options)))
            return self

        def scalar(self) -> None:
            return None

        scalar_one, first = (lambda _: 0), scalar

    connection: Any = Connection()
    backfill.count(connection)
    backfill.remaining(connection)
    connection.execute(backfill.statement(0, 500))
    # As it looks for the end of a batch.
    connection.execute(select(runs.c.id).order_by(runs.c.id).offset(499).limit(1))
    assert len(asked) == 4
    assert [_syntax_errors(_numbered(each)) for each in asked] == [()] * 4


def test_the_parser_refuses_what_other_databases_say() -> None:
    assert _syntax_errors("SELECT id FROM runs LIMIT 3")
    assert _syntax_errors("INSERT INTO t (a) VALUES (1) ON CONFLICT DO NOTHING")
    assert not _syntax_errors("SELECT TOP 3 id FROM runs")


@cache
def _syntax_errors(statement: str) -> tuple[str, ...]:
    parsed = _linter().parse_string(statement)
    return tuple(str(each) for each in parsed.violations)


@cache
def _linter() -> Any:
    from sqlfluff.core import FluffConfig, Linter

    return Linter(
        config=FluffConfig(overrides={"dialect": "tsql", "large_file_skip_byte_limit": 0})
    )
