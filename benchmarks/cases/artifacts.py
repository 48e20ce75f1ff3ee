"""Files through the artifact proxy: one large, many small, a long list, memory under load."""

import hashlib
import json
import os
import resource
import shutil
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import processes
from benchmarks.artifact_load import (
    ROUTE,
    connected,
    digest_at,
    get_many,
    put_all,
    put_many,
)
from benchmarks.cases.base import Case, CaseError, Prepared, Row, Sample, Target

MIB = 1024 * 1024
LARGE = 1024
"""MiB of a large file."""

SMALL = 4096
FILES = 1_000
LISTED = 10_000
LISTS = 20
UPLOADS = 10
CONNECTIONS = 16
"""As many as MLflow's client opens for a folder, about."""

_PIECE = 16 * MIB
_BETWEEN = 0.05


class _Artifacts(Case):
    group = "artifacts"

    def root(self, target: Target) -> str:
        """Where the case's files are in the proxy's store."""
        return f"benchmark/{self.name}"


class LargeFile(_Artifacts):
    """1 GiB up and down over one connection, beside a copy on the same disk."""

    name = "artifact-large"
    rows = (
        Row("up", "artifact of 1 GiB, upload", "MB/s", True),
        Row("down", "artifact of 1 GiB, download", "MB/s", True),
        Row("copy", "the same file copied on this disk and flushed", "MB/s", True),
    )

    def prepare(self, target: Target) -> Prepared:
        port, path = target.running.port, f"{self.root(target)}/large.bin"
        source = random_file(target.scratch / "large.bin", target.settings.scaled(LARGE) * MIB)
        with connected(port) as connection:
            connection.put_file(path, source)
        fingerprint = digest_at(port, path)
        with source.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != fingerprint:
                raise CaseError("what was downloaded is not what was uploaded")

        def measure() -> Sample:
            size = source.stat().st_size
            with connected(port) as connection:
                connection.delete(path)
                with settled(), _timed() as up:
                    connection.put_file(path, source)
                # What MLflow leaves to be written later is not to slow down what follows.
                with settled(), _timed() as down:
                    if connection.get(f"{ROUTE}/{path}") != size:
                        raise CaseError("the download has another size than the upload")
            with settled(), _timed() as copy:
                flushed_copy(source, target.scratch / "copy.bin")
            os.unlink(target.scratch / "copy.bin")
            return Sample(
                {
                    "up": size / up.seconds / 1e6,
                    "down": size / down.seconds / 1e6,
                    "copy": size / copy.seconds / 1e6,
                },
                {"up_generator_cores": up.cores, "down_generator_cores": down.cores},
            )

        return Prepared(measure, fingerprint)


class SmallFiles(_Artifacts):
    """1,000 files of 4 KiB up and down over sixteen connections."""

    name = "artifact-small"
    rows = (
        Row("up", "1,000 artifacts of 4 KiB, upload, 16 connections", "files/s", True),
        Row("down", "1,000 artifacts of 4 KiB, download, 16 connections", "files/s", True),
    )

    def prepare(self, target: Target) -> Prepared:
        port, content = target.running.port, os.urandom(SMALL)
        turns = iter(range(100))

        def paths() -> list[str]:
            folder = f"{self.root(target)}/{next(turns)}"
            return [f"{folder}/{number:04}.bin" for number in range(FILES)]

        put_many(port, paths()[:100], content, CONNECTIONS)

        def measure() -> Sample:
            new = paths()
            with settled(), _timed() as up:
                put_many(port, new, content, CONNECTIONS)
            with settled(), _timed() as down:
                get_many(port, new, len(content), CONNECTIONS)
            found = listed(port, new[0].rpartition("/")[0])
            if found != {path.rpartition("/")[2]: SMALL for path in new}:
                raise CaseError("what was uploaded is not what is listed")
            return Sample(
                {"up": len(new) / up.seconds, "down": len(new) / down.seconds},
                {"up_generator_cores": up.cores, "down_generator_cores": down.cores},
            )

        return Prepared(measure)


