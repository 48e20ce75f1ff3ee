"""The revisions of the schema, in their order, and what each is told to do."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import TextIO

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Dialect, MetaData, create_engine, insert, update

from sagwan.errors import InvalidParameter
from sagwan.storage.sql.backfill import Backfill
from sagwan.storage.sql.schema import metadata, versions

VERSIONS = Path(__file__).parent / "migrations" / "versions"
BASE = "base"

# What a second does where a revision does not say otherwise: rows that a change of the schema
# reads or writes, measured on an ordinary disk and told with caution.
ROWS_PER_SECOND = 100_000


@dataclass(frozen=True)
class Revision:
    """One revision: a change of the schema, or a backfill of what an earlier one added.

    A file has `revision`, `down_revision`, `upgrade()` and `downgrade()`, or in place of
    `upgrade()` a `backfill`. `touches` names the tables that are read or written as a whole, with
    the rows a second that this takes; `loses` says what a downgrade deletes.
    """

    number: str
    before: str | None
    module: ModuleType

    @property
    def title(self) -> str:
        """The first line of what the file says of itself."""
        return (self.module.__doc__ or self.number).strip().splitlines()[0]

    @property
    def backfill(self) -> Backfill | None:
        found: Backfill | None = getattr(self.module, "backfill", None)
        return found

    @property
    def touches(self) -> Mapping[str, int]:
        """Rows a second, by table."""
        declared: Iterable[str] | Mapping[str, int] = getattr(self.module, "touches", ())
        if self.backfill is not None and not declared:
            declared = (self.backfill.table,)
        if isinstance(declared, Mapping):
            return declared
        return dict.fromkeys(declared, ROWS_PER_SECOND)

    @property
    def loses(self) -> str | None:
        found: str | None = getattr(self.module, "loses", None)
        return found

    def upgrade(self) -> None:
        """Change the schema, within `operations`; nothing where there is only a backfill."""
        if self.backfill is None:
            self.module.upgrade()

    def downgrade(self) -> None:
        """Undo it, within `operations`."""
        if hasattr(self.module, "downgrade"):
            self.module.downgrade()


class Chain:
    """All revisions, oldest first."""

    def __init__(self, folder: Path | None = None) -> None:
        folder = folder or VERSIONS
        scripts = ScriptDirectory(str(folder.parent), version_locations=[str(folder)])
        found = list(scripts.walk_revisions())[::-1]
        self.revisions = tuple(
            Revision(script.revision, before, script.module)
            for script, before in zip(
                found, [None, *(script.revision for script in found)], strict=False
            )
        )
        for revision in self.revisions:
            assert revision.module.down_revision == revision.before, "the chain is not linear"

    @property
    def head(self) -> str:
        return self.revisions[-1].number

    def position(self, number: str | None) -> int:
        """How many revisions are applied at `number`. Raises InvalidParameter."""
        if number in (None, BASE):
            return 0
        if number == "head":
            return len(self.revisions)
        for index, revision in enumerate(self.revisions):
            if revision.number == number:
                return index + 1
        known = ", ".join(revision.number for revision in self.revisions)
        raise InvalidParameter(
            f"There is no schema revision '{number}'. This version of Sagwan knows {known}."
        )

    @cached_property
    def tables(self) -> Mapping[str, MetaData]:
        """Tables and columns at each revision, by its number."""
        engine = create_engine("sqlite://")
        made: dict[str, MetaData] = {}
        with engine.connect() as connection, connection.begin():
            for revision in self.revisions:
                with operations(connection):
                    revision.upgrade()
                made[revision.number] = MetaData()
                made[revision.number].reflect(connection)
        engine.dispose()
        return made

    @property
    def table_names(self) -> set[str]:
        """The names of all tables that there have ever been."""
        return {name for tables in self.tables.values() for name in tables.tables}


@contextmanager
def operations(connection: Connection) -> Iterator[None]:
    """For the block, `alembic.op` works on the connection, in the transaction it is in."""
    context = MigrationContext.configure(connection, opts={"target_metadata": metadata})
    with Operations.context(context):
        yield


def as_sql(dialect: Dialect, steps: Iterable[Revision], *, down: bool) -> str:
    """The SQL of revisions, without a database."""
    text = StringIO()
    for step in steps:
        _write_sql(dialect, step, down, text)
    return text.getvalue()


def _write_sql(dialect: Dialect, step: Revision, down: bool, text: TextIO) -> None:
    context = MigrationContext.configure(
        dialect=dialect,
        opts={
            "as_sql": True,
            "output_buffer": text,
            "literal_binds": True,
            "target_metadata": metadata,
        },
    )
    text.write(f"-- {'Undo ' if down else ''}{step.number}: {step.title}\n\n")
    with Operations.context(context) as op:
        if down:
            step.downgrade()
            if step.before is None:
                context.impl.drop_table(versions)
            else:
                op.execute(update(versions).values(version_num=step.before))
            return
        if step.before is None:
            context.impl.create_table(versions)
        if step.backfill is not None:
            text.write(f"-- In batches, beside running servers:\n{step.backfill.as_sql(dialect)}\n")
        step.upgrade()
        if step.before is None:
            op.execute(insert(versions).values(version_num=step.number))
        else:
            op.execute(update(versions).values(version_num=step.number))
