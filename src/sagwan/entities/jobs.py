"""Long jobs of a server, and what those that concern the trash have done."""

from enum import IntEnum

from sagwan.entities.base import Entity


class JobState(IntEnum):
    """How far a job is; from DONE on it is over."""

    QUEUED = 0
    RUNNING = 1
    STOPPING = 2
    DONE = 3
    STOPPED = 4
    FAILED = 5

    @property
    def is_over(self) -> bool:
        """Whether nothing will happen any more."""
        return self >= JobState.DONE


class LeftThing(Entity):
    """A `run`, `model` or `experiment` that was left in the trash, and why."""

    kind: str
    id: str
    reason: str


class MeasuredExperiment(Entity):
    """The artifacts that an experiment has in the trash."""

    experiment_id: str
    files: int
    bytes: int


class JobReport(Entity):
    """What a job has done so far, of `total` things that it found.

    A purge counts what it removed and the bytes that this freed: those of artifacts are exact. Of
    what it left, the first hundred are named. A measurement has what each experiment keeps.
    `pending_bytes` are those of artifacts that are being removed: what is missing of them after a
    crash was freed.
    """

    total: int = 0
    done: int = 0
    runs: int = 0
    models: int = 0
    experiments: int = 0
    files: int = 0
    artifact_bytes: int = 0
    database_bytes: int = 0
    pending_bytes: int = 0
    left: list[LeftThing] = []
    left_count: int = 0
    measured: list[MeasuredExperiment] = []

    @property
    def bytes(self) -> int:
        """All that was freed."""
        return self.artifact_bytes + self.database_bytes
