"""Folders of runs and logged models as one file."""

from starlette.requests import Request
from starlette.responses import Response

from sagwan.domain.artifact_paths import check_artifact_path, join_path
from sagwan.server.api.artifacts.owned import run_id_of
from sagwan.server.api.artifacts.places import place_of
from sagwan.server.api.artifacts.requests import file_name
from sagwan.server.archive import zip_of
from sagwan.server.context import Context
from sagwan.server.streaming import archive_response


async def folder_of_run(context: Context, request: Request) -> Response:
    """GET and HEAD get-artifact-folder?run_id=&path="""
    run_id = run_id_of(request)
    path = check_artifact_path(request.query_params.get("path", ""))
    run = await context.store.runs.get(run_id)
    return await _archived(context, request, run.info.artifact_uri, path, run_id)


async def folder_of_model(context: Context, request: Request) -> Response:
    """GET and HEAD logged-models/{model_id}/artifacts/folder?artifact_directory_path="""
    model_id = request.path_params["model_id"]
    path = check_artifact_path(request.query_params.get("artifact_directory_path", ""))
    model = await context.store.models.get(model_id)
    return await _archived(context, request, model.info.artifact_uri, path, model_id)


async def _archived(
    context: Context, request: Request, uri: str, path: str, whole: str
) -> Response:
    place = await place_of(context, uri)
    archive = zip_of(place.store, join_path(place.path, path), path)
    return await archive_response(request, archive, f"{file_name(path) or whole}.zip")


ROUTES = [
    ("GET", "/ajax-api/2.0/mlflow/get-artifact-folder", folder_of_run),
    (
        "GET",
        "/ajax-api/2.0/mlflow/logged-models/{model_id}/artifacts/folder",
        folder_of_model,
    ),
]
