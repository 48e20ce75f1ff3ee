"""Signed URLs, with which clients get and put files at the store itself."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from sagwan.artifacts.base import ArtifactStore, SignsUrls
from sagwan.config.settings import LONGEST_SIGNED
from sagwan.domain.artifact_paths import check_artifact_path, join_path, proxied_path
from sagwan.errors import InvalidParameter, NotImplementedByStore, SagwanError
from sagwan.server.api.artifacts.places import place_of
from sagwan.server.api.artifacts.requests import PROXY, disabled, json_response, named_path
from sagwan.server.context import Context
from sagwan.wire import artifacts as wire
from sagwan.wire import endpoints

UPLOAD_EXPIRES = 900
"""Seconds that a signed upload is good for where the client doesn't say."""

# How long a client's question for the server's features may wait for the store's credentials.
_PATIENCE = 1.5


async def can_sign(context: Context) -> bool:
    """Whether clients get signed URLs for what the proxy serves."""
    store = context.artifacts
    if not context.settings.allow_presigned_urls or not isinstance(store, SignsUrls):
        return False
    try:
        async with asyncio.timeout(_PATIENCE):
            await store.sign_download("probe", 60)
    except (SagwanError, TimeoutError):
        return False
    return True


def _signing(context: Context, store: ArtifactStore, what: str) -> SignsUrls:
    """The store, if it signs and the server may hand that out."""
    unsupported = f"{what} is not supported for the current artifact repository"
    if not isinstance(store, SignsUrls):
        raise NotImplementedByStore(unsupported)
    if not context.settings.allow_presigned_urls:
        raise NotImplementedByStore(
            f"{unsupported}: this server was started with --no-allow-presigned-urls."
        )
    return store


async def presigned_download(context: Context, request: Request) -> Response:
    """GET mlflow-artifacts/presigned/{path}"""
    if answer := disabled(context, request):
        return answer
    path = check_artifact_path(named_path(request))
    store = context.artifacts
    signing = _signing(context, store, "Multipart download")
    stat = await store.stat(path)
    expires = context.settings.presigned_download_url_ttl_seconds
    signed = await signing.sign_download(path, expires)
    return json_response(wire.PresignedDownload(signed.url, stat.size, signed.headers))


def _checked(what: str, artifact_uri: str, expires: int) -> None:
    if not 1 <= expires <= LONGEST_SIGNED:
        raise InvalidParameter(
            f"expiration must be between 1 and {LONGEST_SIGNED} seconds (got {expires})."
        )
    if proxied_path(artifact_uri) is not None or artifact_uri.startswith(("http:", "https:")):
        scheme = artifact_uri.partition(":")[0]
        raise InvalidParameter(
            f"Presigned {what} is not supported for proxied artifact storage (artifact URI"
            f" scheme: {scheme}). It needs artifacts that clients use without the server."
        )


async def presigned_upload_of_run(
    context: Context, request: wire.CreatePresignedUploadUrl
) -> wire.PresignedUploadUrl:
    """POST artifacts/presigned-upload-url"""
    if bool(request.run_id) == bool(request.model_id):
        raise InvalidParameter("Exactly one of run_id and model_id must be provided.")
    path = check_artifact_path(request.path)
    if request.run_id:
        uri = (await context.store.runs.get(request.run_id)).info.artifact_uri
    else:
        uri = (await context.store.models.get(request.model_id or "")).info.artifact_uri
    expires = UPLOAD_EXPIRES if request.expiration is None else request.expiration
    _checked("upload", uri, expires)
    place = await place_of(context, uri)
    signing = _signing(context, place.store, "Presigned upload")
    signed = await signing.sign_upload(join_path(place.path, path), expires)
    return wire.PresignedUploadUrl(signed.url, signed.headers)


async def presigned_download_of_run(
    context: Context, request: wire.CreatePresignedDownloadUrl
) -> wire.PresignedDownloadUrl:
    """POST artifacts/presigned-download-url"""
    path = check_artifact_path(request.path)
    uri = (await context.store.runs.get(request.run_id)).info.artifact_uri
    expires = request.expiration
    if expires is None:
        expires = context.settings.presigned_download_url_ttl_seconds
    _checked("download", uri, expires)
    place = await place_of(context, uri)
    signing = _signing(context, place.store, "Presigned download")
    whole = join_path(place.path, path)
    stat = await place.store.stat(whole)
    signed = await signing.sign_download(whole, expires)
    return wire.PresignedDownloadUrl(signed.url, stat.size, signed.headers)


ROUTES = [("GET", f"{PROXY}/presigned/{{path:path}}", presigned_download)]

HANDLERS = {
    endpoints.CREATE_PRESIGNED_UPLOAD_URL: presigned_upload_of_run,
    endpoints.CREATE_PRESIGNED_DOWNLOAD_URL: presigned_download_of_run,
}
