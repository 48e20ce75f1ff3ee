"""`sagwan db`: what it says and what it ends with. What it does is tested with the storage."""

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from sagwan.cli.db import describe
from sagwan.storage.sql import chain, schema
from sagwan.storage.sql.backfill import Backfill
from sagwan.storage.sql.chain import Chain
from sagwan.storage.sql.upgrade import Plan, Step
from tests.cli.conftest import Call
from tests.support.revisions import ADDED, FILLED, INVENTED_HEAD, REAL_HEAD, longer_chain
from tests.support.server import running_server

FILE = Path("sagwan/sagwan.db")


@pytest.fixture
def longer(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This version needs a revision that the store doesn't have."""
    monkeypatch.setattr(schema, "HEAD", INVENTED_HEAD)
    monkeypatch.setattr(chain, "VERSIONS", longer_chain(tmp_path / "chain"))


def revision(file: Path = FILE) -> str:
    with closing(sqlite3.connect(file)) as connection:
        found: str = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        return found


def test_a_new_store_is_made(call: Call) -> None:
    result = call("db", "upgrade")
    assert result.exit_code == 0
    assert f"The database is empty. The way to {REAL_HEAD}:" in result.output
    assert f"Done. The schema has revision {REAL_HEAD}." in result.output
    assert revision() == REAL_HEAD
    assert "there is nothing to do" in call("db", "upgrade").output


def test_a_store_of_this_version(call: Call, store: Path) -> None:
    assert call("db", "current").output == f"{REAL_HEAD} (head)\n"
    result = call("db", "check")
    assert (result.exit_code, result.output) == (
        0,
        f"The schema has revision {REAL_HEAD}, which this version needs.\n",
    )
    listed = call("db", "history").output.splitlines()
    assert re.split(r" {2,}", listed[2])[:2] == [REAL_HEAD, "the store's, needed by this version"]
    assert listed[-1].endswith("Experiments, runs, metrics, datasets and logged models.")


@pytest.mark.usefixtures("longer")
def test_an_older_store_is_upgraded(call: Call, store: Path) -> None:
    result = call("db", "check")
    assert result.exit_code == 1
    advice = f"sagwan db upgrade --backend-store-uri sqlite:///{FILE}"
    assert advice in result.output
    refused = call("server", "--port", "0")
    assert (refused.exit_code, advice in refused.output) == (1, True)
    result = call("db", "upgrade")
    assert result.exit_code == 0
    assert f"{FILLED}  Fill in the length of the names of runs. (0 rows of runs" in result.output
    assert "- beside running servers" in result.output
    copy = re.search(r"The database as it was is in (.*)\.\n", result.output)
    assert copy is not None
    assert revision(Path(copy[1])) == REAL_HEAD
    assert revision() == INVENTED_HEAD
    assert call("db", "check").exit_code == 0


@pytest.mark.usefixtures("longer")
def test_ctrl_c_says_how_to_go_on(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Backfill, "remaining", interrupt)
        result = call("db", "upgrade")
    assert result.exit_code == 1
    assert "Interrupted. What was committed is kept; run the same command again" in result.output
    assert revision() == ADDED
    assert call("db", "upgrade").exit_code == 0
    assert revision() == INVENTED_HEAD


@pytest.mark.usefixtures("longer")
def test_a_dry_run_prints_sql_alone_on_stdout(call: Call, store: Path) -> None:
    result = call("db", "upgrade", "--dry-run")
    assert result.exit_code == 0
    assert f"The way to {INVENTED_HEAD}" in result.stderr
    assert result.stdout.startswith(
        f"-- {ADDED}: Keep the length of a run's name.\n\nALTER TABLE runs"
    )
    assert revision() == REAL_HEAD
    assert list(store.glob("*.backup")) == []


@pytest.mark.usefixtures("longer")
def test_a_downgrade_says_what_it_deletes_and_asks(call: Call, store: Path) -> None:
    call("db", "upgrade", "--no-backup")
    result = call("db", "downgrade", REAL_HEAD)
    assert result.exit_code == 1
    assert "DELETES the lengths of runs' names" in result.output
    assert "Go on? [y/N]" in result.output
    assert revision() == INVENTED_HEAD
    assert list(store.glob("*.backup")) == []
    assert call("db", "downgrade", REAL_HEAD, "--yes").exit_code == 0
    assert revision() == REAL_HEAD
    assert len(list(store.glob("*.backup"))) == 1
    result = call("db", "downgrade", "base", "--yes", "--no-backup")
    assert "DELETES all experiments, runs and models" in result.output
    assert call("db", "current").output == "none: the database is empty\n"
    empty = call("db", "check")
    assert (empty.exit_code, "is empty" in empty.output) == (1, True)


def test_a_backup_and_a_restore(call: Call, store: Path, tmp_path: Path) -> None:
    result = call("db", "backup", ".")
    file = re.fullmatch(r"The backup is in (sagwan-.*\.db) \([0-9,]+ bytes\)\.\n", result.stdout)
    assert file is not None
    assert "Copying the database: 100 %" in result.stderr
    assert call("db", "backup", "x", "--portable").exit_code == 0
    for number, source in enumerate((file[1], "x")):
        place = tmp_path / f"new-{number}"
        result = call("db", "restore", source, "--backend-store-uri", str(place))
        assert result.stdout == f"Restored, with schema revision {REAL_HEAD}.\n"
        listed = call("experiments", "search", "--tracking-uri", str(place))
        assert "Default" in listed.output
        again = call("db", "restore", source, "--backend-store-uri", str(place))
        assert (again.exit_code, "--force" in again.output) == (1, True)


@pytest.mark.usefixtures("longer")
def test_a_restored_older_store_is_to_be_upgraded(call: Call, store: Path) -> None:
    call("db", "backup", "x")
    result = call("db", "restore", "x", "--backend-store-uri", "new")
    assert f"needs {INVENTED_HEAD}: run `sagwan db upgrade`" in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("current",),
        ("check",),
        ("history",),
        ("backup", "x"),
        ("downgrade", "base"),
    ],
)
def test_where_there_is_no_store(call: Call, arguments: tuple[str, ...], tmp_path: Path) -> None:
    result = call("db", *arguments)
    assert (result.exit_code, "There is no store at" in result.output) == (1, True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["upgrade", "current", "check"])
