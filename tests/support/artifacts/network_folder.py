"""A folder of another machine, mounted: with sshfs, from the OpenSSH server of the tests."""

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.artifacts.processes import START_TIMEOUT
from tests.support.artifacts.sshd import SshServer


@contextlib.contextmanager
def mounted(server: SshServer, folder: Path, place: Path) -> Iterator[Path]:
    """A folder of `server`, mounted at `place`. Skips the test where that can't be done."""
    program = shutil.which("sshfs")
    if program is None:
        pytest.skip("needs sshfs: apt-get install sshfs")
    if not os.access("/dev/fuse", os.R_OK | os.W_OK):
        pytest.skip("needs /dev/fuse, which this machine or container does not give")
    place.mkdir()
    ssh = server.home / ".ssh"
    options = [
        f"IdentityFile={ssh / 'id_rsa'}",
        f"UserKnownHostsFile={ssh / 'known_hosts'}",
        "StrictHostKeyChecking=yes",
        "BatchMode=yes",
    ]
    command = [program, "-f", "-p", str(server.port), f"{server.user}@127.0.0.1:{folder}"]
    command += [str(place), *(part for option in options for part in ("-o", option))]
    with (server.folder / "sshfs.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + START_TIMEOUT
        while not os.path.ismount(place):
            if process.poll() is not None:
                reason = (server.folder / "sshfs.log").read_text().strip()
                pytest.skip(f"sshfs can't mount here: {reason}")
            if time.monotonic() > deadline:
                raise RuntimeError("sshfs did not mount in time")
            time.sleep(0.01)
        yield place
    finally:
        subprocess.run(["fusermount3", "-u", "-z", str(place)], stderr=subprocess.DEVNULL)
        process.terminate()
        process.wait()
