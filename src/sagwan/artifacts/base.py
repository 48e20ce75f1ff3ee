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
from collections.abc import AsyncIterable, AsyncIterator, Sequence
from types import TracebackType
from typing import Self

import msgspec

from sagwan.entities import FileInfo
from sagwan.errors import NotImplementedByStore

CHUNK = 1024 * 1024
"""Bytes that a store moves at once."""


class ArtifactStat(msgspec.Struct, frozen=True):
    """A file's size in bytes, its last change in Unix seconds, and its version.

    `version` is an opaque word that changes whenever the bytes do.
    """

    size: int
    modified: float
    version: str


class ArtifactReader(ABC):
    """An open file. What it reads is the file as it was opened, never a mixture with another.

    Where that was replaced or deleted and the store doesn't keep it, reading on raises Unavailable.
    """

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
    """A byte store with four verbs: list, read, write, delete.

    A store that can do more also inherits `SignsUrls` or `UploadsInParts`.
    """

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

        Raises InvalidParameter where `path` is the root and, in a store that has folders, where it
        is a folder or part of it is a file. In an object store a path may be a file and a folder.
        """

    @abstractmethod
    async def delete(self, path: str) -> None:
        """Delete a file, a folder with all that is in it, or both.

        Nothing happens where nothing is. Raises InvalidParameter for the root.
        """

    @abstractmethod
    async def close(self) -> None:
        """Finish what is under way and let go of files, threads and connections."""


class SignedUrl(msgspec.Struct, frozen=True):
    """A URL that whoever has it may use until it expires, with the headers to send along."""

    url: str
    headers: dict[str, str] = {}


class SignsUrls(ABC):
    """A store whose files clients may get and put without the server, by signed URLs.

    Times are in seconds. Raises NotImplementedByStore where the store's credentials can't sign.
    """

    @abstractmethod
    async def sign_download(self, path: str, expires: int) -> SignedUrl:
        """For a GET of a file. The file need not be there."""

    @abstractmethod
    async def sign_upload(self, path: str, expires: int) -> SignedUrl:
        """For a PUT that writes a file, whole or not at all."""


class UploadedPart(msgspec.Struct, frozen=True):
    """A part of an upload that has arrived: its number, from 1, and the ETag that it was given."""

    number: int
    etag: str


class UploadsInParts(ABC):
    """A store that takes a file in parts: in any order, at once, each as often as need be.

    Nothing is visible before `complete_upload`. Raises NotFound where `upload_id` is none of the
    path's uploads that are under way.
    """

    @abstractmethod
    async def begin_upload(self, path: str) -> str:
        """Begin; the upload's id. Raises what `write` raises."""

    async def sign_part(self, path: str, upload_id: str, number: int, expires: int) -> SignedUrl:
        """For a PUT of one part, whose answer has its ETag.

        Raises NotImplementedByStore where parts come through the server.
        """
        raise NotImplementedByStore("The parts of uploads to this store come through the server.")

    @abstractmethod
    async def write_part(
        self, path: str, upload_id: str, number: int, chunks: AsyncIterable[bytes]
    ) -> UploadedPart:
        """Write one part, replacing what came before."""

    @abstractmethod
    async def complete_upload(
        self, path: str, upload_id: str, parts: Sequence[UploadedPart]
    ) -> None:
        """Make the file of the parts, in the order of their numbers; it is then durable.

        Nothing happens where the store knows that this was done, with the same parts: clients that
        got no answer ask again. Raises InvalidParameter where a part is missing or another one than
        it was.
        """

    @abstractmethod
    async def abort_upload(self, path: str, upload_id: str) -> None:
        """Forget the upload; nothing happens where there is none."""
