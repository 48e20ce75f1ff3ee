"""A virtual environment with the newest MLflow and database drivers, kept between runs."""

import os
import subprocess
import sys
import venv
from pathlib import Path


def python_of(folder: Path) -> Path:
    """The Python of a virtual environment."""
    return folder / "bin" / "python"


def default_folder() -> Path:
    """Where the environment is kept when none is given."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "sagwan" / "benchmarks" / f"mlflow-{sys.version_info[0]}.{sys.version_info[1]}"


def ensure(folder: Path) -> Path:
    """Make the environment or bring its MLflow up to date; return its Python."""
    python = python_of(folder)
    if not python.exists():
        venv.create(folder, with_pip=True, clear=True)
    subprocess.run(
        [
            *(str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--upgrade", "mlflow", "psycopg[binary]", "pymysql"),
        ],
        check=True,
    )
    return python
