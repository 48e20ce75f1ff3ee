"""Many files up or down: several at once, checksums compared, continued where they stopped.

A file that is complete already is left as it is. A download that was interrupted goes on where it
stopped, if the file is still the same one; an upload begins with the first file that is missing.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from sagwan.client.artifacts import ArtifactFiles, Seen, digest_in, digest_of
from sagwan.client.errors import Broken
from sagwan.client.parallel import PARALLEL, each, in_thread
from sagwan.client.partial import Partial
from sagwan.client.progress import Meter, Moved, ignore
from sagwan.domain.artifact_paths import TEMPORARY_PREFIX, check_artifact_path, join_path
from sagwan.entities import FileInfo
from sagwan.errors import InvalidParameter, SagwanError

Begin = Callable[[int, int], Moved]
"""Is told the number of files and of bytes, and returns what is told of progress."""


class WrongBytes(SagwanError):
    """What arrived is not what was sent."""


@dataclass
class Tally:
    """What a transfer has done so far: files and bytes of all, and how many files are there.

    Of those in `done`, `kept` were complete before, and `unchecked` came without a checksum to
    compare.
    """

    files: int = 0
    size: int = 0
    done: int = 0
    kept: int = 0
    unchecked: int = 0


@dataclass
class Transfer:
    """Moves files between `files` and this machine, `jobs` at once.

    Without `verify` no checksums are compared; without `skip` everything is sent again.
    """

    files: ArtifactFiles
    jobs: int = PARALLEL
    verify: bool = True
    skip: bool = True
    begin: Begin = lambda count, size: ignore
    tally: Tally = field(default_factory=Tally)

    async def download(self, path: str, target: Path) -> Path:
        """Copy a file to `target`, or the contents of a folder into it. Returns `target`.

        Files appear whole. Raises NotFound, WrongBytes; OSError where files can't be written here.
        """
        info = await self.files.find(path)
        found = await self.files.walk(info.path) if info.is_dir else [info]
        moved = self._begin(len(found), sum(file.file_size or 0 for file in found))

        async def fetch(file: FileInfo) -> None:
            inside = file.path[len(info.path) :].lstrip("/") if info.is_dir else ""
            await self._fetch(file, target / inside if inside else target, moved)

        if info.is_dir:
            target.mkdir(parents=True, exist_ok=True)
        await each(found, fetch, self.jobs)
        return target

    async def upload(self, sources: Sequence[Path], folder: str = "") -> None:
        """Store files in `folder`, and the contents of folders.

        Raises WrongBytes; InvalidParameter where two would go to one path; OSError where a file
        can't be read.
        """
        folder = check_artifact_path(folder)
        paths: dict[str, Path] = {}
        for source in sources:
            for path, file in _placed(source, folder):
                if paths.setdefault(path, file) != file:
                    raise InvalidParameter(
                        f"{paths[path]} and {file} would both be stored as '{path}'."
                    )
        there: dict[str, int | None] = {}
        if self.skip and self.verify:
            there = await self._there(paths)
        moved = self._begin(len(paths), sum(file.stat().st_size for file in paths.values()))

        async def send(item: tuple[str, Path]) -> None:
            path, file = item
            await self._send(
                file, path, path in there and there[path] == file.stat().st_size, moved
            )

        await each(paths.items(), send, self.jobs)

    def _begin(self, count: int, size: int) -> Moved:
        self.tally.files, self.tally.size = count, size
        return self.begin(count, size)

    async def _there(self, paths: Iterable[str]) -> dict[str, int | None]:
        """The sizes of the files in the folders of `paths`."""
        found: dict[str, int | None] = {}

        async def look(folder: str) -> None:
            for info in await self.files.list_folder(folder):
                found[info.path] = info.file_size

        await each({path.rpartition("/")[0] for path in paths}, look, self.jobs)
        return found

    async def _fetch(self, file: FileInfo, target: Path, moved: Moved) -> None:
        meter = Meter(moved)
        size = file.file_size or 0
        if self.skip and self.verify and await self._complete(file.path, size, target):
            self.tally.kept += 1
            meter(size)
        else:
            await self.files.persist(
                lambda: self._fetch_once(file.path, size, target, meter), lambda: meter.count
            )
        self.tally.done += 1

    async def _complete(self, path: str, size: int, target: Path) -> bool:
        if not target.is_file() or target.stat().st_size != size:
            return False
        seen = await self.files.persist(lambda: self.files.see(path, size))
        return seen.digest is not None and seen.digest == await digest_of(target)

    async def _fetch_once(self, path: str, size: int, target: Path, meter: Meter) -> None:
        with closing(Partial(target, size)) as partial:
            async with self.files.open(path, partial.start, partial.etag) as opened:
                partial.begin(opened.start, opened.etag)
                while await in_thread(partial.reread):
                    pass
                meter.reset(opened.start)
                async for chunk in opened.chunks:
                    await in_thread(partial.write, chunk)
                    meter(len(chunk))
            if self.verify:
                seen = Seen(opened.etag, opened.digest)
                if seen.digest is None:
                    seen = await self.files.see(path, meter.count)
                self._compare(path, partial, opened.start, opened.etag, seen)
            await in_thread(partial.finish)

    def _compare(
        self, path: str, partial: Partial, start: int, etag: str | None, seen: Seen
    ) -> None:
        if seen.digest is None:
            self.tally.unchecked += 1
            return
        if seen.digest == partial.digest():
            return
        partial.discard()
        if seen.etag != etag:
            raise Broken(f"'{path}' changed while it was being downloaded.")
        if start:
            # What an earlier download has left is not what it wrote: a power cut does that.
            raise Broken(f"What was there of '{path}' is damaged.")
        raise WrongBytes(
            f"What arrived of '{path}' is not what the server has: the checksums differ. Nothing"
            " was kept of it; try again."
        )

    async def _send(self, file: Path, path: str, same_size: bool, moved: Moved) -> None:
        meter = Meter(moved)
        digest = await digest_of(file) if self.verify else None
        size = file.stat().st_size
        if same_size and digest is not None:
            seen = await self.files.persist(lambda: self.files.see(path, size))
            if seen.digest == digest:
                self.tally.kept += 1
                self.tally.done += 1
                meter(size)
                return
        told = await self.files.persist(
            lambda: self.files.write(path, file, meter, digest), lambda: 0
        )
        if digest is not None:
            told = told or await self.files.persist(lambda: self._read_back(path, size))
            if told != digest:
                await self.files.delete(path)
                raise WrongBytes(
                    f"What was stored as '{path}' is not {file}: the checksums differ. It was"
                    " deleted; if the file did not change meanwhile, try again."
                )
        self.tally.done += 1

    async def _read_back(self, path: str, size: int) -> bytes:
        """The SHA-256 of what is stored: told by the server, or of what it sends."""
        seen = await self.files.see(path, size)
        if seen.digest is not None:
            return seen.digest
        async with self.files.open(path) as opened:
            return opened.digest or await digest_in(opened.chunks)


def _placed(source: Path, folder: str) -> Iterable[tuple[str, Path]]:
    """Where a file, or each file below a folder, is to be stored."""
    if not source.is_dir():
        yield join_path(folder, source.name), source
        return
    for where, folders, names in os.walk(source):
        folders.sort()
        for name in sorted(names):
            # What a download has left here is nobody's artifact.
            if not name.startswith(TEMPORARY_PREFIX):
                file = Path(where) / name
                yield join_path(folder, file.relative_to(source).as_posix()), file
