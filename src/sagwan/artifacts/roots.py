"""Which artifact stores a server reads for a client: those that it was started with, no other."""

import asyncio
import os
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import SplitResult, urlsplit

from sagwan.artifacts.base import ArtifactStore
from sagwan.artifacts.local import LocalArtifactStore
from sagwan.artifacts.open import open_artifacts
from sagwan.domain.artifact_paths import check_artifact_path, local_path, proxied_path


class ArtifactRoots:
    """The stores at `uris`, each opened when it is first needed.

    `opened` are stores that are open already, by their URIs; who opened them closes them.
    """

    def __init__(
        self,
        uris: Iterable[str] = (),
        opened: Mapping[str, ArtifactStore] | None = None,
        open_store: Callable[[str], ArtifactStore] = open_artifacts,
    ) -> None:
        self._open = open_store
        self._opened: dict[str, ArtifactStore] = {}
        self._own: list[ArtifactStore] = []
        for uri, store in (opened or {}).items():
            path = local_path(uri)
            self._opened[uri if path is None else os.path.realpath(path)] = store
        roots = [*(opened or {}), *uris]
        self._folders = [path for uri in roots if (path := local_path(uri)) is not None]
        self._uris = [uri for uri in roots if local_path(uri) is None and proxied_path(uri) is None]

    async def find(self, uri: str) -> tuple[ArtifactStore, str] | None:
        """The store of the first root that `uri` lies in, and the path in it.

        None where it lies in none of them. Raises InvalidParameter where it leads out of the root
        that it names, and what opening a store raises.
        """
        path = local_path(uri)
        if path is not None:
            found = await asyncio.to_thread(self._locate, path)
            return found and (self._store(found[0]), found[1])
        for root in self._uris:
            inner = path_within(uri, root)
            if inner is not None:
                return self._store(root), inner
        return None

    def _locate(self, path: str) -> tuple[str, str] | None:
        """The root's folder and the path below it; links are followed before the comparison."""
        real = os.path.realpath(path)
        for folder in map(os.path.realpath, self._folders):
            if real == folder:
                return folder, ""
            if real.startswith(os.path.join(folder, "")):
                return folder, os.path.relpath(real, folder).replace(os.sep, "/")
        return None

    def _store(self, root: str) -> ArtifactStore:
        store = self._opened.get(root)
        if store is None:
            # A real path is a path as it is, and no URI that would be decoded.
            store = LocalArtifactStore(root) if os.path.isabs(root) else self._open(root)
            self._opened[root] = store
            self._own.append(store)
        return store

    async def close(self) -> None:
        """Close the stores that were opened here."""
        while self._own:
            await self._own.pop().close()


def path_within(uri: str, root: str) -> str | None:
    """The path of `uri` below the URI `root`, None where it isn't there.

    Scheme, user, host and query must be the same, and the path is compared part by part as it is
    written: object stores have no other spelling of a name. Passwords are left out, since they
    change and what was stored stays. Raises InvalidParameter where the rest, however often it is
    decoded, would lead out of the root.
    """
    try:
        given, wanted = urlsplit(uri), urlsplit(root)
    except ValueError:
        return None
    if not given.scheme or _place(given) != _place(wanted):
        return None
    parts, base = _parts(given.path), _parts(wanted.path)
    if parts[: len(base)] != base:
        return None
    return check_artifact_path("/".join(parts[len(base) :]))


def _place(split: SplitResult) -> tuple[str, str, str, str, str]:
    user, _, host = split.netloc.rpartition("@")
    return split.scheme, user.partition(":")[0], host.lower(), split.query, split.fragment


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part]
