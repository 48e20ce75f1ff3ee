"""All files below a folder, a piece at a time."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from sagwan.domain.artifact_paths import join_path
from sagwan.entities import FileInfo

# Deeper than anybody means: a link leads to a folder above it.
DEEPEST = 100


@dataclass
class Piece:
    """Files in the order of their paths' parts, and where the walk goes on; None at its end."""

    files: list[FileInfo] = field(default_factory=list)
    next: str | None = None


async def walk(
    list_folder: Callable[[str], Awaitable[list[FileInfo]]],
    after: str,
    limit: int,
    folders: int,
    wanted: Callable[[str], bool],
) -> Piece:
    """Up to `limit` files that are `wanted` and come after `after`, the `next` of another piece.

    `list_folder` gives what is in a folder, with names alone as paths; so are the folders relative
    to the one where the walk begins. Reads about `folders` of them: those on the way to `after`
    and to the first file behind it don't count.
    """
    piece = Piece()
    done = after
    start = _Start(after)
    ahead = [FileInfo("", True)]
    while ahead:
        entry = ahead.pop()
        if not start.is_before(entry):
            continue
        if not entry.is_dir:
            if wanted(entry.path):
                if len(piece.files) == limit:
                    piece.next = done
                    return piece
                piece.files.append(entry)
            done = entry.path
            continue
        if not start.is_below(entry):
            if folders <= 0 and done != after:
                piece.next = done
                return piece
            folders -= 1
        entries = await list_folder(entry.path) if entry.path.count("/") < DEEPEST else []
        for inner in entries:
            inner.path = join_path(entry.path, inner.path)
        ahead += sorted(entries, key=_place, reverse=True)
        if not entries:
            done = f"{entry.path}/"
    return piece


def _place(entry: FileInfo) -> tuple[str, bool]:
    return entry.path, entry.is_dir


class _Start:
    """Where a walk goes on: after a file, or after a folder if `after` ends in "/"."""

    def __init__(self, after: str) -> None:
        self._whole = after.endswith("/")
        self._parts = after.removesuffix("/").split("/") if after else []

    def is_before(self, entry: FileInfo) -> bool:
        """Whether anything of an entry is still to come."""
        if not self._parts or not entry.path:
            return True
        parts = entry.path.split("/")
        if not entry.is_dir:
            return parts > self._parts
        reached = self._parts[: len(parts)]
        return parts > reached or (
            parts == reached and not (self._whole and len(parts) == len(self._parts))
        )

    def is_below(self, folder: FileInfo) -> bool:
        """Whether a folder is on the way to where the walk goes on."""
        parts = folder.path.split("/") if folder.path else []
        return len(parts) < len(self._parts) and parts == self._parts[: len(parts)]
