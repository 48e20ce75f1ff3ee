"""Long jobs on SQL."""

from typing import Any

import msgspec
from sqlalchemy import Connection, Row, insert, select, update

from sagwan.domain.lifecycle import job_not_found, job_under_way
from sagwan.entities.jobs import JobReport, JobState
from sagwan.storage.jobs import JobStore, NewJob, StoredJob
from sagwan.storage.sql.database import Database
from sagwan.storage.sql.tables import jobs
from sagwan.storage.sql.writer import Writer

_decode = msgspec.json.Decoder(JobReport).decode
_UNFINISHED = jobs.c.state < JobState.DONE.value


class SqlJobs(JobStore):
    """The port on SQL. All is asked of the database itself, not of a replica."""

    def __init__(self, database: Database, writer: Writer) -> None:
        self._dialect = database.dialect
        self._writer = writer

    async def add(self, new: NewJob) -> StoredJob:
        queued, report = JobState.QUEUED, JobReport()
        job = StoredJob(new.job_id, new.kind, new.request, queued, report, new.now, new.now)

        def write(connection: Connection) -> StoredJob:
            # Two processes must not both find that there is none.
            self._dialect.only_one(connection)
            there = connection.execute(
                select(jobs.c.job_id).where(_UNFINISHED, jobs.c.kind == new.kind).limit(1)
            ).scalar()
            if there is not None:
                raise job_under_way(new.kind, there)
            row = {
                "job_id": job.job_id,
                "kind": job.kind,
                "state": job.state.value,
                "request": job.request,
                "progress": _encoded(job.report),
                "created": job.created,
                "updated": job.updated,
            }
            connection.execute(insert(jobs), row)
            return job

        return await self._writer.call(write)

    async def get(self, job_id: str) -> StoredJob:
        return await self._writer.call(lambda connection: _stored(_find(connection, job_id)))

    async def newest(self, limit: int) -> list[StoredJob]:
        statement = select(jobs).order_by(jobs.c.id.desc()).limit(limit)
        return await self._writer.call(
            lambda connection: [_stored(row) for row in connection.execute(statement)]
        )

    async def unfinished(self) -> list[StoredJob]:
        statement = select(jobs).where(_UNFINISHED).order_by(jobs.c.id)
        return await self._writer.call(
            lambda connection: [_stored(row) for row in connection.execute(statement)]
        )

    async def report(self, job_id: str, report: JobReport, now: int) -> JobState:
        def write(connection: Connection) -> JobState:
            row = _find(connection, job_id)
            if JobState(row.state).is_over:
                return JobState(row.state)
            state = max(row.state, JobState.RUNNING.value)
            _change(connection, row, state=state, progress=_encoded(report), updated=now)
            return JobState(state)

        return await self._writer.call(write)

    async def stop(self, job_id: str, now: int) -> StoredJob:
        def write(connection: Connection) -> StoredJob:
            row = _find(connection, job_id)
            if row.state == JobState.QUEUED:
                _change(connection, row, state=JobState.STOPPED.value, updated=now, ended=now)
            elif row.state == JobState.RUNNING:
                _change(connection, row, state=JobState.STOPPING.value, updated=now)
            return _stored(_find(connection, job_id))

        return await self._writer.call(write)

    async def end(
        self, job_id: str, state: JobState, report: JobReport, error: str | None, now: int
    ) -> None:
        def write(connection: Connection) -> None:
            row = _find(connection, job_id)
            if not JobState(row.state).is_over:
                _change(
                    connection,
                    row,
                    state=state.value,
                    progress=_encoded(report),
                    error=error,
                    updated=now,
                    ended=now,
                )

        await self._writer.call(write)


def _find(connection: Connection, job_id: str) -> Row[Any]:
    """The row of a job, which nobody else changes until the end."""
    row = connection.execute(
        select(jobs).where(jobs.c.job_id == job_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise job_not_found(job_id)
    return row


def _change(connection: Connection, row: Row[Any], **values: object) -> None:
    connection.execute(update(jobs).where(jobs.c.id == row.id).values(values))


def _encoded(report: JobReport) -> str:
    return msgspec.json.encode(report).decode()


def _stored(row: Row[Any]) -> StoredJob:
    return StoredJob(
        job_id=row.job_id,
        kind=row.kind,
        request=row.request,
        state=JobState(row.state),
        report=_decode(row.progress),
        created=row.created,
        updated=row.updated,
        ended=row.ended,
        error=row.error,
    )
