"""Load on one endpoint for a fixed time, by wrk or, where that is missing, by Python processes.

The bodies are templates in which `@r` stands for a run's id, `@q` for a sequence number that grows
with each round over the runs, and `@z` for the same number with seven digits. So every request
differs from all others at the cost of joining strings, and the generator stays far from its limit.
"""

import json
import resource
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks import load_processes
from benchmarks.summary import percentile

TIMEOUT = 60
MARK = "RESULT "


class LoadError(Exception):
    """The load generator itself failed."""


@dataclass(frozen=True)
class Load:
    """What to send: POST `bodies` in turn to `path`, each round to all `runs`."""

    path: str
    bodies: Sequence[str]
    runs: Sequence[str]
    connections: int


@dataclass(frozen=True)
class LoadResult:
    """What came back: seconds are wall time, latencies seconds per request.

    `generator_cores` is the CPU time of the load generator over the wall time.
    """

    answers: int
    seconds: float
    bad_status: int
    socket_errors: int
    timeouts: int
    p50: float
    p99: float
    generator_cores: float = 0.0

    @property
    def failures(self) -> int:
        """Requests that were not answered with a good status."""
        return self.bad_status + self.socket_errors + self.timeouts

    @property
    def good(self) -> int:
        """Requests that were answered with a good status."""
        return self.answers - self.bad_status

    @property
    def rate(self) -> float:
        """Well answered requests per second."""
        return self.good / self.seconds


def parse_result(output: str) -> LoadResult:
    """The result that `load.lua` printed; `LoadError` when there is none."""
    for line in reversed(output.splitlines()):
        if line.startswith(MARK):
            return LoadResult(**json.loads(line.removeprefix(MARK)))
    raise LoadError(f"wrk printed no result:\n{output[-1000:]}")


def drive(port: int, load: Load, seconds: int, first: int, folder: Path) -> LoadResult:
    """Send `load` for `seconds`, sequence numbers from `first` on, files of its own in `folder`."""
    before = _children_cpu()
    if shutil.which("wrk"):
        result = _drive_wrk(port, load, seconds, first, folder)
    else:
        result = _drive_processes(port, load, seconds, first)
    used = (_children_cpu() - before) / result.seconds
    return replace(result, generator_cores=used)


def _children_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _drive_processes(port: int, load: Load, seconds: int, first: int) -> LoadResult:
    tallies = load_processes.drive(
        port, load.path, load.bodies, load.runs, load.connections, seconds, first
    )
    latencies = sorted(latency for tally in tallies for latency in tally.latencies) or [0.0]
    return LoadResult(
        answers=sum(len(tally.latencies) for tally in tallies),
        seconds=float(seconds),
        bad_status=sum(tally.bad_status for tally in tallies),
        socket_errors=sum(tally.socket_errors for tally in tallies),
        timeouts=sum(tally.timeouts for tally in tallies),
        p50=percentile(latencies, 50),
        p99=percentile(latencies, 99),
    )


def _drive_wrk(port: int, load: Load, seconds: int, first: int, folder: Path) -> LoadResult:
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("body-*"):
        old.unlink()
    (folder / "path").write_text(load.path)
    (folder / "runs").write_text("\n".join(load.runs))
    for number, body in enumerate(load.bodies):
        (folder / f"body-{number}").write_text(body)
    script = Path(__file__).with_name("load.lua")
    command = [
        *("wrk", "--threads", "1", "--connections", str(load.connections)),
        *("--duration", f"{seconds}s", "--timeout", f"{TIMEOUT}s", "--script", str(script)),
        *(f"http://127.0.0.1:{port}", "--", str(folder), str(first)),
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=seconds + 2 * TIMEOUT, check=False
    )
    if done.returncode != 0:
        raise LoadError(f"wrk failed:\n{done.stdout[-1000:]}{done.stderr[-1000:]}")
    return parse_result(done.stdout)
