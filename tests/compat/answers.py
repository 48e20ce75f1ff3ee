"""What programs read back from the real MLflow server, kept between test runs.

MLflow answers a program the same each time, and takes most of the tests' time for it. So what a
program of one text, run by one client, got from one release of the server is asked for once and
kept beside the environments; delete the folder `answers` there to ask again.
"""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

from tests.compat.client import PROGRAMS, SETTINGS
from tests.compat.environments import Environment, cache_folder
from tests.compat.normalize import Json

MADE_BY = ("forking.py", "normalize.py", "program.py", "programs/readback.py")


def kept_answer(
    name: str, client: Environment, server: Environment, ask: Callable[[], Json]
) -> Json:
    """The document of program `name`: the kept one, else the one that `ask` returns."""
    path = cache_folder() / "answers" / f"{name}-{client.label}-{_key(name, client, server)}.json"
    if path.exists():
        return json.loads(path.read_text())
    document = ask()
    path.parent.mkdir(parents=True, exist_ok=True)
    # Renamed when complete: another process may do the same at the same time.
    unfinished = path.with_suffix(f".{os.getpid()}")
    unfinished.write_text(json.dumps(document))
    unfinished.rename(path)
    return document


def _key(name: str, client: Environment, server: Environment) -> str:
    sources = [*MADE_BY, f"programs/{name}.py"]
    here: Path = PROGRAMS.parent
    texts = [(here / source).read_text() for source in sources]
    texts.append(json.dumps(SETTINGS))
    texts += [json.dumps(used.installed) for used in (client, server)]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]
