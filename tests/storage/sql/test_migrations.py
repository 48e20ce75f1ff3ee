"""The chain of revisions: what it makes, what is refused, and what an interruption leaves."""

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    Column,
    Connection,
    Inspector,
    Integer,
    MetaData,
    Table,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError

from sagwan.errors import InvalidParameter, InvalidState
from sagwan.storage.sql import backfill, chain, schema, tables, upgrade
from sagwan.storage.sql.chain import BASE, Chain
from sagwan.storage.sql.database import Database
from sagwan.storage.sql.locks import alone
from sagwan.storage.sql.migrations.steps import NAMING
from sagwan.storage.sql.schema import check, prepare, revision, versions
from sagwan.storage.sql.upgrade import (
    current,
    make_plan,
    migrate,
    open_database,
    sql,
    upgrade_at_start,
)
from tests.conftest import Databases
from tests.storage.sql.migrating import (
    KINDS,
    add_runs,
    contents,
    contents_of,
    in_process,
    kills,
    new_store,
    new_uri,
    timed,
    told,
    work,
)
from tests.support.revisions import ADDED, FILLED, INVENTED_HEAD, REAL_HEAD, longer_chain


@pytest.fixture(params=KINDS)
def uri(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> str:
    """An empty database of each kind."""
    return new_uri(request.param, databases, tmp_path)


@pytest.fixture
def other_uri(uri: str, databases: Databases, tmp_path: Path) -> str:
    """Another one of the same kind."""
    return new_uri(uri.split(":")[0].split("+")[0].replace("mysql", "mariadb"), databases, tmp_path)


@pytest.fixture
def database(uri: str) -> Iterator[Database]:
    with closing(open_database(uri, create=True)) as found:
        yield found


@pytest.fixture
def longer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Chain:
    """A chain that goes on after this version's revision."""
    monkeypatch.setattr(schema, "HEAD", INVENTED_HEAD)
    monkeypatch.setattr(chain, "VERSIONS", longer_chain(tmp_path / "chain"))
    return Chain()


def execute(database: Database, statement: Any) -> Any:
    with database.engine.connect() as connection, connection.begin():
        result = connection.execute(text(statement) if isinstance(statement, str) else statement)
        return result.fetchall() if result.returns_rows else None


def refusal(database: Database) -> str:
    """What a server says that is started on it."""
    with database.engine.connect() as connection, connection.begin():
        with pytest.raises(InvalidParameter) as caught:
            prepare(connection)
        return caught.value.message


def shape(database: Database) -> dict[str, Any]:
    """All that tells one schema from another."""
    with database.read_engine.connect() as connection, connection.begin():
        looked: Inspector = inspect(connection)
        # Of all tables at once, which on PostgreSQL is a statement each.
        columns, primary = looked.get_multi_columns(), looked.get_multi_pk_constraint()
        unique, indexes = looked.get_multi_unique_constraints(), looked.get_multi_indexes()
        foreign = looked.get_multi_foreign_keys()
        return {
            name: (
                [
                    (column["name"], str(column["type"]), column["nullable"], column["default"])
                    for column in columns[None, name]
                ],
                primary[None, name],
                _sorted(unique[None, name]),
                _sorted(indexes[None, name]),
                _sorted(foreign[None, name]),
                _definition(connection, name),
            )
            for name in looked.get_table_names()
        }


def _sorted(found: Any) -> Any:
    return sorted(found, key=lambda item: str(item["name"]))


def _definition(connection: Connection, name: str) -> object:
    if connection.dialect.name == "sqlite":
        made = text("SELECT sql FROM sqlite_master WHERE tbl_name = :name ORDER BY name")
        return [" ".join(str(sql).split()) for (sql,) in connection.execute(made, {"name": name})]
    if connection.dialect.name in ("mysql", "mariadb"):
        return str(connection.execute(text(f"SHOW CREATE TABLE `{name}`")).one()[1])
    made = text(
        "SELECT column_name, collation_name, udt_name FROM information_schema.columns"
        " WHERE table_name = :name ORDER BY 1"
    )
    return [tuple(row) for row in connection.execute(made, {"name": name})]


def test_the_chain_ends_at_this_versions_revision() -> None:
    assert Chain().head == schema.HEAD
    numbers = [one.number for one in Chain().revisions]
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]
    assert all(one.title.endswith(".") for one in Chain().revisions)
    assert tables.metadata.naming_convention == NAMING


