"""From a URI to its artifact store.

A store's module is imported when a URI first needs it, so that its library is one of an extra's.
Each has a function `open_store(uri, environ)`, which connects to nothing yet; `environ` holds the
variables that the protocol's users set for a store, such as AWS_ACCESS_KEY_ID.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import NamedTuple
from urllib.parse import urlsplit

from sagwan.artifacts.base import ArtifactStore
from sagwan.config.load import environment
from sagwan.config.settings import without_password
from sagwan.domain.artifact_paths import local_path
from sagwan.errors import InvalidParameter


class _Store(NamedTuple):
    """A store's module in this package, and the extra that has its libraries."""

    module: str
    extra: str


_STORES: dict[str, _Store] = {
    "s3": _Store("objects.s3", "s3"),
    "abfss": _Store("objects.azure", "azure"),
    "gs": _Store("objects.gcs", "gcs"),
    "wasbs": _Store("objects.azure", "azure"),
    "sftp": _Store("remote.sftp", "sftp"),
    "ftp": _Store("remote.ftp", ""),
    "ftps": _Store("remote.ftp", ""),
    "hdfs": _Store("remote.hdfs", "hdfs"),
    "viewfs": _Store("remote.hdfs", "hdfs"),
    "webhdfs": _Store("remote.webhdfs", ""),
    "swebhdfs": _Store("remote.webhdfs", ""),
}


def open_artifacts(uri: str, environ: Mapping[str, str] | None = None) -> ArtifactStore:
    """The store at `uri`: a local path, or a URI of one of the supported schemes.

    `environ` is the process's, if it isn't given.

    Nothing is made until a file is written. What dead processes left in the store is removed in
    the background. Raises InvalidParameter for other schemes, a URI that the store can't be opened
    with, and a store whose library is missing.
    """
    if local_path(uri) is not None:
        module = "local.store"
        extra = ""
    else:
        scheme = urlsplit(uri).scheme
        if scheme not in _STORES:
            raise InvalidParameter(
                f"Artifacts can't be stored at '{without_password(uri)}'. Supported are local"
                " folders (mounted ones too) and URIs of the schemes"
                f" {', '.join(['file', *_STORES])}."
            )
        module, extra = _STORES[scheme]
    try:
        opener = import_module(f"sagwan.artifacts.{module}").open_store
    except ModuleNotFoundError as error:
        if not extra or (error.name or "").startswith("sagwan"):
            raise
        raise InvalidParameter(
            f"The library for {scheme}:// artifacts is not installed ({error.name}). Install it"
            f" with pip install 'sagwan[{extra}]'."
        ) from None
    store: ArtifactStore = opener(uri, environment() if environ is None else environ)
    return store
