"""The port: what an artifact store must do. These docstrings are the contract.

A store holds bytes under paths. Paths are relative to the store's root, with "/" between their
parts; each method refuses, with InvalidParameter, one that `check_artifact_path` refuses or that
would lead out of the root in another way. Folders exist where files are below them; a store may
keep empty ones.

What a caller may see is whole: a file appears, with all its bytes, when `write` returns, and a
write that fails or is cut off leaves what was there before. A write that returned is durable. Two
writes to one path at once end as one of the two.

Memory is bounded per transfer: a few chunks, whatever the file's size.

Errors are those of `sagwan.errors`: InvalidParameter where the request can't succeed, NotFound,
PermissionDenied, and Unavailable where a retry may help. None shows where the store keeps its
files, or a credential.

`sagwan.testing.artifacts` holds the conformance suite that every store passes.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterable, AsyncIterator
from enum import StrEnum
from types import TracebackType
from typing import ClassVar, Self

import msgspec

from sagwan.entities import FileInfo

CHUNK = 1024 * 1024
"""Bytes that a store moves at once."""


class Capability(StrEnum):
    """What only some stores can do."""

    PRESIGNED_DOWNLOAD = "presigned download"
    MULTIPART_UPLOAD = "multipart upload"


class ArtifactStat(msgspec.Struct, frozen=True):
    """A file's size in bytes, its last change in Unix seconds, and its version.

    `version` is an opaque word that changes whenever the bytes do.
    """

    size: int
    modified: float
    version: str


class ArtifactReader(ABC):
    """An open file. What it reads is the file as it was opened, also if that is replaced."""

    stat: ArtifactStat

    @abstractmethod
    def chunks(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to `stop` (the end), where 0 <= start <= stop <= size.

        One iteration at a time. Raises Unavailable where they can't all be read.
        """

    @abstractmethod
    async def close(self) -> None:
        """Let go of the file; nothing happens where that is done."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()


class ArtifactStore(ABC):
    """A byte store with four verbs: list, read, write, delete."""

    capabilities: ClassVar[frozenset[Capability]] = frozenset()

    @abstractmethod
    async def list_folder(self, path: str = "") -> list[FileInfo]:
        """What is in a folder, by name: `path` of each is its name, without the folder's.

        Empty where `path` is a file or nothing.
        """

    @abstractmethod
    async def read(self, path: str) -> ArtifactReader:
        """Open a file; the caller closes it.

        Raises NotFound, and InvalidParameter where `path` is a folder.
        """

    async def stat(self, path: str) -> ArtifactStat:
        """A file's size and version, with the errors of `read`."""
        async with await self.read(path) as reader:
            return reader.stat

    @abstractmethod
    async def write(self, path: str, chunks: AsyncIterable[bytes]) -> None:
        """Write a file, replacing what is there; an error of `chunks` is raised as it is.

        Raises InvalidParameter where `path` is a folder or the root, or part of it is a file.
        """

    @abstractmethod
    async def delete(self, path: str) -> None:
        """Delete a file, or a folder with all that is in it; nothing happens where nothing is.

        Raises InvalidParameter for the root.
        """

    @abstractmethod
    async def close(self) -> None:
        """Finish what is under way and let go of files, threads and connections."""
