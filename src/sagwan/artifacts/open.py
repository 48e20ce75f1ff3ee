"""From a URI to its artifact store."""

from concurrent.futures import ThreadPoolExecutor

from sagwan.artifacts.base import ArtifactStore
from sagwan.artifacts.local import LocalArtifactStore
from sagwan.config.settings import without_password
from sagwan.domain.artifact_paths import local_path
from sagwan.errors import InvalidParameter

# Most of them wait for the medium, and flushes that wait together share the work.
_THREADS = 32


def open_artifacts(uri: str) -> ArtifactStore:
    """The store at `uri`: a local path or a `file:` URI. Nothing is made until a file is written.

    What dead processes left in the store is removed in the background. Raises InvalidParameter
    for other schemes.
    """
    path = local_path(uri)
    if path is None:
        raise InvalidParameter(
            f"Artifacts can't be stored at '{without_password(uri)}'. Supported are local folders"
            " (mounted ones too), as a path or a file: URI."
        )
    executor = ThreadPoolExecutor(_THREADS, "artifacts")
    store = LocalArtifactStore(path, executor)
    executor.submit(store.sweep)
    return store
