"""Virtual environments with a released `mlflow` in them, made once and kept between test runs.

An environment lives in `$SAGWAN_TEST_CACHE`, else in the user's cache folder, under a name made
of its requirements and of the Python that runs the tests: change either and a new one is made.
Delete the folder to get newer releases. Any number of processes may ask at the same time; one
builds and the others wait for it.
"""

import contextlib
import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

COMMON = ("scikit-learn", "matplotlib", "pandas", "pillow", "psutil")
# What the client needs to use artifact stores itself; pysftp needs a paramiko that knows DSA.
STORES = ("boto3", "azure-storage-blob", "google-cloud-storage", "pysftp", "paramiko<4")
# Hundreds of megabytes, so no test needs them: only the command that records does. PyTorch's newest
# release that is without CUDA where an index has such a one.
FRAMEWORKS = (
    "torch<2.14",
    "lightning",
    "keras",
    "xgboost-cpu",
    "lightgbm",
    "optuna",
    "optuna-integration",
)
REQUIREMENTS = {
    "mlflow2": ("mlflow>=2.22,<3", *COMMON),
    "mlflow3": ("mlflow>=3,<4", *COMMON, *STORES),
    # MLflow 2 serves models with what newer releases of Starlette don't have.
    "frameworks2": ("mlflow>=2.22,<3", "starlette<1", *COMMON, *FRAMEWORKS),
    "frameworks3": ("mlflow>=3,<4", *COMMON, *FRAMEWORKS),
}
GENERATIONS = ("mlflow2", "mlflow3")
PIP_TIMEOUT = 1500


class Unavailable(Exception):
    """An environment could not be made; the text says why."""


@dataclass(frozen=True)
class Environment:
    """A complete virtual environment in `folder`."""

    label: str
    folder: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def installed(self) -> dict[str, str]:
        """The version of each installed package, by its lower-case name."""
        lines = (self.folder / "installed.txt").read_text().splitlines()
        pairs = (line.split("==", 1) for line in lines if "==" in line)
        return {name.lower(): version for name, version in pairs}


def cache_folder() -> Path:
    """Where environments are kept."""
    chosen = os.environ.get("SAGWAN_TEST_CACHE")
    if chosen:
        return Path(chosen) / "compat"
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "sagwan" / "compat"


def folder_name(label: str) -> str:
    """The folder's name: what is in it, and a hash of what it was made from."""
    made_from = [*REQUIREMENTS[label], platform.python_version(), sys.platform, platform.machine()]
    digest = hashlib.sha256("\n".join(made_from).encode()).hexdigest()
    return f"{label}-{digest[:16]}"


@contextlib.contextmanager
def file_lock(path: Path) -> Iterator[None]:
    """Hold `path` as a lock against other processes for the block."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def environment(label: str) -> Environment:
    """The environment of `label`, made now if there is none yet.

    Raises:
        Unavailable: it is not there and its packages could not be installed.
    """
    folder = cache_folder() / folder_name(label)
    made = Environment(label, folder)
    with file_lock(folder.with_suffix(".lock")):
        if not (folder / "installed.txt").exists():
            _make(made)
    return made


def made_or_skipped(label: str) -> Environment:
    """An environment; without a package index the test is skipped, though not in CI."""
    try:
        return environment(label)
    except Unavailable as error:
        text = f"the environments of the mlflow clients could not be made: {error}"
        if os.environ.get("CI"):
            pytest.fail(text)
        pytest.skip(text)


def _make(wanted: Environment) -> None:
    shutil.rmtree(wanted.folder, ignore_errors=True)
    try:
        _run([sys.executable, "-m", "venv", str(wanted.folder)])
        pip = [str(wanted.python), "-m", "pip", "--disable-pip-version-check"]
        _run([*pip, "install", "--quiet", "--no-input", *REQUIREMENTS[wanted.label]])
        frozen = _run([*pip, "freeze"])
    except Unavailable:
        shutil.rmtree(wanted.folder, ignore_errors=True)
        raise
    # Written last: a folder without it is a build that was cut short.
    (wanted.folder / "installed.txt").write_text(frozen)


def _run(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PIP_TIMEOUT)
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"{command[0]} took over {PIP_TIMEOUT} s") from error
    if done.returncode != 0:
        last = "\n".join((done.stderr or done.stdout).strip().splitlines()[-5:])
        raise Unavailable(f"`{' '.join(command)}` failed:\n{last}")
    return done.stdout
