"""`python -m tests.compat.record`: programs of the real clients, seen live and recorded.

Each program runs with its client against a real MLflow server, through a proxy that records, and
against Sagwan; what it reads back must be the same. The recording is said again to MLflow, which
shows that it is complete, and to Sagwan, which is what the tests do from then on.
"""

import argparse
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from sagwan.server.context import now_ms
from tests.compat.agreement import differences
from tests.compat.client import Client, client
from tests.compat.deliberate import deliberate_in
from tests.compat.environments import REQUIREMENTS, environment
from tests.compat.known import KNOWN, Program
from tests.compat.program import run_program
from tests.compat.recording import targets
from tests.compat.recording.allowed import unexpected
from tests.compat.recording.exchange import Conversation
from tests.compat.recording.kept import path_of
from tests.compat.recording.naming import Namer
from tests.compat.recording.proxy import recording_proxy
from tests.compat.recording.reference import Reference, reference
from tests.support.server import running_server

SHOWN = 40


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.compat.record", description=__doc__)
    parser.add_argument("programs", nargs="*", help="their names; all when none is given")
    parser.add_argument("--client", choices=[*REQUIREMENTS], help="only with this one")
    parser.add_argument("--check", action="store_true", help="keep nothing, only look")
    chosen = parser.parse_args()
    known = {program.name for program in KNOWN}
    if unknown := set(chosen.programs) - known:
        parser.error(f"no such program: {', '.join(sorted(unknown))}")
    wanted = [
        (program, label)
        for program in KNOWN
        if not chosen.programs or program.name in chosen.programs
        for label in program.clients
        if chosen.client in (None, label)
    ]
    failed = []
    with tempfile.TemporaryDirectory(prefix="sagwan-record-") as folder, ExitStack() as stack:
        server = stack.enter_context(reference(Path(folder), environment("mlflow3")))
        clients: dict[str, Client] = {}
        for program, label in wanted:
            if label not in clients:
                shared = Path(folder, label)
                clients[label] = stack.enter_context(client(shared, environment(label)))
            own = Path(folder, f"{program.name}-{label}")
            try:
                found = [*_record(program, clients[label], server, own, keep=not chosen.check)]
            except Exception:
                found = [traceback.format_exc()]
            print(f"{program.name} {label}: {len(found) or 'no'} differences", flush=True)
            print("".join(f"  {text}\n" for text in found[:SHOWN]), end="", flush=True)
            failed += found
    sys.exit(bool(failed))


def _record(
    program: Program, used: Client, server: Reference, folder: Path, keep: bool
) -> Iterator[str]:
    """Record a program and keep it; yields all that isn't as it should be."""
    server.begin()
    now = now_ms()
    theirs_folder = folder / "mlflow"
    with recording_proxy(server.url) as proxy:
        theirs = run_program(program.name, used, proxy.url, theirs_folder)
    namer = Namer(str(theirs_folder), now)
    head = {
        "program": program.name,
        "client": _releases(used),
        "server": f"mlflow {environment('mlflow3').installed['mlflow']}",
    }
    conversation = Conversation(head, [namer.exchange(noted) for noted in proxy.seen])
    if keep and program.is_replayed:
        conversation.write(path_of(program.name, used.environment.label))
    (folder / "sagwan-server").mkdir()
    with running_server(folder / "sagwan-server") as sagwan:
        ours = run_program(program.name, used, sagwan.url, folder / "sagwan")
    for found in differences(ours, theirs, deliberate_in(program.name, ours, theirs)):
        yield f"live: {found}"
    if not program.is_replayed:
        return
    server.begin()
    for wrong in unexpected(program.name, targets.server(server.url).wrong(conversation)):
        yield f"said again to MLflow: {wrong}"
    (folder / "in-process").mkdir()
    with targets.sagwan(folder / "in-process") as replay:
        for wrong in unexpected(program.name, replay.wrong(conversation)):
            yield f"said to Sagwan: {wrong}"


def _releases(used: Client) -> dict[str, str]:
    """The releases of what is known to speak to a server, or to be spoken for."""
    shown = ("mlflow", "scikit-learn", "torch", "lightning", "keras", "xgboost-cpu", "lightgbm")
    installed = used.environment.installed
    names = (*shown, "optuna", "optuna-integration", "pandas", "numpy")
    return {name: installed[name] for name in names if name in installed}


if __name__ == "__main__":
    main()
