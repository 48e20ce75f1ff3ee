"""Where tests write: in memory where there is room. They kill processes, never cut the power."""

import os
import shutil
import tempfile

ON_DISK = "/tmp"
_MEMORY = "/dev/shm"
_ENOUGH = 4 << 30


def place() -> str:
    """The folder for temporary files; the variable TMPDIR has a say before the machine has."""
    chosen = os.environ.get("TMPDIR")
    if chosen:
        return chosen
    roomy = os.path.isdir(_MEMORY) and shutil.disk_usage(_MEMORY).free >= _ENOUGH
    return _MEMORY if roomy else ON_DISK


def use_it() -> None:
    """Let this process and all that it starts make their temporary files there."""
    os.environ["TMPDIR"] = tempfile.tempdir = place()