def test_the_chain_makes_what_a_new_store_gets(
    database: Database, other_uri: str, longer: Chain
) -> None:
    migrate(database, longer, REAL_HEAD, told().watch)
    with closing(open_database(other_uri, create=True)) as other:
        with other.engine.connect() as connection, connection.begin():
            schema.create_missing(connection, tables.metadata)
            schema.set_revision(connection, REAL_HEAD)
        assert shape(database) == shape(other)
    assert set(longer.tables[REAL_HEAD].tables) == set(tables.metadata.tables)


def test_down_and_up_again_gives_the_same(database: Database, longer: Chain) -> None:
    migrate(database, longer, "head", told().watch)
    whole = shape(database)
    assert "name_length" in str(whole["runs"])
    migrate(database, longer, ADDED, told().watch, down=True)
    assert current(database) == ADDED
    migrate(database, longer, BASE, told().watch, down=True)
    assert current(database) is None
    assert shape(database) == {}
    plan = migrate(database, longer, "head", told().watch)
    numbers = [step.revision.number for step in plan.steps]
    assert numbers == [f"{number:04}" for number in range(1, int(INVENTED_HEAD) + 1)]
    assert shape(database) == whole


def test_a_dry_run_tells_the_sql_and_changes_nothing(database: Database, other_uri: str) -> None:
    script = sql(database, make_plan(database, Chain(), "head", down=False))
    assert shape(database) == {}
    statements = "\n".join(line for line in script.splitlines() if not line.startswith("--")).split(
        ";\n"
    )
    with database.engine.connect() as connection, connection.begin():
        for statement in filter(str.strip, statements):
            connection.exec_driver_sql(statement)
    with closing(open_database(other_uri, create=True)) as other:
        migrate(other, Chain(), "head", told().watch)
        assert current(database) == current(other) == schema.HEAD
        made, migrated = shape(database), shape(other)
    made.pop(versions.name)
    migrated.pop(versions.name)
    assert made == migrated


def test_the_sql_of_a_backfill_and_of_a_downgrade(database: Database, longer: Chain) -> None:
    up = sql(database, make_plan(database, longer, "head", down=False))
    assert "-- In batches" in up
    assert "SET name_length=length(name)" in up
    migrate(database, longer, "head", told().watch)
    down = sql(database, make_plan(database, longer, BASE, down=True))
    assert down.index(f"Undo {INVENTED_HEAD}") < down.index("Undo 0001")
    assert "DROP TABLE alembic_version" in down
    assert current(database) == INVENTED_HEAD


def test_rows_are_filled_and_the_plan_says_how_many(uri: str, longer: Chain) -> None:
    new_store(uri, 100)
    seen = told()
    with closing(open_database(uri)) as database:
        migrate(database, longer, "head", seen.watch)
        assert execute(database, "SELECT count(*) FROM runs WHERE name_length > 0") == [(100,)]
        names = inspect(database.engine).get_table_names()
    (plan,) = seen.plans
    assert (plan.current, plan.target) == (REAL_HEAD, INVENTED_HEAD)
    assert [dict(step.rows) for step in plan.steps] == [{}, {"runs": 100}, {"runs": 100}]
    assert 0 < plan.seconds < 1
    filled = [(done, total) for label, done, total in seen.progress if FILLED in label]
    assert filled[0] == (0, 100)
    assert filled[-1] == (100, 100)
    assert backfill.progress_table.name not in names


def test_a_backfill_goes_on_where_it_was_interrupted(
    uri: str, longer: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill, "START", 50)
    monkeypatch.setattr(backfill, "MOST", 50)
    new_store(uri, 500)
    with closing(open_database(uri)) as database:
        seen = told()

        def interrupt(done: int, total: int) -> None:
            if done == 150:
                raise KeyboardInterrupt

        migrate(database, longer, ADDED, seen.watch)
        found = longer.revisions[-2].backfill
        assert found is not None
        with pytest.raises(KeyboardInterrupt):
            backfill.Filler(database, FILLED, found).run(interrupt)
        assert current(database) == ADDED
        assert execute(database, "SELECT count(name_length) FROM runs") == [(150,)]
        migrate(database, longer, "head", seen.watch)
        assert execute(database, "SELECT count(name_length) FROM runs") == [(500,)]
        filled = [done for label, done, _ in seen.progress if FILLED in label]
        assert filled[0] == 150
        assert current(database) == INVENTED_HEAD


