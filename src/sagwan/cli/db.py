"""`sagwan db`: the schema of the backend store, its backups, and stores from backups."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import update_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sagwan.cli.options import declared_options
from sagwan.cli.output import table
from sagwan.cli.stores import refuse_mlflow_data
from sagwan.config import load_settings
from sagwan.config.options import OPTIONS
from sagwan.errors import InvalidParameter, SagwanError

if TYPE_CHECKING:
    from sagwan.storage.sql.chain import Chain
    from sagwan.storage.sql.database import Database
    from sagwan.storage.sql.upgrade import Plan, Watch

STORE = [option for option in OPTIONS if option.field == "backend_store_uri"]

DRY_RUN = click.option("--dry-run", is_flag=True, help="Print the SQL and change nothing.")
BACKUP = click.option(
    "--backup/--no-backup",
    default=True,
    help="Whether a SQLite database is copied first, to a file beside it. Default: it is.",
)
FORCE = click.option("--force", is_flag=True, help="Replace what is there.")

# The whole is told again where no bar can be drawn, as in a log, every so often: in tenths.
_TENTHS = 10


@click.group()
def db() -> None:
    """Upgrade, check, back up and restore the backend store's database.

    Artifacts are no part of it: they are files of their own.

    \b
    Before a new version of Sagwan is started on the store in ./sagwan:
      sagwan db upgrade
    See what that would do:
      sagwan db upgrade --dry-run
    Copy the store, while a server uses it:
      sagwan db backup /backups
    """


def on_store(create: bool = False) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A command whose first arguments are the store's database and the chain of revisions.

    With `create`, the database may be one that does not exist yet.
    """

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        def command(backend_store_uri: str | None, **given: Any) -> None:
            try:
                settings, _ = load_settings({"backend_store_uri": backend_store_uri})
                refuse_mlflow_data(settings.backend_store_uri)
                # The libraries are imported here: `--help` is not to wait for them.
                from sagwan.storage.sql.chain import Chain
                from sagwan.storage.sql.upgrade import open_database

                with closing(open_database(settings.backend_store_uri, create=create)) as database:
                    function(database, Chain(), **given)
            except SagwanError as error:
                raise click.ClickException(error.message) from None
            except KeyboardInterrupt:
                raise click.ClickException(
                    "Interrupted. What was committed is kept; run the same command again to go on."
                ) from None

        return declared_options(STORE)(update_wrapper(command, function))

    return decorate


@db.command()
@click.argument("revision", default="head")
@DRY_RUN
@BACKUP
@on_store(create=True)
def upgrade(
    database: "Database", chain: "Chain", revision: str, dry_run: bool, backup: bool
) -> None:
    """Bring the schema to REVISION, by default that of this version of Sagwan.

    It first says what it is going to do and about how long that takes. On SQLite and PostgreSQL a
    change of the schema happens as a whole or not at all; on the others an interrupted one is
    completed by running it again. Values of new columns are filled in beside running servers.
    An empty database gets the schema.
    """
    _migrate(database, chain, revision, down=False, dry_run=dry_run, backup=backup, sure=True)


@db.command()
@click.argument("revision")
@DRY_RUN
@BACKUP
@click.option("--yes", is_flag=True, help="Do not ask.")
@on_store()
def downgrade(
    database: "Database", chain: "Chain", revision: str, dry_run: bool, backup: bool, yes: bool
) -> None:
    """Bring the schema back to REVISION; `base` is the empty database.

    What the older schema has no place for is deleted. Stop the servers first: they need the
    schema that is there.
    """
    _migrate(database, chain, revision, down=True, dry_run=dry_run, backup=backup, sure=yes)


def _migrate(
    database: "Database",
    chain: "Chain",
    target: str,
    *,
    down: bool,
    dry_run: bool,
    backup: bool,
    sure: bool,
) -> None:
    from sagwan.storage.sql import upgrade as upgrades
    from sagwan.storage.sql.chain import BASE

    if dry_run:
        plan = upgrades.make_plan(database, chain, target, down=down)
        click.echo(describe(plan), err=True)
        click.echo(upgrades.sql(database, plan), nl=False)
        return

    def planned(plan: "Plan") -> None:
        click.echo(describe(plan))
        if plan.steps and not sure:
            click.confirm("Go on?", abort=True)

    plan = upgrades.migrate(database, chain, target, _watch(planned), down=down, backup=backup)
    if plan.steps:
        click.echo(f"Done. {_state(None if plan.target == BASE else plan.target)}.")


