"""`sagwan gc --traces-older-than`"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from sagwan.config import load_settings
from sagwan.entities.traces import TraceInfo
from sagwan.maintenance import traces as maintenance
from sagwan.server.context import Context
from sagwan.server.run import open_context
from sagwan.storage.base import NewExperiment
from sagwan.storage.traces import NewTrace, TraceQuery
from tests.cli.conftest import Call


def within(work: Callable[[Context], Awaitable[list[str]]]) -> list[str]:
    async def main() -> list[str]:
        settings, _ = load_settings({}, {})
        async with open_context(settings) as context:
            return await work(context)

    return asyncio.run(main())


async def fill(context: Context) -> list[str]:
    """Traces of long ago and one of now, of two experiments; some have artifacts."""
    await context.store.experiments.create(NewExperiment("other", 1))
    now = time.time_ns() // 1_000_000
    for number, (experiment, began) in enumerate([(0, 5), (0, 6), (1, 7), (0, now), (1, 8)]):
        info = TraceInfo(f"t{number}", experiment, began)
        await context.store.traces.start(NewTrace(info))
    artifacts = Path(context.settings.artifacts_destination)
    for experiment, name in ((0, "t0"), (0, "t3"), (1, "other")):
        folder = artifacts / str(experiment) / "traces" / name / "artifacts"
        folder.mkdir(parents=True)
        (folder / "traces.json").write_bytes(b"{}")
    return []


async def left(context: Context) -> list[str]:
    page = await context.store.traces.search(TraceQuery([0, 1]))
    return sorted(trace.trace_id for trace in page.items)


def test_removes_old_traces_with_their_artifacts(
    call: Call, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maintenance, "PAGE", 1)
    within(fill)
    names = "t0 t1 t2 t3 t4".split()
    result = call("gc", "--traces-older-than", "1h", "--dry-run")
    told = "Would remove 4 traces, of which 1 had artifacts. Nothing was removed.\n"
    assert (result.exit_code, result.stdout) == (0, told)
    assert within(left) == names
    result = call("gc", "--traces-older-than", "1h", "--experiment-ids", "1")
    assert result.stdout == "Removed 2 traces.\n"
    assert result.stderr == "Experiment 1 (other): 2 traces, 0 with artifacts.\n"
    result = call("gc", "--traces-older-than", "1h")
    assert result.stdout == "Removed 2 traces, of which 1 had artifacts.\n"
    assert within(left) == ["t3"]
    there = {path.parts[-2] for path in (store / "artifacts").glob("*/traces/*/artifacts")}
    assert there == {"t3", "other"}
    assert call("gc", "--traces-older-than", "1h").stdout == "Removed 0 traces.\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("1h", "--older-than", "1h"), "--traces-older-than removes traces and nothing of the"),
        (("1h", "--run-ids", "a"), "--traces-older-than removes traces and nothing of the"),
        (("1h", "--experiment-ids", "9"), "No Experiment with id=9 exists"),
        (("soon",), "The age 'soon' can't be read."),
    ],
)
def test_what_can_not_be_is_refused(
    call: Call, store: Path, arguments: tuple[str, ...], said: str
) -> None:
    within(fill)
    result = call("gc", "--traces-older-than", *arguments)
    assert result.exit_code != 0
    assert said in result.stderr
    assert len(within(left)) == 5


def test_a_purged_experiment_takes_its_traces_along(call: Call, store: Path) -> None:
    within(fill)
    call("experiments", "delete", "-x", "1", "--tracking-uri", "sagwan")
    assert "Removed 1 experiment;" in call("gc").stdout
    assert within(left) == ["t0", "t1", "t3"]
