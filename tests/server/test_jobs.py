"""Jobs: done in the background, stopped, and taken up by the next process."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from sagwan.config import Settings
from sagwan.entities.jobs import JobState, MeasuredExperiment
from sagwan.errors import InvalidParameter
from sagwan.server import jobs as jobs_module
from sagwan.server import purge as purge_module
from sagwan.server.context import Context
from sagwan.server.jobs import Jobs
from sagwan.server.purge import Purge
from sagwan.server.run import open_context
from sagwan.storage.jobs import NewJob, StoredJob
from sagwan.storage.trash import TrashedThing, TrashFilter
from tests.server.test_purge import FILE, RUNS, fill, folders, name


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(jobs_module, "REPORTS", 0.0)
    monkeypatch.setattr(purge_module, "BATCH", 2)
    return Settings(str(tmp_path / "store"), artifacts_destination=str(tmp_path / "artifacts"))


def with_context(settings: Settings, use: Callable[[Context], Awaitable[None]]) -> None:
    async def main() -> None:
        async with open_context(settings) as context:
            await use(context)

    asyncio.run(main())


async def queue(context: Context, kind: str = "purge", request: str = "{}") -> None:
    await context.store.jobs.add(NewJob("a", kind, request, 1))
    context.job_added.set()


async def over(context: Context) -> StoredJob:
    while not (job := await context.store.jobs.get("a")).state.is_over:
        await asyncio.sleep(0.01)
    return job


def test_a_purge_is_done_in_the_background(settings: Settings) -> None:
    async def use(context: Context) -> None:
        experiment = await fill(context)
        jobs = Jobs(context, poll=60)
        jobs.start()
        try:
            await queue(context)
            job = await over(context)
        finally:
            await jobs.close()
        assert job.state is JobState.DONE
        assert (job.report.total, job.report.done, job.report.runs) == (RUNS, RUNS, RUNS - 1)
        assert job.report.artifact_bytes == RUNS * FILE
        assert sorted(await folders(context, experiment)) == [name(0), "models"]

    with_context(settings, use)


def test_work_stops_at_whatever_moment_it_is_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(jobs: Jobs) -> None:
        pass

    async def use(context: Context) -> None:
        for turns in range(10):
            jobs = Jobs(context, poll=60)
            jobs.start()
            for _ in range(turns):
                context.job_added.set()
                await asyncio.sleep(0)
            async with asyncio.timeout(10):
                await jobs.close()

    monkeypatch.setattr(Jobs, "run_once", nothing)
    with_context(settings, use)


def test_artifacts_are_measured(settings: Settings) -> None:
    async def use(context: Context) -> None:
        experiment = await fill(context)
        await queue(context, "measure", f'{{"experiment_ids": [{experiment}, 99]}}')
        await Jobs(context).run_once()
        job = await over(context)
        assert job.state is JobState.DONE
        assert job.report.measured == [
            MeasuredExperiment(str(experiment), RUNS, RUNS * FILE),
            MeasuredExperiment("99", 0, 0),
        ]
        assert sum((await context.store.trash.count(TrashFilter())).values()) == RUNS

    with_context(settings, use)


def test_a_job_that_was_cut_off_goes_on_in_the_next_process(settings: Settings) -> None:
    async def first(context: Context) -> None:
        await fill(context)
        jobs = Jobs(context)
        await queue(context)
        jobs.start()
        while (await context.store.jobs.get("a")).report.runs == 0:
            await asyncio.sleep(0)
        await jobs.close()
        job = await context.store.jobs.get("a")
        assert (job.state, job.report.runs < RUNS - 1) == (JobState.RUNNING, True)

    async def second(context: Context) -> None:
        jobs = Jobs(context)
        jobs.start()
        job = await over(context)
        await jobs.close()
        assert job.state is JobState.DONE
        assert (job.report.total, job.report.done) == (RUNS, RUNS)
        assert (job.report.runs, job.report.models) == (RUNS - 1, 1)
        assert job.report.artifact_bytes <= RUNS * FILE
        assert await context.store.trash.remains(-1, 9) == []

    with_context(settings, first)
    with_context(settings, second)


def test_a_job_is_stopped(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    async def use(context: Context) -> None:
        await fill(context)
        remove = Purge._remove

        async def stop(self: Purge, thing: TrashedThing) -> None:
            await context.store.jobs.stop("a", 5)
            await remove(self, thing)

        monkeypatch.setattr(Purge, "_remove", stop)
        await queue(context)
        await Jobs(context).run_once()
        job = await context.store.jobs.get("a")
        assert (job.state, job.report.done) == (JobState.STOPPED, 4)
        assert sum((await context.store.trash.count(TrashFilter())).values()) == RUNS - 4

    with_context(settings, use)


def test_only_one_process_works(settings: Settings) -> None:
    async def use(context: Context) -> None:
        await fill(context)
        await queue(context)
        async with open_context(settings) as other, other.store.trash.alone():
            await Jobs(context).run_once()
            assert (await context.store.jobs.get("a")).state is JobState.QUEUED
        await Jobs(context).run_once()
        assert (await context.store.jobs.get("a")).state is JobState.DONE

    with_context(settings, use)


def test_what_fails_is_told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    async def use(context: Context) -> None:
        async def fail(*_: object) -> bool:
            raise InvalidParameter("no")

        monkeypatch.setattr(Purge, "run_alone", fail)
        await queue(context)
        await Jobs(context).run_once()
        job = await context.store.jobs.get("a")
        assert (job.state, job.error) == (JobState.FAILED, "no")

    with_context(settings, use)
