"""A real nginx for tests: in a folder of its own, stopped by process id."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tests.support.databases import NotInstalled

START_TIMEOUT = 30.0

# What a distribution's nginx.conf has around the sites, with everything below one folder.
_AROUND = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes 1;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


def program() -> str:
    """Where nginx is. Raises NotInstalled."""
    found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None:
        raise NotInstalled("nginx is not installed (Debian's package nginx-light)")
    return found


@contextlib.contextmanager
def running_nginx(folder: Path, site: str) -> Iterator[Path]:
    """nginx with the text of one site's configuration, up for the block; gives its error log."""
    folder.mkdir()
    (folder / "site.conf").write_text(site)
    configuration = folder / "nginx.conf"
    configuration.write_text(_AROUND.format(folder=folder))
    log = folder / "error.log"
    process = subprocess.Popen(
        [program(), "-e", str(log), "-p", str(folder), "-c", str(configuration)],
        cwd=folder,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + START_TIMEOUT
        while not (folder / "nginx.pid").exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"nginx did not start:\n{log.read_text()}")
            time.sleep(0.02)
        yield log
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
