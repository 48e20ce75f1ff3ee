"""Process trees: found whole, measured and ended whole."""

import subprocess
import sys

import pytest

from benchmarks import processes

PARENT = """
import subprocess, sys
child = subprocess.Popen(
    [sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN);"
     "print('ready', flush=True); time.sleep(600)"],
    stdout=subprocess.PIPE, start_new_session=True)
child.stdout.readline()
print(child.pid, flush=True)
child.wait()
"""


def test_tree_is_measured_and_ended_whole() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        members = processes.tree(parent.pid)
        assert [member.pid for member in members] == [parent.pid, child]
        memory = processes.memory(parent.pid)
        assert memory.processes == 2
        assert 0 < memory.pss <= memory.rss
        # The child ignores SIGTERM and lives in a session of its own.
        processes.end(members, grace=0.2)
        parent.wait()
    assert processes.tree(parent.pid) == []
    assert processes.identify(child) is None


def test_reused_number_is_left_alone() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        found = processes.identify(process.pid)
        assert found is not None
        processes.end([processes.ProcessId(found.pid, found.started - 1)], grace=0)
        assert process.poll() is None
        assert processes.identify(process.pid) == found
        process.communicate(b"\n")


def test_parse_pss() -> None:
    text = "00400000-7fff [rollup]\nRss: 900 kB\nPss: 123 kB\nPss_Anon: 5 kB\n"
    assert processes.parse_pss(text) == 123 * 1024
    with pytest.raises(ValueError, match="no Pss"):
        processes.parse_pss("Rss: 900 kB\n")


def test_quiet() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        assert processes.wait_until_quiet([process.pid], limit=30)
        process.communicate(b"\n")
