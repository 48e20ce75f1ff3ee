"""Runs cases on all systems in turn, so that both meet the same moods of the machine."""

import contextlib
import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from http.client import HTTPException

from benchmarks import processes
from benchmarks.api import Api, ApiError
from benchmarks.cases.base import Case, CaseError, Prepared, Target
from benchmarks.load import LoadError
from benchmarks.results import CaseResult, Outcome
from benchmarks.settings import Settings
from benchmarks.systems import Server, StartError, System, running
from benchmarks.table import number

# A system is not measured again in a case once it has used this many seconds there.
BUDGET = 90.0
SETTLE = 30.0
START_UP = 120.0
# Each comes over a new connection, so that of four workers none is likely to be left out.
WARM_UP_REQUESTS = 32
PAUSE = 0.5
FAILURES = (CaseError, ApiError, LoadError, StartError, OSError, KeyError, ValueError)

Say = Callable[[str], None]


def run_cases(
    systems: Sequence[System], cases: Sequence[Case], settings: Settings, say: Say
) -> Iterator[CaseResult]:
    """Each case's result as soon as it is there. Servers are up only while they are needed."""
    for group, members in itertools.groupby(cases, key=lambda case: case.group):
        with contextlib.ExitStack() as stack:
            servers: dict[str, Server] = {}
            for system in systems if group else ():
                say(f"starting {system.label} for the {group} cases")
                server = stack.enter_context(running(system, settings.scratch))
                servers[system.name] = server
                warm_up(server)
            for case in members:
                yield run_case(systems, servers, case, settings, say)


def warm_up(server: Server) -> None:
    """Wait until the server has loaded all of itself, then let each of its workers answer once.

    MLflow answers /health long before its last worker and job runner are up, and drops connections
    when a worker is replaced, which is tried again. Raises StartError where nothing helps.
    """
    processes.wait_until_quiet([server.pid], START_UP)
    dropped = 0
    for _ in range(WARM_UP_REQUESTS):
        while not _answers(server):
            dropped += 1
            if dropped > WARM_UP_REQUESTS:
                raise StartError(f"{server.system.label} drops connections:\n{server.log_tail()}")
            time.sleep(PAUSE)


def _answers(server: Server) -> bool:
    try:
        with Api(server.port) as api:
            api.post("experiments/search", max_results=1)
    except (OSError, HTTPException):
        return False
    return True


def run_case(
    systems: Sequence[System],
    servers: dict[str, Server],
    case: Case,
    settings: Settings,
    say: Say,
) -> CaseResult:
    """Prepare the case on each system, then measure them in turn."""
    outcomes = {system.name: Outcome() for system in systems}
    prepared: dict[str, Prepared] = {}
    for system in systems:
        say(f"{case.name}: preparing {system.label}")
        scratch = settings.scratch / case.name
        scratch.mkdir(parents=True, exist_ok=True)
        target = Target(system, servers.get(system.name), settings, scratch)
        with _recorded(outcomes[system.name]):
            prepared[system.name] = case.prepare(target)
    if len({ready.fingerprint for ready in prepared.values()}) > 1:
        for outcome in outcomes.values():
            outcome.remarks.append("the systems gave different answers")
    rounds = 1 if settings.quick else case.repetitions or settings.repetitions
    for turn in range(rounds):
        for system in systems:
            outcome = outcomes[system.name]
            if outcome.error or outcome.seconds > BUDGET:
                continue
            processes.wait_until_quiet([server.pid for server in servers.values()], SETTLE)
            _measure(prepared[system.name], outcome)
            say(f"{case.name}: {system.label} {turn + 1}/{rounds}: {_shown(case, outcome)}")
    _complain(case, systems, outcomes, servers, say)
    return CaseResult(case.name, case.rows, outcomes)


def _measure(ready: Prepared, outcome: Outcome) -> None:
    begun = time.perf_counter()
    with _recorded(outcome):
        sample = ready.measure()
        for key, value in sample.values.items():
            outcome.values.setdefault(key, []).append(value)
        outcome.details.append(dict(sample.details))
        outcome.remarks += sample.remarks
    outcome.seconds += time.perf_counter() - begun


@contextlib.contextmanager
def _recorded(outcome: Outcome) -> Iterator[None]:
    """A failure of the system under test becomes part of its outcome."""
    try:
        yield
    except FAILURES as error:
        outcome.error = f"{type(error).__name__}: {error}"


def _shown(case: Case, outcome: Outcome) -> str:
    if outcome.error:
        return "failed"
    return ", ".join(
        f"{number(outcome.values[row.key][-1])} {row.unit}".strip() for row in case.rows
    )


def _complain(
    case: Case,
    systems: Sequence[System],
    outcomes: dict[str, Outcome],
    servers: dict[str, Server],
    say: Say,
) -> None:
    for system in systems:
        error = outcomes[system.name].error
        if error:
            say(f"{case.name}: {system.label} failed: {error}")
            if system.name in servers:
                say(f"the end of its log:\n{servers[system.name].log_tail(1000)}")
