"""What is peculiar to MySQL and MariaDB, on a real MariaDB."""

import asyncio
import threading
import time
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import (
    Connection,
    Engine,
    Table,
    delete,
    func,
    insert,
    literal,
    make_url,
    select,
    text,
    update,
)
from sqlalchemy.dialects import mysql
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.schema import CreateTable

from sagwan.entities import Dataset, DatasetInput, Param
from sagwan.errors import InvalidParameter
from sagwan.storage.base import NewRun, RunBatch
from sagwan.storage.sql.dialects import dialect_for
from sagwan.storage.sql.dialects import mysql as subject
from sagwan.storage.sql.dialects.mysql import MySQL
from sagwan.storage.sql.prepared import Prepared
from sagwan.storage.sql.store import SqlStore
from sagwan.storage.sql.tables import (
    datasets,
    experiments,
    keys,
    latest_metrics,
    metadata,
    metric_segments,
    params,
)
from tests.domain.search.strategies import texts, unhurried
from tests.support.databases import Databases, DatabaseServer

DIALECT = MySQL()
EXPERIMENT = {"artifact_location": "", "stage": 0, "created": 0, "updated": 0}
NEWER = ["step", "timestamp", "value"]
DATASET = ("experiment_id", "name", "digest", "source_type", "source")
LATEST = ("run", "key", "step", "timestamp", "value", "nan")


@pytest.fixture(scope="module")
def server(databases: Databases) -> DatabaseServer:
    return databases.server("mariadb")


@pytest.fixture(scope="module")
def uri(server: DatabaseServer) -> str:
    return server.new_database()


