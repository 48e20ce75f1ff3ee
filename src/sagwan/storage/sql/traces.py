"""Traces on SQL."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Table, bindparam, delete, insert, select, update

from sagwan.domain import traces as rules
from sagwan.domain.artifact_paths import append_to_uri
from sagwan.entities import Page
from sagwan.entities.traces import RecordedTrace, Span, TraceInfo, TraceState
from sagwan.storage.spans import pack, unpack
from sagwan.storage.sql import experiments, trace_search
from sagwan.storage.sql.database import Database, Readers
from sagwan.storage.sql.runs import find as find_run
from sagwan.storage.sql.trace_tables import (
    trace_metadata,
    trace_runs,
    trace_spans,
    trace_tags,
    traces,
)
from sagwan.storage.sql.writer import Writer
from sagwan.storage.traces import NewTrace, SpanBatch, TraceEnd, TraceQuery, TraceStore

OWNED = (trace_tags, trace_metadata, trace_runs, trace_spans)
"""What belongs to a trace, by its column `trace`."""

_UNKNOWN = (TraceState.IN_PROGRESS, TraceState.STATE_UNSPECIFIED)


class SqlTraces(TraceStore):
    """The port on SQL."""

    def __init__(self, database: Database, readers: Readers, writer: Writer) -> None:
        self._dialect = database.dialect
        self._readers = readers
        self._writer = writer
        self._set = {
            table: self._dialect.upsert(table, ["value"]) for table in (trace_tags, trace_metadata)
        }

    async def start(self, new: NewTrace) -> TraceInfo:
        return await self._writer.call(lambda connection: self._start(connection, new))

    def _start(self, connection: Connection, new: NewTrace) -> TraceInfo:
        info = new.info
        experiment = experiments.find(connection, info.experiment_id, keep=True)
        experiments.require_active(experiment)
        there = self._locked(connection, [info.trace_id])
        row = there.get(info.trace_id)
        values = {
            "experiment_id": info.experiment_id,
            "time": info.request_time,
            "duration": info.execution_duration,
            "state": info.state.value,
            "final": int(new.final),
            "client_request_id": info.client_request_id,
            "request_preview": info.request_preview or getattr(row, "request_preview", None),
            "response_preview": info.response_preview or getattr(row, "response_preview", None),
        }
        if row is None:
            values |= {"trace_id": info.trace_id, "pieces": 0}
            connection.execute(insert(traces), values)
        else:
            connection.execute(update(traces).where(traces.c.id == row.id).values(values))
            if new.final and row.pieces > 1:
                self._merge(connection, [row.id])
        number = self._numbers(connection, [info.trace_id])[info.trace_id]
        location = append_to_uri(experiment.artifact_location, "traces", info.trace_id, "artifacts")
        self._put(connection, trace_tags, [(number, {**info.tags, rules.LOCATION_TAG: location})])
        final = {rules.FINAL_METADATA: "true"} if new.final else {}
        self._put(connection, trace_metadata, [(number, {**info.metadata, **final})])
        return self._infos(connection, self._rows(connection, [info.trace_id]))[0]

    async def end(self, end: TraceEnd) -> TraceInfo:
        def write(connection: Connection) -> TraceInfo:
            row = self._locked(connection, [end.trace_id]).get(end.trace_id)
            if row is None:
                raise rules.trace_not_found(end.trace_id)
            connection.execute(
                update(traces)
                .where(traces.c.id == row.id)
                .values(duration=end.time - row.time, state=end.state.value)
            )
            self._put(connection, trace_tags, [(row.id, end.tags)])
            self._put(connection, trace_metadata, [(row.id, end.metadata)])
            return self._infos(connection, self._rows(connection, [end.trace_id]))[0]

        return await self._writer.call(write)

    async def log_spans(self, experiment_id: int, batches: Sequence[SpanBatch]) -> None:
        if batches:
            ordered = sorted(batches, key=lambda batch: batch.trace_id)
            await self._writer.call(
                lambda connection: self._log_spans(connection, experiment_id, ordered)
            )

    def _log_spans(
        self, connection: Connection, experiment_id: int, batches: Sequence[SpanBatch]
    ) -> None:
        ids = [batch.trace_id for batch in batches]
        there = self._locked(connection, ids)
        made = [batch for batch in batches if batch.trace_id not in there]
        numbers = {trace_id: row.id for trace_id, row in there.items()}
        location = ""
        if made:
            experiment = experiments.find(connection, experiment_id, keep=True)
            experiments.require_active(experiment)
            location = experiment.artifact_location
            connection.execute(insert(traces), [_made(batch, experiment_id) for batch in made])
            numbers |= self._numbers(connection, [batch.trace_id for batch in made])
        pieces = [
            {"trace": numbers[batch.trace_id], "data": pack(batch.spans)} for batch in batches
        ]
        connection.execute(insert(trace_spans), pieces)
        changed = [
            _grown(there[batch.trace_id], batch) for batch in batches if batch.trace_id in there
        ]
        if changed:
            columns = [name for name in changed[0] if name != "number"]
            connection.execute(
                update(traces)
                .where(traces.c.id == bindparam("number"))
                .values({name: bindparam(f"new_{name}") for name in columns}),
                [
                    {"number": row["number"], **{f"new_{name}": row[name] for name in columns}}
                    for row in changed
                ],
            )
        self._describe(connection, batches, numbers, there, location)
        due = [
            row.id
            for row in there.values()
            if row.pieces > 0 and (row.final or row.pieces + 1 >= rules.MERGED_FROM)
        ]
        if due:
            self._merge(connection, due)

    def _describe(
        self,
        connection: Connection,
        batches: Sequence[SpanBatch],
        numbers: Mapping[str, int],
        there: Mapping[str, Row[Any]],
        location: str,
    ) -> None:
        """Write the tags and the metadata that spans bring along."""
        tags: list[tuple[int, Mapping[str, str]]] = []
        for batch in batches:
            own = {**batch.tags, rules.SPANS_TAG: rules.IN_STORE}
            if batch.trace_id not in there:
                place = append_to_uri(location, "traces", batch.trace_id, "artifacts")
                own[rules.LOCATION_TAG] = place
            tags.append((numbers[batch.trace_id], own))
        self._put(connection, trace_tags, tags)
        for table, missing in (
            (
                trace_tags,
                [
                    (numbers[batch.trace_id], {rules.NAME_TAG: batch.name})
                    for batch in batches
                    if batch.name is not None
                ],
            ),
            (
                trace_metadata,
                [(numbers[batch.trace_id], batch.metadata) for batch in batches],
            ),
        ):
            rows = _pairs(missing)
            if rows:
                connection.execute(self._dialect.insert_missing(table), rows)

    def _merge(self, connection: Connection, numbers: Sequence[int]) -> None:
        """Make the pieces of each of these traces one."""
        spans = self._spans(connection, numbers)
        owner = trace_spans.c.trace
        connection.execute(
            delete(trace_spans).where(self._dialect.in_integers(owner, list(numbers)))
        )
        connection.execute(
            insert(trace_spans),
            [{"trace": number, "data": pack(spans[number])} for number in numbers],
        )
        connection.execute(
            update(traces)
            .where(self._dialect.in_integers(traces.c.id, list(numbers)))
            .values(pieces=1)
        )

    async def get(self, trace_id: str) -> TraceInfo:
        found = await self.read([trace_id], spans=False)
        if not found:
            raise rules.trace_not_found(trace_id)
        return found[0].info

    async def read(
        self,
        trace_ids: Sequence[str],
        experiment_ids: Sequence[int] | None = None,
        spans: bool = True,
    ) -> list[RecordedTrace]:
        def read(connection: Connection) -> list[RecordedTrace]:
            rows = self._rows(connection, trace_ids, experiment_ids)
            if not rows:
                return []
            infos = {info.trace_id: info for info in self._infos(connection, rows)}
            found = self._spans(connection, [row.id for row in rows]) if spans else {}
            by_id = {row.trace_id: found.get(row.id, []) for row in rows}
            wanted = dict.fromkeys(trace_ids)
            return [RecordedTrace(infos[one], by_id[one]) for one in wanted if one in infos]

        return await self._readers.call(read)

    async def search(self, query: TraceQuery) -> Page[TraceInfo]:
        def read(connection: Connection) -> Page[TraceInfo]:
            rows, token = trace_search.page(connection, query, self._dialect)
            return Page(self._infos(connection, rows), token)

        return await self._readers.call(read)

    async def set_tag(self, trace_id: str, key: str, value: str) -> None:
        def write(connection: Connection) -> None:
            row = self._locked(connection, [trace_id]).get(trace_id)
            if row is None:
                raise rules.trace_not_found(trace_id)
            self._put(connection, trace_tags, [(row.id, {key: value})])

        await self._writer.call(write)

    async def delete_tag(self, trace_id: str, key: str) -> None:
        def write(connection: Connection) -> None:
            row = self._locked(connection, [trace_id]).get(trace_id)
            if row is None:
                raise rules.trace_not_found(trace_id)
            deleted = connection.execute(
                delete(trace_tags).where(trace_tags.c.trace == row.id, trace_tags.c.key == key)
            )
            if deleted.rowcount == 0:
                raise rules.trace_tag_not_found(trace_id, key)

        await self._writer.call(write)

    async def link_to_run(self, trace_ids: Sequence[str], run_id: str) -> None:
        def write(connection: Connection) -> None:
            find_run(connection, run_id)
            rows = self._locked(connection, sorted(set(trace_ids)))
            links = [{"trace": row.id, "run_id": run_id} for row in rows.values()]
            if links:
                connection.execute(self._dialect.insert_missing(trace_runs), links)

        await self._writer.call(write)

    async def delete(self, experiment_id: int, trace_ids: Sequence[str]) -> int:
        listed = self._dialect.in_texts(traces.c.trace_id, sorted(set(trace_ids)))
        chosen = select(traces.c.id).where(listed, traces.c.experiment_id == experiment_id)
        return await self._writer.call(lambda connection: self._delete(connection, chosen))

    async def delete_until(self, experiment_id: int, time: int, limit: int) -> int:
        chosen = (
            select(traces.c.id)
            .where(traces.c.experiment_id == experiment_id, traces.c.time <= time)
            .order_by(traces.c.time, traces.c.trace_id)
            .limit(limit)
        )
        return await self._writer.call(lambda connection: self._delete(connection, chosen))

    def _delete(self, connection: Connection, chosen: Any) -> int:
        numbers = [number for (number,) in connection.execute(chosen.with_for_update())]
        if numbers:
            for table in OWNED:
                listed = self._dialect.in_integers(table.c.trace, numbers)
                connection.execute(delete(table).where(listed))
            connection.execute(
                delete(traces).where(self._dialect.in_integers(traces.c.id, numbers))
            )
        return len(numbers)

    # --- Rows -------------------------------------------------------------------------------------

    def _rows(
        self,
        connection: Connection,
        trace_ids: Sequence[str],
        experiment_ids: Sequence[int] | None = None,
    ) -> Sequence[Row[Any]]:
        statement = select(traces).where(
            self._dialect.in_texts(traces.c.trace_id, sorted(set(trace_ids)))
        )
        if experiment_ids is not None:
            listed = self._dialect.in_integers(traces.c.experiment_id, list(experiment_ids))
            statement = statement.where(listed)
        return connection.execute(statement).all()

    def _locked(self, connection: Connection, trace_ids: Sequence[str]) -> dict[str, Row[Any]]:
        """The rows of those that there are, which nobody else changes until the end."""
        statement = (
            select(traces)
            .where(self._dialect.in_texts(traces.c.trace_id, list(trace_ids)))
            .order_by(traces.c.trace_id)
            .with_for_update()
        )
        return {row.trace_id: row for row in connection.execute(statement)}

    def _numbers(self, connection: Connection, trace_ids: Sequence[str]) -> dict[str, int]:
        statement = select(traces.c.trace_id, traces.c.id).where(
            self._dialect.in_texts(traces.c.trace_id, list(trace_ids))
        )
        return {row.trace_id: row.id for row in connection.execute(statement)}

    def _put(
        self,
        connection: Connection,
        table: Table,
        pairs: Sequence[tuple[int, Mapping[str, str]]],
    ) -> None:
        rows = _pairs(pairs)
        if rows:
            connection.execute(self._set[table], rows)

    def _infos(self, connection: Connection, rows: Sequence[Row[Any]]) -> list[TraceInfo]:
        numbers = [row.id for row in rows]
        tags = self._texts(connection, trace_tags, numbers)
        metadata = self._texts(connection, trace_metadata, numbers)
        return [
            TraceInfo(
                row.trace_id,
                row.experiment_id,
                row.time,
                row.duration,
                TraceState(row.state),
                row.client_request_id,
                row.request_preview,
                row.response_preview,
                metadata[row.id],
                tags[row.id],
            )
            for row in rows
        ]

    def _texts(
        self, connection: Connection, table: Table, numbers: Sequence[int]
    ) -> dict[int, dict[str, str]]:
        found: dict[int, dict[str, str]] = {number: {} for number in numbers}
        if numbers:
            columns = table.c
            rows = connection.execute(
                select(columns.trace, columns.key, columns.value)
                .where(self._dialect.in_integers(columns.trace, numbers))
                .order_by(columns.trace, columns.key)
            )
            for number, key, value in rows:
                found[number][key] = value
        return found

    def _spans(self, connection: Connection, numbers: Sequence[int]) -> dict[int, list[Span]]:
        pieces: dict[int, list[bytes]] = {number: [] for number in numbers}
        columns = trace_spans.c
        rows = connection.execute(
            select(columns.trace, columns.data)
            .where(self._dialect.in_integers(columns.trace, list(numbers)))
            .order_by(columns.id)
        )
        for number, data in rows:
            pieces[number].append(bytes(data))
        return {number: rules.merged(map(unpack, each)) for number, each in pieces.items()}


def _pairs(pairs: Iterable[tuple[int, Mapping[str, str]]]) -> list[dict[str, Any]]:
    """Rows in the order of their keys, so that two writers lock them in the same order."""
    return [
        {"trace": number, "key": key, "value": value}
        for number, values in sorted(pairs, key=lambda pair: pair[0])
        for key, value in sorted(values.items())
    ]


def _made(batch: SpanBatch, experiment_id: int) -> dict[str, Any]:
    """The row of a trace that its spans make."""
    return {
        "trace_id": batch.trace_id,
        "experiment_id": experiment_id,
        "time": batch.first,
        "duration": None if batch.last is None else batch.last - batch.first,
        "state": (TraceState.IN_PROGRESS if batch.state is None else batch.state).value,
        "final": 0,
        "pieces": 1,
        "client_request_id": None,
        "request_preview": batch.request_preview,
        "response_preview": batch.response_preview,
    }


def _grown(row: Row[Any], batch: SpanBatch) -> dict[str, Any]:
    """What of a trace's row is another with more spans."""
    time, duration, state = row.time, row.duration, row.state
    if not row.final:
        time = min(time, batch.first)
        ends = [row.time + row.duration] if row.duration is not None else []
        ends += [batch.last] if batch.last is not None else []
        duration = max(ends) - time if ends else None
    if batch.state is not None and state in _UNKNOWN:
        state = batch.state.value
    return {
        "number": row.id,
        "time": time,
        "duration": duration,
        "state": state,
        "pieces": row.pieces + 1,
        "request_preview": row.request_preview or batch.request_preview,
        "response_preview": row.response_preview or batch.response_preview,
    }
