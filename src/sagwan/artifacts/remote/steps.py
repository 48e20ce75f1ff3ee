"""Replacing a file where the other end moves files only to names that are free."""

import errno
from collections.abc import Awaitable, Callable
from contextlib import suppress

from sagwan.artifacts.remote.files import RemoteFiles

_ATTEMPTS = 3


async def replace_in_steps(
    files: RemoteFiles, rename: Callable[[str, str], Awaitable[None]], source: str, target: str
) -> None:
    """Move a file with `rename`; one that is at `target` is moved aside first, and then removed.

    For a moment nothing is at `target`. Raises OSError; what was there is then back, if that can be
    done.
    """
    aside = []
    try:
        for number in range(_ATTEMPTS):
            with suppress(FileNotFoundError):
                await rename(target, f"{source}.{number}")
                aside.append(f"{source}.{number}")
            try:
                await rename(source, target)
            except OSError:
                if not await _is_there(files, target):
                    raise
                # Another writer was faster.
            else:
                return
        raise OSError(errno.EBUSY, "others keep writing the same file")
    except OSError:
        if aside and not await _is_there(files, target):
            with suppress(OSError):
                await rename(aside.pop(), target)
        raise
    finally:
        for place in aside:
            with suppress(OSError):
                await files.remove_file(place)


async def _is_there(files: RemoteFiles, path: str) -> bool:
    try:
        await files.stat(path)
    except FileNotFoundError:
        return False
    return True