def test_data_of_mlflow_is_left_alone(call: Call, tmp_path: Path, name: str) -> None:
    (tmp_path / "mlruns" / "0").mkdir(parents=True)
    (tmp_path / "mlruns" / "0" / "meta.yaml").write_text("name: Default\n")
    result = call("db", name, "--backend-store-uri", str(tmp_path))
    assert (result.exit_code, "holds data of MLflow" in result.output) == (1, True)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["mlruns"]


def test_no_password_is_told(call: Call) -> None:
    uri = "postgresql://someone:hush@127.0.0.1:1/db"
    for name in ("current", "upgrade"):
        result = call("db", name, "--backend-store-uri", uri)
        assert result.exit_code == 1
        assert "hush" not in result.output


@pytest.mark.parametrize(
    ("rows", "told"),
    [(1, "a second"), (3_000_000, "30 seconds"), (10**8, "17 minutes"), (10**9, "2.8 hours")],
)
def test_how_long_it_takes(rows: int, told: str, tmp_path: Path) -> None:
    step = Step(Chain(longer_chain(tmp_path)).revisions[-1], {"runs": rows})
    shown = describe(Plan(FILLED, INVENTED_HEAD, False, [step]))
    assert f"({rows:,} rows of runs; about {told})" in shown
    assert shown.endswith(f"In all about {told}.")


def test_a_server_upgrades_by_itself(tmp_path: Path) -> None:
    """The whole way, in a process of its own."""
    (tmp_path / "sagwan").mkdir()
    with running_server(tmp_path, "--auto-upgrade") as server:
        assert "Upgrading" not in server.log
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        connection.execute(f"UPDATE alembic_version SET version_num = '{REAL_HEAD}-undoing'")
        connection.commit()
    with running_server(tmp_path, "--auto-upgrade") as server:
        assert f"Upgrading the database to {REAL_HEAD}" in server.log
    assert revision(tmp_path / FILE) == REAL_HEAD


def test_a_server_starts_without_the_library_for_upgrades() -> None:
    code = (
        "import sys, sagwan.server.run, sagwan.storage.sql.store, sagwan.cli.main;"
        " print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
