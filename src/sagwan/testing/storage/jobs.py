"""Rules of long jobs."""

from sagwan.entities.jobs import JobReport, JobState, LeftThing
from sagwan.errors import InvalidState, NotFound
from sagwan.storage.jobs import NewJob, StoredJob
from sagwan.testing.storage.lab import Lab

UNKNOWN = "f" * 32


def add(lab: Lab, job_id: str, kind: str = "purge", now: int = 1) -> StoredJob:
    return lab(lab.store.jobs.add(NewJob(job_id, kind, '{"a": 1}', now)))


class JobRules:
    def test_a_job_is_queued_done_and_over(self, lab: Lab) -> None:
        jobs, report = lab.store.jobs, JobReport(9, 3, left=[LeftThing("run", "a", "é")])
        added = add(lab, "a")
        new = StoredJob("a", "purge", '{"a": 1}', JobState.QUEUED, JobReport(), 1, 1)
        assert added == new
        assert lab(jobs.get("a")) == added
        assert lab(jobs.report("a", report, 2)) is JobState.RUNNING
        found = lab(jobs.get("a"))
        assert (found.state, found.report, found.updated) == (JobState.RUNNING, report, 2)
        lab(jobs.end("a", JobState.FAILED, JobReport(9, 4), "no", 3))
        found = lab(jobs.get("a"))
        assert (found.state, found.report.done) == (JobState.FAILED, 4)
        assert (found.error, found.updated, found.ended) == ("no", 3, 3)
        # What is over stays as it is.
        lab(jobs.end("a", JobState.DONE, JobReport(), None, 5))
        assert lab(jobs.report("a", JobReport(), 5)) is JobState.FAILED
        assert lab(jobs.stop("a", 5)) == found
        assert lab(jobs.get("a")) == found

    def test_a_running_job_is_asked_to_stop(self, lab: Lab) -> None:
        jobs = lab.store.jobs
        add(lab, "a")
        assert lab(jobs.stop("a", 2)).state is JobState.STOPPED
        add(lab, "b")
        lab(jobs.report("b", JobReport(), 2))
        assert lab(jobs.stop("b", 3)).state is JobState.STOPPING
        assert lab(jobs.stop("b", 4)).state is JobState.STOPPING
        assert lab(jobs.report("b", JobReport(done=1), 5)) is JobState.STOPPING
        lab(jobs.end("b", JobState.STOPPED, JobReport(done=1), None, 6))
        assert lab(jobs.get("b")).state is JobState.STOPPED

    def test_one_of_a_kind_at_a_time(self, lab: Lab) -> None:
        jobs = lab.store.jobs
        add(lab, "a")
        add(lab, "b", "measure")
        message = "A job of the kind 'purge' is under way: a. Wait until it is over, or stop it."
        call = jobs.add(NewJob("c", "purge", "{}", 2))
        lab.refuses(InvalidState, message, call)
        assert [job.job_id for job in lab(jobs.unfinished())] == ["a", "b"]
        lab(jobs.stop("a", 2))
        add(lab, "c")
        assert [job.job_id for job in lab(jobs.unfinished())] == ["b", "c"]
        assert [job.job_id for job in lab(jobs.newest(2))] == ["c", "b"]
        results = lab.together(
            *(jobs.add(NewJob(f"x{number}", "other", "{}", 3)) for number in range(4))
        )
        assert sum(isinstance(result, StoredJob) for result in results) == 1

    def test_jobs_that_are_not_there(self, lab: Lab) -> None:
        jobs = lab.store.jobs
        for call in (
            jobs.get(UNKNOWN),
            jobs.stop(UNKNOWN, 1),
            jobs.report(UNKNOWN, JobReport(), 1),
            jobs.end(UNKNOWN, JobState.DONE, JobReport(), None, 1),
        ):
            lab.refuses(NotFound, f"No job with id={UNKNOWN} exists", call)
