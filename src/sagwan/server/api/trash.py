"""Handlers of the trash and of its jobs."""

import msgspec

from sagwan.domain.experiments import parse_experiment_id
from sagwan.domain.lifecycle import require_expected
from sagwan.errors import missing
from sagwan.server.context import Context
from sagwan.server.jobs import MEASURE, PURGE
from sagwan.storage.jobs import NewJob, StoredJob
from sagwan.storage.trash import TrashFilter
from sagwan.wire import endpoints
from sagwan.wire import trash as wire

JOBS = 10
"""So many jobs are shown with the trash."""


async def read(context: Context, request: wire.ReadTrash) -> wire.TrashResponse:
    experiments = [
        wire.TrashedExperiment(
            experiment_id=str(found.experiment_id),
            name=found.name,
            runs=found.runs,
            models=found.models,
            bytes=found.bytes,
            deleted_at=found.deleted,
            first=found.first,
            last=found.last,
        )
        for found in await context.store.trash.contents()
    ]
    jobs = [_shown(job) for job in await context.store.jobs.newest(JOBS)]
    return wire.TrashResponse(experiments, jobs)


async def read_run(context: Context, request: wire.RunInTrash) -> wire.RunInTrashResponse:
    return wire.RunInTrashResponse(await context.store.trash.when(request.run_id))


async def purge(context: Context, request: wire.PurgeTrash) -> wire.JobResponse:
    numbers = request.experiment_ids
    filter = TrashFilter(
        request.before,
        request.run_ids,
        request.logged_model_ids,
        None if numbers is None else [parse_experiment_id(text) for text in numbers],
        request.registered,
    )
    if request.expected is None:
        raise missing("expected")
    found = await context.store.trash.count(filter)
    require_expected(request.expected, sum(found.values()), "runs, models and experiments")
    return await _started(context, PURGE, msgspec.json.encode(filter).decode())


async def measure(context: Context, request: wire.MeasureTrash) -> wire.JobResponse:
    if not request.experiment_ids:
        raise missing("experiment_ids")
    filter = TrashFilter(experiment_ids=[*map(parse_experiment_id, request.experiment_ids)])
    return await _started(context, MEASURE, msgspec.json.encode(filter).decode())


async def _started(context: Context, kind: str, request: str) -> wire.JobResponse:
    new = NewJob(context.ids.job(), kind, request, context.clock())
    job = await context.store.jobs.add(new)
    context.job_added.set()
    return wire.JobResponse(_shown(job))


async def read_job(context: Context, request: wire.JobRequest) -> wire.JobResponse:
    return wire.JobResponse(_shown(await context.store.jobs.get(request.job_id)))


async def stop_job(context: Context, request: wire.JobRequest) -> wire.JobResponse:
    job = await context.store.jobs.stop(request.job_id, context.clock())
    return wire.JobResponse(_shown(job))


def _shown(job: StoredJob) -> wire.Job:
    return wire.Job(
        job_id=job.job_id,
        kind=job.kind,
        state=job.state.name.lower(),
        created=job.created,
        updated=job.updated,
        report=job.report,
        ended=job.ended,
        error=job.error,
    )


HANDLERS = {
    endpoints.READ_TRASH: read,
    endpoints.READ_RUN_IN_TRASH: read_run,
    endpoints.PURGE_TRASH: purge,
    endpoints.MEASURE_TRASH: measure,
    endpoints.READ_JOB: read_job,
    endpoints.STOP_JOB: stop_job,
}
