"""Long jobs, in memory."""

from msgspec.structs import replace

from sagwan.domain.lifecycle import job_not_found, job_under_way
from sagwan.entities.jobs import JobReport, JobState
from sagwan.storage.jobs import JobStore, NewJob, StoredJob


class MemoryJobs(JobStore):
    """Jobs, in the order in which they came."""

    def __init__(self) -> None:
        self._jobs: dict[str, StoredJob] = {}

    async def add(self, new: NewJob) -> StoredJob:
        for job in await self.unfinished():
            if job.kind == new.kind:
                raise job_under_way(job.kind, job.job_id)
        queued, report = JobState.QUEUED, JobReport()
        job = StoredJob(new.job_id, new.kind, new.request, queued, report, new.now, new.now)
        self._jobs[new.job_id] = job
        return replace(job)

    async def get(self, job_id: str) -> StoredJob:
        return replace(self._find(job_id))

    async def newest(self, limit: int) -> list[StoredJob]:
        return [replace(job) for job in reversed(self._jobs.values())][:limit]

    async def unfinished(self) -> list[StoredJob]:
        return [replace(job) for job in self._jobs.values() if not job.state.is_over]

    async def report(self, job_id: str, report: JobReport, now: int) -> JobState:
        job = self._find(job_id)
        if not job.state.is_over:
            job.state = max(job.state, JobState.RUNNING)
            job.report, job.updated = replace(report), now
        return job.state

    async def stop(self, job_id: str, now: int) -> StoredJob:
        job = self._find(job_id)
        if job.state is JobState.QUEUED:
            job.state, job.updated, job.ended = JobState.STOPPED, now, now
        elif job.state is JobState.RUNNING:
            job.state, job.updated = JobState.STOPPING, now
        return replace(job)

    async def end(
        self, job_id: str, state: JobState, report: JobReport, error: str | None, now: int
    ) -> None:
        job = self._find(job_id)
        if not job.state.is_over:
            job.state, job.report, job.error = state, replace(report), error
            job.updated = job.ended = now

    def _find(self, job_id: str) -> StoredJob:
        if job_id not in self._jobs:
            raise job_not_found(job_id)
        return self._jobs[job_id]
