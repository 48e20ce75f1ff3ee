"""Files that runs and models keep."""

from sagwan.entities.base import Entity


class FileInfo(Entity):
    """A file or a folder; `file_size` is in bytes and absent for folders."""

    path: str
    is_dir: bool
    file_size: int | None = None
