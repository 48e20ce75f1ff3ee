"""`sagwan gc`"""

import asyncio
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sagwan.config import load_settings
from sagwan.server.purge import Purge
from sagwan.server.run import open_context
from sagwan.storage.base import NewRun
from sagwan.storage.trash import TrashedThing
from tests.cli.conftest import Call

RUN = "{:032x}".format


def fill(count: int) -> None:
    """Runs with a file each, all deleted long ago but the last, which was deleted now."""

    async def main() -> None:
        settings, _ = load_settings({}, {})
        async with open_context(settings) as context:
            for number in range(count):
                run = RUN(number)
                await context.store.runs.create(NewRun(run, 0, "r", "u", 1))
                folder = Path(settings.artifacts_destination) / "0" / run / "artifacts"
                folder.mkdir(parents=True)
                (folder / "a").write_bytes(b"x" * 1500)
                now = time.time_ns() // 1_000_000
                await context.store.runs.delete(run, now if number == count - 1 else 5)

    asyncio.run(main())


def test_removes_what_is_in_the_trash(call: Call, store: Path) -> None:
    fill(3)
    result = call("gc", "--older-than", "1h", "--dry-run")
    assert result.exit_code == 0
    assert result.stdout == (
        "Would remove 2 runs, with 3.0 kB of artifacts in 2 files. Nothing was removed.\n"
    )
    result = call("gc", "--older-than", "1h")
    assert re.fullmatch(
        r"Removed 2 runs; freed [\d.]+ k?B?(bytes)?: 3\.0 kB of artifacts in 2 files, .* in the"
        r" database\.\n",
        result.stdout,
    )
    assert "Removing: 100 %" in result.stderr
    assert [path.name for path in (store / "artifacts" / "0").iterdir()] == [RUN(2)]
    assert "Removed 1 run;" in call("gc").stdout
    assert "Removed nothing; freed 0 bytes" in call("gc").stdout


def test_removes_what_is_named(call: Call, store: Path) -> None:
    fill(4)
    result = call("gc", "--run-ids", f"{RUN(0)}, {RUN(2)}")
    assert "Removed 2 runs;" in result.stdout
    call("experiments", "create", "-n", "new", "--tracking-uri", "sagwan")
    call("experiments", "delete", "-x", "1", "--tracking-uri", "sagwan")
    assert "Removed 1 experiment;" in call("gc", "--experiment-ids", "1").stdout
    result = call("gc", "--tracking-uri", "http://localhost:1")
    assert "--tracking-uri is not needed" in result.stderr
    assert "Removed 2 runs;" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--run-ids", RUN(9)), f"Runs {RUN(9)} can't be removed: not in the trash."),
        (
            ("--run-ids", RUN(1), "--older-than", "1h"),
            f"Runs {RUN(1)} can't be removed: not in the trash for that long.",
        ),
        (("--logged-model-ids", "m-1"), "Logged models m-1 can't be removed"),
        (("--experiment-ids", "0"), "Experiments 0 can't be removed"),
        (("--experiment-ids", "x"), "Invalid experiment ID 'x'"),
        (("--older-than", "soon"), "The age 'soon' can't be read."),
        (("--backend-store-uri", "nowhere"), "There is no store at nowhere"),
    ],
)
def test_says_what_is_wrong(call: Call, store: Path, arguments: tuple[str, ...], said: str) -> None:
    fill(2)
    result = call("gc", *arguments)
    assert result.exit_code == 1
    assert said in result.stderr
    assert "Removed 2 runs" in call("gc").stdout


def test_ctrl_c_says_what_was_removed_and_how_to_go_on(
    call: Call, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(3)
    remove = Purge._remove

    async def interrupted(self: Purge, thing: TrashedThing) -> None:
        if thing.id == RUN(1):
            raise KeyboardInterrupt
        await remove(self, thing)

    with monkeypatch.context() as patch:
        patch.setattr(Purge, "_remove", interrupted)
        result = call("gc")
    assert result.exit_code == 1
    assert "Removed 3 runs; freed" in result.stderr
    assert "Interrupted." in result.stderr
    assert (store / "artifacts" / "0" / RUN(1)).exists()
    assert "kB of artifacts" in call("gc").stdout
    assert list((store / "artifacts" / "0").iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_purge_that_was_killed_is_completed(call: Call, store: Path) -> None:
    fill(250)
    process = subprocess.Popen(
        [sys.executable, "-m", "sagwan", "gc"], stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    assert process.stderr.readline() == "Removing: 40 %\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stderr.close()
    assert len(list((store / "artifacts" / "0").iterdir())) > 0
    assert call("gc").exit_code == 0
    assert list((store / "artifacts" / "0").iterdir()) == []
    report = call("gc").stdout
    assert "Removed nothing" in report
