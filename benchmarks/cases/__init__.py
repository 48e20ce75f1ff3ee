"""The cases, in the order in which they run."""

from benchmarks.cases.artifacts import LargeFile, ListFolder, SmallFiles, UploadMemory
from benchmarks.cases.base import Case
from benchmarks.cases.client import ClientLoop
from benchmarks.cases.disk import Disk
from benchmarks.cases.history import HistoryInterval, HistoryPages
from benchmarks.cases.idle import IdleMemory, StartUp
from benchmarks.cases.registry import SearchRegistry
from benchmarks.cases.search import SearchRuns
from benchmarks.cases.series import LongCurve, ManyCurves, Zoom
from benchmarks.cases.workspace import workspace_cases
from benchmarks.cases.writes import CreateRun, LogBatch, LogMetric


def all_cases() -> list[Case]:
    """Every case once."""
    return [
        StartUp(existing=False),
        StartUp(existing=True),
        IdleMemory(),
        *(CreateRun(connections) for connections in (1, 16)),
        *(LogMetric(connections) for connections in (1, 16, 64)),
        *(LogBatch(connections, distinct=False) for connections in (1, 8)),
        *(LogBatch(connections, distinct=True) for connections in (1, 8)),
        ClientLoop(),
        *(SearchRuns(runs, filtered=False) for runs in (1_000, 10_000)),
        *(SearchRuns(runs, filtered=True) for runs in (1_000, 10_000, 100_000)),
        *workspace_cases(),
        *(SearchRegistry(versions) for versions in (False, True)),
        HistoryPages(),
        HistoryInterval(),
        LongCurve(),
        Zoom(),
        ManyCurves(),
        Disk(),
        LargeFile(),
        SmallFiles(),
        ListFolder(),
        UploadMemory(),
    ]
