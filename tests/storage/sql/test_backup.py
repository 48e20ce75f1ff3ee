"""Backups: whole, checked, of one moment, and good for every database."""

import random
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, text, update

from sagwan.errors import InvalidParameter, InvalidState, Unavailable
from sagwan.storage.sql import dump, schema
from sagwan.storage.sql.backup import backup, restore, target_file
from sagwan.storage.sql.chain import Chain
from sagwan.storage.sql.database import Database
from sagwan.storage.sql.files import PARTIAL
from sagwan.storage.sql.schema import prepare, versions
from sagwan.storage.sql.tables import experiments, metric_segments, runs
from sagwan.storage.sql.upgrade import current, migrate, open_database
from tests.conftest import Databases
from tests.storage.sql.migrating import (
    CHAIN,
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
from tests.support.revisions import FILLED, REAL_HEAD, longer_chain


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture
def uri(kind: str, databases: Databases, tmp_path: Path) -> str:
    """A store of each kind."""
    found = new_uri(kind, databases, tmp_path)
    new_store(found, 300)
    return found


@pytest.fixture
def database(uri: str) -> Iterator[Database]:
    with closing(open_database(uri)) as found:
        yield found


def save(
    database: Database,
    target: Path,
    *,
    portable: bool = True,
    force: bool = False,
    chain: Any = None,
) -> Path:
    backup(database, chain or CHAIN, target, told().watch, portable=portable, force=force)
    return target


def load(uri: str, source: Path, *, force: bool = False, chain: Any = None) -> str:
    with closing(open_database(uri, create=True)) as database:
        return restore(database, chain or CHAIN, source, told().watch, force=force)


class TestBothFormats:
    @pytest.mark.parametrize("to", KINDS)
    @pytest.mark.parametrize("portable", [True, False])
    def test_what_is_restored_is_what_was_there(
        self, database: Database, databases: Databases, tmp_path: Path, to: str, portable: bool
    ) -> None:
        file = save(database, tmp_path / "backup", portable=portable)
        target = new_uri(to, databases, tmp_path)
        assert load(target, file) == schema.HEAD
        assert contents_of(target) == contents(database)
        # What a server does when it starts on it.
        with (
            closing(open_database(target)) as restored,
            restored.engine.connect() as connection,
            connection.begin(),
        ):
            prepare(connection)

    @pytest.mark.parametrize("portable", [True, False])
    def test_an_empty_store(self, databases: Databases, tmp_path: Path, portable: bool) -> None:
        uri = new_uri("sqlite", databases, tmp_path)
        new_store(uri, 0)
        with closing(open_database(uri)) as database:
            file = save(database, tmp_path / "backup", portable=portable)
            target = new_uri("postgresql", databases, tmp_path)
            load(target, file)
            assert contents_of(target) == contents(database)

    def test_it_is_of_one_moment(self, database: Database, tmp_path: Path, kind: str) -> None:
        """A server goes on writing while it is made."""
        over = threading.Event()

        def write() -> None:
            with database.engine.connect() as connection:
                number = 1000
                while not over.is_set():
                    with connection.begin():
                        add_runs(connection, [number])
                    number += 1

        writing = threading.Thread(target=write)
        writing.start()
        try:
            files = [
                save(database, tmp_path / f"backup-{portable}", portable=portable)
                for portable in (True, False)
            ]
        finally:
            over.set()
            writing.join()
        for number, file in enumerate(files):
            target = f"sqlite:///{tmp_path}/restored-{number}.db"
            load(target, file)
            found = contents_of(target)
            # A run and its metrics are written in one transaction.
            assert {row[0] for row in found["runs"]} == {row[1] for row in found["metric_segments"]}

    def test_numbers_of_rows_that_are_gone_do_not_come_back(
        self, database: Database, databases: Databases, tmp_path: Path, kind: str
    ) -> None:
        with database.engine.connect() as connection, connection.begin():
            values = connection.execute(runs.select().where(runs.c.id == 1)).one()._asdict()
            del values["id"]
            if kind == "postgresql":
                connection.execute(text("SELECT setval('runs_id_seq', 5000)"))
            else:
                connection.execute(runs.insert(), {**values, "id": 5000, "run_id": "x"})
                connection.execute(runs.delete().where(runs.c.id == 5000))
        file = save(database, tmp_path / "backup")
        for to in KINDS:
            target = new_uri(to, databases, tmp_path)
            load(target, file)
            with (
                closing(open_database(target)) as restored,
                restored.engine.connect() as connection,
                connection.begin(),
            ):
                made = connection.execute(insert(runs).values(**{**values, "run_id": "y"}))
                assert made.inserted_primary_key == (5001,)
                connection.execute(
                    insert(experiments).values(
                        name="next", artifact_location="", stage=0, created=0, updated=0
                    )
                )

    def test_a_large_segment_and_odd_values(self, databases: Databases, tmp_path: Path) -> None:
        uri = new_uri("sqlite", databases, tmp_path)
        new_store(uri, 1)
        with closing(open_database(uri)) as database:
            with database.engine.connect() as connection, connection.begin():
                connection.execute(
                    update(metric_segments).values(
                        data=random.randbytes(3_000_000), last_time=2**63 - 1, first_step=-(2**63)
                    )
                )
            file = save(database, tmp_path / "backup")
            target = new_uri("postgresql", databases, tmp_path)
            load(target, file)
            assert contents_of(target) == contents(database)


class TestBackup:
    @pytest.mark.parametrize("portable", [True, False])
    def test_a_file_that_is_there_stays(
        self, database: Database, tmp_path: Path, portable: bool
    ) -> None:
        (tmp_path / "backup").write_text("mine")
        with pytest.raises(InvalidParameter, match="--force"):
            save(database, tmp_path / "backup", portable=portable)
        assert (tmp_path / "backup").read_text() == "mine"
        save(database, tmp_path / "backup", portable=portable, force=True)
        assert (tmp_path / "backup").read_bytes()[:4] in (b"SQLi", b"sagw")
        assert not list(tmp_path.glob(f"*{PARTIAL}*"))

    def test_a_folder_gets_a_file_with_the_time(self, database: Database, tmp_path: Path) -> None:
        assert target_file(database, tmp_path / "x", portable=False) == tmp_path / "x"
        file = target_file(database, tmp_path, portable=False)
        assert file.parent == tmp_path
        assert file.suffix == (".db" if database.dialect.name == "sqlite" else ".sagwan")
        assert target_file(database, tmp_path, portable=True).suffix == ".sagwan"

    @pytest.mark.parametrize("portable", [True, False])
    def test_there_must_be_a_store_and_a_folder(
        self, databases: Databases, tmp_path: Path, kind: str, portable: bool
    ) -> None:
        with (
            closing(open_database(new_uri(kind, databases, tmp_path), create=True)) as empty,
            pytest.raises(InvalidParameter, match="no store"),
        ):
            save(empty, tmp_path / "backup", portable=portable)
        assert not (tmp_path / "backup").exists()

    def test_there_must_be_a_folder(self, database: Database, tmp_path: Path) -> None:
        with pytest.raises(InvalidParameter, match="no folder"):
            save(database, tmp_path / "nowhere" / "backup")

    def test_what_was_interrupted_is_not_saved(self, database: Database, tmp_path: Path) -> None:
        for number in ("restoring", f"{REAL_HEAD}-undoing", "0999"):
            with database.engine.connect() as connection, connection.begin():
                connection.execute(update(versions).values(version_num=number))
            with pytest.raises(InvalidParameter):
                save(database, tmp_path / "backup")

    def test_a_damaged_file_is_noticed(self, tmp_path: Path) -> None:
        uri = f"sqlite:///{tmp_path}/store.db"
        new_store(uri, 300)
        with closing(sqlite3.connect(tmp_path / "store.db")) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            page = connection.execute("PRAGMA page_size").fetchone()[0]
            root = connection.execute(
                "SELECT rootpage FROM sqlite_master WHERE name = 'metric_segments'"
            ).fetchone()[0]
        with (tmp_path / "store.db").open("r+b") as file:
            file.seek((root - 1) * page)
            file.write(b"\xff" * page)
        with (
            closing(open_database(uri)) as database,
            pytest.raises((InvalidState, Unavailable), match=r"damaged|malformed|copied"),
        ):
            save(database, tmp_path / "backup", portable=False)
        assert not (tmp_path / "backup").exists()

    def test_a_store_of_an_older_revision(
        self, databases: Databases, tmp_path: Path, kind: str
    ) -> None:
        """A backup is what one makes before an upgrade, with the new version."""
        longer = Chain(longer_chain(tmp_path / "chain"))
        uri = new_uri(kind, databases, tmp_path)
        new_store(uri, 20)
        with closing(open_database(uri)) as database:
            file = save(database, tmp_path / "old", chain=longer)
            migrate(database, longer, FILLED, told().watch, backup=False)
            newer = save(database, tmp_path / "new", chain=longer)
            with pytest.raises(InvalidParameter, match="newer version"):
                load(new_uri(kind, databases, tmp_path), newer)
            for saved, number in ((file, REAL_HEAD), (newer, FILLED)):
                target = new_uri(
                    "sqlite" if kind == "postgresql" else "postgresql", databases, tmp_path
                )
                assert load(target, saved, chain=longer) == number
                with closing(open_database(target)) as restored:
                    migrate(restored, longer, FILLED, told().watch, backup=False)
                    assert contents(restored) == contents(database)


class TestRestore:
    @pytest.mark.parametrize("portable", [True, False])
    def test_a_store_that_is_there_stays(
        self, database: Database, uri: str, tmp_path: Path, portable: bool
    ) -> None:
        file = save(database, tmp_path / "backup", portable=portable)
        with database.engine.connect() as connection, connection.begin():
            connection.execute(update(runs).values(name="changed"))
        changed = contents(database)
        with pytest.raises(InvalidParameter, match="--force"):
            load(uri, file)
        assert contents(database) == changed
        database.close()
        load(uri, file, force=True)
        assert {row[3] for row in contents(database)["runs"]} != {"changed"}

    def test_a_database_of_something_else_stays(
        self, database: Database, databases: Databases, tmp_path: Path
    ) -> None:
        file = save(database, tmp_path / "backup")
        target = new_uri("postgresql", databases, tmp_path)
        with closing(open_database(target)) as other:
            with other.engine.connect() as connection, connection.begin():
                connection.execute(text("CREATE TABLE invoices (id INTEGER)"))
            with pytest.raises(InvalidParameter, match="invoices"):
                load(target, file, force=True)
            assert list(contents(other)) == ["invoices"]

    @pytest.mark.parametrize("portable", [True, False])
    def test_not_while_a_server_uses_the_file(self, tmp_path: Path, portable: bool) -> None:
        uri = f"sqlite:///{tmp_path}/store.db"
        new_store(uri, 10)
        with closing(open_database(uri)) as database:
            file = save(database, tmp_path / "backup", portable=portable)
            with database.read_engine.connect() as reader:
                with reader.begin():
                    reader.execute(runs.select()).all()
                with pytest.raises(InvalidState, match="in use"):
                    load(uri, file, force=True)
            assert len(contents(database)["runs"]) == 10
        load(uri, file, force=True)
        assert not list(tmp_path.glob(f"*{PARTIAL}*"))

    def test_not_while_a_server_uses_the_tables(self, databases: Databases, tmp_path: Path) -> None:
        uri = new_uri("postgresql", databases, tmp_path)
        new_store(uri, 10)
        with closing(open_database(uri)) as database:
            file = save(database, tmp_path / "backup")
            with database.engine.connect() as writer, writer.begin():
                writer.execute(update(runs).values(name="changed"))
                with pytest.raises(InvalidState, match="uses the database"):
                    load(uri, file, force=True)
            assert len(contents(database)["runs"]) == 10

    def test_what_an_interrupted_one_left_is_replaced(
        self, database: Database, databases: Databases, tmp_path: Path, kind: str
    ) -> None:
        file = save(database, tmp_path / "backup")
        target = new_uri("postgresql", databases, tmp_path)
        new_store(target, 10)
        with closing(open_database(target)) as other:
            with other.engine.connect() as connection, connection.begin():
                connection.execute(update(versions).values(version_num=schema.RESTORING))
            load(target, file)
            assert contents(other) == contents(database)

    def test_a_broken_file_in_the_place_of_the_store(
        self, database: Database, tmp_path: Path
    ) -> None:
        file = save(database, tmp_path / "backup")
        (tmp_path / "broken.db").write_text("this is no database" * 100)
        load(f"sqlite:///{tmp_path}/broken.db", file, force=True)
        assert contents_of(f"sqlite:///{tmp_path}/broken.db") == contents(database)

    def test_what_the_database_cannot_hold(self, databases: Databases, tmp_path: Path) -> None:
        uri = new_uri("sqlite", databases, tmp_path)
        new_store(uri, 10)
        with closing(open_database(uri)) as database:
            with database.engine.connect() as connection, connection.begin():
                connection.execute(update(runs).values(name="a\0b"))
            file = save(database, tmp_path / "backup")
        target = new_uri("postgresql", databases, tmp_path)
        with pytest.raises(InvalidParameter, match="can't hold a value"):
            load(target, file)
        assert contents_of(target) == {}

    def test_a_store_does_not_replace_itself(self, tmp_path: Path) -> None:
        uri = f"sqlite:///{tmp_path}/store.db"
        new_store(uri, 10)
        with pytest.raises(InvalidParameter, match="same file"):
            load(uri, tmp_path / "store.db", force=True)

    def test_files_that_are_no_backup(self, tmp_path: Path, uri: str) -> None:
        before = contents_of(uri)
        (tmp_path / "text").write_text("hello")
        with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
            connection.execute("CREATE TABLE invoices (id INTEGER)")
        for name in ("text", "other.db", "nowhere", "."):
            with pytest.raises(InvalidParameter):
                load(uri, tmp_path / name, force=True)
        assert contents_of(uri) == before


def test_any_damage_to_a_portable_backup_is_noticed(tmp_path: Path) -> None:
    uri = f"sqlite:///{tmp_path}/store.db"
    new_store(uri, 50)
    with closing(open_database(uri)) as database:
        whole = save(database, tmp_path / "backup").read_bytes()
    numbers = random.Random(5)
    damaged = [whole[: numbers.randrange(len(whole))] for _ in range(50)]
    for _ in range(100):
        place = numbers.randrange(len(whole))
        flipped = whole[place] ^ (1 << numbers.randrange(8))
        damaged.append(whole[:place] + bytes([flipped]) + whole[place + 1 :])
    file = tmp_path / "damaged"
    for data in damaged:
        file.write_bytes(data)
        try:
            reader = dump.Reader(file)
            reader.verify(lambda done, total: None)
        except InvalidParameter:
            continue
        # A bit that means nothing to the decompressor.
        file.write_bytes(whole)
        assert list(reader.rows()) == list(dump.Reader(file).rows())


def test_progress_ends_at_the_whole(database: Database, tmp_path: Path) -> None:
    seen = told()
    backup(database, CHAIN, tmp_path / "b", seen.watch, portable=True, force=False)
    with closing(open_database(f"sqlite:///{tmp_path}/new.db", create=True)) as new:
        restore(new, CHAIN, tmp_path / "b", seen.watch, force=False)
        assert current(new) == schema.HEAD
    last = {label: (done, total) for label, done, total in seen.progress}
    assert set(last) == {"Writing the backup", "Checking the backup", "Restoring"}
    assert all(done == total > 300 for done, total in last.values())


class TestKilled:
    """Killed at any moment: no backup or a whole one; a restore that is run again is complete."""

    def test_a_backup(self, uri: str, tmp_path: Path) -> None:
        expected = contents_of(uri)
        file = tmp_path / "backups" / "backup"
        file.parent.mkdir()
        for seconds in kills(timed(uri, "save", str(file))):
            if random.random() < 0.5:
                file.unlink()
            in_process(uri, "save", str(file), seconds=seconds)
            if not file.exists():
                work(uri, "save", str(file))
            target = f"sqlite:///{tmp_path}/restored.db"
            work(target, "load", str(file))
            assert contents_of(target) == expected
        work(uri, "save", str(file))
        assert list(file.parent.iterdir()) == [file]

    @pytest.mark.parametrize("portable", [True, False])
    def test_a_restore(
        self, kind: str, databases: Databases, tmp_path: Path, portable: bool
    ) -> None:
        source = f"sqlite:///{tmp_path}/source.db"
        new_store(source, 1000)
        expected = contents_of(source)
        with closing(open_database(source)) as database:
            file = save(database, tmp_path / "backup", portable=portable)
        target = new_uri(kind, databases, tmp_path)
        new_store(target, 10)
        old = contents_of(target)
        before = tmp_path / "before"
        work(target, "save", str(before))
        for seconds in kills(timed(target, "load", str(file))):
            work(target, "load", str(before))
            assert contents_of(target) == old
            in_process(target, "load", str(file), seconds=seconds)
            if kind in ("sqlite", "postgresql"):
                assert contents_of(target) in (old, expected)
            work(target, "load", str(file))
            assert contents_of(target) == expected
