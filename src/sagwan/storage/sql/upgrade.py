"""From one revision of the schema to another: what it would do, and doing it.

SQLite and PostgreSQL change their schema in transactions: all of it happens, or nothing. The
others commit each change by itself; there a revision that was interrupted is run again, and finds
what is done already. Backfills run between the transactions, beside running servers.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine, func, inspect, select, table
from sqlalchemy.exc import DBAPIError

from sagwan.errors import InvalidParameter, InvalidState, Unavailable
from sagwan.storage.sql import schema
from sagwan.storage.sql.backfill import Filler, Progress, forget
from sagwan.storage.sql.chain import BASE, Chain, Revision, as_sql, operations
from sagwan.storage.sql.database import Database
from sagwan.storage.sql.dialects import dialect_for
from sagwan.storage.sql.files import before_upgrade, copy_file
from sagwan.storage.sql.locks import alone
from sagwan.storage.sql.store import database_url

T = TypeVar("T")

# A change of a table waits for whoever reads or writes it, and makes all who come later wait, too:
# so it waits for a moment only, lets the others pass, and tries again.
LOCK_TIMEOUT = 2
LOCK_ATTEMPTS = 10
LOCK_PAUSE = 1.0


@dataclass(frozen=True)
class Step:
    """A revision that is to be applied or undone; `rows` are those it goes through, by table."""

    revision: Revision
    rows: Mapping[str, int]

    @property
    def seconds(self) -> float:
        """About how long it takes."""
        spent = sum(count / self.revision.touches[name] for name, count in self.rows.items())
        # A backfill leaves servers as much time as it takes.
        return spent * 2 if self.revision.backfill else spent


@dataclass(frozen=True)
class Plan:
    """The steps from what a database has (`current`, None for nothing) to `target`."""

    current: str | None
    target: str
    down: bool
    steps: Sequence[Step]

    @property
    def seconds(self) -> float:
        return sum(step.seconds for step in self.steps)


@dataclass(frozen=True)
class Watch:
    """Whom to tell. `planned` is called before anything is changed, and may raise.

    `progress` is a context that gives what is told how much of how much is done.
    """

    planned: Callable[[Plan], None]
    said: Callable[[str], None]
    progress: Callable[[str], AbstractContextManager[Progress]]


def open_database(uri: str, *, create: bool = False) -> Database:
    """The database of a backend store URI. Raises InvalidParameter, also where there is none."""
    url = database_url(uri)
    if url.get_backend_name() == "sqlite" and url.database:
        file = Path(url.database)
        if create:
            try:
                file.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise Unavailable(f"The store's folder can't be made: {error}") from None
        elif not file.exists():
            raise InvalidParameter(f"There is no store at {uri}: {file} does not exist.")
    dialect = dialect_for(url)
    return Database(dialect.complete(url), dialect)


def current(database: Database) -> str | None:
    """The revision of a database's schema, None where it is empty.

    Raises InvalidParameter where it holds something else; Unavailable.
    """
    return _read(database, schema.revision)


def checked(database: Database) -> str | None:
    """As `current`; raises InvalidParameter where it is not the one that this version needs."""

    def check(connection: Connection) -> str | None:
        found = schema.revision(connection)
        if found is not None:
            schema.check(connection, found)
        return found

    return _read(database, check)


def make_plan(database: Database, chain: Chain, target: str, *, down: bool) -> Plan:
    """What is to be done. Raises InvalidParameter where there is no way; Unavailable."""
    return _read(database, lambda connection: _plan(connection, chain, target, down))


def sql(database: Database, plan: Plan) -> str:
    """The SQL that the plan would run."""

    def write(connection: Connection) -> str:
        # Which database it is exactly, the dialect knows once it is connected.
        revisions = [step.revision for step in plan.steps]
        return as_sql(connection.dialect, revisions, down=plan.down)

    return _read(database, write)


def migrate(
    database: Database,
    chain: Chain,
    target: str,
    watch: Watch,
    *,
    down: bool = False,
    backup: bool = True,
    wait: bool = False,
) -> Plan:
    """Bring a database to revision `target`; a SQLite file is copied first, if `backup`.

    `wait` is for another upgrade that is under way. Raises InvalidParameter where there is no way
    from what is there, InvalidState where another is under way, Unavailable. What was done until
    then stays done, and the next call goes on from there.
    """
    try:
        with alone(database, wait=wait):
            plan = make_plan(database, chain, target, down=down)
            watch.planned(plan)
            if plan.steps:
                _run(database, plan, watch, backup)
            # Also after nothing: the one before may have been killed just before this.
            _transaction(database, forget)
            return plan
    except DBAPIError as error:
        raise explained(database, error) from None


def _run(database: Database, plan: Plan, watch: Watch, backup: bool) -> None:
    if backup and database.dialect.name == "sqlite" and plan.current is not None:
        copy = before_upgrade(database, plan.current)
        with watch.progress("Copying the database first") as progress:
            copy_file(Path(str(database.url.database)), copy, progress)
        watch.said(f"The database as it was is in {copy}.")
    for steps in _groups(plan, database):
        filling = steps[0].backfill
        if filling is not None and not plan.down:
            with watch.progress(f"{steps[0].number}: {steps[0].title.rstrip('.')}") as progress:
                _fill(database, steps[0], progress)
        else:
            _change_schema(database, steps, plan.down)


def upgrade_at_start(uri: str, say: Callable[[str], None]) -> None:
    """For a server that upgrades by itself: bring its store to this version's schema.

    A store that does not exist yet is left to be made. Raises what `migrate` does.
    """
    url = database_url(uri)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return
    with closing(open_database(uri)) as database:
        if current(database) in (None, schema.HEAD):
            return

        def planned(plan: Plan) -> None:
            for step in plan.steps:
                say(f"Upgrading the database to {step.revision.number}: {step.revision.title}")

        watch = Watch(planned, say, lambda label: nullcontext(_untold))
        migrate(database, Chain(), "head", watch, wait=True)


def _untold(done: int, total: int) -> None:
    pass


def _plan(connection: Connection, chain: Chain, target: str, down: bool) -> Plan:
    found = schema.revision(connection)
    if found == schema.RESTORING:
        schema.check(connection, found)
    undone = found is not None and not schema.is_finished(found)
    number = found.removesuffix(schema.UNDOING) if found else None
    if number is not None and not any(number == one.number for one in chain.revisions):
        schema.check(connection, number)
    at = chain.position(number)
    to = chain.position(target)
    if undone and not down:
        at -= 1  # what is left of that revision is completed
    if down and to > at:
        raise InvalidParameter(
            f"The database has schema revision {number or 'none'}, which is older than {target}:"
            " use `sagwan db upgrade`."
        )
    if not down and to < at:
        raise InvalidParameter(
            f"The database has schema revision {number}, which is newer than {target}: use"
            " `sagwan db downgrade`."
        )
    passed = chain.revisions[to:at][::-1] if down else chain.revisions[at:to]
    names = set(inspect(connection).get_table_names())
    steps = [
        Step(
            one,
            {}
            if down
            else {name: _count(connection, name) for name in one.touches if name in names},
        )
        for one in passed
    ]
    reached = chain.revisions[to - 1].number if to else BASE
    return Plan(number, reached, down, steps)


def _count(connection: Connection, name: str) -> int:
    return int(connection.execute(select(func.count()).select_from(table(name))).scalar_one())


def _groups(plan: Plan, database: Database) -> Iterator[Sequence[Revision]]:
    """The revisions that share a transaction."""
    atomic = database.dialect.atomic

    def alone_in_it(indexed: tuple[int, Step]) -> object:
        index, step = indexed
        apart = not atomic or (step.revision.backfill is not None and not plan.down)
        return index if apart else None

    for _, steps in groupby(enumerate(plan.steps), alone_in_it):
        yield [step.revision for _, step in steps]


def _fill(database: Database, revision: Revision, progress: Progress) -> None:
    assert revision.backfill is not None
    try:
        Filler(database, revision.number, revision.backfill).run(progress)
    except DBAPIError as error:
        raise explained(database, error) from None
    _transaction(database, lambda connection: schema.set_revision(connection, revision.number))


def _change_schema(database: Database, revisions: Sequence[Revision], down: bool) -> None:
    for attempt in range(1, LOCK_ATTEMPTS + 1):
        try:
            with database.engine.connect() as connection, connection.begin():
                database.dialect.only_one(connection)
                database.dialect.wait_for_locks(connection, LOCK_TIMEOUT)
                for revision in revisions:
                    _apply(connection, revision, down, database.dialect.atomic)
            return
        except DBAPIError as error:
            if not database.dialect.lock_timed_out(error):
                raise explained(database, error) from None
            if attempt < LOCK_ATTEMPTS:
                time.sleep(LOCK_PAUSE)
    raise InvalidState(
        f"The schema was not changed: {LOCK_ATTEMPTS} times, for {LOCK_TIMEOUT} s each, other"
        " transactions held the tables. Look for a long query, a forgotten session or a backup that"
        " runs (on PostgreSQL in pg_stat_activity, on MySQL in SHOW PROCESSLIST), and try again."
    )


def _apply(connection: Connection, revision: Revision, down: bool, atomic: bool) -> None:
    if down:
        if not atomic:
            schema.set_revision(connection, revision.number + schema.UNDOING)
        with operations(connection):
            revision.downgrade()
        schema.set_revision(connection, revision.before)
        return
    # First of all, so that a creation that was interrupted is recognized and taken up.
    schema.versions.create(connection, checkfirst=True)
    with operations(connection):
        revision.upgrade()
    schema.set_revision(connection, revision.number)


def _read(database: Database, work: Callable[[Connection], T]) -> T:
    return _transaction(database, work, database.read_engine)


def _transaction(
    database: Database, work: Callable[[Connection], T], engine: Engine | None = None
) -> T:
    try:
        with (engine or database.engine).connect() as connection, connection.begin():
            return work(connection)
    except DBAPIError as error:
        raise explained(database, error) from None


def explained(database: Database, error: DBAPIError) -> Exception:
    """What a user is told of a driver's error."""
    found = database.explain(error)
    if found is error:
        return Unavailable(f"The backend store refused: {error.orig}")
    return found
