"""What is removed for good, on SQL."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    delete,
    func,
    insert,
    or_,
    select,
)

from sagwan.storage.sql import tables as t
from sagwan.storage.sql import trash_usage
from sagwan.storage.sql.database import Database, Readers
from sagwan.storage.sql.locks import purging
from sagwan.storage.sql.registry_tables import model_versions
from sagwan.storage.sql.runs import find
from sagwan.storage.sql.tables import DELETED
from sagwan.storage.sql.writer import Writer
from sagwan.storage.trash import (
    Discarded,
    Remains,
    ThingKind,
    TrashedExperiment,
    TrashedThing,
    TrashFilter,
    TrashStore,
)

DEFAULT_EXPERIMENT = 0

# Of each kind: its table, its id and URI of artifacts, and when it was moved to the trash.
_TABLES = {
    ThingKind.RUN: t.runs,
    ThingKind.MODEL: t.logged_models,
    ThingKind.EXPERIMENT: t.experiments,
}
_IDS = {ThingKind.RUN: t.runs.c.run_id, ThingKind.MODEL: t.logged_models.c.model_id}
_TIMES = {
    ThingKind.RUN: t.runs.c.deleted,
    ThingKind.MODEL: t.logged_models.c.deleted,
    ThingKind.EXPERIMENT: t.experiments.c.updated,
}
_EXPERIMENTS = {
    ThingKind.RUN: t.runs.c.experiment_id,
    ThingKind.MODEL: t.logged_models.c.experiment_id,
    ThingKind.EXPERIMENT: t.experiments.c.id,
}

# What belongs to things, with the columns of their numbers: what refers to others comes first.
_OWNED: dict[ThingKind, list[ColumnElement[int]]] = {
    ThingKind.RUN: [
        t.dataset_inputs.c.run,
        t.run_models.c.run,
        t.tags.c.run,
        t.params.c.run,
        t.latest_metrics.c.run,
        t.run_activity.c.run,
        t.run_activity.c.run,
        t.runs.c.id,
    ],
    ThingKind.MODEL: [
        t.logged_model_params.c.model,
        t.logged_model_tags.c.model,
        t.logged_model_metrics.c.model,
        t.logged_models.c.id,
    ],
    ThingKind.EXPERIMENT: [
        t.experiment_tags.c.experiment_id,
        t.datasets.c.experiment_id,
        t.experiments.c.id,
    ],
}


class SqlTrash(TrashStore):
    """The port on SQL. What is removed is asked of the database itself, not of a replica."""

    def __init__(
        self,
        database: Database,
        readers: Readers,
        writer: Writer,
        give_back: Callable[[], Any],
    ) -> None:
        self._database = database
        self._dialect = database.dialect
        self._readers = readers
        self._writer = writer
        self._give_back = give_back

    async def contents(self) -> list[TrashedExperiment]:
        return await self._readers.call(
            lambda connection: trash_usage.contents(connection, self._dialect)
        )

    async def when(self, run_id: str) -> int | None:
        def read(connection: Connection) -> int | None:
            row = find(connection, run_id)
            deleted: int | None = row.deleted if row.stage == DELETED else None
            return deleted

        return await self._writer.call(read)

    async def count(self, filter: TrashFilter) -> dict[ThingKind, int]:
        def read(connection: Connection) -> dict[ThingKind, int]:
            return {
                kind: connection.execute(
                    select(func.count())
                    .select_from(_TABLES[kind])
                    .where(*self._conditions(filter, kind))
                ).scalar_one()
                for kind in ThingKind
            }

        return await self._writer.call(read)

    async def things(
        self, filter: TrashFilter, kind: ThingKind, after: int, limit: int
    ) -> list[TrashedThing]:
        table = _TABLES[kind]
        place = table.c.artifact_location if kind is ThingKind.EXPERIMENT else table.c.artifact_uri
        statement = (
            select(table.c.id, _IDS.get(kind, table.c.id), place)
            .where(table.c.id > after, *self._conditions(filter, kind))
            .order_by(table.c.id)
            .limit(limit)
        )

        def read(connection: Connection) -> list[TrashedThing]:
            rows = connection.execute(statement).all()
            return [TrashedThing(kind, number, str(name), uri) for number, name, uri in rows]

        return await self._writer.call(read)

    def _conditions(self, filter: TrashFilter, kind: ThingKind) -> list[ColumnElement[bool]]:
        conditions = [_TABLES[kind].c.stage == DELETED]
        if filter.before is not None:
            conditions.append(func.coalesce(_TIMES[kind], 0) <= filter.before)
        if filter.is_narrowed:
            listed = [self._dialect.in_integers(_EXPERIMENTS[kind], filter.experiment_ids or [])]
            ids = {ThingKind.RUN: filter.run_ids, ThingKind.MODEL: filter.model_ids}.get(kind)
            if ids:
                listed.append(self._dialect.in_texts(_IDS[kind], list(ids)))
            conditions.append(or_(*listed))
        return conditions

    async def registered(self, things: Sequence[TrashedThing]) -> list[TrashedThing]:
        columns = model_versions.c
        ids = {
            kind: [thing.id for thing in things if thing.kind is kind]
            for kind in (ThingKind.RUN, ThingKind.MODEL)
        }
        unnamed = select(columns.source, columns.storage_location).where(
            columns.run_id == "", columns.prompt == 0
        )

        def read(connection: Connection) -> list[TrashedThing]:
            used: set[str] = set()
            for kind, column in (
                (ThingKind.RUN, columns.run_id),
                (ThingKind.MODEL, columns.model_id),
            ):
                if ids[kind]:
                    listed = self._dialect.in_texts(column, ids[kind])
                    used.update(connection.execute(select(column).where(listed)).scalars())
            places = " ".join(
                place for row in connection.execute(unnamed) for place in row if place
            )
            return [
                thing
                for thing in things
                if thing.kind is not ThingKind.EXPERIMENT
                and (thing.id in used or thing.id in places)
            ]

        return await self._writer.call(read)

    async def discard(self, things: Sequence[TrashedThing]) -> Discarded:
        def write(connection: Connection) -> Discarded:
            before, estimate = self._dialect.free_space(connection), 0
            gone: list[TrashedThing] = []
            for kind in ThingKind:
                chosen = {thing.number: thing for thing in things if thing.kind is kind}
                numbers = self._removable(connection, kind, sorted(chosen))
                if not numbers:
                    continue
                if before is None and kind is ThingKind.RUN:
                    estimate += trash_usage.rows_of(connection, self._dialect, numbers)
                self._remove(connection, kind, numbers)
                gone += [chosen[number] for number in numbers]
            if gone:
                connection.execute(insert(t.remains), [_remains_row(thing) for thing in gone])
            return Discarded(gone, self._freed(connection, before, estimate))

        return await self._writer.call(write)

    def _removable(
        self, connection: Connection, kind: ThingKind, numbers: Sequence[int]
    ) -> list[int]:
        """Those that are still in the trash; nobody else changes them until the end."""
        if not numbers:
            return []
        column = _TABLES[kind].c.id
        rows = connection.execute(
            select(column)
            .where(self._dialect.in_integers(column, numbers), _TABLES[kind].c.stage == DELETED)
            .order_by(column)
            .with_for_update()
        )
        found = [number for (number,) in rows]
        if kind is not ThingKind.EXPERIMENT or not found:
            return found
        kept = {DEFAULT_EXPERIMENT}
        for owner in (t.runs.c.experiment_id, t.logged_models.c.experiment_id):
            listed = self._dialect.in_integers(owner, found)
            kept.update(connection.execute(select(owner).where(listed).distinct()).scalars())
        return [number for number in found if number not in kept]

    def _remove(self, connection: Connection, kind: ThingKind, numbers: Sequence[int]) -> None:
        if kind is ThingKind.RUN:
            inputs = select(t.dataset_inputs.c.id).where(
                self._dialect.in_integers(t.dataset_inputs.c.run, numbers)
            )
            linked = t.dataset_input_tags.c.input.in_(inputs)
            connection.execute(delete(t.dataset_input_tags).where(linked))
        for column in _OWNED[kind]:
            owned = getattr(column, "table", None)
            assert isinstance(owned, Table)
            connection.execute(delete(owned).where(self._dialect.in_integers(column, numbers)))

    def _freed(self, connection: Connection, before: int | None, estimate: int) -> int:
        if before is None:
            return estimate
        # What remains is remembered in rows, which may take a page.
        return max(0, (self._dialect.free_space(connection) or 0) - before)

    async def remains(self, after: int, limit: int) -> list[Remains]:
        columns = t.remains.c
        statement = select(t.remains).where(columns.id > after).order_by(columns.id).limit(limit)

        def read(connection: Connection) -> list[Remains]:
            return [
                Remains(
                    row.id,
                    TrashedThing(ThingKind(row.kind), row.number, row.name, row.artifact_uri),
                )
                for row in connection.execute(statement)
            ]

        return await self._writer.call(read)

    async def clear(self, remains: Sequence[Remains], limit: int) -> tuple[int, bool]:
        numbers = [one.thing.number for one in remains if one.thing.kind is ThingKind.RUN]
        if not numbers:
            return 0, False
        columns = t.metric_segments.c
        mine = self._dialect.in_integers(columns.run, numbers)

        def write(connection: Connection) -> tuple[int, bool]:
            before = self._dialect.free_space(connection)
            rows = connection.execute(
                select(columns.id, self._dialect.size(columns.data)).where(mine).limit(limit)
            ).all()
            if not rows:
                return 0, False
            chosen = self._dialect.in_integers(columns.id, [number for number, _ in rows])
            # The run is compared, since the numbers of segments come again.
            connection.execute(delete(t.metric_segments).where(mine, chosen))
            estimate = sum(size + trash_usage.SEGMENT_ROW for _, size in rows)
            return self._freed(connection, before, estimate), len(rows) == limit

        return await self._writer.call(write)

    async def forget(self, remains: Sequence[Remains]) -> None:
        numbers = [one.number for one in remains]

        def write(connection: Connection) -> None:
            gone = self._dialect.in_integers(t.remains.c.id, numbers)
            connection.execute(delete(t.remains).where(gone))

        if numbers:
            await self._writer.call(write)

    async def give_back(self) -> None:
        await self._give_back()

    def alone(self) -> AbstractAsyncContextManager[None]:
        return self._alone()

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        held = purging(self._database)
        await asyncio.to_thread(held.__enter__)
        try:
            yield
        finally:
            await asyncio.to_thread(held.__exit__, None, None, None)


def _remains_row(thing: TrashedThing) -> dict[str, Any]:
    return {
        "kind": thing.kind.value,
        "number": thing.number,
        "name": thing.id,
        "artifact_uri": thing.artifact_uri,
    }
