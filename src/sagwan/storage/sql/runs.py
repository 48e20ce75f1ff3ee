"""Runs on SQL."""

import json
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from sagwan.domain import lifecycle
from sagwan.domain.artifact_paths import append_to_uri
from sagwan.domain.runs import RUN_NAME_TAG
from sagwan.domain.search.ast import All
from sagwan.entities import (
    DatasetInput,
    ModelOutput,
    Page,
    Run,
    RunData,
    RunInfo,
    RunInputs,
    RunStatus,
)
from sagwan.storage.base import NewRun, RunBatch, RunStore, RunUpdate, SearchQuery
from sagwan.storage.sql import experiments, inputs, search
from sagwan.storage.sql.database import Database, Readers, new_id
from sagwan.storage.sql.experiments import STAGE_NUMBERS, STAGES
from sagwan.storage.sql.keys import Keys
from sagwan.storage.sql.leading import first_rows
from sagwan.storage.sql.paging import decode_token, encode_token, query_digest
from sagwan.storage.sql.run_pages import RunPages, run_info
from sagwan.storage.sql.search import OrderColumn
from sagwan.storage.sql.tables import ACTIVE, DELETED, runs, tags
from sagwan.storage.sql.writer import Writer


class SqlRuns(RunStore):
    """The port on SQL."""

    def __init__(self, database: Database, readers: Readers, writer: Writer, keys: Keys) -> None:
        self._dialect = database.dialect
        self._readers = readers
        self._writer = writer
        self._keys = keys
        self._pages = RunPages(self._dialect, keys)
        self._set_tag = self._dialect.upsert(tags, ["value"])
        self._add_tags = self._dialect.bulk(tags, ("run", "key", "value"))

    async def create(self, new: NewRun) -> Run:
        return await self._writer.call(lambda connection: self._create(connection, new))

    def _create(self, connection: Connection, new: NewRun) -> Run:
        experiment = experiments.find(connection, new.experiment_id, keep=True)
        experiments.require_active(experiment)
        row = {
            "run_id": new.run_id,
            "experiment_id": new.experiment_id,
            "name": new.name,
            "user_id": new.user_id,
            "status": RunStatus.RUNNING.value,
            "start_time": new.start_time,
            "stage": ACTIVE,
            "artifact_uri": append_to_uri(experiment.artifact_location, new.run_id, "artifacts"),
        }
        created = connection.execute(insert(runs), row)
        number = new_id(created)
        self._writer.activity.changed(number)
        ids = self._keys.intern(connection, {tag.key for tag in new.tags})
        self._add_tags.execute(connection, ((number, ids[tag.key], tag.value) for tag in new.tags))
        info = RunInfo(
            run_uuid=new.run_id,
            experiment_id=str(new.experiment_id),
            run_name=new.name,
            user_id=new.user_id,
            status=RunStatus.RUNNING.name,
            start_time=new.start_time,
            artifact_uri=str(row["artifact_uri"]),
            lifecycle_stage=STAGES[ACTIVE],
            run_id=new.run_id,
        )
        in_order = sorted(new.tags, key=lambda tag: tag.key)
        return Run(info=info, data=RunData(tags=in_order), inputs=RunInputs())

    async def get(self, run_id: str) -> Run:
        def read(connection: Connection) -> Run:
            row = find(connection, run_id)
            return self._pages.assemble(connection, [row], with_model_inputs=True)[0]

        return await self._readers.call(read)

    async def update(self, update_: RunUpdate) -> RunInfo:
        def write(connection: Connection) -> RunInfo:
            row = self._changing(connection, update_.run_id)
            changes: dict[str, Any] = {}
            if update_.status is not None:
                changes["status"] = update_.status.value
            if update_.end_time is not None:
                changes["end_time"] = update_.end_time
            if update_.name:
                changes["name"] = update_.name
                self._write_tag(connection, row.id, RUN_NAME_TAG, update_.name)
            if changes:
                connection.execute(update(runs).where(runs.c.id == row.id).values(changes))
            return run_info(SimpleNamespace(**{**row._mapping, **changes}))

        return await self._writer.call(write)

    async def delete(self, run_id: str, now: int) -> None:
        def write(connection: Connection) -> None:
            row = find(connection, run_id)
            if row.stage == ACTIVE:
                changes = {"stage": DELETED, "deleted": now}
                connection.execute(update(runs).where(runs.c.id == row.id).values(changes))
                self._writer.activity.changed(row.id)

        await self._writer.call(write)

    async def restore(self, run_id: str) -> None:
        def write(connection: Connection) -> None:
            row = find(connection, run_id)
            changes = {"stage": ACTIVE, "deleted": None}
            connection.execute(update(runs).where(runs.c.id == row.id).values(changes))
            self._writer.activity.changed(row.id)

        await self._writer.call(write)

    async def search(self, experiment_ids: Sequence[int], query: SearchQuery) -> Page[Run]:
        if not experiment_ids:
            return Page([])
        return await self._readers.call(
            lambda connection: self._search(connection, experiment_ids, query)
        )

    def _search(
        self, connection: Connection, experiment_ids: Sequence[int], query: SearchQuery
    ) -> Page[Run]:
        digest = query_digest(
            "runs", sorted(set(experiment_ids)), query.filter, query.order, query.view
        )
        after = decode_token(digest, query.page_token) if query.page_token else None
        order, rows = self._rows(connection, sorted(set(experiment_ids)), query, after)
        token = None
        if len(rows) > query.limit:
            rows = rows[: query.limit]
            token = encode_token(digest, search.last_values(order, rows[-1]))
        return Page(self._pages.assemble(connection, rows, with_model_inputs=False), token)

    def _rows(
        self,
        connection: Connection,
        experiment_ids: Sequence[int],
        query: SearchQuery,
        after: Sequence[Any] | None,
    ) -> tuple[Sequence[OrderColumn], Sequence[Row[Any]]]:
        """The order, and the rows of a page that comes `after` another, with one more."""
        names = search.key_names(query.filter, query.order)
        context = search.Context(self._dialect, self._keys.find(connection, names))
        within = [
            self._dialect.in_integers(runs.c.experiment_id, experiment_ids),
            runs.c.stage.in_([STAGE_NUMBERS[stage] for stage in query.view.stages]),
        ]
        first = first_rows(connection, query, within, context, after)
        if first is not None:
            return first
        statement, condition, context = search.begun(select(runs), All(query.filter), context)
        order = search.run_order(query.order, context)
        statement = search.ordered(statement, order).where(
            *within, *search.condition_clauses(condition, context)
        )
        if after is not None:
            statement = statement.where(search.keyset_after(order, after))
        return order, connection.execute(statement.limit(query.limit + 1)).all()

    async def log_batch(self, batch: RunBatch) -> None:
        await self._writer.log(batch)

    async def delete_tag(self, run_id: str, key: str) -> None:
        def write(connection: Connection) -> None:
            row = self._changing(connection, run_id)
            ids = self._keys.look_up(connection, [key])
            found = (
                key in ids
                and connection.execute(
                    delete(tags).where(tags.c.run == row.id, tags.c.key == ids[key])
                ).rowcount
            )
            if not found:
                raise lifecycle.run_tag_not_found(run_id, key)

        await self._writer.call(write)

    async def log_inputs(
        self, run_id: str, datasets: Sequence[DatasetInput], model_ids: Sequence[str]
    ) -> None:
        def write(connection: Connection) -> None:
            row = self._changing(connection, run_id)
            inputs.link_datasets(connection, self._dialect, row, datasets)
            inputs.link_read_models(connection, self._dialect, row, model_ids)

        await self._writer.call(write)

    async def log_outputs(self, run_id: str, models: Sequence[ModelOutput]) -> None:
        def write(connection: Connection) -> None:
            inputs.link_written_models(connection, self._changing(connection, run_id), models)

        await self._writer.call(write)

    async def append_to_json_tag(self, run_id: str, key: str, item: object) -> None:
        def write(connection: Connection) -> None:
            row = self._changing(connection, run_id)
            number = self._keys.intern(connection, [key])[key]
            text = connection.execute(
                select(tags.c.value).where(tags.c.run == row.id, tags.c.key == number)
            ).scalar_one_or_none()
            try:
                items = json.loads(text) if text is not None else []
            except ValueError:
                items = None
            if not isinstance(items, list):
                raise lifecycle.tag_is_no_list(run_id, key)
            self._write_tag(connection, row.id, key, json.dumps([*items, item]))

        await self._writer.call(write)

    def _changing(self, connection: Connection, run_id: str) -> Row[Any]:
        """The row of a run that is about to be changed: as `find_active`, and noted."""
        row = find_active(connection, run_id)
        self._writer.activity.changed(row.id)
        return row

    def _write_tag(self, connection: Connection, run: int, key: str, value: str) -> None:
        number = self._keys.intern(connection, [key])[key]
        connection.execute(self._set_tag, {"run": run, "key": number, "value": value})


def find(connection: Connection, run_id: str) -> Row[Any]:
    """The row of a run. Raises NotFound."""
    row = connection.execute(select(runs).where(runs.c.run_id == run_id)).one_or_none()
    if row is None:
        raise lifecycle.run_not_found(run_id)
    return row


def find_active(connection: Connection, run_id: str) -> Row[Any]:
    """The row of a run that may be changed. Raises NotFound; InvalidParameter where deleted."""
    row = find(connection, run_id)
    lifecycle.require_active_run(run_id, STAGES[row.stage])
    return row