def test_rows_that_an_older_server_adds_meanwhile_are_filled_too(
    uri: str, longer: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill, "START", 50)
    monkeypatch.setattr(backfill, "MOST", 50)
    new_store(uri, 0)
    with closing(open_database(uri)) as database:
        with database.engine.connect() as connection, connection.begin():
            add_runs(connection, range(1001, 1201))
        migrate(database, longer, ADDED, told().watch)
        found = longer.revisions[-2].backfill
        assert found is not None

        def add(done: int, total: int) -> None:
            if done == 100:
                with database.engine.connect() as connection, connection.begin():
                    # Before and behind the place where the backfill is.
                    add_runs(connection, [1, 2, 3, 2001, 2002])

        backfill.Filler(database, FILLED, found).run(add)
        assert execute(database, "SELECT count(*), count(name_length) FROM runs") == [(205, 205)]


def test_a_backfill_that_never_satisfies_its_condition_ends(uri: str, longer: Chain) -> None:
    new_store(uri, 20)
    with closing(open_database(uri)) as database:
        migrate(database, longer, ADDED, told().watch)
        useless = backfill.Backfill("runs", {"name_length": "NULL"}, todo="name_length IS NULL")
        backfill.Filler(database, FILLED, useless).run(lambda done, total: None)


class TestRefusals:
    """What a server says of a database that it can't use."""

    def test_an_older_schema(self, database: Database, longer: Chain) -> None:
        migrate(database, longer, REAL_HEAD, told().watch)
        said = refusal(database)
        assert f"schema revision {REAL_HEAD}, this version of Sagwan needs {INVENTED_HEAD}" in said
        assert "\n  sagwan db upgrade --backend-store-uri " in said
        assert "--auto-upgrade" in said
        assert "secret" not in said

    def test_a_newer_schema(self, database: Database) -> None:
        migrate(database, Chain(), "head", told().watch)
        execute(database, update(versions).values(version_num="9999"))
        said = refusal(database)
        assert "9999, which a newer version of Sagwan made" in said
        assert f"\n  sagwan db downgrade --backend-store-uri {_shown(database)} {REAL_HEAD}" in said
        assert "secret" not in said
        for down in (False, True):
            with pytest.raises(InvalidParameter, match="9999"):
                make_plan(database, Chain(), REAL_HEAD, down=down)

    def test_a_database_of_mlflow(self, database: Database) -> None:
        metadata = MetaData()
        for name in ("experiments", "metrics", "runs"):
            Table(name, metadata, Column("id", Integer, primary_key=True))
        with database.engine.connect() as connection, connection.begin():
            metadata.create_all(connection)
            schema.set_revision(connection, "1b5f0d9ad7c1")
        before = contents(database)
        for said in (refusal(database), _refused_upgrade(database)):
            assert "is one of MLflow" in said
            assert "a database of its own" in said
            assert "Nothing was changed" in said
        assert contents(database) == before

    @pytest.mark.parametrize("number", [None, "1b5f0d9ad7c1", "12345"])
    def test_a_database_of_something_else(self, database: Database, number: str | None) -> None:
        execute(database, "CREATE TABLE invoices (id INTEGER)")
        if number:
            with database.engine.connect() as connection, connection.begin():
                schema.set_revision(connection, number)
        for said in (refusal(database), _refused_upgrade(database)):
            assert (number or "invoices") in said
            assert "Nothing was changed" in said

    @pytest.mark.parametrize(
        ("number", "advice"),
        [
            ("restoring", "sagwan db restore"),
            (f"{REAL_HEAD}-undoing", "sagwan db upgrade"),
        ],
    )
    def test_what_was_interrupted(self, database: Database, number: str, advice: str) -> None:
        migrate(database, Chain(), "head", told().watch)
        execute(database, update(versions).values(version_num=number))
        assert advice in refusal(database)

    def test_ways_that_there_are_not(self, database: Database, longer: Chain) -> None:
        migrate(database, longer, ADDED, told().watch)
        with pytest.raises(InvalidParameter, match="no schema revision '17'"):
            make_plan(database, longer, "17", down=False)
        with pytest.raises(InvalidParameter, match="sagwan db downgrade"):
            make_plan(database, longer, REAL_HEAD, down=False)
        with pytest.raises(InvalidParameter, match="sagwan db upgrade"):
            make_plan(database, longer, "head", down=True)
        assert make_plan(database, longer, ADDED, down=False).steps == []
        assert current(database) == ADDED

    def test_a_store_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidParameter, match="does not exist"):
            open_database(str(tmp_path / "nowhere"))
        assert not (tmp_path / "nowhere").exists()