@pytest.fixture(scope="module")
def engine(uri: str) -> Iterator[Engine]:
    engine = DIALECT.create_engine(DIALECT.complete(make_url(uri)))
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(experiments), EXPERIMENT | {"id": 0, "name": "zero"})
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A connection whose changes are undone."""
    with engine.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


def sent(connection: Connection, kind: str) -> int:
    """How many statements of a kind the server got from this connection."""
    row = connection.exec_driver_sql(f"SHOW SESSION STATUS LIKE 'Com_{kind}'").one()
    return int(row[1])


# --- Connections ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["mysql", "mariadb"])
def test_the_driver_is_the_one_that_is_installed(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = DIALECT.complete(make_url(f"{name}://u:p@h/d"))
    assert url.drivername == f"{name}+pymysql"
    assert url.query["charset"] == "utf8mb4"
    monkeypatch.setattr(subject, "find_spec", lambda package: None)
    with pytest.raises(InvalidParameter, match=r"pip install 'sagwan\[mysql\]'"):
        DIALECT.complete(make_url(f"{name}://u:p@h/d"))


@pytest.mark.parametrize("scheme", ["mysql+pymysql", "mariadb+pymysql"])
def test_a_driver_that_is_named_is_used_and_told_the_character_set(scheme: str) -> None:
    url = DIALECT.complete(make_url(f"{scheme}://u:p@h/d?charset=latin1&connect_timeout=3"))
    assert url.drivername == scheme
    assert url.query == {"charset": "utf8mb4", "connect_timeout": "3"}


@pytest.mark.parametrize("scheme", ["mysql+mysqldb", "mysql+nonsense", "mariadb+aiomysql"])
def test_a_driver_that_is_not_installed_is_named(scheme: str) -> None:
    with pytest.raises(InvalidParameter, match="driver for MySQL is not installed"):
        DIALECT.complete(make_url(f"{scheme}://u:p@h/d"))


def test_settings_of_the_server_do_not_matter(server: DatabaseServer) -> None:
    server.execute("SET GLOBAL sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT'")
    try:
        engine = DIALECT.create_engine(DIALECT.complete(make_url(server.new_database())))
        metadata.create_all(engine)
        value = "back\\slash 'quote' \"double\" %s :x é ✓ 🙂 \0 end  "
        with engine.begin() as connection:
            connection.execute(insert(experiments), EXPERIMENT | {"id": 0, "name": value})
            connection.execute(insert(experiments), EXPERIMENT | {"name": "next"})
            found = connection.execute(select(experiments.c.id, experiments.c.name)).all()
            assert found == [(0, value), (1, "next")]
            like = DIALECT.like(experiments.c.name, "back\\sl_sh%🙂%", False)
            assert connection.execute(select(experiments.c.id).where(like)).scalar() == 0
    finally:
        server.execute("SET GLOBAL sql_mode = DEFAULT")


def test_a_read_sees_one_state_and_changes_nothing(uri: str, engine: Engine) -> None:
    reading = DIALECT.create_read_engine(DIALECT.complete(make_url(uri)))
    count = select(func.count()).select_from(params)
    with reading.connect() as reader, reader.begin():
        before = reader.execute(count).scalar_one()
        with engine.begin() as writer:
            writer.execute(insert(params), {"run": 10, "key": before, "value": "x"})
        assert reader.execute(count).scalar_one() == before
        with pytest.raises(DBAPIError, match="READ ONLY"):
            reader.execute(insert(params), {"run": 11, "key": 1, "value": "x"})
    with reading.connect() as reader:
        assert reader.execute(count).scalar_one() == before + 1
    with engine.begin() as writer:
        writer.execute(delete(params))


def test_one_at_a_time(uri: str, engine: Engine) -> None:
    order: list[str] = []

    def other() -> None:
        with engine.connect() as connection, connection.begin():
            DIALECT.only_one(connection)
            order.append("other")

    with engine.connect() as connection, connection.begin():
        DIALECT.only_one(connection)
        thread = threading.Thread(target=other)
        thread.start()
        connection.exec_driver_sql("CREATE TABLE of_one (id INT)")  # commits
        waiting = text("SELECT COUNT(*) FROM information_schema.processlist WHERE state = :state")
        while not connection.execute(waiting, {"state": "User lock"}).scalar_one():
            time.sleep(0.01)
        order.append("this")
    thread.join()
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE of_one")
    assert order == ["this", "other"]


# --- Texts ----------------------------------------------------------------------------------------


def test_texts_compare_by_code_points(connection: Connection) -> None:
    names = ["a", "a ", "A", "á", "a\u0301", "ß", "ss", "", " ", "\t", "~", "\uffff", "🙂", "K"]
    connection.execute(insert(keys), [{"name": name} for name in names])
    in_order = select(keys.c.name).order_by(keys.c.name)
    assert connection.execute(in_order).scalars().all() == sorted(names)
    for name in names:
        found = connection.execute(select(keys.c.name).where(keys.c.name == name)).scalars().all()
        assert found == [name]
        greater = connection.execute(in_order.where(keys.c.name > name)).scalars().all()
        assert greater == sorted(other for other in names if other > name)
    assert set(
        connection.execute(
            select(keys.c.name).where(DIALECT.in_texts(keys.c.name, ["a ", "K", "x"]))
        ).scalars()
    ) == {"a ", "K"}


def test_expressions_compare_by_code_points(connection: Connection) -> None:
    for column in (func.concat("a", keys.c.name), literal("aB")):
        exact = DIALECT.exact(column)
        connection.execute(insert(keys), {"name": "B"})
        assert connection.execute(select(exact == "aB").select_from(keys)).scalars().all() == [1]
        assert connection.execute(select(exact == "ab").select_from(keys)).scalars().all() == [0]
        assert connection.execute(select(exact == "aB ").select_from(keys)).scalars().all() == [0]
        connection.execute(delete(keys))
    assert DIALECT.exact(keys.c.name) is keys.c.name


def test_long_texts_are_sorted_to_their_ends(connection: Connection) -> None:
    values = ["🙂" * 7999 + end for end in "cabed"]
    connection.execute(
        insert(params),
        [{"run": run, "key": 1, "value": value} for run, value in enumerate(values)],
    )
    ordered = select(params.c.run).order_by(params.c.value, params.c.run)
    assert connection.execute(ordered).scalars().all() == [1, 2, 0, 4, 3]


def test_a_text_of_many_letters_is_found_whatever_their_case(connection: Connection) -> None:
    letters = "".join(chr(n) for n in range(0x370, 0x530) if chr(n).isalpha())
    connection.execute(insert(params), {"run": 1, "key": 1, "value": letters.lower()})
    same = DIALECT.like(params.c.value, letters, ignore_case=True)
    assert connection.execute(select(params.c.run).where(same)).scalars().all() == [1]
    other = DIALECT.like(params.c.value, letters + "я", ignore_case=True)
    assert connection.execute(select(params.c.run).where(other)).scalars().all() == []


@pytest.mark.parametrize("ignore_case", [False, True])
def test_a_pattern_of_many_parts_takes_no_time(connection: Connection, ignore_case: bool) -> None:
    connection.execute(insert(params), {"run": 1, "key": 1, "value": "ab" * 3000})
    for pattern, found in (("%a_" * 499 + "%%%%", [1]), ("%a%b" * 249 + "%é%c", [])):
        matches = DIALECT.like(params.c.value, pattern, ignore_case)
        assert connection.execute(select(params.c.run).where(matches)).scalars().all() == found


def test_a_pattern_that_overruns_the_server_is_refused() -> None:
    with pytest.raises(InvalidParameter, match="more than 500 '%'"):
        DIALECT.like(params.c.value, "%a" * 501, ignore_case=False)
    letters = "".join(chr(n) for n in range(0xC0, 0x590) if chr(n).isalpha())
    with pytest.raises(InvalidParameter, match="250 different letters"):
        DIALECT.like(params.c.value, letters, ignore_case=True)


# --- Inserts --------------------------------------------------------------------------------------

POINTS = [(*point, 0) for point in product((0, 1), (0, 1), (-0.5, 0.0))] + [(1, 0, 0.0, 1)]


def test_a_point_replaces_an_older_one_in_all_columns_or_in_none(connection: Connection) -> None:
    pairs = list(product(POINTS, repeat=2))
    bulk = DIALECT.bulk(latest_metrics, LATEST, [*NEWER, "nan"], NEWER)
    bulk.execute(connection, ((run, 1, *old) for run, (old, _) in enumerate(pairs)))
    before = sent(connection, "insert")
    bulk.execute(connection, ((run, 1, *new) for run, (_, new) in enumerate(pairs)))
    assert sent(connection, "insert") == before + 1
    point = select(*(latest_metrics.c[name] for name in LATEST[2:]))
    rows = connection.execute(point.order_by(latest_metrics.c.run)).all()
    for (old, new), row in zip(pairs, rows, strict=True):
        assert tuple(row) == (new if new[:3] > old[:3] else old), (old, new)


def test_many_rows_go_in_by_the_megabyte(connection: Connection) -> None:
    names = ("run", "key", "value")
    rows = [(run, 1, "x" * 1000) for run in range(5000)]
    for bulk in (DIALECT.bulk(params, names), DIALECT.bulk(params, names, update=["value"])):
        before = sent(connection, "insert")
        bulk.execute(connection, rows)
        assert sent(connection, "insert") - before <= 6
    large = "é" * 3_000_000
    DIALECT.bulk(params, names, update=["value"]).execute(connection, [(1, 1, large), (2, 1, "")])
    values = select(params.c.value).where(params.c.run.in_([1, 2])).order_by(params.c.run)
    assert connection.execute(values).scalars().all() == [large, ""]


def test_bytes_come_back_as_they_went_in(connection: Connection) -> None:
    data = bytes(range(256)) * 1000
    names = [column.name for column in metric_segments.columns if column.name != "id"]
    row = (1, 0, 0, 1, 0, 0, 0, 0, 0, data)
    DIALECT.bulk(metric_segments, names).execute(connection, [row, row])
    assert connection.execute(select(metric_segments.c.data)).scalars().all() == [data, data]


def test_only_rows_that_are_there_are_skipped(connection: Connection) -> None:
    statement = DIALECT.insert_missing(keys)
    connection.execute(statement, [{"id": 7, "name": "a"}])
    connection.execute(statement, [{"name": "a"}, {"name": "b"}, {"name": "A"}])
    found = dict(connection.execute(select(keys.c.name, keys.c.id)).all())
    assert set(found) == {"a", "b", "A"}
    assert found["a"] == 7
    with pytest.raises(DBAPIError, match="Data too long"):
        connection.execute(statement, [{"name": "x" * 251}])
    dataset = {"experiment_id": 99, "name": "n", "digest": "d", "source_type": "", "source": ""}
    with pytest.raises(DBAPIError, match="foreign key"):
        connection.execute(DIALECT.insert_missing(datasets), [dataset])


def test_statements_for_mysql_itself() -> None:
    of_mysql: Any = mysql.dialect(is_mariadb=False)  # type: ignore[no-untyped-call]
    of_mysql._requires_alias_for_on_duplicate_key = True
    created = str(CreateTable(params).compile(dialect=of_mysql))
    assert "LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin" in created
    statement = DIALECT.upsert(latest_metrics, [*NEWER, "nan"], NEWER)
    compiled = str(statement.compile(dialect=of_mysql))
    row = ", ".join(["%s"] * len(latest_metrics.columns))
    assert f"VALUES ({row}) AS new ON DUPLICATE KEY UPDATE nan = if(" in compiled
    assert "VALUES(" not in compiled
    exact = str(DIALECT.collate(func.concat("a")).compile(dialect=of_mysql))
    assert exact == "(concat(%s) COLLATE utf8mb4_0900_bin)"


@unhurried
@given(*[st.lists(st.one_of(texts(), st.text(max_size=4)), max_size=5)] * 2)
def test_any_text_is_found_among_many(engine: Engine, there: list[str], wanted: list[str]) -> None:
    with engine.connect() as connection, connection.begin() as transaction:
        bulk = DIALECT.bulk(datasets, DATASET)
        bulk.execute(connection, [(0, name, "", "", "") for name in set(there)])
        column = datasets.c.name
        expected = set(there) & set(wanted)
        found = connection.execute(select(column).where(DIALECT.in_texts(column, wanted)))
        assert set(found.scalars()) == expected
        for values in (wanted, [*wanted, "too long" * 1000, "\0", "\\u0061", '"']):
            listed = Prepared(select(column).where(DIALECT.listed(column, "values")), ["values"])
            rows = listed.rows(connection, (DIALECT.pack(values),))
            assert {row[0] for row in rows} == expected | (set(there) & set(values))
        transaction.rollback()


# --- Many values ----------------------------------------------------------------------------------


def test_a_hundred_thousand_values(connection: Connection) -> None:
    numbers = range(100_000)
    some = range(0, 100_000, 1000)
    connection.execute(insert(keys), [{"id": n + 1, "name": f"key-{n}"} for n in some])
    wanted = [n + 1 for n in numbers]
    found = connection.execute(select(keys.c.id).where(DIALECT.in_integers(keys.c.id, wanted)))
    assert sorted(found.scalars()) == [n + 1 for n in some]
    names = [f"key-{n}" for n in numbers]
    found = connection.execute(select(keys.c.id).where(DIALECT.in_texts(keys.c.name, names)))
    assert sorted(found.scalars()) == [n + 1 for n in some]
    for column, values in ((keys.c.id, wanted), (keys.c.name, names)):
        listed = Prepared(select(keys.c.id).where(DIALECT.listed(column, "values")), ["values"])
        rows = listed.rows(connection, (DIALECT.pack(values),))
        assert sorted(row[0] for row in rows) == [n + 1 for n in some]
    deleted = connection.execute(delete(keys).where(DIALECT.in_integers(keys.c.id, wanted)))
    assert deleted.rowcount == len(some)


@pytest.fixture(scope="module")
def filled(engine: Engine) -> Iterator[Engine]:
    with engine.begin() as connection:
        connection.execute(insert(keys), [{"name": f"filled {n}"} for n in range(5000)])
        rows = [{"run": n, "key": key, "value": "x"} for n in range(500) for key in range(1, 21)]
        connection.execute(insert(params), [row | {"run": row["run"] + 1000} for row in rows])
        connection.exec_driver_sql("ANALYZE TABLE `keys`, params")
    yield engine
    with engine.begin() as connection:
        connection.execute(delete(keys))
        connection.execute(delete(params))


def read_rows(connection: Connection) -> int:
    rows = connection.exec_driver_sql("SHOW SESSION STATUS LIKE 'Handler_read%%'").all()
    return sum(int(row[1]) for row in rows if row[0] != "Handler_read_rnd_deleted")


@pytest.mark.parametrize("count", [1, 3, 40, 400])
def test_values_are_looked_up_in_the_index(filled: Engine, count: int) -> None:
    names = [f"filled {n}" for n in range(count)]
    runs = list(range(1000, 1000 + count))

    def check(table: Table, condition: Any, expected: int) -> None:
        before = read_rows(connection)
        statement = select(func.count()).select_from(table).where(condition)
        assert connection.execute(statement).scalar() == expected
        # For each value a step or a few; a scan of the table would be 5,000 or 10,000.
        assert read_rows(connection) - before <= 4 * (count + expected) + 20

    with filled.connect() as connection:
        check(keys, DIALECT.in_texts(keys.c.name, names), count)
        check(params, DIALECT.in_integers(params.c.run, runs), 20 * count)
        for table, condition, values, expected in (
            (keys, DIALECT.listed(keys.c.name, "values"), names, count),
            (params, DIALECT.listed(params.c.run, "values"), runs, 20 * count),
        ):
            statement = select(func.count()).select_from(table).where(condition)
            before = read_rows(connection)
            rows = Prepared(statement, ["values"]).rows(connection, (DIALECT.pack(values),))
            assert rows[0][0] == expected
            assert read_rows(connection) - before <= 4 * (count + expected) + 20


# --- Errors ---------------------------------------------------------------------------------------


def error_of(connection: Connection, statement: str) -> DBAPIError:
    with pytest.raises(DBAPIError) as caught:
        connection.exec_driver_sql(statement)
    return caught.value


def test_a_lost_connection_is_waited_for(server: DatabaseServer, engine: Engine) -> None:
    with engine.connect() as connection:
        number = connection.exec_driver_sql("SELECT CONNECTION_ID()").scalar_one()
        server.execute(f"KILL {number}")
        error = error_of(connection, "SELECT 1")
        assert DIALECT.unavailable(error) is not None
        assert not DIALECT.conflict(error)
        connection.invalidate()


def test_a_connection_that_is_lost_after_its_work_is_let_go_of_quietly(
    server: DatabaseServer, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    with engine.connect() as connection:
        number = connection.exec_driver_sql("SELECT CONNECTION_ID()").scalar_one()
        connection.commit()
        server.execute(f"KILL {number}")
    assert caplog.records == []


def test_a_server_that_is_not_there_is_waited_for(uri: str) -> None:
    engine = DIALECT.create_engine(DIALECT.complete(make_url(uri).set(port=1)))
    with pytest.raises(DBAPIError) as caught, engine.connect():
        pass
    assert "can't be reached" in str(DIALECT.unavailable(caught.value))


@pytest.mark.parametrize("length", [17_000_000, 33_000_000, 9_000_000])
def test_what_is_too_long_for_the_server_is_refused_and_nothing_else(
    engine: Engine, length: int
) -> None:
    value = "x" * length if length > 16_777_216 else '"' * length

    def insert_it() -> None:
        with engine.connect() as connection, connection.begin():
            row = {"run": 1, "key": 1, "value": "x"}
            connection.execute(insert(params), [row, row | {"key": 2, "value": value}])

    with pytest.raises(DataError) as caught:
        insert_it()
    assert "max_allowed_packet, 16777216 bytes" in str(caught.value)
    assert DIALECT.unavailable(caught.value) is None
    assert not DIALECT.conflict(caught.value)
    with engine.connect() as connection:
        assert connection.execute(select(params).where(params.c.run == 1)).all() == []


def test_a_request_that_is_too_long_holds_up_no_other(server: DatabaseServer) -> None:
    too_long = DatasetInput(Dataset("n", "d", "", "", profile='"' * 16_777_215))
    uri = server.new_database()

    async def main() -> list[object]:
        store = await SqlStore.open(uri, artifact_root="mlflow-artifacts:/", now=0)
        await store.runs.create(NewRun("r", 0, "r", "", 0))
        results = await asyncio.gather(
            store.runs.log_batch(RunBatch("r", params=[Param("a", "1")])),
            store.runs.log_inputs("r", [too_long], []),
            store.runs.log_batch(RunBatch("r", params=[Param("b", "2")])),
            return_exceptions=True,
        )
        assert [param.key for param in (await store.runs.get("r")).data.params] == ["a", "b"]
        await store.close()
        return list(results)

    before, refused, after = asyncio.run(main())
    assert before is None
    assert after is None
    assert isinstance(refused, InvalidParameter)


@pytest.mark.parametrize(
    ("setting", "reason"), [("read_only = 1", "read-only"), ("max_connections = 10", "connections")]
)
def test_a_server_that_takes_nothing_at_the_moment(
    server: DatabaseServer, setting: str, reason: str
) -> None:
    name = make_url(server.new_database()).database
    server.execute("CREATE USER IF NOT EXISTS 'some'@'%%' IDENTIFIED BY 'pw'")
    # Whoever may set the limits is not held by them.
    server.execute(f"GRANT ALL ON {name}.* TO 'some'@'%%'")
    url = server.url(name or "").set(username="some", password="pw")
    engine = DIALECT.create_engine(DIALECT.complete(url))
    server.execute(f"SET GLOBAL {setting}")
    opened: list[Connection] = []

    def use() -> None:
        for _ in range(12):
            opened.append(engine.connect())
            opened[-1].exec_driver_sql("CREATE TABLE IF NOT EXISTS t (id INT)")

    try:
        with pytest.raises(DBAPIError) as caught:
            use()
    finally:
        for connection in opened:
            connection.close()
        server.execute(f"SET GLOBAL {setting.split()[0]} = DEFAULT")
    assert reason in str(DIALECT.unavailable(caught.value))


def test_deadlocks_and_duplicates_are_conflicts(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(insert(params), [{"run": 1, "key": k, "value": ""} for k in (1, 2)])

    def touch(connection: Connection, key: int) -> None:
        row = params.c.run == 1, params.c.key == key
        connection.execute(update(params).where(*row).values(value=params.c.value + "x"))

    errors: list[DBAPIError] = []

    def second(ready: threading.Barrier) -> None:
        with engine.connect() as connection:
            touch(connection, 2)
            ready.wait()
            try:
                touch(connection, 1)
            except DBAPIError as error:
                errors.append(error)

    ready = threading.Barrier(2)
    thread = threading.Thread(target=second, args=(ready,))
    thread.start()
    with engine.connect() as connection, connection.begin():
        touch(connection, 1)
        ready.wait()
        try:
            # As the writer does it: what remains is a savepoint that is gone.
            with connection.begin_nested():
                touch(connection, 2)
        except DBAPIError as error:
            errors.append(error)
    thread.join()
    with engine.connect() as connection:
        row = {"run": 1, "key": 1, "value": ""}
        with pytest.raises(DBAPIError) as caught:
            connection.execute(insert(params), row)
        errors.append(caught.value)
    with engine.begin() as connection:
        connection.execute(delete(params).where(params.c.run == 1))
    assert len(errors) == 2
    assert all(DIALECT.conflict(error) for error in errors)
    assert not any(DIALECT.unavailable(error) for error in errors)


@pytest.mark.parametrize("arguments", [(0, ""), ("not connected",), (2014, "out of sync")])
def test_errors_of_drivers_are_of_the_connection(arguments: tuple[object, ...]) -> None:
    broken = type("OperationalError", (Exception,), {})(*arguments)
    assert DIALECT.unavailable(DBAPIError("SELECT 1", None, broken)) is not None
    broken.errno = -1
    assert DIALECT.unavailable(DBAPIError("SELECT 1", None, broken)) is not None


def test_a_mistake_is_neither_a_conflict_nor_passing(engine: Engine) -> None:
    with engine.connect() as connection:
        for statement in ("SELECT nonsense", "SELEKT 1", "SELECT * FROM nowhere"):
            error = error_of(connection, statement)
            assert DIALECT.unavailable(error) is None
            assert not DIALECT.conflict(error)


def test_both_names_are_of_this_dialect() -> None:
    names: Sequence[str] = ("mysql", "mariadb")
    assert all(isinstance(dialect_for(make_url(f"{name}://h/d")), MySQL) for name in names)
