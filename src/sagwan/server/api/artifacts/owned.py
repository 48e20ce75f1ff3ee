"""What runs and logged models keep: lists, files, uploads by a user interface."""

from collections.abc import AsyncIterator

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from sagwan.artifacts.sized import SizedChunks
from sagwan.domain.artifact_paths import append_to_uri, check_artifact_path, join_path
from sagwan.domain.model_sources import RunSource, parse_source
from sagwan.domain.registry import check_registered_name, parse_version
from sagwan.errors import BadRequest, InvalidParameter, missing
from sagwan.server.api.artifacts.places import place_of
from sagwan.server.api.artifacts.requests import (
    CANCELLED,
    ProxiedFiles,
    file_name,
    json_response,
)
from sagwan.server.context import Context
from sagwan.server.streaming import file_response
from sagwan.wire import artifacts as wire
from sagwan.wire import endpoints

UPLOAD_LIMIT = 10 * 1024 * 1024
"""Bytes that a user interface may upload to a run at once."""


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
    place = await place_of(context, uri)
    return wire.ListArtifactsResponse(root_uri=uri, files=await place.list_folder(path))


def run_id_of(request: Request) -> str:
    """The run that a query names. Raises InvalidParameter."""
    run_id = request.query_params.get("run_id") or request.query_params.get("run_uuid")
    if not run_id:
        raise missing("run_id")
    return run_id


async def download_of_run(context: Context, request: Request) -> Response:
    """GET and HEAD /get-artifact?run_id=&path="""
    run_id, path = run_id_of(request), request.query_params.get("path")
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


async def download_of_version(context: Context, request: Request) -> Response:
    """GET and HEAD /model-versions/get-artifact?name=&version=&path="""
    given = {key: request.query_params.get(key, "") for key in ("name", "version", "path")}
    for key, value in given.items():
        if not value:
            raise missing(key)
    name = check_registered_name(given["name"])
    path = check_artifact_path(given["path"])
    uri = await context.store.registry.storage_location(name, parse_version(given["version"]))
    source = parse_source(uri)
    if isinstance(source, RunSource):
        run = await context.store.runs.get(source.run_id)
        uri = append_to_uri(run.info.artifact_uri, source.path)
    return await _downloaded(context, request, uri, path)


async def _downloaded(context: Context, request: Request, uri: str, path: str) -> Response:
    place = await place_of(context, uri)
    return await file_response(request, await place.read(path), file_name(path))


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
        return Response(status_code=CANCELLED)
    run = await context.store.runs.get(run_id)
    place = await place_of(context, run.info.artifact_uri)
    chunks = SizedChunks(_once(content), len(content))
    await place.store.write(join_path(place.path, path), chunks)
    return json_response(ProxiedFiles())


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


ROUTES = [
    ("GET", "/get-artifact", download_of_run),
    ("GET", "/model-versions/get-artifact", download_of_version),
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
