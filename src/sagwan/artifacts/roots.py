"""Which folders of its own disk a server reads for a client."""

import os
from collections.abc import Iterable

from sagwan.artifacts.local import LocalArtifactStore
from sagwan.domain.artifact_paths import local_path


def open_within(uri: str, roots: Iterable[str]) -> tuple[LocalArtifactStore, str] | None:
    """The local folder `uri` as a path in the store of the first of `roots` that it lies in.

    None where it lies in none of them, or names no local folder. `roots` are URIs; those of other
    schemes are passed over. Links are followed before the comparison. Blocks.
    """
    path = local_path(uri)
    if path is None:
        return None
    real = os.path.realpath(path)
    for root in roots:
        folder = local_path(root)
        if folder is None:
            continue
        folder = os.path.realpath(folder)
        if real == folder:
            return LocalArtifactStore(folder), ""
        if real.startswith(os.path.join(folder, "")):
            return LocalArtifactStore(folder), os.path.relpath(real, folder).replace(os.sep, "/")
    return None
