"""What Linux knows about a process and everything that it started: members, CPU time, memory."""

import os
import signal
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class ProcessId:
    """A process id together with its start time, so that a reused number is not mistaken for it."""

    pid: int
    started: int


@dataclass(frozen=True)
class Memory:
    """Memory of a process tree in bytes; `pss` divides shared pages among those that share them."""

    pss: int
    rss: int
    processes: int


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat from the third (state) on, or None when there is no process."""
    try:
        text = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    return text[text.rindex(")") + 2 :].split()


def identify(pid: int) -> ProcessId | None:
    """The living process that has this number now; None when there is none."""
    fields = _stat(pid)
    if fields is None or fields[0] == "Z":
        return None
    return ProcessId(pid, int(fields[19]))


def tree(root: int) -> list[ProcessId]:
    """`root` and all its living descendants."""
    children: dict[int, list[ProcessId]] = {}
    for entry in PROC.iterdir():
        if not entry.name.isdigit():
            continue
        fields = _stat(int(entry.name))
        if fields is not None and fields[0] != "Z":
            found = ProcessId(int(entry.name), int(fields[19]))
            children.setdefault(int(fields[1]), []).append(found)
    first = identify(root)
    members = [first] if first is not None else []
    for member in members:
        members.extend(children.get(member.pid, []))
    return members


def cpu_seconds(root: int) -> float:
    """User and system CPU seconds that the living members of the tree have used so far."""
    ticks = 0
    for member in tree(root):
        fields = _stat(member.pid)
        if fields is not None:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / _TICKS


def memory(root: int) -> Memory:
    """PSS and RSS summed over the tree."""
    pss = rss = count = 0
    for member in tree(root):
        try:
            rollup = (PROC / str(member.pid) / "smaps_rollup").read_text()
            resident = int((PROC / str(member.pid) / "statm").read_text().split()[1]) * _PAGE
        except OSError:
            continue
        pss += parse_pss(rollup)
        rss += resident
        count += 1
    return Memory(pss=pss, rss=rss, processes=count)


def parse_pss(rollup: str) -> int:
    """The `Pss:` line of a smaps_rollup file, in bytes."""
    for line in rollup.splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    raise ValueError("no Pss line in smaps_rollup")


def wait_until_quiet(roots: Iterable[int], limit: float, share: float = 0.2) -> bool:
    """Wait until the trees together use less than `share` of a core for a second.

    Gives up after `limit` seconds; returns whether it became quiet.
    """
    roots = list(roots)
    deadline = time.monotonic() + limit
    while True:
        before = sum(cpu_seconds(root) for root in roots)
        time.sleep(1.0)
        if sum(cpu_seconds(root) for root in roots) - before < share:
            return True
        if time.monotonic() >= deadline:
            return False


def end(members: Iterable[ProcessId], grace: float) -> None:
    """SIGTERM to the first member, SIGKILL to whatever still lives after `grace` seconds."""
    known = list(members)
    if known:
        _send(known[0], signal.SIGTERM)
    deadline = time.monotonic() + grace
    while any(identify(member.pid) == member for member in known):
        if time.monotonic() >= deadline:
            for member in known:
                _send(member, signal.SIGKILL)
            return
        time.sleep(0.05)


def _send(member: ProcessId, number: signal.Signals) -> None:
    if identify(member.pid) == member:
        try:
            os.kill(member.pid, number)
        except ProcessLookupError:
            return
