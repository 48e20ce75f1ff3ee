"""Changes of many runs at once on SQL: a few statements, however many runs they are."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, delete, select, update

from sagwan.domain.lifecycle import require_active_run, require_expected, run_not_found
from sagwan.domain.runs import RUN_NAME_TAG
from sagwan.domain.search.ast import comparisons
from sagwan.entities import Tag, ViewType
from sagwan.storage.base import RunQuery
from sagwan.storage.bulk import BulkStore, RunSelection
from sagwan.storage.sql import search
from sagwan.storage.sql.database import Database
from sagwan.storage.sql.experiments import STAGES
from sagwan.storage.sql.keys import Keys
from sagwan.storage.sql.tables import ACTIVE, DELETED, runs, tags
from sagwan.storage.sql.workspace import matching, raw_rows
from sagwan.storage.sql.writer import Writer

_VIEWS = {ACTIVE: ViewType.ACTIVE_ONLY, DELETED: ViewType.DELETED_ONLY}


class SqlBulk(BulkStore):
    """The port on SQL."""

    def __init__(self, database: Database, writer: Writer, keys: Keys) -> None:
        self._dialect = database.dialect
        self._writer = writer
        self._keys = keys
        self._set_tags = self._dialect.bulk(tags, ("run", "key", "value"), ["value"])

    async def delete(self, selection: RunSelection, now: int) -> int:
        def write(connection: Connection) -> int:
            found = self._changing(connection, selection, ACTIVE)
            self._update(connection, found, {"stage": DELETED, "deleted": now})
            return len(found)

        return await self._writer.call(write)

    async def restore(self, selection: RunSelection) -> list[str]:
        def write(connection: Connection) -> list[str]:
            found = self._changing(connection, selection, DELETED)
            self._update(connection, found, {"stage": ACTIVE, "deleted": None})
            return sorted(found.values())

        return await self._writer.call(write)

    async def tag(
        self, selection: RunSelection, tags_: Sequence[Tag], removed: Sequence[str]
    ) -> int:
        new = {tag.key: tag.value for tag in tags_ if tag.value or tag.key != RUN_NAME_TAG}

        def write(connection: Connection) -> int:
            found = self._changing(connection, selection, ACTIVE, only=True)
            gone = self._keys.look_up(connection, set(removed) - new.keys())
            if found and gone:
                connection.execute(
                    delete(tags).where(
                        self._dialect.in_integers(tags.c.run, [*found]),
                        self._dialect.in_integers(tags.c.key, sorted(gone.values())),
                    )
                )
            if found and new:
                ids = self._keys.intern(connection, new.keys())
                values = sorted((ids[key], value) for key, value in new.items())
                rows = ((run, *value) for run in found for value in values)
                self._set_tags.execute(connection, rows)
            if RUN_NAME_TAG in new:
                self._update(connection, found, {"name": new[RUN_NAME_TAG]})
            return len(found)

        return await self._writer.call(write)

    def _update(
        self, connection: Connection, found: dict[int, str], changes: dict[str, Any]
    ) -> None:
        if found:
            listed = self._dialect.in_integers(runs.c.id, [*found])
            connection.execute(update(runs).where(listed).values(changes))

    def _changing(
        self, connection: Connection, selection: RunSelection, stage: int, only: bool = False
    ) -> dict[int, str]:
        """As `_find`; noted that they are changed."""
        found = self._find(connection, selection, stage, only)
        for number in found:
            self._writer.activity.changed(number)
        return found

    def _find(
        self, connection: Connection, selection: RunSelection, stage: int, only: bool = False
    ) -> dict[int, str]:
        """The ids of the runs to change, by their numbers, in order; nobody else changes them.

        With `only`, each of `run_ids` has to be in this stage.
        """
        if selection.run_ids is None:
            statement = self._matching(connection, selection, stage)
            numbers = [number for (number,) in raw_rows(connection, statement)]
            chosen = self._dialect.in_integers(runs.c.id, numbers)
        else:
            chosen = self._dialect.in_texts(runs.c.run_id, list(dict.fromkeys(selection.run_ids)))
        rows = raw_rows(
            connection,
            select(runs.c.id, runs.c.run_id, runs.c.stage, runs.c.deleted)
            .where(chosen)
            .order_by(runs.c.id)
            .with_for_update(),
        )
        stages = {run_id: STAGES[now] for _, run_id, now, _ in rows}
        for run_id in selection.run_ids or ():
            if run_id not in stages:
                raise run_not_found(run_id)
        for run_id in (selection.run_ids or ()) if only else ():
            require_active_run(run_id, stages[run_id])
        found = {
            number: run_id
            for number, run_id, now, deleted in rows
            if now == stage and selection.deleted in (None, deleted)
        }
        require_expected(selection.expected, len(found))
        return found

    def _matching(self, connection: Connection, selection: RunSelection, stage: int) -> Select[Any]:
        query = RunQuery(selection.experiment_ids, selection.where, view=_VIEWS[stage])
        names = search.key_names(comparisons(query.where), ())
        context = search.Context(self._dialect, self._keys.look_up(connection, names))
        statement, where, context = search.begun(select(runs.c.id), query.where, context)
        statement = statement.where(*matching(query, where, context))
        if selection.deleted is not None:
            statement = statement.where(runs.c.deleted == selection.deleted)
        return statement
