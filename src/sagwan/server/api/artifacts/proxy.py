"""The artifact proxy: files go through the server, which alone knows where they are."""

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from sagwan.domain.artifact_paths import check_artifact_path
from sagwan.errors import InvalidParameter, NotFound
from sagwan.server.api.artifacts.requests import (
    CANCELLED,
    PROXY,
    ProxiedFiles,
    body_of,
    disabled,
    file_name,
    json_response,
    named_path,
)
from sagwan.server.context import Context
from sagwan.server.streaming import file_response


async def list_folder(context: Context, request: Request) -> Response:
    """GET mlflow-artifacts/artifacts?path="""
    if answer := disabled(context, request):
        return answer
    path = check_artifact_path(request.query_params.get("path", ""))
    return json_response(ProxiedFiles(await context.artifacts.list_folder(path)))


async def download(context: Context, request: Request) -> Response:
    """GET and HEAD mlflow-artifacts/artifacts/{path}"""
    if answer := disabled(context, request):
        return answer
    path = check_artifact_path(named_path(request))
    try:
        reader = await context.artifacts.read(path)
    except NotFound:
        if not request.scope["query_string"]:
            raise
        # A query that is none of the name's business, as MLflow takes it.
        path = check_artifact_path(request.path_params["path"])
        reader = await context.artifacts.read(path)
    return await file_response(request, reader, file_name(path))


async def upload(context: Context, request: Request) -> Response:
    """PUT mlflow-artifacts/artifacts/{path}"""
    if answer := disabled(context, request):
        return answer
    path = named_path(request)
    if not path or path.endswith("/"):
        raise InvalidParameter("Artifact path must include a filename (cannot end with '/').")
    try:
        chunks, told = body_of(request)
        await context.artifacts.write(path, chunks)
    except ClientDisconnect:
        return Response(status_code=CANCELLED)
    return Response(headers=told)


async def delete(context: Context, request: Request) -> Response:
    """DELETE mlflow-artifacts/artifacts/{path}"""
    if answer := disabled(context, request):
        return answer
    await context.artifacts.delete(named_path(request))
    return json_response(ProxiedFiles())


ROUTES = [
    ("GET", f"{PROXY}/artifacts", list_folder),
    ("GET", f"{PROXY}/artifacts/{{path:path}}", download),
    ("PUT", f"{PROXY}/artifacts/{{path:path}}", upload),
    ("DELETE", f"{PROXY}/artifacts/{{path:path}}", delete),
]
