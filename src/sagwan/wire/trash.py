"""Requests and responses about the trash, and about the jobs that empty it."""

from sagwan.entities import Entity
from sagwan.entities.base import Int64
from sagwan.entities.jobs import JobReport


class TrashedExperiment(Entity):
    """What an experiment has in the trash. Times are Unix milliseconds.

    `deleted_at` is when the experiment itself went there; absent where it is active. `first` and
    `last` are when its runs and models did. `bytes` is what the database holds of its runs: points
    exactly, rows about; artifacts are what a job of the kind `measure` finds.
    """

    experiment_id: str
    name: str
    runs: int
    models: int
    bytes: int
    deleted_at: int | None = None
    first: int | None = None
    last: int | None = None


class Job(Entity):
    """A long job. `state` is `queued`, `running`, `stopping`, `done`, `stopped` or `failed`.

    Times are Unix milliseconds; `ended` and, where it failed, `error` come when it is over.
    """

    job_id: str
    kind: str
    state: str
    created: int
    updated: int
    report: JobReport
    ended: int | None = None
    error: str | None = None


class ReadTrash(Entity):
    """GET trash

    All that is in the trash, by experiment, and the newest jobs, the newest first.
    """


class TrashResponse(Entity):
    """The trash, and its jobs."""

    experiments: list[TrashedExperiment]
    jobs: list[Job]


class RunInTrash(Entity):
    """GET trash/run

    When a run was moved to the trash; nothing where it isn't there.
    """

    run_id: str


class RunInTrashResponse(Entity):
    """Unix milliseconds, or nothing."""

    deleted_at: int | None = None


class PurgeTrash(Entity):
    """POST trash/purge

    Start a job that removes what is in the trash for good, with its artifacts: all, or the runs,
    models and experiments that are named and what belongs to the named experiments; with `before`,
    only what was moved there until then. What a version of a registered model uses stays, unless
    `registered` is set. `expected` says how many runs, models and experiments
    the caller means; where it would be another number, nothing is done (INVALID_STATE). One such
    job runs at a time. It goes on after a restart of the server.
    """

    run_ids: list[str] | None = None
    logged_model_ids: list[str] | None = None
    experiment_ids: list[str] | None = None
    before: Int64 | None = None
    registered: bool = False
    expected: Int64 | None = None


class MeasureTrash(Entity):
    """POST trash/measure

    Start a job that sums up the artifacts of what these experiments have in the trash.
    """

    experiment_ids: list[str] = []


class JobRequest(Entity):
    """GET jobs/{job_id} and POST jobs/{job_id}/stop

    How far a job has come. A job that is to stop finishes what it has begun; what it has removed
    is gone.
    """

    job_id: str


class JobResponse(Entity):
    """A job."""

    job: Job


__all__ = [
    "Job",
    "JobRequest",
    "JobResponse",
    "MeasureTrash",
    "PurgeTrash",
    "ReadTrash",
    "RunInTrash",
    "RunInTrashResponse",
    "TrashResponse",
    "TrashedExperiment",
]
