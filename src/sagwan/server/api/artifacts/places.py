"""Where the server itself finds what a run or a logged model keeps."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from sagwan.artifacts.base import ArtifactReader, ArtifactStore
from sagwan.domain.artifact_paths import check_artifact_path, join_path, proxied_path
from sagwan.entities import FileInfo
from sagwan.errors import InvalidParameter
from sagwan.server.context import Context


@dataclass(frozen=True)
class Place:
    """The artifacts of a run or a model: a folder of a store."""

    store: ArtifactStore
    path: str

    async def list_folder(self, path: str) -> list[FileInfo]:
        """What is in a folder, with paths relative to the run or model."""
        infos = await self.store.list_folder(join_path(self.path, path))
        if path:
            for info in infos:
                info.path = f"{path}/{info.path}"
        return infos

    async def read(self, path: str) -> ArtifactReader:
        """Open a file."""
        return await self.store.read(join_path(self.path, path))


async def place_of(context: Context, artifact_uri: str) -> Place:
    """Where the server finds what is at `artifact_uri`.

    Clients choose these URIs, so the server reads only stores and folders that whoever started it
    named. Raises InvalidParameter for all others.
    """
    path = proxied_path(artifact_uri)
    if path is not None:
        if not context.settings.serve_artifacts:
            raise InvalidParameter(
                "These artifacts are behind an artifact proxy, and this server runs none: it was"
                " started with --no-serve-artifacts."
            )
        return Place(context.artifacts, check_artifact_path(path))
    found = await context.roots.find(artifact_uri)
    if found is None:
        scheme = urlsplit(artifact_uri).scheme
        place = f"a store of the scheme '{scheme}'" if scheme else "a local folder"
        raise InvalidParameter(
            f"This server does not read these artifacts: they are in {place} that it was not"
            " started with. Read them with a client that can reach them, or see the server's option"
            " --allowed-artifact-roots."
        )
    return Place(*found)
