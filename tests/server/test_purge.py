"""Removing what is in the trash for good, with artifacts, whatever comes in between."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from sagwan.config import Settings
from sagwan.entities import Metric
from sagwan.entities.jobs import JobReport
from sagwan.errors import NotFound, PermissionDenied, Unavailable
from sagwan.server import purge as purge_module
from sagwan.server.context import Context
from sagwan.server.purge import Purge
from sagwan.server.run import open_context
from sagwan.storage.base import NewExperiment, NewModel, NewRun, RunBatch
from sagwan.storage.registry import NewRegisteredModel, NewVersion
from sagwan.storage.trash import ThingKind, TrashFilter

RUNS = 7
FILE = 1000


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(str(tmp_path / "store"), artifacts_destination=str(tmp_path / "artifacts"))


def with_context(settings: Settings, use: Callable[[Context], Awaitable[None]]) -> None:
    async def main() -> None:
        async with open_context(settings) as context:
            await use(context)

    asyncio.run(main())


async def _bytes(count: int) -> AsyncIterator[bytes]:
    yield b"x" * count


def name(number: int) -> str:
    return f"{number:032x}"


async def fill(context: Context) -> int:
    """An experiment with runs and a model, each with a file; all but the first run in the trash."""
    store = context.store
    experiment = await store.experiments.create(NewExperiment("vision", 1))
    for number in range(RUNS):
        await store.runs.create(NewRun(name(number), experiment, "r", "u", 1))
        points = [Metric("m", step / 3, step, step) for step in range(50)]
        await store.runs.log_batch(RunBatch(name(number), points))
        place = f"{experiment}/{name(number)}/artifacts/model/weights"
        await context.artifacts.write(place, _bytes(FILE))
    await store.models.create(NewModel("m-1", experiment, "net", 1))
    place = f"{experiment}/models/m-1/artifacts/weights"
    await context.artifacts.write(place, _bytes(FILE))
    for number in range(1, RUNS):
        await store.runs.delete(name(number), 5)
    await store.models.delete("m-1", 5)
    return experiment


async def folders(context: Context, experiment: int) -> list[str]:
    return [info.path for info in await context.artifacts.list_folder(str(experiment))]


async def go_on(_: JobReport) -> bool:
    return True


def test_all_of_it_is_removed_and_told(settings: Settings) -> None:
    async def use(context: Context) -> None:
        experiment = await fill(context)
        purge = Purge(context, go_on)
        assert await purge.measure(TrashFilter())
        assert purge.report == JobReport(7, 7, 6, 1, files=7, artifact_bytes=7 * FILE)
        purge = Purge(context, go_on)
        assert await purge.run(TrashFilter())
        report = purge.report
        assert (report.total, report.done, report.runs, report.models) == (7, 7, 6, 1)
        assert (report.files, report.artifact_bytes, report.left) == (7, 7 * FILE, [])
        assert sorted(await folders(context, experiment)) == [name(0), "models"]
        assert await context.artifacts.list_folder(f"{experiment}/models") == []
        assert len((await context.store.metrics.history(name(0), "m")).items) == 50
        with pytest.raises(NotFound):
            await context.store.runs.get(name(1))
        await context.store.experiments.delete(experiment, 9)
        purge = Purge(context, go_on)
        assert await purge.run(TrashFilter())
        assert (purge.report.runs, purge.report.experiments) == (1, 1)
        assert await context.artifacts.list_folder("") == []

    with_context(settings, use)


def test_it_may_be_stopped_anywhere(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purge_module, "BATCH", 2)
    monkeypatch.setattr(purge_module, "PIECES", 1)
    freed: list[tuple[int, int]] = []

    async def use(context: Context) -> None:
        experiment = await fill(context)
        for steps in range(100):
            left = steps // 3

            async def watch(_: JobReport) -> bool:
                nonlocal left
                left -= 1
                return left >= 0

            purge = Purge(context, watch)
            whole = await purge.run(TrashFilter())
            freed.append((purge.report.runs, purge.report.artifact_bytes))
            # Whoever is not in the store can't be restored; whoever is has all that is theirs.
            there = await context.store.trash.things(TrashFilter(), ThingKind.RUN, -1, 100)
            for thing in there:
                assert thing.id in await folders(context, experiment)
                assert len((await context.store.metrics.history(thing.id, "m")).items) == 50
            if whole:
                break
        assert await context.store.trash.remains(-1, 9) == []
        assert sorted(await folders(context, experiment)) == [name(0), "models"]

    with_context(settings, use)
    assert len(freed) > 5
    assert sum(runs for runs, _ in freed) == RUNS - 1
    assert sum(size for _, size in freed) == RUNS * FILE


def test_what_can_not_be_reached_stays(settings: Settings, tmp_path: Path) -> None:
    async def use(context: Context) -> None:
        store, elsewhere = context.store, str(tmp_path / "elsewhere")
        experiment = await store.experiments.create(NewExperiment("far", 1, elsewhere))
        await store.runs.create(NewRun(name(1), experiment, "r", "u", 1))
        await store.experiments.delete(experiment, 5)
        purge = Purge(context, go_on)
        assert await purge.run(TrashFilter())
        assert (purge.report.runs, purge.report.experiments, purge.report.left_count) == (0, 0, 2)
        assert [(left.kind, left.id) for left in purge.report.left] == [
            ("run", name(1)),
            ("experiment", str(experiment)),
        ]
        assert "--allowed-artifact-roots" in purge.report.left[0].reason
        assert (await store.runs.get(name(1))).info.run_id == name(1)

    with_context(settings, use)

    async def again(context: Context) -> None:
        folder = tmp_path / "elsewhere" / name(1) / "artifacts"
        folder.mkdir(parents=True)
        (folder / "a").write_bytes(b"12345")
        (tmp_path / "elsewhere" / "mine").write_text("not of the run")
        purge = Purge(context, go_on)
        assert await purge.run(TrashFilter())
        assert (purge.report.runs, purge.report.experiments) == (1, 1)
        assert purge.report.artifact_bytes == 5
        # The location is one that somebody chose: what else is there is not touched.
        found = {path.name for path in (tmp_path / "elsewhere").iterdir()}
        assert "mine" in found
        assert name(1) not in found

    settings = Settings(
        settings.backend_store_uri,
        artifacts_destination=settings.artifacts_destination,
        allowed_artifact_roots=(str(tmp_path / "elsewhere"),),
    )
    with_context(settings, again)


def test_a_store_that_fails_is_tried_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def use(context: Context) -> None:
        experiment = await fill(context)
        errors = {name(2): PermissionDenied("no"), "m-1": Unavailable("gone")}
        delete = context.artifacts.delete

        async def failing(path: str) -> None:
            error = errors.get(path.rpartition("/")[2])
            if error is not None:
                raise error
            await delete(path)

        with monkeypatch.context() as patch:
            patch.setattr(context.artifacts, "delete", failing)
            purge = Purge(context, go_on)
            with pytest.raises(Unavailable):
                await purge.run(TrashFilter())
        assert purge.report.artifact_bytes == 5 * FILE
        assert [left.reason for left in purge.report.left] == [
            "Its artifacts could not be removed: no"
        ]
        assert sorted(await folders(context, experiment)) == [name(0), name(2), "models"]
        purge = Purge(context, go_on)
        assert await purge.run(TrashFilter())
        assert purge.report.artifact_bytes == 2 * FILE
        assert sorted(await folders(context, experiment)) == [name(0), "models"]

    with_context(settings, use)


def test_a_running_server_goes_on(settings: Settings) -> None:
    """Another process, here another store, writes to the database meanwhile."""

    async def use(context: Context) -> None:
        await fill(context)
        async with open_context(settings) as other:

            async def write() -> int:
                step = 0
                while not done.is_set():
                    step += 1
                    batch = RunBatch(name(0), [Metric("live", step, step, step)])
                    await other.store.runs.log_batch(batch)
                return step

            done = asyncio.Event()
            writing = asyncio.create_task(write())
            assert await Purge(context, go_on).run(TrashFilter())
            done.set()
            steps = await writing
            # The other process knew the run, and its points must not come from nowhere.
            with pytest.raises(NotFound):
                await other.store.runs.log_batch(RunBatch(name(1), [Metric("m", 1, 1, 1)]))
            assert len((await other.store.metrics.history(name(0), "live")).items) == steps

    with_context(settings, use)


def test_what_is_registered_stays(settings: Settings) -> None:
    async def use(context: Context) -> None:
        await fill(context)
        registry = context.store.registry
        await registry.create(NewRegisteredModel("net", 1))
        await registry.create_version(NewVersion("net", 1, "s3://m", run_id=name(2)))
        purge = Purge(context, go_on)
        assert await purge.run(TrashFilter())
        assert (purge.report.runs, purge.report.left_count) == (RUNS - 2, 1)
        (left,) = purge.report.left
        assert (left.id, left.reason) == (name(2), "A version of a registered model uses it.")
        purge = Purge(context, go_on)
        assert await purge.run(TrashFilter(registered=True))
        assert (purge.report.runs, purge.report.left) == (1, [])

    with_context(settings, use)


def test_a_crash_loses_no_bytes_of_the_count(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that the next process knows is what was kept before artifacts were removed."""
    kept: list[JobReport] = []

    async def keep(report: JobReport) -> None:
        kept.append(replace(report))

    async def use(context: Context) -> None:
        await fill(context)
        delete = context.artifacts.delete

        async def dying(path: str) -> None:
            if path.endswith(name(4)):
                raise Unavailable("killed")
            await delete(path)

        with monkeypatch.context() as patch:
            patch.setattr(context.artifacts, "delete", dying)
            with pytest.raises(Unavailable):
                await Purge(context, go_on, keep=keep).run(TrashFilter())
        assert (kept[-1].artifact_bytes, kept[-1].pending_bytes) == (0, (RUNS - 1) * FILE)
        purge = Purge(context, go_on, kept[-1], keep)
        assert await purge.run(TrashFilter())
        assert (purge.report.artifact_bytes, purge.report.pending_bytes) == (RUNS * FILE, 0)

    with_context(settings, use)