def describe(plan: "Plan") -> str:
    """What will be done, and about how long it takes."""
    if not plan.steps:
        return f"{_state(plan.current)}: there is nothing to do."
    lines = [f"{_state(plan.current)}. The way to {plan.target}:"]
    for step in plan.steps:
        verb = "undo " if plan.down else ""
        parts = [f"  {verb}{step.revision.number}  {step.revision.title}"]
        if step.rows:
            rows = ", ".join(f"{count:,} rows of {name}" for name, count in step.rows.items())
            parts.append(f"({rows}; about {_duration(step.seconds)})")
        if step.revision.backfill is not None and not plan.down:
            parts.append("- beside running servers")
        lines.append(" ".join(parts))
        if plan.down and step.revision.loses:
            lines.append(f"        DELETES {step.revision.loses}")
    lines.append(f"In all about {_duration(plan.seconds)}.")
    return "\n".join(lines)


def _state(revision: str | None) -> str:
    return f"The schema has revision {revision}" if revision else "The database is empty"


def _duration(seconds: float) -> str:
    if seconds < 2:
        return "a second"
    if seconds < 120:
        return f"{seconds:.0f} seconds"
    if seconds < 7200:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds / 3600:.1f} hours"


@db.command()
@on_store()
def current(database: "Database", chain: "Chain") -> None:
    """Print the revision of the schema that the store has."""
    from sagwan.storage.sql import upgrade as upgrades

    found = upgrades.current(database)
    if found is None:
        click.echo("none: the database is empty")
    else:
        click.echo(f"{found} (head)" if found == chain.head else found)


@db.command("check")
@on_store()
def check_store(database: "Database", chain: "Chain") -> None:
    """Say whether this version of Sagwan can use the store as it is.

    Ends with 1, and says what to run, where it can't.
    """
    from sagwan.storage.sql import schema
    from sagwan.storage.sql import upgrade as upgrades

    found = upgrades.checked(database)
    if found is None:
        raise InvalidParameter("The database is empty. A server that starts on it creates it.")
    click.echo(f"The schema has revision {schema.HEAD}, which this version needs.")


@db.command()
@on_store()
def history(database: "Database", chain: "Chain") -> None:
    """List the revisions of the schema, newest first, and which one the store has."""
    from sagwan.storage.sql import upgrade as upgrades

    found = upgrades.current(database)
    rows: list[Sequence[str]] = [
        (
            revision.number,
            ", ".join(
                told
                for told, holds in (
                    ("the store's", revision.number == found),
                    ("needed by this version", revision.number == chain.head),
                )
                if holds
            ),
            revision.title,
        )
        for revision in reversed(chain.revisions)
    ]
    click.echo(table(rows, ["Revision", "State", "What it does"]))


@db.command("backup")
@click.argument("target", type=click.Path(path_type=Path))
@click.option(
    "--portable",
    is_flag=True,
    help="For SQLite: write the format that the other databases' backups have, compressed.",
)
@FORCE
@on_store()
def back_up(
    database: "Database", chain: "Chain", target: Path, portable: bool, force: bool
) -> None:
    """Write a backup of the store to the file TARGET, or into the folder TARGET.

    The store is saved as it is at one moment; servers go on meanwhile. The backup of a SQLite
    store is a SQLite database that can be used as it is. That of others, and any with --portable,
    is a compressed file in a format of Sagwan's own. Each of them can be restored into every kind
    of database. Artifacts are not in it.
    """
    from sagwan.storage.sql.backup import backup, target_file

    file = target_file(database, target, portable)
    backup(database, chain, file, _watch(), portable=portable, force=force)
    click.echo(f"The backup is in {file} ({file.stat().st_size:,} bytes).")


@db.command("restore")
@click.argument("source", type=click.Path(path_type=Path))
@FORCE
@on_store(create=True)
def restore_store(database: "Database", chain: "Chain", source: Path, force: bool) -> None:
    """Make a store from the backup SOURCE, in a database that is empty.

    The kind of database may be another than the backup's. SOURCE is checked as a whole before
    anything is changed. With --force, a store that is there is replaced. A restore that was
    interrupted has changed nothing, or is begun anew by running it again.

    \b
    Move a store from SQLite to PostgreSQL:
      sagwan db backup store.db
      sagwan db restore store.db --backend-store-uri postgresql://user:password@host/sagwan
    """
    from sagwan.storage.sql.backup import restore

    number = restore(database, chain, source, _watch(), force=force)
    click.echo(f"Restored, with schema revision {number}.")
    if number != chain.head:
        click.echo(f"This version of Sagwan needs {chain.head}: run `sagwan db upgrade`.")


def _watch(planned: Callable[["Plan"], None] = lambda plan: None) -> "Watch":
    from sagwan.storage.sql.upgrade import Watch

    return Watch(planned, click.echo, _bar)


@contextmanager
def _bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr where a person is looking, a line for every tenth elsewhere."""
    if not sys.stderr.isatty():
        yield _lines(label)
        return
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def show(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield show


def _lines(label: str) -> Callable[[int, int], None]:
    told = 0

    def tell(done: int, total: int) -> None:
        nonlocal told
        tenth = done * _TENTHS // total if total else _TENTHS
        if tenth > told:
            told = tenth
            click.echo(f"{label}: {100 * tenth // _TENTHS} %", err=True)

    return tell