def _shown(database: Database) -> str:
    found = database.engine.url.render_as_string()
    return f"'{found}'" if "*" in found else found


def _refused_upgrade(database: Database) -> str:
    with pytest.raises(InvalidParameter) as caught:
        migrate(database, Chain(), "head", told().watch)
    return caught.value.message


class TestInterruptions:
    """Databases that commit each change by itself are left somewhere in between."""

    def test_a_creation_is_taken_up(self, database: Database) -> None:
        migrate(database, Chain(), "head", told().watch)
        whole = shape(database)
        with database.engine.connect() as connection, connection.begin():
            schema.set_revision(connection, None)
            versions.create(connection)
            tables.logged_model_metrics.drop(connection)
            (index,) = tables.params.indexes
            index.drop(connection)
        assert current(database) is None
        migrate(database, Chain(), "head", told().watch)
        assert shape(database) == whole

    def test_a_server_takes_a_creation_up_too(self, database: Database) -> None:
        with database.engine.connect() as connection, connection.begin():
            versions.create(connection)
            tables.experiments.create(connection)
        with database.engine.connect() as connection, connection.begin():
            prepare(connection)
            check(connection, revision(connection) or "")
        assert set(shape(database)) == {*tables.metadata.tables, versions.name}

    @pytest.mark.parametrize("down", [False, True])
    def test_a_downgrade_is_completed_in_either_direction(
        self, database: Database, longer: Chain, down: bool
    ) -> None:
        migrate(database, longer, "head", told().watch)
        whole = shape(database)
        execute(database, update(versions).values(version_num=f"{INVENTED_HEAD}-undoing"))
        if database.dialect.name in ("mysql", "mariadb"):
            execute(database, "DROP INDEX ix_runs_name_length ON runs")
        else:
            execute(database, "DROP INDEX ix_runs_name_length")
        if down:
            migrate(database, longer, FILLED, told().watch, down=True)
            migrate(database, longer, FILLED, told().watch)
        migrate(database, longer, "head", told().watch)
        assert shape(database) == whole
        assert current(database) == INVENTED_HEAD


def test_only_one_at_a_time(database: Database) -> None:
    with alone(database):
        with pytest.raises(InvalidState, match="under way"):
            migrate(database, Chain(), "head", told().watch)
        assert current(database) is None
        waiting = threading.Thread(
            target=migrate, args=(database, Chain(), "head", told().watch), kwargs={"wait": True}
        )
        waiting.start()
    waiting.join(60)
    assert current(database) == schema.HEAD


def test_two_databases_of_one_server_are_no_matter_of_each_other(
    database: Database, other_uri: str
) -> None:
    with closing(open_database(other_uri, create=True)) as other, alone(other):
        migrate(database, Chain(), "head", told().watch)
    assert current(database) == schema.HEAD


def test_a_table_that_is_held_is_waited_for_and_then_left(
    databases: Databases, tmp_path: Path, longer: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upgrade, "LOCK_ATTEMPTS", 2)
    monkeypatch.setattr(upgrade, "LOCK_PAUSE", 0)
    uri = new_uri("postgresql", databases, tmp_path)
    new_store(uri, 5)
    with closing(open_database(uri)) as database:
        with database.engine.connect() as holder, holder.begin():
            holder.execute(select(tables.runs.c.id))
            with pytest.raises(InvalidState, match="pg_stat_activity"):
                migrate(database, longer, ADDED, told().watch)
        assert current(database) == REAL_HEAD
        migrate(database, longer, ADDED, told().watch)
        assert current(database) == ADDED


