"""Runs programs in processes that share what takes seconds to import: it imports, then forks.

It runs in the environment of a released `mlflow`, with a path for its socket as its argument, and
ends when its standard input does. Each connection is one program: a line of JSON says which; the
answer is a line with its process id, then one with its exit code, negative for a signal. The
program finds what a new interpreter would give it, but for the modules that are already there.
"""

import contextlib
import importlib
import json
import os
import select
import socket
import sys
import tempfile
from types import CodeType, ModuleType
from typing import Any

# Nothing of it may start threads or open connections: they don't survive a fork.
IMPORTED = (
    "click.testing",
    "matplotlib.pyplot",
    "mlflow.cli",
    "mlflow.data",
    "mlflow.models",
    "mlflow.sklearn",
    "pandas",
    "PIL.Image",
    "requests",
    "sklearn.datasets",
    "sklearn.linear_model",
    "sklearn.model_selection",
    "sklearn.pipeline",
)


def next_program(path: str) -> dict[str, Any] | None:
    """Serve at `path`; return in a new process what it is to run, and in the first at the end."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen(32)
        while True:
            ready, _, _ = select.select([listener, 0], [], [])
            if listener not in ready:
                return None
            connection, _ = listener.accept()
            with connection:
                if os.fork() == 0:
                    listener.close()
                    return keep_one(connection)
            reap(os.WNOHANG)


def reap(options: int = 0) -> None:
    """Take leave of the processes that have ended, or with no options of all."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, options)[0]:
            pass


def keep_one(connection: socket.socket) -> dict[str, Any]:
    """Return in a further process what it is to run; wait for it here, and leave."""
    with connection, connection.makefile("rw") as talk:
        line = talk.readline()
        if not line:
            os._exit(0)
        program: dict[str, Any] = json.loads(line)
        pid = os.fork()
        if pid == 0:
            return program
        try:
            print(pid, file=talk, flush=True)
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            print(code, file=talk, flush=True)
        finally:
            os._exit(0)


def enter(program: dict[str, Any]) -> CodeType:
    """Make this process what a new interpreter is, started for the program; return its code."""
    os.chdir(program["folder"])
    os.environ.clear()
    os.environ.update(program["environ"])
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(program[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
    tempfile.tempdir = None
    path = os.path.abspath(program["path"])
    sys.argv = [program["path"], *program["arguments"]]
    sys.path.insert(0, os.path.dirname(path))
    sys.modules["__main__"] = main = ModuleType("__main__")
    main.__file__ = path
    with open(path, "rb") as source:
        return compile(source.read(), path, "exec")


# This file's folder has names that others may have too.
del sys.path[0]
for name in IMPORTED:
    importlib.import_module(name)
if program := next_program(sys.argv[1]):
    code = enter(program)
    exec(code, vars(sys.modules["__main__"]))
else:
    reap()
