"""Handlers of artifacts: the proxy, and what runs and logged models keep.

A path in a URL is percent-decoded once, by HTTP, and is then the artifact's name. The protocol's
Python client doesn't encode a "?" in a name, so what it means as part of the name arrives as the
query; on the proxy's paths, where nothing else has a query, it is put back.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from sagwan.artifacts.base import ArtifactReader, ArtifactStore
from sagwan.artifacts.roots import open_within
from sagwan.domain.artifact_paths import check_artifact_path, join_path, proxied_path
from sagwan.entities import Entity, FileInfo
from sagwan.errors import (
    BadRequest,
    InvalidParameter,
    NotFound,
    NotImplementedByStore,
    missing,
)
from sagwan.server.context import Context
from sagwan.server.digests import checked_body
from sagwan.server.streaming import file_response
from sagwan.wire import artifacts as wire
from sagwan.wire import endpoints
from sagwan.wire.codec import encode

UPLOAD_LIMIT = 10 * 1024 * 1024
"""Bytes that a user interface may upload to a run at once."""

# The client is gone and sees no status; this is the protocol's for a cancelled request.
_CANCELLED = 499


class ProxiedFiles(Entity):
    """The files of a folder, by name."""

    files: list[FileInfo] = []


def _json(entity: Entity) -> Response:
    return Response(encode(entity), media_type="application/json")


def _named_path(request: Request) -> str:
    """The artifact that the URL's path names. Raises InvalidParameter where it isn't UTF-8."""
    path: str = request.path_params["path"]
    query: bytes = request.scope["query_string"]
    if query:
        path = f"{path}?{unquote(query.decode('latin-1'))}"
    if "\ufffd" in path:
        # The server has put this where bytes were no UTF-8, which would make two names one.
        try:
            unquote_to_bytes(request.scope["raw_path"] + b"?" + query).decode()
        except UnicodeDecodeError:
            raise InvalidParameter("Invalid path") from None
    return path


def _file_name(path: str) -> str:
    return path.rpartition("/")[2]


# The proxy.


def _disabled(context: Context, request: Request) -> Response | None:
    if context.settings.serve_artifacts:
        return None
    return PlainTextResponse(
        f"Endpoint: {request.url.path} disabled due to the server running with"
        " `--no-serve-artifacts`. To enable artifacts server functionality, run `sagwan server`"
        " with `--serve-artifacts`",
        status_code=503,
    )


async def list_proxied(context: Context, request: Request) -> Response:
    """GET mlflow-artifacts/artifacts?path="""
    if disabled := _disabled(context, request):
        return disabled
    path = check_artifact_path(request.query_params.get("path", ""))
    return _json(ProxiedFiles(await context.artifacts.list_folder(path)))


async def download_proxied(context: Context, request: Request) -> Response:
    """GET and HEAD mlflow-artifacts/artifacts/{path}"""
    if disabled := _disabled(context, request):
        return disabled
    path = check_artifact_path(_named_path(request))
    try:
        reader = await context.artifacts.read(path)
    except NotFound:
        if not request.scope["query_string"]:
            raise
        # A query that is none of the name's business, as MLflow takes it.
        path = check_artifact_path(request.path_params["path"])
        reader = await context.artifacts.read(path)
    return await file_response(request, reader, _file_name(path))


async def upload_proxied(context: Context, request: Request) -> Response:
    """PUT mlflow-artifacts/artifacts/{path}"""
    if disabled := _disabled(context, request):
        return disabled
    path = _named_path(request)
    if not path or path.endswith("/"):
        raise InvalidParameter("Artifact path must include a filename (cannot end with '/').")
    try:
        chunks, told = checked_body(request)
        await context.artifacts.write(path, chunks)
    except ClientDisconnect:
        return Response(status_code=_CANCELLED)
    return Response(headers=told)


async def delete_proxied(context: Context, request: Request) -> Response:
    """DELETE mlflow-artifacts/artifacts/{path}"""
    if disabled := _disabled(context, request):
        return disabled
    await context.artifacts.delete(_named_path(request))
    return _json(ProxiedFiles())


async def multipart_upload(context: Context, request: Request) -> Response:
    """POST mlflow-artifacts/mpu/..."""
    if disabled := _disabled(context, request):
        return disabled
    raise NotImplementedByStore(
        "Multipart upload is not supported for the current artifact repository"
    )


async def presigned_download(context: Context, request: Request) -> Response:
    """GET mlflow-artifacts/presigned/{path}"""
    if disabled := _disabled(context, request):
        return disabled
    raise NotImplementedByStore(
        "Multipart download is not supported for the current artifact repository"
    )


# Runs and logged models.


@dataclass(frozen=True)
class _Folder:
    """The artifacts of a run or a model: where they are in which store."""

    store: ArtifactStore
    path: str

    async def list_folder(self, path: str) -> list[FileInfo]:
        """What is in a folder, with paths relative to the run or model."""
        infos = await self.store.list_folder(join_path(self.path, path))
        for info in infos:
            info.path = join_path(path, info.path)
        return infos

    async def read(self, path: str) -> ArtifactReader:
        # The path comes first, so that the root is told from what is in it.
        return await self.store.read(join_path(self.path, path))


async def _folder(context: Context, artifact_uri: str) -> _Folder:
    """Where the server itself finds what is at `artifact_uri`.

    Clients choose these URIs, so the server reads its own disk only in the folders that whoever
    started it named. Raises InvalidParameter for all others.
    """
    settings = context.settings
    path = proxied_path(artifact_uri)
    if path is not None:
        if not settings.serve_artifacts:
            raise InvalidParameter(
                "These artifacts are behind an artifact proxy, and this server runs none: it was"
                " started with --no-serve-artifacts."
            )
        return _Folder(context.artifacts, check_artifact_path(path))
    roots = (settings.artifacts_destination, settings.artifact_root)
    found = await asyncio.to_thread(
        open_within, artifact_uri, (*roots, *settings.allowed_artifact_roots)
    )
    if found is None:
        scheme = urlsplit(artifact_uri).scheme
        place = f"a store of the scheme '{scheme}'" if scheme else "a local folder"
        raise InvalidParameter(
            f"This server does not read these artifacts: they are in {place} that it was not"
            " started with. Read them with a client that can reach them. For a local folder, see"
            " the server's option --allowed-artifact-roots."
        )
    return _Folder(*found)


async def list_artifacts(
    context: Context, request: wire.ListArtifacts
) -> wire.ListArtifactsResponse:
    """GET artifacts/list"""
    path = check_artifact_path(request.path or "")
    run = await context.store.runs.get(request.run_id)
    return await _listed(context, run.info.artifact_uri, path)


async def list_model_artifacts(
    context: Context, request: wire.ListLoggedModelArtifacts
) -> wire.ListArtifactsResponse:
    """GET logged-models/{model_id}/artifacts/directories"""
    path = check_artifact_path(request.artifact_directory_path or "")
    model = await context.store.models.get(request.model_id)
    return await _listed(context, model.info.artifact_uri, path)


async def _listed(context: Context, uri: str, path: str) -> wire.ListArtifactsResponse:
    folder = await _folder(context, uri)
    return wire.ListArtifactsResponse(root_uri=uri, files=await folder.list_folder(path))


def _run_id(request: Request) -> str | None:
    return request.query_params.get("run_id") or request.query_params.get("run_uuid")


async def download_of_run(context: Context, request: Request) -> Response:
    """GET and HEAD /get-artifact?run_id=&path="""
    run_id, path = _run_id(request), request.query_params.get("path")
    if not run_id:
        raise missing("run_id")
    if not path:
        raise missing("path")
    path = check_artifact_path(path)
    run = await context.store.runs.get(run_id)
    return await _downloaded(context, request, run.info.artifact_uri, path)


async def download_of_model(context: Context, request: Request) -> Response:
    """GET and HEAD logged-models/{model_id}/artifacts/files?artifact_file_path="""
    path = request.query_params.get("artifact_file_path")
    if not path:
        raise BadRequest('Request must include the "artifact_file_path" query parameter.')
    path = check_artifact_path(path)
    model = await context.store.models.get(request.path_params["model_id"])
    return await _downloaded(context, request, model.info.artifact_uri, path)


async def _downloaded(context: Context, request: Request, uri: str, path: str) -> Response:
    folder = await _folder(context, uri)
    return await file_response(request, await folder.read(path), _file_name(path))


async def upload_to_run(context: Context, request: Request) -> Response:
    """POST upload-artifact?run_uuid=&path="""
    run_id, path = request.query_params.get("run_uuid"), request.query_params.get("path")
    if not run_id:
        raise InvalidParameter("Request must specify run_uuid.")
    if not path:
        raise InvalidParameter("Request must specify path.")
    path = check_artifact_path(path)
    try:
        content = await _limited_body(request)
    except ClientDisconnect:
        return Response(status_code=_CANCELLED)
    run = await context.store.runs.get(run_id)
    folder = await _folder(context, run.info.artifact_uri)
    try:
        await folder.store.write(join_path(folder.path, path), _once(content))
    finally:
        if folder.store is not context.artifacts:
            await folder.store.close()
    return _json(ProxiedFiles())


async def _limited_body(request: Request) -> bytes:
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > UPLOAD_LIMIT:
            raise InvalidParameter("Artifact size is too large. Max size is 10MB.")
    if not content:
        raise InvalidParameter("Request must specify data.")
    return bytes(content)


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


_PROXY = "/api/2.0/mlflow-artifacts"

ROUTES = [
    ("GET", f"{_PROXY}/artifacts", list_proxied),
    ("GET", f"{_PROXY}/artifacts/{{path:path}}", download_proxied),
    ("PUT", f"{_PROXY}/artifacts/{{path:path}}", upload_proxied),
    ("DELETE", f"{_PROXY}/artifacts/{{path:path}}", delete_proxied),
    ("POST", f"{_PROXY}/mpu/{{path:path}}", multipart_upload),
    ("GET", f"{_PROXY}/presigned/{{path:path}}", presigned_download),
    ("GET", "/get-artifact", download_of_run),
    ("POST", "/ajax-api/2.0/mlflow/upload-artifact", upload_to_run),
    (
        "GET",
        "/ajax-api/2.0/mlflow/logged-models/{model_id}/artifacts/files",
        download_of_model,
    ),
]

HANDLERS = {
    endpoints.LIST_ARTIFACTS: list_artifacts,
    endpoints.LIST_LOGGED_MODEL_ARTIFACTS: list_model_artifacts,
}
