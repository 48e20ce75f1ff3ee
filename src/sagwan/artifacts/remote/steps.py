"""Replacing a file where the other end moves files only to names that are free."""

import asyncio
import errno
from collections.abc import Awaitable, Callable
from contextlib import suppress

from sagwan.artifacts.remote.files import RemoteFiles

_ATTEMPTS = 5


class Replacement:
    """Moves files with `rename`; one that is in the way is moved aside first, and then removed.

    For a moment nothing is at the target, and a process that dies then leaves what was there in the
    staging folder.
    """

    def __init__(self, files: RemoteFiles, rename: Callable[[str, str], Awaitable[None]]) -> None:
        self._files = files
        self._rename = rename
        # Writers of this process wait for each other. With those of others it is a race.
        self._lock = asyncio.Lock()

    async def move(self, source: str, target: str) -> None:
        """Move a file. Raises OSError; what was at `target` is then back, if that can be done."""
        async with self._lock:
            aside: list[str] = []
            try:
                await self._move(source, target, aside)
            except OSError:
                if aside and not await self._is_there(target):
                    with suppress(OSError):
                        await self._rename(aside.pop(), target)
                raise
            finally:
                for place in aside:
                    with suppress(OSError):
                        await self._files.remove_file(place)

    async def _move(self, source: str, target: str, aside: list[str]) -> None:
        for number in range(_ATTEMPTS):
            place = f"{source}.{number}"
            try:
                await self._rename(target, place)
                aside.append(place)
            except OSError:
                if await self._is_there(target):
                    raise
            try:
                await self._rename(source, target)
                return
            except OSError:
                if not await self._is_there(target):
                    raise
                # Another process was faster.
        raise OSError(errno.EBUSY, "others keep writing the same file")

    async def _is_there(self, path: str) -> bool:
        try:
            await self._files.stat(path)
        except FileNotFoundError:
            return False
        return True
