"""Run one program of `programs/` in an environment against a server."""

import json
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from tests.compat.environments import Environment
from tests.compat.normalize import Json, Normalizer

PROGRAMS = Path(__file__).parent / "programs"
TIMEOUT = 600
SETTINGS = {
    "LOGNAME": "ann",
    "MPLBACKEND": "Agg",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    # A server's mistake shows at once, not after minutes of waiting.
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "0",
    "MLFLOW_HTTP_REQUEST_BACKOFF_JITTER": "0",
    # To find a model's requirements takes the client half a minute and no server: give up early.
    "MLFLOW_REQUIREMENTS_INFERENCE_TIMEOUT": "1",
}


def run_program(name: str, environment: Environment, server: str, folder: Path) -> Json:
    """Run `programs/<name>.py` with `folder` as its own, and return its normalised document.

    Raises:
        AssertionError: the program failed; the text is what it printed.
    """
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    # Outside a repository, whose commit the client would note.
    shutil.copytree(PROGRAMS, folder / "programs")
    ignored = ("MLFLOW_", "SAGWAN_", "PYTHON", "PYTEST_", "COV_")
    environ = {key: value for key, value in os.environ.items() if not key.startswith(ignored)}
    environ |= SETTINGS
    environ |= {
        "HOME": str(folder),
        "TMPDIR": str(folder / "tmp"),
        "MLFLOW_TRACKING_URI": server,
        "COMPAT_LABEL": environment.label,
    }
    now = datetime.now(UTC)
    done = subprocess.run(
        [str(environment.python), f"programs/{name}.py"],
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
    )
    assert done.returncode == 0, f"{name} failed against {server}:\n{done.stdout}\n{done.stderr}"
    port = server.rpartition(":")[2]
    texts = {server: "<server>", f"port={port}": "port=<port>", str(folder): "<folder>"}
    texts[str(PROGRAMS)] = "<programs>"
    document = json.loads(done.stdout.splitlines()[-1])
    return Normalizer(now, texts).document(document)
