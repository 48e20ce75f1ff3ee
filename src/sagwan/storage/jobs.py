"""The port for long jobs of servers. Its docstrings are the contract, as in `base`."""

from abc import ABC, abstractmethod

import msgspec

from sagwan.entities.jobs import JobReport, JobState

__all__ = ["JobStore", "NewJob", "StoredJob"]


class NewJob(msgspec.Struct):
    """A job to queue; `request` is what it is asked for, in a form of its kind."""

    job_id: str
    kind: str
    request: str
    now: int


class StoredJob(msgspec.Struct):
    """A job. Times are Unix milliseconds; `error` is why it failed."""

    job_id: str
    kind: str
    request: str
    state: JobState
    report: JobReport
    created: int
    updated: int
    ended: int | None = None
    error: str | None = None


class JobStore(ABC):
    """Jobs, so that they go on after a restart. An unknown id raises NotFound."""

    @abstractmethod
    async def add(self, new: NewJob) -> StoredJob:
        """Queue a job. Raises InvalidState where one of its kind isn't over."""

    @abstractmethod
    async def get(self, job_id: str) -> StoredJob:
        """The job."""

    @abstractmethod
    async def newest(self, limit: int) -> list[StoredJob]:
        """The newest jobs, the newest first."""

    @abstractmethod
    async def unfinished(self) -> list[StoredJob]:
        """The jobs that aren't over, the oldest first."""

    @abstractmethod
    async def report(self, job_id: str, report: JobReport, now: int) -> JobState:
        """Keep how far a job has come, and its state: a queued one is running now.

        Nothing is kept of a job that is over.
        """

    @abstractmethod
    async def stop(self, job_id: str, now: int) -> StoredJob:
        """Ask a running job to stop; one that is queued is stopped, one that is over stays so."""

    @abstractmethod
    async def end(
        self, job_id: str, state: JobState, report: JobReport, error: str | None, now: int
    ) -> None:
        """A job is over. Nothing happens where it was."""
