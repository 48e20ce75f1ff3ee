"""Long jobs in the background of a server: one process does a job, another goes on where it died.

What is to be done is in the store. Each process looks there now and then, and at once when it was
told of a job itself. Who has the store's lock for purges works; a lock ends with its process, so
that a job whose server was killed or restarted is taken up by whoever looks next.
"""

import asyncio
import logging
import time
from contextlib import suppress

import msgspec

from sagwan.entities.jobs import JobReport, JobState, MeasuredExperiment
from sagwan.errors import InvalidState, Overloaded, SagwanError, Unavailable
from sagwan.server.context import Context
from sagwan.server.purge import Purge, Watch
from sagwan.storage.jobs import StoredJob
from sagwan.storage.trash import TrashFilter

PURGE, MEASURE = "purge", "measure"

POLL = 10.0
"""Seconds between two looks for jobs of processes that are gone."""

REPORTS = 0.25
"""Seconds between two reports of how far a job has come."""

_log = logging.getLogger(__name__)
_filter = msgspec.json.Decoder(TrashFilter).decode


class Jobs:
    """Does the jobs of a context's store, one at a time."""

    def __init__(self, context: Context, poll: float = POLL) -> None:
        self._context = context
        self._poll = poll
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Work in the background, in the running event loop."""
        self._task = asyncio.create_task(self._run(), name="sagwan-jobs")

    async def close(self) -> None:
        """Stop; a job that is under way goes on with the next process that looks."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _run(self) -> None:
        added = self._context.job_added
        while True:
            added.clear()
            try:
                await self.run_once()
            except (Unavailable, Overloaded):
                pass  # the store is gone for the moment
            except Exception:
                _log.exception("A job could not be done and will be tried again.")
            # Before Python 3.12, wait_for may lose a cancellation that comes along with its result.
            with suppress(TimeoutError):
                async with asyncio.timeout(self._poll):
                    await added.wait()

    async def run_once(self) -> None:
        """Do the jobs that are there, unless another process is at it."""
        store = self._context.store
        if not await store.jobs.unfinished():
            return
        with suppress(InvalidState):
            async with store.trash.alone():
                for job in await store.jobs.unfinished():
                    await self._do(job)

    async def _do(self, job: StoredJob) -> None:
        port, clock = self._context.store.jobs, self._context.clock
        report = _resumed(job.report)
        told = 0.0

        async def watch(_: JobReport) -> bool:
            nonlocal told
            if time.monotonic() - told < REPORTS:
                return True
            told = time.monotonic()
            state = await port.report(job.job_id, report, clock())
            return state is JobState.RUNNING

        async def keep(_: JobReport) -> None:
            await port.report(job.job_id, report, clock())

        try:
            if not await watch(report):
                whole = False
            elif job.kind == PURGE:
                purge = Purge(self._context, watch, report, keep)
                whole = await purge.run_alone(_filter(job.request))
            else:
                whole = await measure(self._context, watch, report, _filter(job.request))
        except (Unavailable, Overloaded):
            raise  # it is tried again
        except SagwanError as error:
            await port.end(job.job_id, JobState.FAILED, report, error.message, clock())
        except asyncio.CancelledError:
            with suppress(SagwanError):
                await port.report(job.job_id, report, clock())
            raise
        except Exception:
            told_whom = "An unforeseen error; the server's log has the reason."
            await port.end(job.job_id, JobState.FAILED, report, told_whom, clock())
            raise
        else:
            state = JobState.DONE if whole else JobState.STOPPED
            await port.end(job.job_id, state, report, None, clock())


def _resumed(report: JobReport) -> JobReport:
    """A report to go on with: what was left is looked at again."""
    done = report.runs + report.models + report.experiments
    return msgspec.structs.replace(report, done=done, left=[], left_count=0, measured=[])


async def measure(context: Context, watch: Watch, report: JobReport, filter: TrashFilter) -> bool:
    """The artifacts of each experiment of a filter; false where `watch` stopped it."""
    numbers = filter.experiment_ids or ()
    report.total, report.done = len(numbers), 0
    report.files = report.artifact_bytes = 0
    for number in numbers:
        one = Purge(context, watch)
        if not await one.measure(TrashFilter(experiment_ids=[number])):
            return False
        found = MeasuredExperiment(str(number), one.report.files, one.report.artifact_bytes)
        report.measured = [*report.measured, found]
        report.files += found.files
        report.artifact_bytes += found.bytes
        report.done += 1
    return True