def test_a_step_that_fails_undoes_the_others(
    database: Database, longer: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate(database, longer, FILLED, told().watch)
    before = shape(database)

    def fail() -> None:
        raise DBAPIError("statement", None, Exception("no"))

    monkeypatch.setattr(longer.revisions[-2].module, "downgrade", fail, raising=False)
    with pytest.raises(Exception, match="no"):
        migrate(database, longer, REAL_HEAD, told().watch, down=True)
    if database.dialect.atomic:
        assert shape(database) == before
    assert (current(database) or "").startswith(FILLED)


def test_a_sqlite_database_is_copied_first(tmp_path: Path, longer: Chain) -> None:
    uri = str(tmp_path / "store")
    new_store(uri, 10)
    before = contents_of(uri)
    seen = told()
    with closing(open_database(uri)) as database:
        migrate(database, longer, "head", seen.watch)
        (copy,) = (tmp_path / "store").glob("*.backup")
        assert str(copy) in seen.lines[0]
        assert contents_of(f"sqlite:///{copy}") == before
        migrate(database, longer, "head", seen.watch)
        migrate(database, longer, REAL_HEAD, seen.watch, down=True, backup=False)
    assert list((tmp_path / "store").glob("*.backup")) == [copy]
    assert contents_of(uri) == before


def test_an_empty_database_has_nothing_to_copy(tmp_path: Path) -> None:
    with closing(open_database(str(tmp_path / "new"), create=True)) as database:
        migrate(database, Chain(), "head", told().watch)
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["sagwan.db"]


class TestUpgradeAtStart:
    """What `sagwan server --auto-upgrade` does."""

    def test_an_older_store_is_upgraded(self, uri: str, longer: Chain) -> None:
        new_store(uri, 10)
        with closing(open_database(uri)) as database, database.engine.connect() as connection:
            with connection.begin():
                schema.set_revision(connection, REAL_HEAD)
            said: list[str] = []
            upgrade_at_start(uri, said.append)
            assert current(database) == INVENTED_HEAD
            assert any(f"{FILLED}: Fill in the length" in line for line in said)
            upgrade_at_start(uri, pytest.fail)

    def test_a_newer_one_is_refused(self, uri: str) -> None:
        new_store(uri, 1)
        with closing(open_database(uri)) as database:
            execute(database, update(versions).values(version_num="0017"))
        with pytest.raises(InvalidParameter, match="a newer version of Sagwan"):
            upgrade_at_start(uri, pytest.fail)

    def test_no_store_is_left_to_the_server(self, tmp_path: Path, databases: Databases) -> None:
        upgrade_at_start(str(tmp_path / "new"), pytest.fail)
        assert not (tmp_path / "new").exists()
        upgrade_at_start(new_uri("postgresql", databases, tmp_path), pytest.fail)


class TestKilled:
    """Killed at any moment and run again, it ends as if nothing had been."""

    def test_an_upgrade_and_a_downgrade(self, uri: str, tmp_path: Path) -> None:
        new_store(uri, 2000)
        old = contents_of(uri)
        versions = longer_chain(tmp_path / "chain")
        up, down = (uri, "up", "head", versions), (uri, "down", REAL_HEAD, versions)
        duration = timed(*up)
        new = contents_of(uri)
        assert [row[-1] for row in new["runs"]] == [len(row[3]) for row in new["runs"]]
        for command, back, expected in ((up, down, new), (down, up, old)):
            for seconds in kills(duration):
                work(*back)
                in_process(*command, seconds=seconds)
                work(*command)
                assert contents_of(uri) == expected

    def test_a_creation(self, uri: str) -> None:
        duration = timed(uri, "up", "head")
        with closing(open_database(uri)) as database:
            whole = shape(database)
            for seconds in kills(duration):
                work(uri, "down", BASE)
                in_process(uri, "up", "head", seconds=seconds)
                work(uri, "up", "head")
                assert shape(database) == whole
            for seconds in kills(duration):
                in_process(uri, "down", BASE, seconds=seconds)
                work(uri, "down", BASE)
                assert shape(database) == {}
                work(uri, "up", "head")
