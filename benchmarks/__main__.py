"""`python -m benchmarks`: Sagwan and MLflow side by side on one kind of database."""

import argparse
import contextlib
import fnmatch
import json
import shlex
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

from benchmarks import environment, mlflow_venv, systems
from benchmarks.cases import all_cases
from benchmarks.cases.base import Case
from benchmarks.results import Results
from benchmarks.runner import run_cases
from benchmarks.settings import Settings
from benchmarks.systems import System
from benchmarks.table import render
from tests.support.databases import KINDS, database_server

INTERRUPTED = 130


def parser() -> argparse.ArgumentParser:
    """The command line."""
    result = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Run the same cases on Sagwan and MLflow and print a table with ratios.",
    )
    result.add_argument(
        "--cases",
        metavar="NAMES",
        default="*",
        help="comma-separated names or patterns, such as 'log-*,start-up'; see --list",
    )
    result.add_argument("--list", action="store_true", help="print the names of the cases")
    result.add_argument("--only", choices=("sagwan", "mlflow"), help="run one of the systems alone")
    result.add_argument(
        "--quick",
        action="store_true",
        help="a second of load, one repetition, a tenth of the data: to try, not to publish",
    )
    result.add_argument("--output", type=Path, metavar="FILE", help="write all samples as JSON")
    result.add_argument(
        "--mlflow-venv",
        type=Path,
        metavar="DIR",
        help="a virtual environment with MLflow, used as it is; "
        "otherwise one is made with the newest from PyPI and kept",
    )
    result.add_argument(
        "--database",
        choices=("sqlite", *KINDS),
        default="sqlite",
        help="where both keep their data; a server is started for the run, with a database each",
    )
    result.add_argument(
        "--sagwan-options", default="", metavar="OPTIONS", help="options for `sagwan server`"
    )
    result.add_argument(
        "--compaction-wait",
        type=float,
        default=60.0,
        metavar="SECONDS",
        help="how long Sagwan's background work gets before sizes at rest are taken (default 60)",
    )
    return result


def select(cases: Sequence[Case], patterns: str) -> list[Case]:
    """The cases that match one of the comma-separated patterns.

    ValueError for a pattern that matches none.
    """
    wanted: list[Case] = []
    for pattern in patterns.split(","):
        found = [case for case in cases if fnmatch.fnmatchcase(case.name, pattern.strip())]
        if not found:
            raise ValueError(f"no case matches {pattern.strip()!r}; --list shows the names")
        wanted += found
    return [case for case in cases if case in wanted]


def chosen_systems(
    arguments: argparse.Namespace,
    python: Path | None,
    new_database: Callable[[], str] | None = None,
) -> list[System]:
    """The systems under test, MLflow first as the yardstick."""
    chosen = []
    if arguments.only != "sagwan" and python is not None:
        chosen.append(
            systems.mlflow(environment.module_version(python, "mlflow"), python, new_database)
        )
    if arguments.only != "mlflow":
        own = environment.module_version(Path(sys.executable), "sagwan", systems.own_python_path())
        chosen.append(systems.sagwan(own, arguments.sagwan_options, new_database))
    return chosen


def mlflow_python(arguments: argparse.Namespace) -> Path:
    """The Python that has MLflow, absolute but with its links, as a virtual environment needs."""
    if arguments.mlflow_venv is not None:
        return mlflow_venv.python_of(arguments.mlflow_venv).absolute()
    say("bringing MLflow up to date")
    return mlflow_venv.ensure(mlflow_venv.default_folder())


def say(text: str) -> None:
    """Progress goes to standard error; the table alone to standard output."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def run(arguments: argparse.Namespace, cases: Sequence[Case]) -> int:
    """Run the cases; 0, or 1 when Sagwan failed in one."""
    with contextlib.ExitStack() as stack:
        new_database = None
        if arguments.database != "sqlite":
            new_database = stack.enter_context(
                database_server(arguments.database, on_disk=True)
            ).new_database
            cases = [case for case in cases if not case.reads_files]
        return run_on(arguments, cases, new_database)


def run_on(
    arguments: argparse.Namespace,
    cases: Sequence[Case],
    new_database: Callable[[], str] | None,
) -> int:
    """Run the cases on databases of one kind."""
    python = mlflow_python(arguments)
    chosen = chosen_systems(arguments, python, new_database)
    results = Results(
        command=shlex.join(["python", "-m", "benchmarks", *sys.argv[1:]]),
        environment=environment.describe(),
        systems={system.name: f"{system.label} {system.version}" for system in chosen},
        quick=arguments.quick,
    )
    with tempfile.TemporaryDirectory(prefix="sagwan-benchmarks-") as scratch:
        settings = Settings(
            scratch=Path(scratch),
            mlflow_python=python,
            quick=arguments.quick,
            compaction_wait=arguments.compaction_wait,
        )
        try:
            for result in run_cases(chosen, cases, settings, say):
                results.cases.append(result)
        finally:
            if results.cases:
                print(render(results), flush=True)
                if arguments.output is not None:
                    arguments.output.write_text(json.dumps(results.to_json(), indent=2) + "\n")
    return 1 if results.failed else 0


def stop(number: int, frame: FrameType | None) -> NoReturn:
    """End the run once; a second signal would only leave servers behind."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


def main() -> int:
    """Parse the command line and run; Ctrl-C and SIGTERM stop every process that was started."""
    arguments = parser().parse_args()
    if arguments.list:
        print("\n".join(case.name for case in all_cases()))
        return 0
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    try:
        cases = select(all_cases(), arguments.cases)
    except ValueError as error:
        parser().error(str(error))
    try:
        return run(arguments, cases)
    except KeyboardInterrupt:
        say("stopped")
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
