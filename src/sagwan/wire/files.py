"""Lists of the files of many runs: Sagwan's own."""

from sagwan.entities import Entity, FileInfo

__all__ = ["FilesAfter", "FilesOfRun", "ListFiles", "ListFilesResponse"]


class FilesAfter(Entity):
    """A run, and the `next` of an earlier answer where its list goes on."""

    run_id: str
    after: str | None = None


class ListFiles(Entity):
    """POST files/list

    The files below the folder `path` of each of up to 50 runs, in its folders too, as far as one
    request reads: at most `limit` files a run, and no more than 20,000 in all. Where there are
    more, a run has a `next`: ask for that run again with it as `after`. With `suffixes`, only files
    whose names end in one of them, with `contains` only those whose paths have that text in them;
    in both, capitals count as small letters. One request has at most 8 folders read at once, and
    about 1,000 in all; `next` may come without any file.
    """

    runs: list[FilesAfter]
    path: str = ""
    suffixes: list[str] = []
    contains: str = ""
    limit: int = 400


class FilesOfRun(Entity):
    """A run's files, in the order of their paths' parts; paths begin at the run's root.

    `error` says why a run's files can't be listed, in place of files.
    """

    run_id: str
    files: list[FileInfo] = []
    next: str | None = None
    error: str | None = None


class ListFilesResponse(Entity):
    """As many runs as were asked for, in that order."""

    runs: list[FilesOfRun]