class ListFolder(_Artifacts):
    """A folder of 10,000 files, listed over one connection."""

    name = "artifact-list"
    rows = (Row("list", "a folder of 10,000 artifacts, listed", "ms", False),)

    def prepare(self, target: Target) -> Prepared:
        port, folder = target.running.port, self.root(target)
        count = target.settings.scaled(LISTED)
        paths = [f"{folder}/{number:05}.png" for number in range(count)]
        put_many(port, paths, b"x" * 100, CONNECTIONS)
        found = listed(port, folder)
        if len(found) != count:
            raise CaseError(f"{len(found)} of {count} files are listed")

        def measure() -> Sample:
            times = []
            with connected(port) as connection:
                for _ in range(LISTS):
                    begun = time.perf_counter()
                    connection.get(f"{ROUTE}?path={folder}")
                    times.append(time.perf_counter() - begun)
            return Sample({"list": statistics.median(times) * 1000})

        return Prepared(measure, json.dumps(sorted(found.items())))


class UploadMemory(_Artifacts):
    """How much a server's memory grows while it takes ten files of 1 GiB at once."""

    name = "artifact-memory"
    repetitions = 1
    rows = (
        Row("growth", "memory for ten uploads of 1 GiB at once, growth at most", "MB", False),
        Row("rate", "ten uploads of 1 GiB at once", "MB/s", True),
    )

    def prepare(self, target: Target) -> Prepared:
        server, folder = target.running, self.root(target)
        source = random_file(target.scratch / "large.bin", target.settings.scaled(LARGE) * MIB)
        files = [(f"{folder}/{number}.bin", source) for number in range(UPLOADS)]
        with connected(server.port) as connection:
            connection.put(f"{folder}/first.bin", b"x")

        def measure() -> Sample:
            before = processes.memory(server.pid)
            with settled(), watched(server.pid) as peak:
                seconds = put_all(server.port, files)
            with connected(server.port) as connection:
                connection.delete(folder)
            growth = peak.pss - before.pss
            size = source.stat().st_size * UPLOADS
            return Sample(
                {"growth": growth / 1e6, "rate": size / seconds / 1e6},
                {"pss_before": before.pss, "pss_peak": peak.pss, "samples": peak.samples},
            )

        return Prepared(measure)


def random_file(path: Path, size: int) -> Path:
    """A file of `size` random bytes, which nothing can compress; made once."""
    if not path.exists():
        with path.open("wb") as file:
            for start in range(0, size, _PIECE):
                file.write(os.urandom(min(_PIECE, size - start)))
    return path


def flushed_copy(source: Path, target: Path) -> None:
    """What `cp` and a flush to the medium do."""
    with source.open("rb") as reader, target.open("wb") as writer:
        shutil.copyfileobj(reader, writer, MIB)
        writer.flush()
        os.fsync(writer.fileno())


def listed(port: int, folder: str) -> dict[str, int]:
    """Names and sizes of the files in a folder."""
    content = bytearray()
    with connected(port) as connection:
        connection.get(f"{ROUTE}?path={folder}", content.extend)
    files = json.loads(content)["files"]
    return {info["path"]: int(info["file_size"]) for info in files}


@contextmanager
def settled() -> Iterator[None]:
    """A block that begins with nothing left to be written to the disks by what came before."""
    os.sync()
    yield


class _Timed:
    seconds = 0.0
    cores = 0.0


@contextmanager
def _timed() -> Iterator[_Timed]:
    """What the block took, and this process's CPU time over it."""
    found = _Timed()
    before, begun = _cpu(), time.perf_counter()
    yield found
    found.seconds = time.perf_counter() - begun
    found.cores = (_cpu() - before) / found.seconds


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


class Peak:
    """The most memory that a tree of processes had, in bytes."""

    pss = 0
    samples = 0


@contextmanager
def watched(pid: int) -> Iterator[Peak]:
    """Looks at the memory of a tree of processes again and again while the block runs."""
    peak, over = Peak(), threading.Event()

    def look() -> None:
        while not over.wait(_BETWEEN):
            peak.pss = max(peak.pss, processes.memory(pid).pss)
            peak.samples += 1

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield peak
    finally:
        over.set()
        thread.join()
