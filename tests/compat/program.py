"""Run one program of `programs/` with a client against a server."""

import json
from datetime import UTC, datetime
from pathlib import Path

from tests.compat.client import PROGRAMS, Client
from tests.compat.normalize import Json, Normalizer


def run_program(name: str, client: Client, server: str, folder: Path) -> Json:
    """Run `programs/<name>.py` with `folder` as its own, and return its normalised document.

    Raises:
        AssertionError: the program failed; the text is what it printed.
    """
    now = datetime.now(UTC)
    environ = {"MLFLOW_TRACKING_URI": server, "COMPAT_LABEL": client.environment.label}
    printed = client.run(name, folder, environ)
    port = server.rpartition(":")[2]
    texts = {server: "<server>", f"port={port}": "port=<port>", str(folder): "<folder>"}
    texts[str(PROGRAMS)] = "<programs>"
    return Normalizer(now, texts).document(json.loads(printed.splitlines()[-1]))
