"""Where a benchmark ran: processor, memory, versions."""

import os
import platform
import shutil
import sqlite3
import subprocess
from datetime import UTC, datetime
from pathlib import Path


def describe() -> dict[str, str]:
    """Facts about this machine that the figures depend on."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "processor": f"{processor()}, {os.cpu_count()} cores",
        "memory": f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "load generator": "wrk" if shutil.which("wrk") else "Python processes",
    }


def processor() -> str:
    """The processor's name for people."""
    return parse_processor(Path("/proc/cpuinfo").read_text()) or platform.machine()


def parse_processor(cpuinfo: str) -> str:
    """The first `model name` in /proc/cpuinfo, "" when there is none."""
    for line in cpuinfo.splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return ""


def module_version(python: Path, module: str, python_path: str = "") -> str:
    """`module.__version__` in another Python."""
    environ = os.environ | {"PYTHONPATH": python_path}
    done = subprocess.run(
        [str(python), "-c", f"import {module}; print({module}.__version__)"],
        capture_output=True,
        text=True,
        env=environ,
        check=True,
    )
    return done.stdout.strip()
